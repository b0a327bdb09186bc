"""Databases for the bench: migrated once, then copied, in memory where the system allows it."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from bench.budget.books import Books
from bot.adapters.database.engine import open_database
from bot.adapters.database.ledger import SqlLedger
from bot.adapters.database.migrate import migrate

_MEMORY = Path("/dev/shm")
"""What is kept here needs no disk to confirm each commit; what the ledger does is the same."""


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        migrate(f"sqlite:///{folder}/template.db")
        return (Path(folder) / "template.db").read_bytes()


@contextmanager
def fresh_file() -> Generator[Path]:
    """An empty database with every table."""
    with tempfile.TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None) as folder:
        path = Path(folder) / "evolve.db"
        path.write_bytes(_template())
        yield path


@contextmanager
def fresh_ledger() -> Generator[tuple[SqlLedger, Books]]:
    """A ledger, and a witness of its own connection."""
    with fresh_file() as path, opened(path) as both:
        yield both


@contextmanager
def opened(path: Path) -> Generator[tuple[SqlLedger, Books]]:
    """The ledger in this file, and a witness."""
    engine, books = open_database(f"sqlite:///{path}"), Books(path)
    try:
        yield SqlLedger(engine), books
    finally:
        books.close()
        engine.dispose()
