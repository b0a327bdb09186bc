"""The stages that attempts went through, within somebody else's transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, exists, func, insert, select
from sqlalchemy import Row as SqlRow

from bot.adapters.database.tables import story
from bot.memory.tasks import QUEUED, StageMark


def append(connection: Connection, mark: StageMark) -> bool:
    """Whether the mark is new; one that was written before stays as it is."""
    row = {
        "task": mark.task,
        "attempt": mark.attempt,
        "stage": mark.stage,
        "detail": mark.detail,
        "at": mark.at,
    }
    same = and_(*(story.c[name] == value for name, value in row.items()))
    if connection.execute(select(exists().where(same))).scalar_one():
        return False
    connection.execute(insert(story).values(row))
    return True


def marks(connection: Connection, task: int) -> tuple[StageMark, ...]:
    """The marks of a task in order."""
    query = select(story).where(story.c.task == task).order_by(story.c.seq)
    return tuple(mark_of(row) for row in connection.execute(query))


def mark_of(row: SqlRow) -> StageMark:
    """A row of `task_story`."""
    return StageMark(row.task, row.attempt, row.stage, row.detail, row.at)


def queued_at(
    connection: Connection, tasks: Collection[int] | None
) -> Mapping[tuple[int, int], datetime]:
    """When each attempt of these tasks, or of all, was queued, by task and attempt."""
    which = (story.c.task, story.c.attempt)
    query = select(*which, func.min(story.c.at).label("first")).where(story.c.stage == QUEUED)
    if tasks is not None:
        query = query.where(story.c.task.in_(tasks))
    rows = connection.execute(query.group_by(*which)).all()
    return {(row.task, row.attempt): row.first for row in rows}
