"""The `evolve` command as a person runs it, on a home of its own with a real database."""

import logging
from datetime import datetime
from pathlib import Path

from typer.testing import CliRunner, Result

from bot.cli.app import app
from bot.compose import Records, open_records
from bot.domain.subject import Repo, Subject
from bot.domain.task import Task
from bot.kernel.values import Usd
from bot.memory.tasks import Admittance
from bot.settings import Settings, read_settings
from tests.adapters.databases import NOW, fresh_url

REPO = Repo("octo", "hello", 7)


def evolve(home: Path, *arguments: str, **variables: str) -> Result:
    """Run one command with nothing set in the environment but these."""
    unset = {name: None for field in Settings.model_fields for name in _names(field)}
    environment = {**unset, "EVOLVE_HOME": str(home), **variables}
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        return CliRunner().invoke(app, list(arguments), env=environment)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def words(text: str) -> str:
    """What a usage error says, without the box that it is drawn in."""
    return " ".join(text.replace("│", " ").split())


def _names(field: str) -> tuple[str, str]:
    return field.upper(), f"{field.upper()}_FILE"


def records_in(home: Path) -> Records:
    """The records of a new home, as the bot itself opens them."""
    fresh_url(home)
    settings = read_settings({"EVOLVE_HOME": str(home)})
    assert isinstance(settings, Settings)
    return open_records(settings)


def admitted(records: Records, number: int, repo: Repo = REPO, at: datetime = NOW) -> Task:
    """A queued task."""
    return records.tasks.admit(
        Admittance(
            subject=Subject(repo, number),
            pinned="p",
            title=f"title of {number}",
            by=1,
            login="ada",
            at=at,
            votes=0,
            cap=Usd.of("2.00"),
        )
    )
