"""What the database remembers, as one file that can be carried to another machine.

The durable engine's own tables stay behind: they hold serialized objects, and nothing of the kind
may be read from a branch that others can write. So do deliveries and transcripts, which are large.
"""

import sqlite3
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import update

from bot.adapters.database.columns import instant_text
from bot.adapters.database.engine import open_database, writing
from bot.adapters.database.journal import SqlJournal
from bot.adapters.database.migrate import migrate
from bot.adapters.database.tables import metadata, revisions, tasks
from bot.domain.revision import Came
from bot.domain.task import TaskState
from bot.memory.journal import Row, Tampered, verify

LEFT_BEHIND = ("inbox", "trajectory")
KEPT_CHARGES = timedelta(days=62)
"""No cap looks further back than a month, and no open task's charges are dropped."""

KNOWN = frozenset({*metadata.tables, "alembic_version", "sqlite_sequence"})


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
    a task is queued again as a new attempt, so that its branch is a new one, and a revision counts
    as never asked for.
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
    engine = open_database(f"sqlite:///{database}")
    try:
        rows = SqlJournal(engine).rows()
    finally:
        engine.dispose()
    verdict = verify(rows)
    return Spoilt(f"row {verdict.id}: {verdict.reason}") if isinstance(verdict, Tampered) else rows


def _inspect(copy: Path) -> Spoilt | None:
    """A database from outside may bring tables of ours and rows, and nothing that acts."""
    connection = sqlite3.connect(copy)
    try:
        connection.execute("PRAGMA trusted_schema=OFF")
        (sound,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        if sound != "ok":
            return Spoilt(f"it is damaged: {sound}")
        found = set(connection.execute("SELECT type, name, sql FROM sqlite_master"))
    except sqlite3.DatabaseError as error:
        return Spoilt(f"it is no database ({error})")
    finally:
        connection.close()
    acting = {(kind, name, sql) for kind, name, sql in found if kind in {"trigger", "view"}}
    strange = {name for kind, name, _ in found if kind == "table"} - KNOWN
    strange |= {name for _, name, _ in acting - _ours()}
    return Spoilt(f"it holds {', '.join(sorted(strange))}, which is not ours") if strange else None


@cache
def _ours() -> frozenset[tuple[str, str, str]]:
    """What acts in a fresh database of this version: the journal's triggers."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder, "fresh.db")
        migrate(f"sqlite:///{fresh}")
        connection = sqlite3.connect(fresh)
        try:
            asked = "SELECT type, name, sql FROM sqlite_master WHERE type IN ('trigger', 'view')"
            return frozenset(connection.execute(asked))
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
            dropped = update(revisions).where(revisions.c.came == Came.UNDER_WAY)
            connection.execute(dropped.values(came=Came.DROPPED, said="The machine was lost."))
            revising = update(tasks).where(tasks.c.state == TaskState.REVISING)
            connection.execute(revising.values(state=TaskState.PUBLISHED))
    finally:
        engine.dispose()
    connection = sqlite3.connect(copy)
    try:
        connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        connection.close()
    return rows


def folder_of(database: Path) -> Path:
    """Where the database lies or will lie; the folder is made where there is none."""
    database.parent.mkdir(parents=True, exist_ok=True)
    return database.parent
