"""How long a thing usually takes: times are skewed, so their logarithms are averaged."""

from math import exp, log, sqrt

from bot.domain.statistics.figures import Figure
from bot.domain.statistics.quantiles import student

LEAST_S = 1.0
"""A shorter time counts as a second."""


class Times:
    """Sums over times in seconds."""

    __slots__ = ("_squares", "_sum", "trials")

    def __init__(self) -> None:
        self.trials, self._sum, self._squares = 0, 0.0, 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        logarithm = log(max(seconds, LEAST_S))
        self.trials += 1
        self._sum += logarithm
        self._squares += logarithm * logarithm

    def usual(self) -> Figure | None:
        """The geometric mean: of log-normal times the median. Student's t on the logarithms."""
        n = self.trials
        if n == 0:
            return None
        mean = self._sum / n
        if n == 1:
            return Figure(exp(mean), None)
        error = sqrt(max(0.0, self._squares - self._sum**2 / n) / (n * (n - 1)))
        reach = student(n - 1) * error
        return Figure(exp(mean), (exp(mean - reach), exp(mean + reach)))
