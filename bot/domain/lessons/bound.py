"""Wilson's bounds of a share, and what attempts without lessons come to.

E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927; unlike
the simple interval it holds for few trials, and for none or all of them good.
"""

from dataclasses import dataclass
from math import sqrt

Z95 = 1.959964
"""The normal distribution's 97.5th percentile: an interval of 95%."""
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


def lower(good: int, of: int, z: float = Z95) -> float:
    """The least share that so many good ones are likely for; 0 without any trial."""
    return max(0.0, _middle(good, of, z) - _spread(good, of, z)) if of else 0.0


def upper(good: int, of: int, z: float = Z95) -> float:
    """The greatest share that so many good ones are likely for; 1 without any trial."""
    return min(1.0, _middle(good, of, z) + _spread(good, of, z)) if of else 1.0


def _middle(good: int, of: int, z: float) -> float:
    weight = z * z / of
    return (good / of + weight / 2) / (1 + weight)


def _spread(good: int, of: int, z: float) -> float:
    share, weight = good / of, z * z / of
    return z * sqrt(share * (1 - share) / of + weight / (4 * of)) / (1 + weight)
