"""`evolve run`: one run over a repository, for cron and scheduled workflows, without a server."""

import re
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING, Annotated, assert_never

import typer

from bot.adapters.github.credentials import TokenCredential
from bot.cli.look import print_json, records_of
from bot.cli.remembered import NoMemory, Remembered, remembered
from bot.cli.run_show import as_document, failed, lines
from bot.cli.start import fail_unfit, usable_settings
from bot.compose import NotConfigured, Records, compose, credential_of, now
from bot.domain.priority import best
from bot.domain.run import Order, Purse, Record, Run, kept_by_run, run_id
from bot.domain.subject import Repo
from bot.domain.task import TaskState
from bot.domain.wording.quoting import flatten
from bot.engine.services import Services
from bot.engine.subjects import allowed, subjects_of
from bot.kernel.values import Usd
from bot.settings import Settings
from bot.stages.github import NotAllowed, TryLater

if TYPE_CHECKING:
    from bot.engine.durable import Engine

POLL_S = 0.5
DRAIN_S = 20
LINE_CHARS = 400
WORKFLOW_LOGIN = "github-actions[bot]"
NO_CI = (
    "GITHUB_TOKEN of a workflow opens the pull requests: GitHub starts no CI for them. Close and"
    " reopen one to start it, or give the run an App's credentials"
)


class NotRun(Exception):
    """The run could not come to its end; the message says why."""


def _dollars(text: str) -> str:
    amount = text.removeprefix("$")
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,4})?", amount, re.ASCII) or not float(amount):
        raise typer.BadParameter(f"write US dollars, such as 2.00, not {text!r}")
    return amount


def _named(text: str) -> str:
    parts = text.split("/")
    if len(parts) != 2 or not all(parts) or any(c.isspace() for c in text):
        raise typer.BadParameter(f"write OWNER/NAME, not {text!r}")
    return text


def run_command(
    repo: Annotated[str, typer.Option(callback=_named, help="Over OWNER/NAME.")],
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

    wanted = Order(Run("", Usd.of(budget)), max_changes, wait, breaking)
    try:
        if dry_run:
            _foresee(settings, repo, wanted, state_branch, as_json)
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
    memory = None
    if branch is not None:
        # The branch is read before the database is opened, so GitHub is asked by other services.
        memory = _restored(settings, name, branch, say)
    with records_of(settings) as records:
        services = compose(settings, records)
        repo = _repo(services, name)
        notes = _notes(settings, services)
        record = _work(settings, records, services, repo, wanted, memory, say)
    return record, notes


def _foresee(
    settings: Settings, name: str, wanted: Order, branch: str | None, as_json: bool
) -> None:
    """What a run would begin with. Nothing is written, no model is asked."""
    if branch is not None:
        _restored(settings, name, branch, lambda line: typer.echo(line, err=as_json))
    with records_of(settings) as records:
        services = compose(settings, records)
        repo = _repo(services, name)
        subjects = subjects_of(services, repo)
        queued = [one for one in records.tasks.open_in(repo) if one.state is TaskState.QUEUED]
        ranked = best(queued, now(), {})
    kept = [kept_by_run(one.task, wanted, Purse(wanted.run.cap)) for one in ranked]
    if as_json:
        considered = [
            {"issue": one.task.subject.number, "why": one.why, "left": why and why.said}
            for one, why in zip(ranked, kept, strict=True)
        ]
        looked = [subject.number for subject in subjects]
        print_json({"repo": repo.full, "looks_at": looked, "considered": considered})
        return
    numbers = ", ".join(f"#{subject.number}" for subject in subjects)
    typer.echo(f"A run would look at {numbers or 'nothing'}.")
    for one, why in zip(ranked, kept, strict=True):
        typer.echo(flatten(f"{one.why}{f'; left: {why.said}' if why else ''}", LINE_CHARS))


def _restored(settings: Settings, name: str, branch: str, say: Callable[[str], None]) -> Remembered:
    from bot.adapters.github.adapter import RestGitHub
    from bot.adapters.github.clients import Clients

    clients = Clients(credential_of(settings), settings.github_api_url)
    try:
        github = RestGitHub(clients)
        found = [one for one in github.repositories() if one.full.lower() == name.lower()]
        if not found:
            raise NotRun(f"{name} is not there, or is not granted to these credentials")
        memory = remembered(settings, found[0].full, branch, github.identity().signature())
        say(f"state: {memory.restore(github.remote(found[0]))}")
    finally:
        clients.close()
    return memory


def _repo(services: Services, name: str) -> Repo:
    for one in services.github.repositories():
        if one.full.lower() == name.lower():
            if not allowed(services, one):
                raise NotRun(f"{one.owner} is not in EVOLVE_ALLOWED_OWNERS")
            return one
    raise NotRun(f"{name} is not there, or is not granted to these credentials")


def _notes(settings: Settings, services: Services) -> tuple[str, ...]:
    token = isinstance(credential_of(settings), TokenCredential)
    workflow = token and services.github.identity().login == WORKFLOW_LOGIN
    return (NO_CI,) if workflow else ()


def _work(
    settings: Settings,
    records: Records,
    services: Services,
    repo: Repo,
    wanted: Order,
    memory: Remembered | None,
    say: Callable[[str], None],
) -> Record:
    from bot.engine.durable import Engine, SlotTaken, unfinished

    order = unfinished(settings.database_url, records.database, repo.full)
    if order is None:
        order = replace(wanted, run=Run(run_id(repo.full, now()), wanted.run.cap))
        say(f"{order.run.id}: at most {order.max_changes} changes and {order.run.cap}")
    else:
        say(f"{order.run.id} was cut off and goes on, as it was ordered then")
    services = replace(services, run=order.run)
    try:
        engine = Engine(services, settings.database_url, settings.home, slot=0, workers=1)
    except SlotTaken as taken:
        fail_unfit(str(taken))
    try:
        engine.queue.cycle(repo, order)
        return _followed(engine, records, services, repo, order, memory, say)
    finally:
        engine.close(DRAIN_S)


def _followed(
    engine: "Engine",
    records: Records,
    services: Services,
    repo: Repo,
    order: Order,
    memory: Remembered | None,
    say: Callable[[str], None],
) -> Record:
    """Tell what happens until the run is over; what is remembered is saved at each ending."""
    stop = _Stop()
    since, told, rows = now(), set[tuple[int, int]](), len(records.journal.rows())

    def save() -> None:
        if memory is not None:
            memory.save(services.github.remote(repo), order.run.id, now())

    while True:
        outcome = engine.record(order.run.id)
        for task in reversed(records.tasks.all()):
            for number, mark in enumerate(records.tasks.story(task.id)):
                key = (task.id, number)
                if mark.at >= since and key not in told:
                    told.add(key)
                    say(f"#{task.subject.number} {mark.stage} {mark.detail}".rstrip())
        match outcome:
            case Record():
                save()
                return outcome
            case str():
                save()
                raise NotRun(f"{order.run.id}: {outcome}")
            case None:
                pass
            case never:
                assert_never(never)
        if stop.asked:
            save()
            raise NotRun(f"{order.run.id} was stopped; the next run goes on")
        if (count := len(records.journal.rows())) != rows:
            rows = count
            save()
        time.sleep(POLL_S)


class _Stop:
    """Set by the first signal; a second one kills."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        del frame
        signal.signal(number, signal.SIG_DFL)
        self.asked = True
