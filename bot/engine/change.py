"""Write the change: turns of one conversation until a submission holds, or an honest ending."""

from dataclasses import dataclass, replace
from typing import TypeAlias, assert_never

from bot.domain.task import Ending, Estimate
from bot.engine.check import Checked, NotYet, check
from bot.engine.desk import Desk, Halt
from bot.engine.prepare import Prepared
from bot.engine.steps import Steps
from bot.kernel.budget import OverBudget
from bot.kernel.proof import Proven
from bot.kernel.values import Sha
from bot.stages.implement import MALFORMED_MOST, Bench, act, answered, implement_prompt, opening
from bot.stages.model import JsonObject, Reply
from bot.stages.prove import TrialLine
from bot.stages.spend import AnswerLost, CallFailed, Paid, Postponed
from bot.stages.tools import Submission, Submitted, ToolResult

SUBMISSIONS_MOST = 3
"""How often a change may be handed in; the verdict on each goes back to the model."""

LOST_MOST = 4
SLEEP_MOST_S = 120.0


@dataclass(frozen=True, slots=True)
class Change:
    """A change that passed the patch gate and is proven."""

    prepared: Prepared
    estimate: Estimate
    submission: Submission
    tree: Sha
    files: tuple[str, ...]
    lines: int
    proof: Proven
    trials: tuple[TrialLine, ...]


Written: TypeAlias = Change | Halt
Asked: TypeAlias = Reply | Halt


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the conversation stands between two turns."""

    messages: tuple[JsonObject, ...]
    tree: Sha
    malformed: int = 0
    submissions: int = 0
    refused: Halt | None = None


def write_change(steps: Steps, desk: Desk, prepared: Prepared, estimate: Estimate) -> Written:
    """Run the conversation. At most `policy.models.turns` replies, each within the budget."""
    progress = Progress(opening(prepared.brief, estimate), prepared.base_tree)
    turns = prepared.policy.models.turns
    for turn in range(1, turns + 1):
        reply = _ask(steps, desk, prepared, progress.messages, turn)
        if isinstance(reply, Halt):
            return reply
        outcome = _turn(steps, desk, prepared, estimate, progress, reply, turn)
        if not isinstance(outcome, Progress):
            return outcome
        progress = outcome
    return progress.refused or Halt(Ending.FAILED, f"No change after {turns} turns.")


def _ask(
    steps: Steps, desk: Desk, prepared: Prepared, messages: tuple[JsonObject, ...], turn: int
) -> Asked:
    """One reply, however busy the model is; a lost answer is asked for again, and both are paid."""
    prompt = implement_prompt(prepared.policy.models.implement, messages)
    reason = "the model did not answer"
    for again in range(1, LOST_MOST + 1):
        key = f"turn-{turn}.{again}"
        paid = steps.run(
            f"ask {key}", lambda k=key: desk.pay(k, "implement", prompt, prepared.policy)
        )
        match paid:
            case Paid(reply=reply):
                return reply
            case Postponed(retry_after_s=seconds, reason=why):
                reason = why
                steps.sleep(min(seconds, SLEEP_MOST_S))
            case AnswerLost(reason=why):
                reason = why
            case CallFailed(reason=why):
                return Halt(Ending.FAILED, why)
            case OverBudget() as over:
                return desk.over_budget(over)
            case Halt() as halt:
                return halt
            case never:
                assert_never(never)
    return Halt(Ending.FAILED, f"The model gave no answer: {reason}.")


def _turn(
    steps: Steps,
    desk: Desk,
    prepared: Prepared,
    estimate: Estimate,
    before: Progress,
    reply: Reply,
    turn: int,
) -> Progress | Written:
    services, mirror, bench = desk.services, desk.mirror(), Bench(desk.name, prepared.base)
    done = steps.run(
        f"act {turn}",
        lambda: act(services.sandbox, mirror, services.places, bench, before.tree, reply),
    )
    malformed = 0 if reply.tool_calls else before.malformed + 1
    if malformed >= MALFORMED_MOST:
        why = f"The model gave {malformed} replies without using a tool."
        return before.refused or Halt(Ending.FAILED, why)
    after = replace(before, tree=done.tree, malformed=malformed)
    if done.submitted is None:
        return replace(after, messages=answered(before.messages, reply, done.results))
    submitted: Submitted = done.submitted
    last = before.submissions + 1 >= SUBMISSIONS_MOST
    checked = steps.run(
        f"check {turn}", lambda: check(desk, prepared, estimate, done.tree, last=last)
    )
    match checked:
        case Checked(files, lines, proof, trials):
            return Change(
                prepared, estimate, submitted.submission, done.tree, files, lines, proof, trials
            )
        case Halt() as halt:
            return halt
        case NotYet(text, refused):
            verdict = ToolResult(submitted.call, text, failed=True)
            results = (*done.results, verdict)
            return replace(
                after,
                submissions=after.submissions + 1,
                refused=refused,
                messages=answered(before.messages, reply, results),
            )
        case never:
            assert_never(never)
