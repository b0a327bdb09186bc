"""What one thing costs in units of another, where both vary from trial to trial."""

from math import sqrt

from bot.domain.statistics.figures import Figure
from bot.domain.statistics.quantiles import student


class Pairs:
    """Sums over trials that have two amounts each, such as dollars and merges."""

    __slots__ = ("_products", "_squares_x", "_squares_y", "trials", "x", "y")

    def __init__(self) -> None:
        self.trials = 0
        self.x = self.y = self._squares_x = self._squares_y = self._products = 0.0

    def add(self, x: float, y: float) -> None:
        """One more trial."""
        self.trials += 1
        self.x += x
        self.y += y
        self._squares_x += x * x
        self._squares_y += y * y
        self._products += x * y

    def x_a_y(self) -> Figure | None:
        """The sum of `x` divided by that of `y`, both never negative; None when `y` is 0.

        The interval is E. C. Fieller's (1954). It has no end, and is None, where the trials do not
        show that the mean of `y` is above 0.
        """
        return _ratio(self.trials, self.x, self.y, *self._spread())

    def y_a_x(self) -> Figure | None:
        """The other way round."""
        var_x, var_y, both = self._spread()
        return _ratio(self.trials, self.y, self.x, var_y, var_x, both)

    def _spread(self) -> tuple[float, float, float]:
        """Variances of both means, and their covariance."""
        n = self.trials
        if n < 2:
            return 0.0, 0.0, 0.0
        below = n * (n - 1)
        return (
            max(0.0, self._squares_x - self.x * self.x / n) / below,
            max(0.0, self._squares_y - self.y * self.y / n) / below,
            (self._products - self.x * self.y / n) / below,
        )


def _ratio(
    n: int, over: float, under: float, var_over: float, var_under: float, both: float
) -> Figure | None:
    if under <= 0:
        return None
    ratio = over / under
    if n < 2:
        return Figure(ratio, None)
    # Every ratio r is in the interval for which the mean of (over - r * under) may be 0.
    square = student(n - 1) ** 2
    mean_over, mean_under = over / n, under / n
    leading = mean_under**2 - square * var_under
    middle = mean_over * mean_under - square * both
    last = mean_over**2 - square * var_over
    if leading <= 1e-12 * mean_under**2:
        return Figure(ratio, None)
    spread = sqrt(max(0.0, middle**2 - leading * last))
    low, high = (middle - spread) / leading, (middle + spread) / leading
    return Figure(ratio, (max(0.0, min(low, ratio)), max(high, ratio)))
