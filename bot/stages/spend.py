"""One paid model call: price it, reserve the worst case, make it, settle what it really cost."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never

from bot.kernel.budget import Caps, OverBudget, charge, worst_case
from bot.kernel.prices import UnknownModel, price_of
from bot.kernel.values import Usd
from bot.memory.ledger import Held, Interrupted, Ledger, Reservation, Scope, Settled
from bot.stages.model import Broken, Model, Overloaded, Prompt, RateLimited, Rejected, Reply

COUNT_ERROR = 50
"""A count may be short by one in so many: the vendor's page on counting tokens calls it an estimate
that may differ by a small amount, and gives no figure."""

REPEATS = 5
"""How often one durable step may be cut off in mid-call before it is given up."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call to be paid for. `key` stays the same when the step around it is repeated."""

    key: str
    scope: Scope
    role: str
    prompt: Prompt
    caps: Caps


@dataclass(frozen=True, slots=True)
class Paid:
    """The answer, and what it cost."""

    reply: Reply
    charged: Usd


@dataclass(frozen=True, slots=True)
class Postponed:
    """The vendor is busy; nothing was charged. Ask again after so many seconds."""

    retry_after_s: float
    reason: str


@dataclass(frozen=True, slots=True)
class CallFailed:
    """No answer will come from asking the same again; `reason` says what to do."""

    reason: str


@dataclass(frozen=True, slots=True)
class AnswerLost:
    """The call was cut off and may have been charged: it counts as spent. Ask again."""

    reason: str


CallOutcome: TypeAlias = Paid | Postponed | CallFailed | AnswerLost | OverBudget


def pay(model: Model, ledger: Ledger, call: Call, clock: Callable[[], datetime]) -> CallOutcome:
    """Make one call within every cap; the ledger is right whatever happens in between."""
    price = price_of(call.prompt.model)
    if isinstance(price, UnknownModel):
        return CallFailed(f"{price.model} has no price: {price.hint}")
    match model.count_tokens(call.prompt):
        case int() as tokens:
            amount = worst_case(price, at_most(tokens), call.prompt.max_output)
        case RateLimited(seconds) | Overloaded(seconds):
            return Postponed(seconds, "the model is busy")
        case Rejected(status, reason):
            return CallFailed(f"the model refused the prompt ({status}): {reason}")
        case Broken(reason):
            return AnswerLost(reason)
        case never:
            assert_never(never)
    key = _hold(ledger, call, amount, clock())
    if not isinstance(key, str):
        return key
    match model.complete(call.prompt):
        case Reply() as reply:
            charged = charge(price, reply.usage)
            ledger.settle(key, charged, reply.usage)
            return Paid(reply, charged)
        case RateLimited(seconds) | Overloaded(seconds):
            ledger.release(key)
            return Postponed(seconds, "the model is busy")
        case Rejected(status, reason):
            ledger.release(key)
            return CallFailed(f"the model refused the call ({status}): {reason}")
        case Broken(reason, maybe_billed):
            if not maybe_billed:
                ledger.release(key)
            return AnswerLost(reason)
        case never:
            assert_never(never)


def at_most(counted: int) -> int:
    """The most input tokens that a prompt may be billed at which was counted at so many."""
    return counted + -(-counted // COUNT_ERROR)


def _hold(ledger: Ledger, call: Call, amount: Usd, now: datetime) -> str | OverBudget | CallFailed:
    """A fresh key for this call; earlier tries of the same step stay on the ledger as spent."""
    for repeat in range(1, REPEATS + 1):
        key = f"{call.key}~{repeat}"
        reservation = Reservation(key, call.scope, call.prompt.model, call.role, amount, now)
        match ledger.reserve(reservation, call.caps):
            case Held():
                return key
            case Interrupted() | Settled():
                continue
            case OverBudget() as over:
                return over
            case never:
                assert_never(never)
    return CallFailed(f"the same call was cut off {REPEATS} times; see the log of the service")
