"""Fresh databases for tests: migrated once, then copied, since a migration takes half a second."""

import tempfile
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from bot.adapters.database.migrate import migrate
from bot.domain.subject import Repo, Subject

NOW = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
REPO = Repo("octo", "hello", 7)
SUBJECT = Subject(REPO, 12)


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        migrate(f"sqlite:///{path}")
        return path.read_bytes()


def fresh_url(folder: Path, name: str = "evolve.db") -> str:
    """The URL of a new SQLite file that has every table."""
    path = folder / name
    path.write_bytes(_template())
    return f"sqlite:///{path}"
