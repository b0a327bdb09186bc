"""Watched merges, in the database."""

from sqlalchemy import Engine, Row, Select, and_, select, update

from bot.adapters.database.dialect import insert_new
from bot.adapters.database.engine import reading, writing
from bot.adapters.database.rows import within
from bot.adapters.database.tables import tasks, watches
from bot.domain.subject import Repo, Subject
from bot.domain.watch import Outcome, Watch
from bot.kernel.values import Sha


class SqlWatches:
    """`Watches` on any database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def begin(self, watch: Watch) -> None:
        """Watch this merge, once."""
        row = {
            "task": watch.task,
            "attempt": watch.attempt,
            "pull": watch.pull,
            "merged": watch.merged,
            "before": watch.before,
            "since": watch.since,
            "outcome": watch.outcome,
        }
        with writing(self._engine) as connection:
            insert_new(connection, watches, [row])

    def of(self, task: int, attempt: int) -> Watch | None:
        """The watch of an attempt."""
        mine = and_(watches.c.task == task, watches.c.attempt == attempt)
        with reading(self._engine) as connection:
            row = connection.execute(_joined().where(mine)).first()
        return None if row is None else _watch_of(row)

    def open_in(self, repo: Repo) -> tuple[Watch, ...]:
        """The merges of a repository that are still watched, oldest first."""
        open_ones = and_(within(repo), watches.c.outcome == Outcome.WATCHING)
        query = _joined().where(open_ones).order_by(watches.c.since)
        with reading(self._engine) as connection:
            return tuple(_watch_of(row) for row in connection.execute(query))

    def end(self, watch: Watch, outcome: Outcome) -> None:
        """It is over."""
        mine = and_(
            watches.c.task == watch.task,
            watches.c.attempt == watch.attempt,
            watches.c.outcome == Outcome.WATCHING,
        )
        with writing(self._engine) as connection:
            connection.execute(update(watches).where(mine).values(outcome=outcome))


def _joined() -> Select[tuple[object, ...]]:
    about = (tasks.c.owner, tasks.c.name, tasks.c.installation, tasks.c.number)
    return select(watches, *about).join(tasks, tasks.c.id == watches.c.task)


def _watch_of(row: Row) -> Watch:
    subject = Subject(Repo(row.owner, row.name, row.installation), row.number)
    return Watch(
        row.task,
        row.attempt,
        subject,
        row.pull,
        Sha(row.merged),
        Sha(row.before),
        row.since,
        Outcome(row.outcome),
    )
