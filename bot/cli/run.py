"""`evolve run`: one run over a repository, for cron and scheduled workflows, without a server."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import typer

from bot.adapters.github.credentials import TokenCredential
from bot.cli.control import owner_and_name
from bot.cli.look import print_json, records_of
from bot.cli.remembered import NoMemory
from bot.cli.run_follow import follow
from bot.cli.run_ground import restored, served
from bot.cli.run_order import NotRun, order_for
from bot.cli.run_plan import foresee
from bot.cli.run_show import as_document, failed, lines
from bot.cli.start import fail_unfit, usable_settings
from bot.compose import NotConfigured, compose, credential_of, now
from bot.domain.run import Order, Record, Run
from bot.domain.wording.quoting import flatten
from bot.engine.services import Services
from bot.kernel.values import Usd
from bot.settings import Settings
from bot.stages.github import NotAllowed, TryLater

LINE_CHARS = 400
WORKFLOW_LOGIN = "github-actions[bot]"
NO_CI = (
    "GITHUB_TOKEN of a workflow opens the pull requests: GitHub starts no CI for them. Close and"
    " reopen one to start it, or give the run an App's credentials"
)


def _dollars(text: str) -> str:
    amount = text.removeprefix("$")
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,4})?", amount, re.ASCII) or not float(amount):
        raise typer.BadParameter(f"write US dollars, such as 2.00, not {text!r}")
    return amount


def run_command(
    repo: Annotated[str, typer.Option(callback=owner_and_name, help="Over OWNER/NAME.")],
    max_changes: Annotated[int, typer.Option(help="Changes to publish.", min=0, max=20)] = 3,
    budget: Annotated[str, typer.Option(callback=_dollars, help="US dollars, at most.")] = "2.00",
    wait: Annotated[int, typer.Option(help="Seconds to wait for CI at the end.", min=0)] = 0,
    breaking: Annotated[bool, typer.Option(help="Take what is breaking, too.")] = False,
    state_branch: Annotated[
        str | None, typer.Option(help="Keep what is remembered in this branch.")
    ] = None,
    dry_run: Annotated[bool, typer.Option(help="Only say what is there, in order.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")] = False,
) -> None:
    """One run: look at everything, take the best tasks, propose, and stop."""
    settings = usable_settings()

    def say(line: str) -> None:
        typer.echo(flatten(line, LINE_CHARS), err=as_json)

    wanted = Order(Run("", Usd.of(budget), breaking), max_changes, wait)
    try:
        if dry_run:
            foresee(settings, repo, wanted, state_branch, as_json)
            return
        record, notes = _run(settings, repo, wanted, state_branch, say)
    except NotConfigured as unfit:
        fail_unfit(str(unfit))
    except (NotRun, NoMemory, NotAllowed, TryLater) as reason:
        typer.echo(f"The run came to no good end: {flatten(str(reason), LINE_CHARS)}", err=True)
        raise typer.Exit(1) from reason
    if as_json:
        print_json(as_document(record, notes))
    else:
        for line in (*lines(record), *notes):
            say(line)
    if failed(record):
        raise typer.Exit(1)


def _run(
    settings: Settings, name: str, wanted: Order, branch: str | None, say: Callable[[str], None]
) -> tuple[Record, tuple[str, ...]]:
    # The branch is read before the database is opened.
    memory = None if branch is None else restored(settings, name, branch, say)
    with records_of(settings) as records:
        services = compose(settings, records)
        repo = served(services, name)
        notes = _notes(settings, services)
        order = order_for(settings, records, repo, wanted, say)
        services = replace(services, run=order.run)
        if memory is not None:
            # Nothing was done yet, so whoever is slower loses nothing.
            memory.claim(services.github.remote(repo), order.run.id, now())
        record = follow(settings, records, services, repo, order, memory, say)
    return record, notes


def _notes(settings: Settings, services: Services) -> tuple[str, ...]:
    token = isinstance(credential_of(settings), TokenCredential)
    workflow = token and services.github.identity().login == WORKFLOW_LOGIN
    return (NO_CI,) if workflow else ()
