"""How a database is opened, and the two kinds of transaction on it."""

import sqlite3
from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from enum import IntEnum
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from bot.adapters.locks import hold

BUSY_SECONDS = 30.0


class Lock(IntEnum):
    """PostgreSQL advisory locks (SQLite lets one writer in at a time anyhow)."""

    SCHEMA = 0x65766F01
    LEDGER = 0x65766F02
    JOURNAL = 0x65766F03
    QUEUE = 0x65766F04
    LESSONS = 0x65766F05


def open_database(url: str) -> Engine:
    """An engine for a SQLite file or a PostgreSQL server; makes the file's folder, no tables.

    Raises ValueError for any other kind of database, and for SQLite in memory, which a second
    connection could not see.
    """
    parsed = _with_driver(make_url(url))
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    path = sqlite_path(parsed)
    path.parent.mkdir(parents=True, exist_ok=True)
    with alone(path):
        path.touch(mode=0o600)
        _write_ahead(path)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)
    return engine


def _with_driver(url: URL) -> URL:
    match url.get_backend_name():
        case "sqlite":
            return url.set(drivername="sqlite+pysqlite")
        case "postgresql" | "postgres":
            return url.set(drivername="postgresql+psycopg")
        case other:
            raise ValueError(f"{other} is not supported: use a sqlite or a postgresql URL")


def sqlite_path(url: URL) -> Path:
    """The file of a SQLite URL. Raises ValueError when it names none."""
    if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
        raise ValueError("the SQLite URL must name a file, such as sqlite:////var/lib/evolve/db")
    return Path(url.database)


def alone(path: Path) -> AbstractContextManager[None]:
    """Keep other processes from preparing the same file at the same moment."""
    return hold(path.with_name(f"{path.name}.lock"))


def _write_ahead(path: Path) -> None:
    """Readers and the one writer do not block each other; the file remembers this mode."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
    finally:
        connection.close()


def _configure(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
    del entry
    # The driver's own idea of when a transaction begins is switched off; `_begin` says it.
    connection.isolation_level = None
    # A damaged text must be readable, so that the journal can name the row it is in.
    connection.text_factory = _readable
    cursor = connection.cursor()
    # FULL: what was acknowledged outlives a power cut. The triggers make REPLACE a DELETE too.
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _readable(text: bytes) -> str:
    return text.decode(errors="backslashreplace")


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail at once, without waiting, when
    # another process wrote in between; so writers take the lock at their beginning.
    writes = "writes" in connection.get_execution_options()
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Generator[Connection]:
    """One consistent view."""
    with engine.begin() as connection:
        yield connection


@contextmanager
def writing(engine: Engine, lock: Lock | None = None) -> Generator[Connection]:
    """One transaction that commits at the end, alone under `lock` among all processes."""
    with engine.execution_options(writes=True).begin() as connection:
        if lock is not None and connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": int(lock)})
        yield connection


def unreachable(engine: Engine) -> str | None:
    """Why the database cannot be asked anything now, without its address; None when it can."""
    try:
        with reading(engine) as connection:
            connection.execute(text("SELECT 1 FROM alembic_version"))
    except SQLAlchemyError as error:
        return f"the database does not answer ({type(error).__name__})"
    return None
