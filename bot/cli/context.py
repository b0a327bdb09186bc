"""`evolve context`: what the model would be shown, ranked, one `path:START-END` a line."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot.adapters.index.library import SqliteLibrary
from bot.adapters.index.source import git_directory, head
from bot.stages.select.choose import choose
from bot.stages.select.corpus import open_corpus
from bot.stages.workspace import Unusable

HOME = "~/.local/share/evolve-bot"
"""As in the settings, which take longer to import than this command takes to answer."""


def context_command(
    repo: Annotated[
        Path, typer.Option(exists=True, file_okay=False, help="A work tree or a bare clone.")
    ],
    query_file: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="The issue: a title line, then text.")
    ],
    top: Annotated[int, typer.Option(help="At most so many files.", min=1)] = 20,
    tokens: Annotated[int, typer.Option(help="At most so many tokens.", min=100)] = 40_000,
) -> None:
    """Print what the model would be shown at HEAD: sources by their worth, then their tests."""
    home = Path(os.environ.get("EVOLVE_HOME") or HOME).expanduser()
    library = SqliteLibrary(home / "index", home / "mirrors")
    try:
        directory = git_directory(repo)
        with library.open_directory(directory) as shelf:
            corpus = open_corpus(shelf, head(directory))
            chosen = choose(corpus, query_file.read_text(errors="replace"), tokens, top)
    except Unusable as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from error
    for one in (*chosen.sources, *chosen.tests):
        typer.echo(f"{one.path}:{one.start}-{one.end}")
