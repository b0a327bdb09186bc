"""`evolve sandbox`: run a command exactly as the bot would."""

import os
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, assert_never

import typer

from bot.adapters.bubblewrap import Bubblewrap
from bot.adapters.places import ScratchPlaces
from bot.cli.start import fail_unfit, usable_settings
from bot.stages.sandbox import Exited, Job, Killed, Limits, TimedOut, Unavailable

SECONDS, SECONDS_MOST = 60.0, 3600.0
TIMED_OUT, KILLED = 124, 137
"""The exit codes that `timeout` and a shell give for the same."""


def sandbox_command(
    command: Annotated[list[str], typer.Argument(help="The command and its arguments.")],
    directory: Annotated[
        Path | None,
        typer.Option(
            "--dir",
            help="Its work directory, which it may change; as root, its files are handed to an"
            " unprivileged user. An empty one when left out.",
            exists=True,
            file_okay=False,
            resolve_path=True,
        ),
    ] = None,
    seconds: Annotated[
        float, typer.Option(help="Kill it after so long.", min=1, max=SECONDS_MOST)
    ] = SECONDS,
) -> None:
    """Run a command as the bot would: no network, no secret, limits; its exit code is passed on.

    Exit code 3 and a reason when there is no sandbox here, 124 at the time limit, 137 at another.
    """
    home = usable_settings().home
    if directory is not None:
        _refuse_what_the_bot_never_binds(directory, home.resolve())
    with scratch(home) as empty:
        job = Job(tuple(command), directory or empty, Limits(seconds=seconds))
        outcome = Bubblewrap().run(job)
    match outcome:
        case Unavailable(reason=reason, remedy=remedy):
            fail_unfit(f"There is no sandbox here: {reason}. {remedy}.")
        case Exited(code=code, output=output):
            typer.echo(output, nl=False)
            raise typer.Exit(code)
        case TimedOut(output=output):
            typer.echo(output, nl=False)
            typer.echo(f"killed after {seconds:.0f} s", err=True)
            raise typer.Exit(TIMED_OUT)
        case Killed(reason=reason, output=output):
            typer.echo(output, nl=False)
            typer.echo(f"killed: {reason}", err=True)
            raise typer.Exit(KILLED)
        case never:
            assert_never(never)


@contextmanager
def scratch(home: Path) -> Generator[Path]:
    """An empty directory where the bot has its own; exits 3 when there can be none."""
    with ExitStack() as closing:
        try:
            place = closing.enter_context(ScratchPlaces(home / "work").fresh("command"))
        except OSError as error:
            fail_unfit(f"EVOLVE_HOME, {home}, cannot be used ({error.strerror}).")
        yield place


def _refuse_what_the_bot_never_binds(directory: Path, home: Path) -> None:
    """Our own state, the system, and a `.git`: wrong usage (exit 2)."""
    kept = (home, Path("/usr"), Path("/etc"), Path(sys.prefix), Path(sys.base_prefix))
    within = any(directory.is_relative_to(one) or one.is_relative_to(directory) for one in kept)
    if within or Path.home().resolve().is_relative_to(directory):
        why = "holds what no sandboxed command may change: copy the files to a directory apart"
    elif os.path.lexists(directory / ".git"):
        why = "holds a .git, which never enters the sandbox: copy the files without it"
    else:
        return
    raise typer.BadParameter(f"{directory} {why}", param_hint="--dir")
