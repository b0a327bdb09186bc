"""Bounds of the share of good ends, and what attempts without lessons come to."""

from dataclasses import dataclass

from bot.domain.statistics.quantiles import Z
from bot.domain.statistics.shares import wilson

PRIOR = 4
"""Attempts that the share of all attempts counts for beside the controls: while these are few."""


@dataclass(frozen=True, slots=True)
class Decided:
    """Attempts that came to a good or a bad end."""

    good: int = 0
    bad: int = 0

    @property
    def of(self) -> int:
        """Both together."""
        return self.good + self.bad


@dataclass(frozen=True, slots=True)
class Rates:
    """The attempts of a repository that were shown lessons, and the controls from which lessons
    that would have been shown were withheld."""

    shown: Decided = Decided()
    withheld: Decided = Decided()

    @property
    def control(self) -> float | None:
        """The share of good ends without lessons; None as long as nothing at all is decided.

        One attempt in ten is a control, so at first the share of all attempts has to do.
        """
        of = self.shown.of + self.withheld.of
        if of == 0:
            return None
        overall = (self.shown.good + self.withheld.good) / of
        return (self.withheld.good + PRIOR * overall) / (self.withheld.of + PRIOR)


def lower(good: int, of: int, z: float = Z) -> float:
    """The least share that so many good ones are likely for; 0 without any trial."""
    return wilson(good, of, z)[0]


def upper(good: int, of: int, z: float = Z) -> float:
    """The greatest share that so many good ones are likely for; 1 without any trial."""
    return wilson(good, of, z)[1]
