"""What every working command begins with: settings, logs, and an honest exit when unfit."""

from typing import NoReturn

import typer

from bot.logs import configure
from bot.settings import BadSettings, Settings, read_settings

NOT_FIT = 3


def usable_settings() -> Settings:
    """The settings, with logging set up; exits 3 and names every variable that is wrong."""
    settings = read_settings()
    if isinstance(settings, BadSettings):
        fail_unfit(str(settings))
    configure(settings.evolve_log)
    return settings


def fail_unfit(why: str) -> NoReturn:
    """Say what is missing and exit with 3."""
    typer.echo(f"{why}\n`evolve doctor` tells everything that is missing.", err=True)
    raise typer.Exit(NOT_FIT)
