"""`evolve pause` and `evolve resume`: the kill switch, for everything or for one repository."""

from typing import Annotated

import typer

from bot.cli.look import records_of
from bot.cli.start import usable_settings
from bot.compose import now
from bot.domain.subject import Repo

EVERYTHING = "*"
BY = "the operator"
"""Who paused, as comments on GitHub say it: an account's name here is nobody's business there."""


def owner_and_name(text: str) -> str:
    """A repository's name as it was given, if it can be one; else wrong usage (exit 2)."""
    parts = text.split("/")
    if len(parts) != 2 or not all(parts) or any(c.isspace() for c in text):
        raise typer.BadParameter(f"write OWNER/NAME, not {text!r}")
    return text


RepoOption = Annotated[
    str | None,
    typer.Option(callback=lambda text: text and owner_and_name(text), help="Only OWNER/NAME."),
]


def pause_command(repo: RepoOption = None) -> None:
    """Stop: no task is taken, no model is called, nothing is merged, until `evolve resume`."""
    with records_of(usable_settings()) as records:
        records.controls.pause(repo or EVERYTHING, BY, now())
    again = f"evolve resume --repo {repo}" if repo else "evolve resume"
    typer.echo(f"Paused {repo or 'everything'}; `{again}` goes on.")


def resume_command(repo: RepoOption = None) -> None:
    """Go on after a pause; running workers notice within minutes."""
    with records_of(usable_settings()) as records:
        records.controls.resume(repo or EVERYTHING)
        by = records.controls.paused(Repo(*repo.split("/"), 0)) if repo else None
    if by is not None:
        typer.echo(f"{repo} stays paused: {by} paused everything; run `evolve resume`.", err=True)
        raise typer.Exit(1)
    rest = "" if repo else " A repository paused by its name stays so: `evolve resume --repo`."
    typer.echo(f"Resumed {repo or 'everything'}.{rest}")
