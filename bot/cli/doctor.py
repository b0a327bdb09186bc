"""`evolve doctor`: what is missing here, and how to mend it. It changes nothing."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.fitness import Absent, Finding, Level, Observed, Present, diagnose, fit
from bot.settings import BadSettings, Settings, read_settings

LEAST_GIT = (2, 31)
"""The first git that takes its configuration, and so our token, from the environment."""

NOT_FIT = 3
"""The exit code that means: the environment is not fit."""

_COLOURS = {Level.GOOD: "green", Level.NOTE: "yellow", Level.MISSING: "red"}
_SIGNS = {Level.GOOD: "ok", Level.NOTE: "note", Level.MISSING: "missing"}


def doctor_command(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """Look at settings, credentials, GitHub, sandbox and database; say how to mend what is not.

    Exit code 0 when the bot can work here, 3 when something is missing.
    """
    settings = read_settings()
    findings = diagnose(settings, observe(settings))
    typer.echo(to_json(findings)) if as_json else show(findings, Console())
    if not fit(findings):
        raise typer.Exit(NOT_FIT)


def observe(settings: Settings | BadSettings) -> Observed:
    """Look at this machine, and at GitHub when there is a credential to look with."""
    usable = settings if isinstance(settings, Settings) else None
    return Observed(
        git=_git(),
        sandbox=_sandbox(),
        home=_writable(usable.home) if usable else _unknown(),
        database=_database(usable.database_url) if usable else _unknown(),
        github=_github(usable) if usable else (),
    )


def to_json(findings: tuple[Finding, ...]) -> str:
    """`{"fit": …, "findings": [{"name", "level", "detail", "mend"}, …]}`."""
    shown = [
        {"name": one.name, "level": one.level, "detail": one.detail, "mend": one.mend}
        for one in findings
    ]
    return json.dumps({"fit": fit(findings), "findings": shown}, indent=2)


def show(findings: tuple[Finding, ...], console: Console) -> None:
    """A table on a terminal, plain lines in a log, and one sentence to end with."""
    if console.is_terminal:
        table = Table(box=None, header_style="bold")
        for column in ("", "what", "found", "how to mend it"):
            table.add_column(column, overflow="fold")
        for one in findings:
            sign = Text(_SIGNS[one.level], style=_COLOURS[one.level])
            table.add_row(sign, Text(one.name), Text(one.detail), Text(one.mend))
        console.print(table)
    else:
        for one in findings:
            cure = f" -> {one.mend}" if one.mend else ""
            line = Text(f"{_SIGNS[one.level]:<8}{one.name}: {one.detail}{cure}")
            console.print(line, soft_wrap=True)
    missing = sum(one.level is Level.MISSING for one in findings)
    verdict = f"{missing} missing: the bot cannot work here yet." if missing else "Fit to work."
    console.print(Text(verdict, style="bold"))


def _git() -> Present | Absent:
    cure = f"install git {'.'.join(map(str, LEAST_GIT))} or newer: apt-get install git"
    program = shutil.which("git")
    if program is None:
        return Absent("git is not installed", cure)
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout.strip()
    except (OSError, subprocess.SubprocessError) as error:
        return Absent(f"git does not run ({type(error).__name__})", cure)
    match = re.search(r"(\d+)\.(\d+)", said)
    if match is None or (int(match[1]), int(match[2])) < LEAST_GIT:
        return Absent(f"{said} is too old", cure)
    return Present(said)


def _sandbox() -> Present | Absent:
    from bot.adapters.bubblewrap import Bubblewrap

    refused = Bubblewrap().check()
    return Absent(refused.reason, refused.remedy) if refused else Present("bubblewrap works here")


def _writable(folder: Path) -> Present | Absent:
    """Judged from the nearest folder that is there, so that looking makes nothing."""
    there = next(one for one in (folder, *folder.parents) if one.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return Present(f"{folder} can be written")
    return Absent(f"{there} cannot be written", "set EVOLVE_HOME to a folder you may write to")


def _database(url: str) -> Present | Absent:
    from sqlalchemy import make_url, text
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    from bot.adapters.database.engine import open_database, sqlite_path

    cure = "set EVOLVE_DATABASE_URL to sqlite:////PATH/evolve.db or postgresql://USER@HOST/NAME"
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            folder = _writable(sqlite_path(parsed).absolute().parent)
            return folder if isinstance(folder, Present) else Absent(folder.reason, cure)
        engine = open_database(url)
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        finally:
            engine.dispose()
    except (ArgumentError, ValueError) as error:
        # SQLAlchemy's own message repeats the address, and the password in it.
        own = isinstance(error, ValueError) and not isinstance(error, ArgumentError)
        return Absent(str(error) if own else "this is no database address", cure)
    except (SQLAlchemyError, ImportError) as error:
        return Absent(f"the database does not answer ({type(error).__name__})", cure)
    return Present(parsed.render_as_string(hide_password=True))


def _github(settings: Settings) -> tuple[Finding, ...]:
    """What GitHub says of our credential; nothing is asked when there is none."""
    from bot.adapters.github import doctor as github
    from bot.adapters.github.credentials import AppCredential, TokenCredential

    key, token = settings.github_app_private_key, settings.github_token
    if settings.github_app_id and key:
        credential = AppCredential(settings.github_app_id, key.get_secret_value())
    elif token:
        credential = TokenCredential(token.get_secret_value())
    else:
        return ()
    levels = {
        github.Level.GOOD: Level.GOOD,
        github.Level.WARNING: Level.NOTE,
        github.Level.FAULT: Level.MISSING,
    }
    found = github.probe(credential, settings.github_api_url)
    return tuple(Finding("GitHub", levels[one.level], one.what, one.mend) for one in found)


def _unknown() -> Absent:
    return Absent("not looked at while the settings are wrong", "mend the settings first")
