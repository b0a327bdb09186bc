"""Revisions of open pull requests, in the database."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Engine, Row, and_, insert, select, update

from bot.adapters.database.dialect import Values
from bot.adapters.database.engine import Lock, reading, writing
from bot.adapters.database.rows import published_values
from bot.adapters.database.tables import revisions, tasks
from bot.domain.revision import Came, Cause, Revision, Wanted
from bot.domain.task import Published, Task, TaskState
from bot.kernel.values import Sha


class SqlRevisions:
    """`Revisions` on any database; alone with the queue, as both move the task's state."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def ask(self, task: Task, wanted: Wanted, now: datetime) -> Revision | None:
        """Begin a revision, or give back the one that is under way; None when it is too late."""
        with writing(self._engine, Lock.QUEUE) as connection:
            last = _newest(connection, task)
            if last is not None and last.came is Came.UNDER_WAY:
                return last
            published = and_(
                tasks.c.id == task.id,
                tasks.c.attempt == task.attempt,
                tasks.c.state == TaskState.PUBLISHED,
            )
            moved = update(tasks).where(published).values(state=TaskState.REVISING)
            if connection.execute(moved).rowcount == 0:
                return None
            number = 1 if last is None else last.number + 1
            begun = Revision(task.id, task.attempt, number, wanted, now)
            connection.execute(insert(revisions).values(_values(begun)))
            return begun

    def of(self, task: int, attempt: int) -> tuple[Revision, ...]:
        """All revisions of an attempt, in order."""
        query = (
            select(revisions)
            .where(revisions.c.task == task, revisions.c.attempt == attempt)
            .order_by(revisions.c.number)
        )
        with reading(self._engine) as connection:
            return tuple(revision_of(row) for row in connection.execute(query))

    def end(self, revision: Revision, came: Came, said: str, published: Published | None) -> None:
        """What came of it, and the task published again; a second ending changes nothing."""
        with writing(self._engine, Lock.QUEUE) as connection:
            open_one = and_(_this(revision), revisions.c.came == Came.UNDER_WAY)
            ended = update(revisions).where(open_one).values(came=came, said=said)
            if connection.execute(ended).rowcount == 0:
                return
            current = and_(tasks.c.id == revision.task, tasks.c.attempt == revision.attempt)
            if published is not None:
                holds = update(tasks).where(current).values(published_values(published))
                connection.execute(holds)
            revising = and_(current, tasks.c.state == TaskState.REVISING)
            connection.execute(update(tasks).where(revising).values(state=TaskState.PUBLISHED))

    def drop(self, revision: Revision) -> None:
        """Count it as never asked."""
        over = and_(_this(revision), revisions.c.came != Came.UNDER_WAY)
        with writing(self._engine, Lock.QUEUE) as connection:
            connection.execute(update(revisions).where(over).values(came=Came.DROPPED))


def _newest(connection: Connection, task: Task) -> Revision | None:
    """The only one that can be under way: another is begun only when it is over."""
    mine = and_(revisions.c.task == task.id, revisions.c.attempt == task.attempt)
    query = select(revisions).where(mine).order_by(revisions.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else revision_of(row)


def _this(revision: Revision) -> ColumnElement[bool]:
    return and_(
        revisions.c.task == revision.task,
        revisions.c.attempt == revision.attempt,
        revisions.c.number == revision.number,
    )


def _values(revision: Revision) -> Values:
    return {
        "task": revision.task,
        "attempt": revision.attempt,
        "number": revision.number,
        "cause": revision.wanted.cause,
        "head": revision.wanted.head,
        "heard": revision.wanted.heard,
        "came": revision.came,
        "said": revision.said,
        "at": revision.at,
    }


def revision_of(row: Row) -> Revision:
    """A row of `revisions`."""
    wanted = Wanted(Cause(row.cause), Sha(row.head), tuple(row.heard))
    return Revision(row.task, row.attempt, row.number, wanted, row.at, Came(row.came), row.said)
