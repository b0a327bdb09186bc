"""A figure and what it may be."""

from dataclasses import dataclass
from typing import TypeAlias

Interval: TypeAlias = tuple[float, float]
"""Where the true value lies in 95 of 100 cases."""


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate with its interval; None where so few trials allow none."""

    value: float
    interval: Interval | None
