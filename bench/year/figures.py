"""What a year came to, and how two years of the same issues compare."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

RESAMPLES = 2_000
WEEK = 7


@dataclass(frozen=True, slots=True)
class Attempted:
    """One issue: on which day, at what, what came of it, and what it cost in US dollars.

    `tried` says that it was more than estimated, `fell` that it fell into its area's pitfall,
    `warned` that lessons were shown to it.
    """

    day: int
    area: str
    kind: str
    merged: bool
    dollars: float
    tried: bool
    fell: bool
    warned: bool


@dataclass(frozen=True, slots=True)
class Year:
    """All attempts of one arm, and how many lessons it ended with, active and evicted."""

    arm: str
    days: int
    attempts: tuple[Attempted, ...]
    active: int
    evicted: int
    barred: int

    def weeks(self) -> list[tuple[int, float]]:
        """Merges and dollars, week by week."""
        merged, dollars = [0] * (self.days // WEEK + 1), [0.0] * (self.days // WEEK + 1)
        for one in self.attempts:
            merged[one.day // WEEK] += one.merged
            dollars[one.day // WEEK] += one.dollars
        return list(zip(merged, dollars, strict=True))

    def falls(self, since: int, until: int) -> int:
        """How often a pitfall was fallen into from a day to the day before another."""
        return sum(one.fell for one in self.attempts if since <= one.day < until)


def per_dollar(weeks: Sequence[tuple[int, float]]) -> float:
    """Merges for a dollar."""
    dollars = sum(cost for _, cost in weeks)
    return sum(merged for merged, _ in weeks) / dollars if dollars else 0.0


def interval(weeks: Sequence[tuple[int, float]], seed: int) -> tuple[float, float]:
    """95% of merges for a dollar: weeks are drawn again with replacement (B. Efron 1979)."""
    chance = Random(seed)
    drawn = sorted(per_dollar(chance.choices(weeks, k=len(weeks))) for _ in range(RESAMPLES))
    return drawn[int(0.025 * RESAMPLES)], drawn[int(0.975 * RESAMPLES) - 1]


def ratio(
    better: Sequence[tuple[int, float]], worse: Sequence[tuple[int, float]], seed: int
) -> tuple[float, float, float]:
    """How many times more merges a dollar brings, and 95% of it; the same weeks of both are drawn,
    since both met the same issues in them."""
    chance, order = Random(seed), range(len(better))
    drawn = []
    for _ in range(RESAMPLES):
        picked = chance.choices(order, k=len(order))
        base = per_dollar([worse[index] for index in picked])
        drawn.append(per_dollar([better[index] for index in picked]) / base if base else 1.0)
    drawn.sort()
    whole = per_dollar(better) / per_dollar(worse)
    return whole, drawn[int(0.025 * RESAMPLES)], drawn[int(0.975 * RESAMPLES) - 1]
