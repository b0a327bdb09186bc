"""Refusals in the database."""

from collections.abc import Sequence

from sqlalchemy import Engine, func, select

from bot.adapters.database.dialect import insert_new
from bot.adapters.database.engine import reading, writing
from bot.adapters.database.tables import refusals as table
from bot.domain.subject import Repo, Subject
from bot.memory.refusals import JUDGES, Gate, Refusal, RefusalCount, RefusedAttempt


class SqlRefusals:
    """`Refusals` on any database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, refusals: Sequence[Refusal]) -> None:
        """Remember; a key that is there already changes nothing."""
        rows = [
            {
                "key": one.key,
                "gate": one.gate,
                "rule": one.rule,
                "owner": one.subject.repo.owner,
                "name": one.subject.repo.name,
                "number": one.subject.number,
                "attempt": one.attempt,
                "at": one.at,
            }
            for one in refusals
        ]
        if rows:
            with writing(self._engine) as connection:
                insert_new(connection, table, rows)

    def all(self) -> tuple[Refusal, ...]:
        """Every refusal, oldest first."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(table).order_by(table.c.seq)).all()
        return tuple(
            Refusal(
                row.key,
                Gate(row.gate),
                row.rule,
                # The installation is not kept: a repository is known by its name.
                Subject(Repo(row.owner, row.name, 0), row.number),
                row.attempt,
                row.at,
            )
            for row in rows
        )

    def by_attempt(self, repo: Repo) -> tuple[RefusedAttempt, ...]:
        """How often each rule refused a change in each attempt of a repository."""
        columns = table.c
        which = (columns.number, columns.attempt, columns.rule)
        query = (
            select(*which, func.count().label("many"))
            .where(columns.owner == repo.owner, columns.name == repo.name)
            .where(columns.gate.in_(JUDGES))
            .group_by(*which)
            .order_by(*which)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(RefusedAttempt(row.number, row.attempt, row.rule, row.many) for row in rows)

    def counts(self) -> tuple[RefusalCount, ...]:
        """By gate and rule, the most frequent rule of a gate first."""
        columns, many = table.c, func.count().label("many")
        query = (
            select(columns.gate, columns.rule, many, func.max(columns.at).label("last"))
            .group_by(columns.gate, columns.rule)
            .order_by(columns.gate, many.desc(), columns.rule)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(RefusalCount(Gate(row.gate), row.rule, row.many, row.last) for row in rows)
