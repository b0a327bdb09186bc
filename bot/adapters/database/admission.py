"""How an issue becomes an attempt, and how a ticket starts it; each within one transaction."""

from datetime import datetime

from sqlalchemy import Connection, and_, insert, select, update

from bot.adapters.database.dialect import Values
from bot.adapters.database.rows import about, columns_of, task_of
from bot.adapters.database.tables import tasks, tickets
from bot.domain.task import Task, TaskState
from bot.memory.tasks import Admittance

_NOTHING_YET: Values = {
    "pull": None,
    "tested": None,
    "published_risk": None,
    "proof_strength": None,
    "diff_hash": None,
    "summary": None,
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
    # An attempt that nobody began has no branch yet, so its number is still free.
    attempt = task.attempt if task.state is TaskState.QUEUED else task.attempt + 1
    # What triage thought of another text says nothing about this one.
    forgotten = {} if task.pinned == admittance.pinned else _NO_OPINION
    return {**_admitted(admittance), "attempt": attempt, **_NOTHING_YET, **forgotten}


def claim(connection: Connection, ticket: str, task_id: int, now: datetime) -> Task | None:
    """Start a queued task for a ticket; what the ticket started before comes first."""
    known = select(tickets.c.task).where(tickets.c.ticket == ticket)
    if connection.execute(known).first() is not None:
        return claimed(connection, ticket)
    queued = and_(tasks.c.id == task_id, tasks.c.state == TaskState.QUEUED)
    if (
        connection.execute(update(tasks).where(queued).values(state=TaskState.WORKING)).rowcount
        == 0
    ):
        return None
    task = task_of(connection.execute(select(tasks).where(tasks.c.id == task_id)).one())
    bound = {"ticket": ticket, "task": task_id, "attempt": task.attempt, "at": now}
    connection.execute(insert(tickets).values(bound))
    return task


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
