"""How an issue becomes an attempt, and how a ticket starts it; each within one transaction."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert, select, update

from bot.adapters.database.dialect import Values
from bot.adapters.database.rows import about, columns_of, task_of, within
from bot.adapters.database.tables import story, tasks, tickets
from bot.domain.holding import hold_of, overlap_of
from bot.domain.task import Task, TaskState
from bot.domain.wording.holding import hold_line
from bot.memory.tasks import HELD, Admittance

_NOTHING_YET: Values = {
    "pull": None,
    "tested": None,
    "published_risk": None,
    "proof_strength": None,
    "diff_hash": None,
    "summary": None,
    "files": (),
    "touches": (),
    "ending": None,
    "ended_at": None,
    "reason": "",
    "stage": "",
    "answer": "",
}

_NO_OPINION: Values = {**columns_of(None), "parts": ()}


def admit(connection: Connection, admittance: Admittance) -> Task:
    """Queue the issue, unless this is being done already."""
    mine = select(tasks).where(about(admittance.subject))
    row = connection.execute(mine).first()
    if row is None:
        connection.execute(insert(tasks).values(_first_attempt(admittance)))
    else:
        task = task_of(row)
        if _holds(task, admittance):
            return task
        values = _next_attempt(task, admittance)
        connection.execute(update(tasks).where(tasks.c.id == task.id).values(values))
    return task_of(connection.execute(mine).one())


def _holds(task: Task, admittance: Admittance) -> bool:
    """Whether a repeated step, or a second look at the same issue, has nothing to add."""
    if task.pinned != admittance.pinned:
        return False
    under_way = task.state in (TaskState.QUEUED, TaskState.WORKING)
    return under_way or (task.admitted_at, task.admitted_by) == (admittance.at, admittance.by)


def _admitted(admittance: Admittance) -> Values:
    return {
        "owner": admittance.subject.repo.owner,
        "name": admittance.subject.repo.name,
        "installation": admittance.subject.repo.installation,
        "number": admittance.subject.number,
        "state": TaskState.QUEUED,
        "pinned": admittance.pinned,
        "title": admittance.title,
        "admitted_by": admittance.by,
        "admitted_login": admittance.login,
        "admitted_at": admittance.at,
        "votes": admittance.votes,
        "open_prs": admittance.open_prs,
        "cap_nano": admittance.cap.nano,
        "wish": admittance.wish,
    }


def _first_attempt(admittance: Admittance) -> Values:
    beginning = {"attempt": 1, "extra_nano": 0}
    return {**_admitted(admittance), **beginning, **_NOTHING_YET, **_NO_OPINION}


def _next_attempt(task: Task, admittance: Admittance) -> Values:
    # An attempt that nobody began has nothing of its own yet, so its number is still free.
    fresh = task.state is TaskState.QUEUED and not task.touches
    attempt = task.attempt if fresh else task.attempt + 1
    # What triage thought of another text says nothing about this one.
    forgotten = {} if task.pinned == admittance.pinned else _NO_OPINION
    return {**_admitted(admittance), "attempt": attempt, **_NOTHING_YET, **forgotten}


def claim(connection: Connection, ticket: str, task_id: int, now: datetime) -> Task | None:
    """Start a queued task for a ticket, unless it is held; what the ticket started before is first.

    Held or not is seen here, where two workers cannot both find the last room for a pull request.
    """
    known = select(tickets.c.task).where(tickets.c.ticket == ticket)
    if connection.execute(known).first() is not None:
        return claimed(connection, ticket)
    queued = and_(tasks.c.id == task_id, tasks.c.state == TaskState.QUEUED)
    row = connection.execute(select(tasks).where(queued)).first()
    if row is None or hold_of(task := task_of(row), _open_beside(connection, task)) is not None:
        return None
    connection.execute(update(tasks).where(queued).values(state=TaskState.WORKING))
    bound = {"ticket": ticket, "task": task_id, "attempt": task.attempt, "at": now}
    connection.execute(insert(tickets).values(bound))
    return replace(task, state=TaskState.WORKING)


def hold_back(
    connection: Connection,
    ticket: str,
    task: Task,
    touches: tuple[str, ...],
    now: datetime,
    reason: str | None,
) -> bool:
    """Put a started task back into the queue for a reason, or for an open pull request's files.

    Its ticket lets go of it in the same breath. A ticket that has let go finds it held, whatever
    became of it since: another ticket may work on it already.
    """
    mine = and_(
        tickets.c.ticket == ticket,
        tickets.c.task == task.id,
        tickets.c.attempt == task.attempt,
    )
    if connection.execute(select(tickets.c.ticket).where(mine)).first() is None:
        return True
    if claimed(connection, ticket) is None:
        return False
    this = tasks.c.id == task.id
    connection.execute(update(tasks).where(this).values(touches=touches))
    if reason is None:
        overlap = overlap_of(touches, _open_beside(connection, task))
        if overlap is None:
            return False
        reason = hold_line(overlap)
    connection.execute(delete(tickets).where(mine))
    connection.execute(
        update(tasks).where(this).values(state=TaskState.QUEUED, stage=HELD, answer="")
    )
    line = {"stage": HELD, "detail": reason, "at": now}
    marked = insert(story).values(task=task.id, attempt=task.attempt, **line)
    connection.execute(marked)
    return True


def _open_beside(connection: Connection, task: Task) -> tuple[Task, ...]:
    """The other open tasks of its repository, oldest first."""
    others = and_(
        within(task.subject.repo), tasks.c.state != TaskState.ENDED, tasks.c.id != task.id
    )
    query = select(tasks).where(others).order_by(tasks.c.id)
    return tuple(task_of(row) for row in connection.execute(query))


def ticket_of(connection: Connection, task_id: int) -> str | None:
    """The ticket of a task's current attempt."""
    current = and_(tasks.c.id == tickets.c.task, tasks.c.attempt == tickets.c.attempt)
    query = select(tickets.c.ticket).join(tasks, current).where(tasks.c.id == task_id)
    return connection.execute(query).scalar()


def claimed(connection: Connection, ticket: str) -> Task | None:
    """The task that a ticket started, while that attempt is the current one and worked on."""
    current = and_(tasks.c.id == tickets.c.task, tasks.c.attempt == tickets.c.attempt)
    mine = and_(tickets.c.ticket == ticket, tasks.c.state == TaskState.WORKING)
    query = select(tasks).join(tickets, current).where(mine)
    row = connection.execute(query).first()
    return None if row is None else task_of(row)
