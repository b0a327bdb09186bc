"""A run in this process: its engine, what it tells meanwhile, and what is saved on the way."""

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import FrameType
from typing import TYPE_CHECKING, assert_never

from bot.cli.remembered import NoMemory, Remembered
from bot.cli.run_order import NotRun
from bot.cli.start import fail_unfit
from bot.compose import Records, now
from bot.domain.run import Order, Record
from bot.domain.subject import Repo
from bot.engine.services import Services
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.engine.durable import Engine

POLL_S = 0.5
DRAIN_S = 20
RENEWED = timedelta(minutes=5)
"""How old the claim on the state branch may become, though there is nothing new to save."""


def follow(
    settings: Settings,
    records: Records,
    services: Services,
    repo: Repo,
    order: Order,
    memory: Remembered | None,
    say: Callable[[str], None],
) -> Record:
    """Carry out the order, to its record. Raises NotRun, or NoMemory where nothing can be kept."""
    from bot.engine.durable import Engine
    from bot.engine.slots import SlotTaken

    try:
        engine = Engine(services, settings.database_url, settings.home, slot=0, workers=1)
    except SlotTaken as taken:
        fail_unfit(str(taken))
    try:
        engine.queue.cycle(repo, order)
        return _until_over(engine, order, _Diary(records, services, repo, memory, say))
    finally:
        engine.close(DRAIN_S)


def _until_over(engine: "Engine", order: Order, diary: "_Diary") -> Record:
    stop = _Stop()
    while True:
        outcome = engine.record(order.run.id)
        diary.tell()
        match outcome:
            case Record():
                return _kept(outcome, diary)
            case str():
                diary.end(order.run.id)
                raise NotRun(f"{order.run.id}: {outcome}")
            case None:
                pass
            case never:
                assert_never(never)
        if stop.asked:
            diary.end(order.run.id)
            raise NotRun(f"{order.run.id} was stopped; the next run goes on")
        diary.keep(order.run.id)
        time.sleep(POLL_S)


def _kept(record: Record, diary: "_Diary") -> Record:
    """What came of it is told in any case, also where nobody will remember it."""
    try:
        diary.end(record.run)
    except NoMemory as lost:
        return replace(record, problems=(*record.problems, f"state: {lost}"))
    return record


@dataclass
class _Diary:
    """What was told of a run, and what of it was saved."""

    records: Records
    services: Services
    repo: Repo
    memory: Remembered | None
    say: Callable[[str], None]
    since: datetime = field(default_factory=now)
    told: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._rows, self._saved = len(self.records.journal.rows()), self.since

    def tell(self) -> None:
        """Each stage that a task has entered since."""
        for task in reversed(self.records.tasks.all()):
            for number, mark in enumerate(self.records.tasks.story(task.id)):
                key = (task.id, number)
                if mark.at >= self.since and key not in self.told:
                    self.told.add(key)
                    self.say(f"#{task.subject.number} {mark.stage} {mark.detail}".rstrip())

    def keep(self, run: str) -> None:
        """Save when the journal has grown, and often enough for the claim to hold."""
        if self.memory is None:
            return
        rows, at = len(self.records.journal.rows()), now()
        if rows != self._rows or at - self._saved >= RENEWED:
            self._rows, self._saved = rows, at
            self.memory.save(self.services.github.remote(self.repo), run, at)

    def end(self, run: str) -> None:
        """Save, and let the next run begin."""
        if self.memory is not None:
            self.memory.release(self.services.github.remote(self.repo), run, now())


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
