"""One life of the bot's process: what it is built from, and how it is started on a disk."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import TypeVar

from bot.adapters.bubblewrap import Bubblewrap
from bot.adapters.claude import ClaudeModel
from bot.adapters.git import GitMirrors
from bot.adapters.github.adapter import RestGitHub
from bot.adapters.github.clients import Clients
from bot.adapters.github.credentials import AppCredential
from bot.adapters.github.pacer import UNPACED
from bot.adapters.index.library import SqliteLibrary
from bot.adapters.places import ScratchPlaces
from bot.compose import Records
from bot.domain.wording.receipt_view import Agent
from bot.engine.services import Operator, Services
from bot.kernel.values import Usd
from bot.memory.refusals import redaction
from bot.stages.model import CountOutcome, Model, ModelOutcome, Prompt
from forge.model import ModelServer
from forge.server import Forge
from forge.world.entities import App
from tests.engine.power import Storm

T = TypeVar("T")

MODEL_TIMEOUT_S = 20.0
SANDBOX = Bubblewrap()
OPERATOR = Operator(
    agent=Agent("0.1.0", "0123456789ab"),
    owners=frozenset(),
    per_day=Usd.of("10"),
    per_month=Usd.of("100"),
    per_installation=Usd.of("100"),
)


@dataclass
class Clock:
    """The real time, and what was slept through without waiting for it."""

    ahead: float = 0.0

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.ahead)

    def seconds(self) -> float:
        return monotonic() + self.ahead

    def sleep(self, seconds: float) -> None:
        self.ahead += seconds


@dataclass
class Interrupted:
    """A model; before its n-th answer something happens in the world."""

    model: Model
    call: int
    happening: Callable[[], None]
    calls: int = 0

    def count_tokens(self, prompt: Prompt) -> CountOutcome:
        return self.model.count_tokens(prompt)

    def complete(self, prompt: Prompt) -> ModelOutcome:
        self.calls += 1
        if self.calls == self.call:
            self.happening()
        return self.model.complete(prompt)


@dataclass
class Bot:
    """One life of the bot's process: its adapters, until the power is cut."""

    services: Services
    clients: Clients
    model: ClaudeModel

    def close(self) -> None:
        self.clients.close()
        self.model.close()


@dataclass(frozen=True, slots=True)
class Machine:
    """What outlives a process: the disk, the clock, and what is reached over the network."""

    home: Path
    clock: Clock
    records: Records
    forge: Forge
    model: ModelServer
    app: App


def start(machine: Machine, storm: Storm | None = None) -> Bot:
    """A new process; in a storm the power may fail after anything it does."""
    clients = Clients(
        AppCredential(machine.app.id, machine.app.private_key_pem),
        machine.forge.api_url,
        pace=UNPACED,
        settle_s=0,
        clock=machine.clock.seconds,
        sleep=machine.clock.sleep,
        redacted=lambda about, kinds, digest: machine.records.refusals.record(
            redaction(about, kinds, digest, machine.clock.now())
        ),
    )
    model = ClaudeModel(machine.model.api_key, machine.model.url, MODEL_TIMEOUT_S)
    records = machine.records
    services = Services(
        github=RestGitHub(clients),
        model=model,
        sandbox=SANDBOX,
        git=GitMirrors(machine.home / "mirrors"),
        library=SqliteLibrary(machine.home / "index", machine.home / "mirrors"),
        places=ScratchPlaces(machine.home / "work"),
        inbox=records.inbox,
        tasks=records.tasks,
        controls=records.controls,
        ledger=records.ledger,
        journal=records.journal,
        revisions=records.revisions,
        watches=records.watches,
        failures=records.failures,
        assignments=records.assignments,
        lessons=records.lessons,
        refusals=records.refusals,
        judged=records.judged,
        chronicle=records.chronicle,
        trajectory=records.trajectory,
        tunings=records.tunings,
        happenings=records.happenings,
        clock=machine.clock.now,
        operator=OPERATOR,
    )
    return Bot(services if storm is None else _in(storm, services), clients, model)


def _in(storm: Storm, services: Services) -> Services:
    return replace(
        services,
        github=storm.over(services.github),
        model=storm.over(services.model),
        tasks=storm.over(services.tasks),
        ledger=storm.over(services.ledger),
        journal=storm.over(services.journal),
        failures=storm.over(services.failures),
        lessons=storm.over(services.lessons),
        refusals=storm.over(services.refusals),
        trajectory=storm.over(services.trajectory),
        tunings=storm.over(services.tunings),
    )


class Servers:
    """Servers that are stopped side by side: each takes a moment, and there are many towns."""

    def __init__(self) -> None:
        self._stops: list[ExitStack] = []

    def enter_context(self, server: AbstractContextManager[T]) -> T:
        stop = ExitStack()
        self._stops.append(stop)
        return stop.enter_context(server)

    def stop(self) -> None:
        with ThreadPoolExecutor(len(self._stops)) as pool:
            list(pool.map(ExitStack.close, self._stops))
