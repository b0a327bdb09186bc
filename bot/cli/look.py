"""What the commands that look inside share: opening the records, and showing rows."""

import json
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from alembic.util import CommandError
from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy.exc import SQLAlchemyError

from bot.cli.start import fail_unfit
from bot.compose import Records, open_records
from bot.domain.wording.quoting import flatten
from bot.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
CELL_CHARS = 400
UNOPENED = (SQLAlchemyError, sqlite3.Error, CommandError, OSError, ValueError, ImportError)
"""What a wrong address, a damaged file, a newer schema or a missing driver raises."""


@contextmanager
def records_of(settings: Settings) -> Generator[Records]:
    """The records until the end of the block; exits 3 when the database cannot be used."""
    try:
        records = open_records(settings)
    except UNOPENED as error:
        # Without the error's own text: it may repeat the address, and the password in it.
        fail_unfit(f"The database cannot be opened ({type(error).__name__}).")
    try:
        yield records
    except SQLAlchemyError as error:
        fail_unfit(f"The database does not answer ({type(error).__name__}).")
    finally:
        records.database.dispose()


def show(columns: Sequence[str], rows: Sequence[Sequence[str]], nothing: str) -> None:
    """A table on a terminal, a plain line for each row in a log, `nothing` when there is none."""
    console = Console()
    cells = [[Text(flatten(cell, CELL_CHARS)) for cell in row] for row in rows]
    if not cells:
        console.print(Text(nothing))
    elif console.is_terminal:
        table = Table(*columns, box=None, header_style="bold")
        for row in cells:
            table.add_row(*row)
        console.print(table)
    else:
        for row in cells:
            console.print(Text("  ").join(cell for cell in row if cell.plain), soft_wrap=True)


def print_json(value: object) -> None:
    """One JSON document, in ASCII: nothing in it can steer a terminal."""
    typer.echo(json.dumps(value, indent=2, default=str))
