"""The queue's mirror in the database: one row an issue, and a ticket for each attempt at it."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    and_,
    exists,
    insert,
    select,
    update,
)

from bot.adapters.database import admission, task_story
from bot.adapters.database.dialect import Values, insert_new
from bot.adapters.database.engine import Lock, reading, writing
from bot.adapters.database.rows import (
    about,
    columns_of,
    published_values,
    task_of,
    within,
)
from bot.adapters.database.tables import allowances, answers, tasks
from bot.domain.subject import Repo, Subject
from bot.domain.task import Ending, Estimate, Part, Published, Task, TaskState
from bot.kernel.values import Usd
from bot.memory.tasks import Admittance, StageMark


class SqlTasks:
    """`Tasks` on any database; every change is one transaction and may be repeated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, task_id: int) -> Task:
        """A task by id. Raises KeyError."""
        task = self._first(tasks.c.id == task_id)
        if task is None:
            raise KeyError(task_id)
        return task

    def of(self, subject: Subject) -> Task | None:
        """The task of an issue, whatever its state and whichever installation saw it first."""
        return self._first(about(subject))

    def of_pull(self, repo: Repo, pull: int) -> Task | None:
        """The task whose published pull request has this number."""
        return self._first(and_(within(repo), tasks.c.pull == pull))

    def of_sha(self, repo: Repo, sha: str) -> Task | None:
        """The task whose tested commit this is."""
        return self._first(and_(within(repo), tasks.c.tested == sha))

    def open_in(self, repo: Repo) -> tuple[Task, ...]:
        """Tasks of a repository that have not ended, oldest first."""
        return self._all(and_(within(repo), tasks.c.state != TaskState.ENDED))

    def queued(self) -> tuple[Task, ...]:
        """Every queued task, oldest first."""
        return self._all(tasks.c.state == TaskState.QUEUED)

    def working(self) -> tuple[Task, ...]:
        """Every task a worker has, oldest first."""
        return self._all(tasks.c.state == TaskState.WORKING)

    def all(self, limit: int = 200) -> tuple[Task, ...]:
        """The newest tasks first, for people."""
        query = select(tasks).order_by(tasks.c.id.desc()).limit(limit)
        with reading(self._engine) as connection:
            return tuple(task_of(row) for row in connection.execute(query))

    def admit(self, admittance: Admittance) -> Task:
        """Queue the issue as a new attempt.

        Nothing changes while the same text is queued or being worked on, nor when this very
        admittance was stored before. A text edited before anybody began keeps its attempt's
        number. Extra money that a person gave stays given.
        """
        with writing(self._engine, Lock.QUEUE) as connection:
            return admission.admit(connection, admittance)

    def claim(self, ticket: str, task_id: int, now: datetime) -> Task | None:
        """Bind a ticket to a queued task and start work on it; None when it may not begin."""
        with writing(self._engine, Lock.QUEUE) as connection:
            return admission.claim(connection, ticket, task_id, now)

    def hold_back(
        self,
        ticket: str,
        task: Task,
        touches: tuple[str, ...],
        now: datetime,
        reason: str | None = None,
    ) -> bool:
        """Keep what the plan touches; back into the queue for a reason, or an open pull request."""
        with writing(self._engine, Lock.QUEUE) as connection:
            return admission.hold_back(connection, ticket, task, touches, now, reason)

    def claimed(self, ticket: str) -> Task | None:
        """The task this ticket already holds, while the attempt that it started is the current."""
        with reading(self._engine) as connection:
            return admission.claimed(connection, ticket)

    def ticket_of(self, task_id: int) -> str | None:
        """The ticket that the task's present attempt is worked under."""
        with reading(self._engine) as connection:
            return admission.ticket_of(connection, task_id)

    def estimate(self, task_id: int, estimate: Estimate | None) -> None:
        """Remember what triage thought. Raises KeyError for no such task, as all below do."""
        self._change(task_id, columns_of(estimate))

    def split(self, task_id: int, parts: tuple[Part, ...]) -> None:
        """Remember the parts that it was split into, with what was filed of them."""
        self._change(task_id, {"parts": parts})

    def publish(self, task_id: int, attempt: int, published: Published) -> None:
        """The attempt ended with an open pull request, also if the task was stopped meanwhile.

        A task that was queued anew meanwhile is left alone: the pull request is not its own.
        """
        values = dict(published_values(published))
        with writing(self._engine, Lock.QUEUE) as connection:
            asked = select(tasks.c.state, tasks.c.attempt).where(tasks.c.id == task_id)
            row = connection.execute(asked).first()
            if row is None:
                raise KeyError(task_id)
            if row.attempt != attempt:
                return
            match TaskState(row.state):
                case TaskState.WORKING | TaskState.PUBLISHED:
                    values["state"] = TaskState.PUBLISHED
                case TaskState.QUEUED | TaskState.REVISING:
                    return
                case TaskState.ENDED:
                    pass
            connection.execute(update(tasks).where(tasks.c.id == task_id).values(values))

    def end(self, task_id: int, ending: Ending, reason: str, now: datetime) -> None:
        """The task is over for now; a later ending replaces an earlier one."""
        values = {
            "state": TaskState.ENDED,
            "ending": ending,
            "reason": reason,
            "ended_at": now,
            "stage": "",
        }
        self._change(task_id, values)

    def allow_more(self, task_id: int, amount: Usd, command: int) -> None:
        """Raise the change's cap once for one `/evolve continue` comment."""
        row = {"task": task_id, "command": command, "amount_nano": amount.nano}
        counted = and_(allowances.c.task == task_id, allowances.c.command == command)
        with writing(self._engine, Lock.QUEUE) as connection:
            _must_exist(connection, task_id)
            if connection.execute(select(exists().where(counted))).scalar_one():
                return
            connection.execute(insert(allowances).values(row))
            more = tasks.c.extra_nano + amount.nano
            change = update(tasks).where(tasks.c.id == task_id).values(extra_nano=more)
            connection.execute(change)

    def mark(self, mark: StageMark) -> None:
        """Append to the task's story, once, and set the live stage if this attempt is current."""
        live = and_(
            tasks.c.id == mark.task,
            tasks.c.attempt == mark.attempt,
            tasks.c.state != TaskState.ENDED,
        )
        with writing(self._engine, Lock.QUEUE) as connection:
            _must_exist(connection, mark.task)
            if task_story.append(connection, mark):
                stage = update(tasks).where(live).values(stage=mark.stage, answer="")
                connection.execute(stage)

    def story(self, task_id: int) -> tuple[StageMark, ...]:
        """The marks of a task in order."""
        with reading(self._engine) as connection:
            return task_story.marks(connection, task_id)

    def queued_at(self, tasks: Collection[int] | None = None) -> Mapping[tuple[int, int], datetime]:
        """When each attempt of these tasks, or of all, was queued, by task and attempt."""
        with reading(self._engine) as connection:
            return task_story.queued_at(connection, tasks)

    def tell(self, task_id: int, answer: str) -> None:
        """The reply to a command, shown until the next mark."""
        self._change(task_id, {"answer": answer})

    def labelled(self, task_id: int, label: str) -> None:
        """This state label is on the issue."""
        self._change(task_id, {"label": label})

    def answered(self, repo: Repo, comment: int) -> bool:
        """Whether a command comment has been dealt with."""
        this = and_(within(repo, answers), answers.c.comment == comment)
        query = select(exists().where(this))
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one()

    def answer(self, repo: Repo, comment: int, outcome: str, now: datetime) -> None:
        """Remember how a command comment has been dealt with; the first outcome stays."""
        row = {
            "owner": repo.owner,
            "name": repo.name,
            "comment": comment,
            "outcome": outcome,
            "at": now,
        }
        with writing(self._engine) as connection:
            insert_new(connection, answers, [row])

    def _first(self, condition: ColumnElement[bool]) -> Task | None:
        query = select(tasks).where(condition).order_by(tasks.c.id.desc()).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else task_of(row)

    def _all(self, condition: ColumnElement[bool]) -> tuple[Task, ...]:
        query = select(tasks).where(condition).order_by(tasks.c.id)
        with reading(self._engine) as connection:
            return tuple(task_of(row) for row in connection.execute(query))

    def _change(self, task_id: int, values: Values) -> None:
        with writing(self._engine, Lock.QUEUE) as connection:
            change = update(tasks).where(tasks.c.id == task_id).values(values)
            if connection.execute(change).rowcount == 0:
                raise KeyError(task_id)


def _must_exist(connection: Connection, task_id: int) -> None:
    if connection.execute(select(tasks.c.id).where(tasks.c.id == task_id)).first() is None:
        raise KeyError(task_id)
