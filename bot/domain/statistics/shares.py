"""So many of so many."""

from dataclasses import dataclass
from math import sqrt

from bot.domain.statistics.figures import Figure, Interval
from bot.domain.statistics.quantiles import Z


def wilson(count: int, of: int, z: float = Z) -> Interval:
    """In which shares so many are likely, `z` standard errors to each side; all without a trial.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", 1927;
    unlike the simple interval it holds for few trials, and for none or all of them.
    """
    if of == 0:
        return 0.0, 1.0
    share, weight = count / of, z * z / of
    middle = (share + weight / 2) / (1 + weight)
    spread = z * sqrt(share * (1 - share) / of + weight / (4 * of)) / (1 + weight)
    return max(0.0, middle - spread), min(1.0, middle + spread)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with Wilson's 95% interval; None where there is nothing to divide by."""

    count: int
    of: int

    @property
    def interval(self) -> Interval | None:
        """See `wilson`."""
        return wilson(self.count, self.of) if self.of else None

    @property
    def figure(self) -> Figure | None:
        """The share as a number from 0 to 1."""
        return Figure(self.count / self.of, self.interval) if self.of else None
