"""So many of so many."""

from dataclasses import dataclass
from math import sqrt

from bot.domain.statistics.figures import Figure, Interval
from bot.domain.statistics.quantiles import Z


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with Wilson's 95% interval; None where there is nothing to divide by."""

    count: int
    of: int

    @property
    def interval(self) -> Interval | None:
        """E. B. Wilson 1927; unlike the simple one it holds for few trials and for none or all."""
        if self.of == 0:
            return None
        share, weight = self.count / self.of, Z * Z / self.of
        middle = (share + weight / 2) / (1 + weight)
        spread = Z * sqrt(share * (1 - share) / self.of + weight / (4 * self.of)) / (1 + weight)
        return max(0.0, middle - spread), min(1.0, middle + spread)

    @property
    def figure(self) -> Figure | None:
        """The share as a number from 0 to 1."""
        return Figure(self.count / self.of, self.interval) if self.of else None
