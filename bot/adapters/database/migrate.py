"""Bring a database to the schema of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from bot.adapters.database.engine import Lock, alone, open_database, sqlite_path, writing

SCRIPTS = Path(__file__).parent / "migrations"


def revisions() -> tuple[str, ...]:
    """Every version of the schema that this version of the bot knows, the oldest first."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return tuple(reversed([script.revision for script in scripts]))


def migrate(url: str, revision: str = "head") -> None:
    """Create or upgrade every table, to the newest or to one of `revisions`; does nothing when they
    are up to date.

    All revisions are one transaction, so a crash leaves the old schema. Two processes that start
    at once take turns.
    """
    engine = open_database(url)
    try:
        if engine.dialect.name == "sqlite":
            with alone(sqlite_path(engine.url)):
                _upgrade(engine, revision)
        else:
            _upgrade(engine, revision)
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    # Alembic's options treat a percent sign as the start of a variable.
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(engine: Engine, revision: str) -> None:
    config = _config()
    with writing(engine, Lock.SCHEMA) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
