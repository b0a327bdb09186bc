"""Write the change: turns of one conversation until a submission holds, or an honest ending."""

from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias, assert_never

from bot.domain.policy import NO_MODEL
from bot.domain.task import Ending, Estimate
from bot.engine.asking import ask
from bot.engine.check import Checked, NotYet, check
from bot.engine.desk import Desk
from bot.engine.equipment import equipped, refused_kind
from bot.engine.halt import Halt
from bot.engine.prepare import Prepared
from bot.engine.reviewing import review
from bot.engine.steps import Steps
from bot.kernel.values import Sha
from bot.stages.implement import (
    MALFORMED_MOST,
    Bench,
    Turn,
    act,
    answered,
    implement_prompt,
    opening,
    taken_over,
)
from bot.stages.model import JsonObject, Reply
from bot.stages.review import SentBack
from bot.stages.tools import Submission, Submitted, ToolResult

SUBMISSIONS_MOST = 4
"""How often a change may be handed in; the verdict on each goes back to the model."""

ESCALATE_AFTER = 2
"""Failed proofs before the stronger model takes over: a measured failure, not a feeling."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change that passed the patch gate and is proven."""

    prepared: Prepared
    estimate: Estimate
    submission: Submission
    tree: Sha
    checked: Checked


Written: TypeAlias = Change | Halt


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the conversation stands between two turns."""

    model: str
    messages: tuple[JsonObject, ...]
    tree: Sha
    malformed: int = 0
    submissions: int = 0
    unproven: int = 0
    reviewed: bool = False
    refused: Halt | None = None


def write_change(steps: Steps, desk: Desk, prepared: Prepared, estimate: Estimate) -> Written:
    """Run the conversation. At most `policy.models.turns` replies, each within the budget."""
    unfit = refused_kind(prepared.recipe, estimate.kind)
    if unfit is not None:
        return unfit
    models = prepared.policy.models
    first = opening(prepared.brief, estimate)
    progress, turns = Progress(models.implement, first, prepared.base_tree), models.turns
    for turn in range(1, turns + 1):
        prompt = implement_prompt(progress.model, progress.messages)
        paying = partial(desk.pay, role="implement", prompt=prompt, policy=prepared.policy)
        reply = ask(steps, f"turn-{turn}", paying)
        if isinstance(reply, Halt):
            return reply
        outcome = _turn(steps, desk, prepared, estimate, progress, reply, turn)
        if not isinstance(outcome, Progress):
            return outcome
        progress = outcome
    return progress.refused or Halt(Ending.FAILED, f"No change after {turns} turns.")


def _turn(
    steps: Steps,
    desk: Desk,
    prepared: Prepared,
    estimate: Estimate,
    before: Progress,
    reply: Reply,
    turn: int,
) -> Progress | Written:
    done = steps.run(f"act {turn}", lambda: _act(desk, prepared, before.tree, reply))
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
    handed_in = replace(after, submissions=after.submissions + 1)

    def answer(text: str) -> tuple[JsonObject, ...]:
        verdict = ToolResult(submitted.call, text, failed=True)
        return answered(before.messages, reply, (*done.results, verdict))

    match checked:
        case Checked():
            objection = None
            if not (before.reviewed or last):
                objection = review(steps, desk, prepared, done.tree, checked, turn)
            match objection:
                case None:
                    return Change(prepared, estimate, submitted.submission, done.tree, checked)
                case Halt():
                    return objection
                case SentBack(reason):
                    text = f"A reviewer sends it back. Mend what is right in this: {reason}"
                    return replace(handed_in, reviewed=True, messages=answer(text))
                case never:
                    assert_never(never)
        case Halt() as halt:
            return halt
        case NotYet(text, refused):
            return _again(prepared, estimate, handed_in, refused, text, answer(text))
        case never:
            assert_never(never)


def _act(desk: Desk, prepared: Prepared, tree: Sha, reply: Reply) -> Turn:
    services, mounts = desk.services, equipped(desk, prepared.recipe)
    bench = Bench(desk.name, prepared.base, mounts)
    return act(services.sandbox, desk.mirror(), services.places, bench, tree, reply)


def _again(
    prepared: Prepared,
    estimate: Estimate,
    handed_in: Progress,
    refused: Halt,
    text: str,
    messages: tuple[JsonObject, ...],
) -> Progress:
    """Go on after a no; after the second failed proof with a stronger model, from the same files.

    Thinking belongs to one model and one conversation, so the stronger one starts its own.
    """
    unproven = handed_in.unproven + (refused.ending is Ending.FAILED)
    after = replace(handed_in, refused=refused, unproven=unproven, messages=messages)
    stronger = prepared.policy.models.escalate
    if unproven < ESCALATE_AFTER or stronger in {NO_MODEL, handed_in.model}:
        return after
    return replace(after, model=stronger, messages=taken_over(prepared.brief, estimate, text))
