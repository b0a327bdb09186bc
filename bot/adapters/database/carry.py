"""What the database remembers, as one file that can be carried to another machine.

The durable engine's own tables stay behind: they hold serialized objects, and nothing of the kind
may be read from a branch that others can write. So do deliveries and transcripts, which are large.
"""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeAlias

from sqlalchemy import Connection, Select, delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from bot.adapters.database.columns import instant_text
from bot.adapters.database.engine import open_database, reading, writing
from bot.adapters.database.journal import SqlJournal
from bot.adapters.database.migrate import migrate, revisions
from bot.adapters.database.tables import (
    lesson_evidence,
    lesson_uses,
    lessons,
    metadata,
    pauses,
    tasks,
    tickets,
)
from bot.adapters.database.tables import revisions as rounds
from bot.domain.lessons.lesson import Sort
from bot.domain.revision import Came
from bot.domain.task import TaskState
from bot.memory.journal import Row, Tampered, verify

LEFT_BEHIND = ("inbox", "trajectory")
KEPT_CHARGES = timedelta(days=62)
"""No cap looks further back than a month, and no open task's charges are dropped."""

KNOWN = frozenset({*metadata.tables, "alembic_version", "sqlite_sequence"})

EVERYWHERE = "*"
"""The scope of a pause that holds for every repository."""

Part: TypeAlias = tuple[str, str, str | None]
"""A part of a schema: what it is, its name, and the statement that makes it."""


@dataclass(frozen=True, slots=True)
class Spoilt:
    """The file cannot be used, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Packed:
    """The file, and the rows of the journal in it."""

    data: bytes
    rows: tuple[Row, ...]


def pack(database: Path, now: datetime) -> Packed | Spoilt:
    """A copy of a SQLite database that is in use, without what stays behind."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "memory.db")
        source, target = sqlite3.connect(database), sqlite3.connect(copy, isolation_level=None)
        try:
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
            target.execute("PRAGMA foreign_keys=OFF")
            listed = target.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for name in sorted({name for (name,) in listed.fetchall()} - KNOWN):
                target.execute(f'DROP TABLE "{name.replace(chr(34), "")}"')
            for name in LEFT_BEHIND:
                target.execute(f"DELETE FROM {name}")
            old = instant_text(now - KEPT_CHARGES)
            ended = "SELECT id FROM tasks WHERE state = 'ended'"
            drop = f"DELETE FROM charges WHERE at < ? AND task IN ({ended})"
            target.execute(drop, (old,))
            target.execute("VACUUM")
        finally:
            source.close()
            target.close()
        data, rows = copy.read_bytes(), journal_of(copy)
    return rows if isinstance(rows, Spoilt) else Packed(data, rows)


def unpack(data: bytes, database: Path) -> tuple[Row, ...] | Spoilt:
    """Put a packed file in the place of a database that nobody uses; the journal's rows.

    It is brought to the newest schema. What was being worked on when it was packed is put back:
    a task is queued again as a new attempt, so that its branch is a new one, a revision counts as
    never asked for, and no ticket holds.
    """
    with tempfile.TemporaryDirectory(dir=folder_of(database)) as folder:
        copy = Path(folder, "memory.db")
        copy.touch(mode=0o600)
        copy.write_bytes(data)
        spoilt = _inspect(copy)
        if spoilt is not None:
            return spoilt
        rows = _put_back(copy)
        if isinstance(rows, Spoilt):
            return rows
        for suffix in ("-wal", "-shm"):
            database.with_name(database.name + suffix).unlink(missing_ok=True)
        copy.replace(database)
    return rows


def journal_of(database: Path) -> tuple[Row, ...] | Spoilt:
    """The journal of a database file, if its chain holds."""
    try:
        engine = open_database(f"sqlite:///{database}")
        try:
            rows = SqlJournal(engine).rows()
        finally:
            engine.dispose()
    except (sqlite3.DatabaseError, SQLAlchemyError) as error:
        return Spoilt(f"it holds no journal ({type(error).__name__})")
    verdict = verify(rows)
    return Spoilt(f"row {verdict.id}: {verdict.reason}") if isinstance(verdict, Tampered) else rows


def repositories_in(database: Path) -> frozenset[str]:
    """Of which repositories (`owner/name`, in lower case) a database of this version tells."""
    engine = open_database(f"sqlite:///{database}")
    try:
        with reading(engine) as connection:
            named = (name for asked in _naming() for name in connection.execute(asked).scalars())
            return frozenset(name.lower() for name in named if name != EVERYWHERE)
    finally:
        engine.dispose()


def _naming() -> Iterator[Select[str]]:
    for table in metadata.sorted_tables:
        if {"owner", "name"} <= {*table.c.keys()}:
            yield select(table.c.owner + "/" + table.c.name).distinct()
        elif "repo" in table.c:
            yield select(table.c.repo).distinct()
    yield select(pauses.c.scope)


def holds_any(data: bytes, secrets: Iterable[str]) -> bool:
    """Whether one of these is in a packed file, also where its pages part what belongs together."""
    known = [one for one in secrets if one]
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(data)
        connection.text_factory = _lossless
        return any(secret in line for line in connection.iterdump() for secret in known)
    finally:
        connection.close()


def _lossless(text: bytes) -> str:
    return text.decode(errors="surrogateescape")


def _inspect(copy: Path) -> Spoilt | None:
    """A database from outside may bring rows. Every table, index and trigger has to be made as this
    bot makes it: a missing constraint or trigger is as bad as a strange one."""
    connection = sqlite3.connect(copy)
    try:
        # What SQLite advises for files of others: https://www.sqlite.org/security.html
        for pragma in ("trusted_schema=OFF", "cell_size_check=ON", "mmap_size=0"):
            connection.execute(f"PRAGMA {pragma}")
        found = _schema(connection)
        strange = {name for kind, name, _ in found if kind == "table"} - KNOWN
        acting = {part for part in found if part[0] in {"trigger", "view"}}
        newest = _as_made(revisions()[-1])
        strange |= {name for _, name, _ in acting - newest}
        if strange:
            return Spoilt(f"it holds {', '.join(sorted(strange))}, which is not ours")
        if not {part for part in newest if part[1] == "alembic_version"} <= found:
            return Spoilt("it does not tell its version")
        told = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        known = [one for one in revisions() if told == [(one,)]]
        if not known:
            return Spoilt("its version is not one that this version of the bot knows")
        if changed := {name for _, name, _ in found ^ _as_made(known[0])}:
            return Spoilt(f"{', '.join(sorted(changed))}: not as this bot makes it")
        (sound,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        (encoding,) = connection.execute("PRAGMA encoding").fetchone()
    except sqlite3.DatabaseError as error:
        return Spoilt(f"it is no database ({error})")
    finally:
        connection.close()
    if sound != "ok":
        return Spoilt(f"it is damaged: {sound}")
    return None if encoding == "UTF-8" else Spoilt(f"its texts are in {encoding}")


def _schema(connection: sqlite3.Connection) -> frozenset[Part]:
    return frozenset(connection.execute("SELECT type, name, sql FROM sqlite_master"))


@cache
def _as_made(revision: str) -> frozenset[Part]:
    """What a fresh database of this version is made of."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder, "fresh.db")
        migrate(f"sqlite:///{fresh}", revision)
        connection = sqlite3.connect(fresh)
        try:
            return _schema(connection)
        finally:
            connection.close()


def _put_back(copy: Path) -> tuple[Row, ...] | Spoilt:
    url = f"sqlite:///{copy}"
    migrate(url)
    rows = journal_of(copy)
    if isinstance(rows, Spoilt):
        return rows
    engine = open_database(url)
    try:
        with writing(engine) as connection:
            working = update(tasks).where(tasks.c.state == TaskState.WORKING)
            again = {"state": TaskState.QUEUED, "attempt": tasks.c.attempt + 1, "stage": ""}
            connection.execute(working.values(again))
            dropped = update(rounds).where(rounds.c.came == Came.UNDER_WAY)
            connection.execute(dropped.values(came=Came.DROPPED, said="The machine was lost."))
            revising = update(tasks).where(tasks.c.state == TaskState.REVISING)
            connection.execute(revising.values(state=TaskState.PUBLISHED))
            # Nobody holds one any more, and the names of those to come can be foreseen.
            connection.execute(delete(tickets))
            _forget_recipes(connection)
    finally:
        engine.dispose()
    connection = sqlite3.connect(copy)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()
    return rows


def _forget_recipes(connection: Connection) -> None:
    """What sets up the tests runs with network and carries every proof: it comes from the base
    branch alone, so it is found out anew here."""
    recipes = select(lessons.c.id).where(lessons.c.sort == Sort.SETUP)
    for table in (lesson_uses, lesson_evidence):
        connection.execute(delete(table).where(table.c.lesson.in_(recipes)))
    connection.execute(delete(lessons).where(lessons.c.sort == Sort.SETUP))


def folder_of(database: Path) -> Path:
    """Where the database lies or will lie; the folder is made where there is none."""
    database.parent.mkdir(parents=True, exist_ok=True)
    return database.parent
