"""The port to the ledger: money is reserved before a call and settled after it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias, assert_never

from bot.domain.subject import Repo
from bot.kernel.budget import Caps, OverBudget, Usage
from bot.kernel.values import Usd


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a call is for. `run` names a run for cron, or else the ticket; task 0 is for no task."""

    repo: Repo
    task: int
    attempt: int
    run: str


@dataclass(frozen=True, slots=True)
class Reservation:
    """Money set aside under a key that does not change when the step is repeated."""

    key: str
    scope: Scope
    model: str
    role: str
    amount: Usd
    at: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """The money is set aside; make the call."""

    key: str


@dataclass(frozen=True, slots=True)
class Interrupted:
    """This key was reserved before and never settled: the earlier call counts as spent."""

    key: str


@dataclass(frozen=True, slots=True)
class Settled:
    """This key was settled before: the step is being repeated after its end."""

    key: str
    charged: Usd


ReserveOutcome: TypeAlias = Held | Interrupted | Settled | OverBudget


class ChargeState(StrEnum):
    """`OPEN` counts as spent at its reserved amount, `SETTLED` at what was charged."""

    OPEN = "open"
    SETTLED = "settled"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Charge:
    """One row of the ledger."""

    key: str
    scope: Scope
    model: str
    role: str
    state: ChargeState
    reserved: Usd
    charged: Usd
    usage: Usage | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Spending:
    """What one role of an attempt paid to one model, in all its calls; attempt 0 is in between."""

    task: int
    attempt: int
    role: str
    model: str
    amount: Usd


def counted(charge: Charge) -> Usd:
    """What a charge counts for: a reservation that was never settled counts as spent."""
    match charge.state:
        case ChargeState.OPEN:
            return charge.reserved
        case ChargeState.SETTLED:
            return charge.charged
        case ChargeState.RELEASED:
            return Usd()
        case never:
            assert_never(never)


class Ledger(Protocol):
    """One transaction each; all caps hold together, also between several processes."""

    def reserve(self, reservation: Reservation, caps: Caps) -> ReserveOutcome:
        """Set money aside, or say which cap forbids it (`bot.kernel.budget.reserve` decides).

        Where a call of the same run cost more than its worst case, this one's is as much dearer.
        """
        ...

    def settle(self, key: str, charged: Usd, usage: Usage) -> None:
        """The call was answered and cost this much."""
        ...

    def release(self, key: str) -> None:
        """The call was certainly not charged (429, 4xx): give the money back."""
        ...

    def spent_on(self, task: int, attempt: int) -> Usd:
        """Settled plus still reserved, for one attempt at a task."""
        ...

    def spent_in(self, run: str) -> Usd:
        """Settled plus still reserved, in one run."""
        ...

    def charges(self, task: int | None = None) -> tuple[Charge, ...]:
        """The rows in the order of their reservation."""
        ...

    def spendings(self, tasks: Collection[int] | None = None) -> tuple[Spending, ...]:
        """By attempt, role and model, of these tasks or of all; what was released is left out."""
        ...

    def total(self) -> Usd:
        """Everything ever settled plus everything still reserved."""
        ...
