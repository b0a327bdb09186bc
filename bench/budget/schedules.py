"""Schedules of model calls, made from a seed: who calls what, when, and under which caps."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from bot.domain.subject import Repo
from bot.kernel.budget import Caps, Usage, charge, worst_case
from bot.kernel.prices import PRICES
from bot.kernel.values import Usd
from bot.memory.ledger import Scope

MONTHS = 2
"""A schedule may run over into the next month, so each has two of its own in a shared database."""


@dataclass(frozen=True, slots=True)
class Call:
    """A model call. `usage` is None where the vendor certainly did not charge (429)."""

    key: str
    scope: Scope
    model: str
    worst: Usd
    usage: Usage | None

    @property
    def cost(self) -> Usd:
        """What the vendor bills."""
        return Usd(0) if self.usage is None else charge(PRICES[self.model], self.usage)


@dataclass(frozen=True, slots=True)
class Schedule:
    """What each worker is to call, in order. `seed` decides how they interleave and crash."""

    seed: str
    begins: datetime
    caps: Caps
    workers: tuple[tuple[Call, ...], ...]


def generate(seed: int, number: int, place: int) -> Schedule:
    """The schedule of this number; `place` is its turn in its database, in which time goes on."""
    name = f"{seed}-{number}"
    random = Random(name)
    scopes = _scopes(random, number)
    workers = tuple(
        tuple(
            _call(random, f"{name}-{worker}-{turn}", scopes)
            for turn in range(random.choice((1, 1, 2)))
        )
        for worker in range(random.choice((2, 2, 3)))
    )
    largest = max(call.worst.nano for calls in workers for call in calls)
    caps = Caps(*(Usd(int(largest * random.uniform(0.7, 3.5))) for _ in range(6)))
    year, month = divmod(place * MONTHS, 12)
    begins = datetime(2026 + year, month + 1, random.randint(1, 28), 22, tzinfo=UTC)
    return Schedule(name, begins, caps, workers)


def _scopes(random: Random, number: int) -> list[Scope]:
    """A few circles that overlap: tasks of two installations, tried twice, in two runs."""
    return [
        Scope(
            Repo("octo", f"hello-{installation}", number * 10 + installation),
            task=number * 10 + random.randint(0, 2),
            attempt=random.randint(1, 2),
            run=f"{number}-{random.randint(0, 1)}",
        )
        for installation in (0, 1)
        for _ in range(2)
    ]


def _call(random: Random, key: str, scopes: list[Scope]) -> Call:
    """A call of a size around what is usual; the vendor counts no more than was counted before."""
    model = random.choice(sorted(PRICES))
    prompt, output = (
        random.choice((0, 900, 40_000, 99_999, 100_001, 300_000)),
        random.randint(0, 8_000),
    )
    worst = worst_case(PRICES[model], prompt, output)
    used = random.choice((prompt, random.randint(0, prompt)))
    read = random.randint(0, used)
    written = random.randint(0, used - read)
    usage = Usage(used - read - written, random.randint(0, output), read, written)
    charged = None if random.random() < 0.2 else usage
    return Call(key, random.choice(scopes), model, worst, charged)


def later(random: Random, now: datetime) -> datetime:
    """The clock of a schedule: it mostly stands still, and now and then passes midnight."""
    return now + timedelta(hours=random.choice((0, 0, 0, 0, 1, 5, 30)))
