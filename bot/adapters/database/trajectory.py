"""What was said in each attempt, in the database."""

from sqlalchemy import Engine, and_, select

from bot.adapters.database.dialect import insert_new
from bot.adapters.database.engine import reading, writing
from bot.adapters.database.tables import tasks, trajectory
from bot.memory.trajectory import Said


class SqlTrajectory:
    """`Trajectory` on any database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, said: Said) -> None:
        """Keep one message; the same key again changes nothing."""
        row = {
            "task": said.task,
            "attempt": said.attempt,
            "key": said.key,
            "role": said.role,
            "model": said.model,
            "text": said.text,
            "at": said.at,
        }
        with writing(self._engine) as connection:
            insert_new(connection, trajectory, [row])

    def of(self, repo: str, issue: int, attempt: int) -> tuple[Said, ...]:
        """An attempt's messages in the order in which they were said."""
        owner, _, name = repo.partition("/")
        mine = and_(tasks.c.owner == owner, tasks.c.name == name, tasks.c.number == issue)
        query = (
            select(trajectory)
            .join(tasks, tasks.c.id == trajectory.c.task)
            .where(mine, trajectory.c.attempt == attempt)
            .order_by(trajectory.c.seq)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(
            Said(row.task, row.attempt, row.key, row.role, row.model, row.text, row.at)
            for row in rows
        )
