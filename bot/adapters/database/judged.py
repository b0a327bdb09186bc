"""Judged changes, in the database."""

import struct

from sqlalchemy import Engine, Row, and_, exists, select

from bot.adapters.database.dialect import Values, insert_new
from bot.adapters.database.engine import reading, writing
from bot.adapters.database.rows import within
from bot.adapters.database.tables import judged_changes as table
from bot.domain.changed_lines import Sketch
from bot.domain.subject import Repo, Subject
from bot.memory.judged import MergedChange, RefusedChange
from bot.memory.refusals import Gate

REFUSED, MERGED = "refused", "merged"


class SqlJudgedChanges:
    """`JudgedChanges` on any database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def refused(self, change: RefusedChange) -> None:
        """A gate refused this, once."""
        key = f"{change.gate}/{change.subject}/{change.attempt}/{change.about}"
        which = {"attempt": change.attempt, "gate": change.gate, "about": change.about}
        self._keep(key, REFUSED, change, which)

    def merged(self, change: MergedChange) -> None:
        """This was merged, once."""
        which = {"attempt": 0, "gate": "", "about": change.head}
        self._keep(f"{MERGED}/{change.subject}/{change.head}", MERGED, change, which)

    def any_refused(self, subject: Subject) -> bool:
        """Whether a change for this issue was refused."""
        return self._any(subject, REFUSED)

    def any_merged(self, subject: Subject) -> bool:
        """Whether something is known to be merged for it."""
        return self._any(subject, MERGED)

    def _any(self, subject: Subject, verdict: str) -> bool:
        here = and_(
            within(subject.repo, table),
            table.c.number == subject.number,
            table.c.verdict == verdict,
        )
        with reading(self._engine) as connection:
            return connection.execute(select(exists().where(here))).scalar_one()

    def all_refused(self) -> tuple[RefusedChange, ...]:
        """Oldest first."""
        return tuple(
            RefusedChange(
                _subject(row), row.attempt, Gate(row.gate), row.about, _sketch(row), row.at
            )
            for row in self._all(REFUSED)
        )

    def all_merged(self) -> tuple[MergedChange, ...]:
        """Oldest first."""
        return tuple(
            MergedChange(_subject(row), row.about, _sketch(row), row.at)
            for row in self._all(MERGED)
        )

    def _keep(
        self, key: str, verdict: str, change: RefusedChange | MergedChange, which: Values
    ) -> None:
        repo, hashes = change.subject.repo, sorted(change.sketch.hashes)
        row = {
            "key": key,
            "verdict": verdict,
            "owner": repo.owner,
            "name": repo.name,
            "installation": repo.installation,
            "number": change.subject.number,
            "hashes": struct.pack(f">{len(hashes)}Q", *hashes),
            "bound": change.sketch.bound,
            "at": change.at,
            **which,
        }
        with writing(self._engine) as connection:
            insert_new(connection, table, [row])

    def _all(self, verdict: str) -> list[Row]:
        query = select(table).where(table.c.verdict == verdict).order_by(table.c.seq)
        with reading(self._engine) as connection:
            return list(connection.execute(query))


def _subject(row: Row) -> Subject:
    return Subject(Repo(row.owner, row.name, row.installation), row.number)


def _sketch(row: Row) -> Sketch:
    return Sketch(frozenset(struct.unpack(f">{len(row.hashes) // 8}Q", row.hashes)), row.bound)
