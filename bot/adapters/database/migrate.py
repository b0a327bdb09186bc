"""Bring a database to the schema of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

from bot.adapters.database.engine import Lock, alone, open_database, sqlite_path, writing

SCRIPTS = Path(__file__).parent / "migrations"


def migrate(url: str) -> None:
    """Create or upgrade every table; does nothing when they are up to date.

    All revisions are one transaction, so a crash leaves the old schema. Two processes that start
    at once take turns.
    """
    engine = open_database(url)
    try:
        if engine.dialect.name == "sqlite":
            with alone(sqlite_path(engine.url)):
                _upgrade(engine)
        else:
            _upgrade(engine)
    finally:
        engine.dispose()


def _upgrade(engine: Engine) -> None:
    config = Config()
    # Alembic's options treat a percent sign as the start of a variable.
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with writing(engine, Lock.SCHEMA) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
