"""Refusals in the database."""

from collections.abc import Sequence

from sqlalchemy import Engine, func, select

from bot.adapters.database.dialect import insert_new
from bot.adapters.database.engine import reading, writing
from bot.adapters.database.tables import refusals as table
from bot.memory.refusals import Gate, Refusal, RefusalCount


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
