"""What pairs of attempts say of a value: evidence that may be looked at as often as one likes.

Attempts are drawn in pairs of one repository: one with the new value, one with the old. A pair bets
on the new value, and gains `merged · the other's cost` less `the other merged · its own cost`, as a
share of a ceiling. The expected gain is above nothing exactly if the new value merges more for a
dollar, and a pair without any difference gains nothing on average. So the capital of who bets a
fixed share each time passes 20 in less than one of 20 such trials, however often it is looked at:
J. Ville 1939; I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by
betting", J. R. Stat. Soc. B 86 (2024). Betting several shares at once needs no luck in choosing.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod

from bot.kernel.values import ZERO, Usd

PAIR = 2
"""Attempts of a block."""

SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
"""The shares of the capital that are bet, an equal part of it on each: all below one, so that no
single pair can take everything."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an attempt. A merge that was taken back is no merge, and `reverted`."""

    merged: bool
    reverted: bool
    cost: Usd


@dataclass(frozen=True, slots=True)
class Sample:
    """One attempt of a trial; `place` is its repository, `new` whether it had the new value.

    `outcome` is None until it is decided: merged and watched, or over without a merge.
    """

    place: str
    ordinal: int
    new: bool
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class Pair:
    """Both attempts of a block; a pair counts once both are decided."""

    new: Outcome | None
    old: Outcome | None


@dataclass(frozen=True, slots=True)
class Side:
    """All decided attempts with one value, those of whole pairs only."""

    attempts: int = 0
    merged: int = 0
    reverted: int = 0
    cost: Usd = ZERO

    @property
    def per_dollar(self) -> float:
        """Merges for a dollar; 0 when nothing was merged."""
        return self.merged / (self.cost.nano / 1e9) if self.merged and self.cost.nano else 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured: both sides, and the capitals of three bets.

    `better` bet on more merges for a dollar, `worse` on fewer, `merges_less` on a lower share of
    merged attempts. Each began at 1.
    """

    new: Side = Side()
    old: Side = Side()
    better: float = 1.0
    worse: float = 1.0
    merges_less: float = 1.0

    @property
    def pairs(self) -> int:
        """How many pairs were decided."""
        return self.new.attempts


def pairs_of(samples: Iterable[Sample]) -> tuple[Pair, ...]:
    """The blocks that hold exactly one attempt with each value, in order."""
    blocks: defaultdict[tuple[str, int], list[Sample]] = defaultdict(list)
    for one in samples:
        blocks[one.place, one.ordinal // PAIR].append(one)
    found = []
    for _, block in sorted(blocks.items()):
        new, old = ([one for one in block if one.new is which] for which in (True, False))
        if len(new) == len(old) == 1:
            found.append(Pair(new[0].outcome, old[0].outcome))
    return tuple(found)


def figures_of(pairs: Iterable[Pair], ceiling: Usd) -> Figures:
    """What the decided pairs say. A cost counts up to `ceiling`, the same for the whole trial."""
    decided = [(one.new, one.old) for one in pairs if one.new is not None and one.old is not None]
    gains = [gain(new, old, ceiling) for new, old in decided]
    fewer = [float(old.merged) - float(new.merged) for new, old in decided]
    return Figures(
        new=_side([new for new, _ in decided]),
        old=_side([old for _, old in decided]),
        better=capital(gains),
        worse=capital([-one for one in gains]),
        merges_less=capital(fewer),
    )


def gain(new: Outcome, old: Outcome, ceiling: Usd) -> float:
    """What the bet on the new value wins with this pair, from -1 to 1."""
    most = max(1, ceiling.nano)
    saved = min(old.cost.nano, most) if new.merged else 0
    paid = min(new.cost.nano, most) if old.merged else 0
    return (saved - paid) / most


def capital(gains: Sequence[float]) -> float:
    """What a capital of 1 has become after these bets."""
    return sum(prod(1 + share * one for one in gains) for share in SHARES) / len(SHARES)


def _side(outcomes: Sequence[Outcome]) -> Side:
    return Side(
        attempts=len(outcomes),
        merged=sum(one.merged for one in outcomes),
        reverted=sum(one.reverted for one in outcomes),
        cost=sum((one.cost for one in outcomes), ZERO),
    )
