"""Whether two figures differ."""

from math import sqrt

from bot.domain.statistics.figures import Figure


def difference(one: Figure, other: Figure) -> Figure:
    """How much higher `one` is than `other`, of trials that have nothing to do with each other.

    The interval is put together from both (G. Y. Zou and A. Donner 2008); from Wilson's for shares
    it is R. G. Newcombe's tenth (1998). None where one of them has none.
    """
    apart = one.value - other.value
    if one.interval is None or other.interval is None:
        return Figure(apart, None)
    (low, high), (other_low, other_high) = one.interval, other.interval
    down = sqrt((one.value - low) ** 2 + (other_high - other.value) ** 2)
    up = sqrt((high - one.value) ** 2 + (other.value - other_low) ** 2)
    return Figure(apart, (apart - down, apart + up))
