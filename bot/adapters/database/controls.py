"""The kill switch, kept where every process sees it."""

from datetime import datetime

from sqlalchemy import Engine, delete, select

from bot.adapters.database.dialect import insert_new
from bot.adapters.database.engine import reading, writing
from bot.adapters.database.tables import pauses
from bot.domain.subject import Repo


class SqlControls:
    """`Controls` on any database. Scopes are compared without case, as GitHub compares names."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def pause(self, scope: str, by: str, now: datetime) -> None:
        """Stop this scope; whoever paused it first stays named."""
        with writing(self._engine) as connection:
            insert_new(connection, pauses, [{"scope": scope.lower(), "by": by, "at": now}])

    def resume(self, scope: str) -> None:
        """Go on in this scope; another scope that is paused stays so."""
        with writing(self._engine) as connection:
            connection.execute(delete(pauses).where(pauses.c.scope == scope.lower()))

    def paused(self, repo: Repo) -> str | None:
        """Who paused everything, else who paused this repository, or None."""
        # `*` sorts before every name.
        query = (
            select(pauses.c.by)
            .where(pauses.c.scope.in_(("*", repo.full.lower())))
            .order_by(pauses.c.scope)
        )
        with reading(self._engine) as connection:
            return connection.execute(query).scalars().first()
