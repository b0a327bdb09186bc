"""The few values every gate speaks in."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import NewType, Self

Sha = NewType("Sha", str)
"""A git object id in lower-case hexadecimal."""


@dataclass(frozen=True, order=True, slots=True)
class Usd:
    """An exact amount in nanodollars (1e-9 USD): a token price is whole, so sums never drift."""

    nano: int = 0

    @classmethod
    def of(cls, dollars: str | int | Decimal) -> "Usd":
        """Read dollars, such as ``"2.00"``. Raises ValueError for anything not exact and finite."""
        try:
            nano = Decimal(dollars).scaleb(9)
            whole = int(nano)
        except (ArithmeticError, ValueError) as error:
            raise ValueError(f"not an amount in dollars: {dollars!r}") from error
        if nano != whole:
            raise ValueError(f"finer than a nanodollar: {dollars!r}")
        return cls(whole)

    def __add__(self, other: "Usd") -> "Usd":
        return Usd(self.nano + other.nano)

    def __sub__(self, other: "Usd") -> "Usd":
        return Usd(self.nano - other.nano)

    def __mul__(self, times: int) -> "Usd":
        return Usd(self.nano * times)

    def __str__(self) -> str:
        """Dollars with two or four decimals, rounded away from zero: a cost never reads as less."""
        sign, tenths = "-" if self.nano < 0 else "", -(-abs(self.nano) // 100_000)
        shown = f"{tenths // 10_000:,}.{tenths % 10_000:04}"
        return f"{sign}${shown.removesuffix('00')}"

    def cents(self) -> int:
        """Whole cents, rounded up."""
        return -(-self.nano // 10_000_000)


ZERO = Usd(0)


class Ranked(StrEnum):
    """An enum ordered by where a member stands in its list, never by its spelling."""

    @property
    def rank(self) -> int:
        """0 for the first member."""
        return list(type(self)).index(self)

    def at_least(self, other: Self) -> bool:
        """Whether this is as high as the other or higher."""
        return self.rank >= other.rank

    def __lt__(self, other: object) -> bool:
        return self.rank < type(self)(other).rank

    def __le__(self, other: object) -> bool:
        return self.rank <= type(self)(other).rank

    def __gt__(self, other: object) -> bool:
        return self.rank > type(self)(other).rank

    def __ge__(self, other: object) -> bool:
        return self.rank >= type(self)(other).rank


class Risk(Ranked):
    """How much a change may break."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    BREAKING = "breaking"


class Kind(StrEnum):
    """What a change is for; each kind has its own proof."""

    FIX = "fix"
    FEATURE = "feature"
    REFACTOR = "refactor"
    PERFORMANCE = "performance"
    DOCS = "docs"
    DEPENDENCY = "dependency"


@dataclass(frozen=True, slots=True)
class Breach:
    """One reason to refuse: a stable rule id, and a detail telling a person what to do."""

    rule: str
    detail: str
