"""Ask the model until it answers: however busy it is, and whatever gets lost on the way.

Each try is a durable step of its own, with a key of its own on the ledger, so an answer that was
lost stays paid and the next one is paid again.
"""

from collections.abc import Callable
from typing import TypeAlias, assert_never

from bot.domain.task import Ending
from bot.engine.halt import Halt, over_budget
from bot.engine.steps import Steps
from bot.kernel.budget import OverBudget
from bot.stages.model import Reply
from bot.stages.spend import AnswerLost, CallFailed, CallOutcome, Paid, Postponed

LOST_MOST = 4
BUSY_MOST = 60
"""With `SLEEP_MOST_S` between them: two hours of a busy model, and nothing paid is lost."""

SLEEP_MOST_S = 120.0

Asked: TypeAlias = Reply | Halt


def ask(steps: Steps, name: str, pay: Callable[[str], CallOutcome | Halt]) -> Asked:
    """One reply, or the honest reason why there is none. `pay` makes one call under a key."""
    reason, lost = "it did not answer", 0
    for again in range(1, BUSY_MOST + 1):
        key = f"{name}.{again}"
        paid = steps.run(f"ask {key}", lambda k=key: pay(k))
        match paid:
            case Paid(reply=reply):
                return reply
            case Postponed(retry_after_s=seconds, reason=why):
                reason = why
                steps.sleep(min(seconds, SLEEP_MOST_S))
            case AnswerLost(reason=why):
                reason, lost = why, lost + 1
                if lost >= LOST_MOST:
                    break
            case CallFailed(reason=why):
                return Halt(Ending.FAILED, why)
            case OverBudget() as over:
                return over_budget(over)
            case Halt() as halt:
                return halt
            case never:
                assert_never(never)
    return Halt(Ending.FAILED, f"The model gave no answer: {reason}.")
