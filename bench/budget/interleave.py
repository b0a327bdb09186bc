"""Workers that take turns, one ledger operation at a time, and may die between any two of them."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import assert_never

from bench.budget.books import Books
from bench.budget.schedules import Call, Schedule, later
from bot.adapters.database.ledger import SqlLedger
from bot.kernel.budget import OverBudget
from bot.kernel.values import Usd
from bot.memory.ledger import Held, Interrupted, Reservation, ReserveOutcome, Settled

CRASHES = 0.12
"""How probable it is that the worker whose turn it is dies instead."""


@dataclass(slots=True)
class Tally:
    """Operations done, and in words every time that a promise did not hold."""

    schedules: int = 0
    operations: int = 0
    refusals: int = 0
    crashes: int = 0
    violations: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Count another tally in."""
        self.schedules += other.schedules
        self.operations += other.operations
        self.refusals += other.refusals
        self.crashes += other.crashes
        self.violations += other.violations


class Clock:
    """A time that only the schedule moves."""

    def __init__(self, now: datetime) -> None:
        self.now = now


class Worker:
    """Makes its calls as the bot does; after a crash the call in flight is repeated."""

    def __init__(self, calls: tuple[Call, ...], schedule: Schedule, clock: Clock) -> None:
        self._calls, self._caps, self._clock = calls, schedule.caps, clock
        self._done = 0
        self._settled: dict[str, Usd] = {}
        self._open: set[str] = set()
        self.wrong: list[str] = []

    def steps(self, ledger: SqlLedger, books: Books | None) -> Generator[ReserveOutcome | None]:
        """One ledger operation a step, from the first call that was not finished."""
        for call in self._calls[self._done :]:
            for key in (call.key, f"{call.key}-again", f"{call.key}-once-more"):
                wanted = Reservation(
                    key, call.scope, call.model, "implement", call.worst, self._clock.now
                )
                outcome = ledger.reserve(wanted, self._caps)
                if books is not None and isinstance(outcome, OverBudget):
                    self.wrong += books.unjust(wanted, self._caps, outcome)
                self._compare(key, outcome)
                yield outcome
                if not isinstance(outcome, Interrupted):
                    break
            if isinstance(outcome, Held):
                yield from self._finish(ledger, key, call)
            self._done += 1

    def _finish(self, ledger: SqlLedger, key: str, call: Call) -> Generator[None]:
        if call.cost > call.worst:
            self.wrong.append(f"{key} costs {call.cost}, above its worst case {call.worst}")
        self._open.discard(key)
        if call.usage is None:
            ledger.release(key)
        else:
            self._settled[key] = call.cost
            ledger.settle(key, call.cost, call.usage)
        yield

    def _compare(self, key: str, outcome: ReserveOutcome) -> None:
        """What is said about a repeated key must be what was done under it."""
        match outcome:
            case Held():
                right = key not in self._settled and key not in self._open
                self._open.add(key)
            case Interrupted():
                right = key in self._open
            case Settled(charged=charged):
                right = self._settled.get(key) == charged
            case OverBudget():
                right = key not in self._settled and key not in self._open
            case never:
                assert_never(never)
        if not right:
            self.wrong.append(f"{key} was answered with {outcome}")


def play(schedule: Schedule, ledger: SqlLedger, books: Books) -> Tally:
    """Run one schedule to its end, with every promise looked at after every operation."""
    random, clock, tally = Random(f"{schedule.seed} play"), Clock(schedule.begins), Tally(1)
    books.begin()
    workers = [Worker(calls, schedule, clock) for calls in schedule.workers]
    running = {index: worker.steps(ledger, books) for index, worker in enumerate(workers)}
    while running:
        index = random.choice(sorted(running))
        if random.random() < CRASHES:
            running[index].close()
            running[index] = workers[index].steps(ledger, books)
            tally.crashes += 1
            continue
        clock.now = later(random, clock.now)
        try:
            outcome = next(running[index])
        except StopIteration:
            del running[index]
            continue
        tally.operations += 1
        tally.refusals += isinstance(outcome, OverBudget)
        tally.violations += (f"{schedule.seed}: {one}" for one in books.broken(schedule.caps))
    tally.violations += (f"{schedule.seed}: {one}" for worker in workers for one in worker.wrong)
    return tally
