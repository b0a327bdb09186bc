"""Write the change: turns of one conversation until a submission holds, or an honest ending."""

from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias, assert_never

from bot.domain.policy import NO_MODEL
from bot.domain.similar.fingerprint import quoted_failures
from bot.domain.task import Ending, Estimate
from bot.engine.asking import ask
from bot.engine.check import Checked, CheckOutcome, NotYet, check
from bot.engine.desk import Desk
from bot.engine.equipment import equipped, refused_kind
from bot.engine.halt import Halt, Tried
from bot.engine.prepare import Prepared
from bot.engine.reviewing import review
from bot.engine.steps import Steps
from bot.kernel.values import Sha
from bot.stages.clearing import cleared
from bot.stages.implement import (
    MALFORMED_MOST,
    Bench,
    Start,
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

NOTHING_CHANGED = NotYet(
    "Nothing is changed yet. Change what is needed, or say in words that nothing can be done.",
    Halt(Ending.FAILED, "Nothing was changed."),
)

IMPLEMENTER, STRONGER = "implement", "escalate"
"""Who writes the change, in the ledger and the trajectory."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change that passed the patch gate and is proven."""

    prepared: Prepared
    estimate: Estimate
    submission: Submission
    tree: Sha
    checked: Checked


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Nothing had to be changed, and this is what there is to say; only where that is allowed."""

    submission: Submission


Written: TypeAlias = Change | Halt
Conversed: TypeAlias = Change | Unchanged | Halt


@dataclass(frozen=True, slots=True)
class Room:
    """All that stays the same during one conversation."""

    desk: Desk
    prepared: Prepared
    estimate: Estimate
    start: Start


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
    """Write the change from nothing: the conversation starts on the base."""
    start = Start(opening(prepared.brief, estimate), prepared.base_tree)
    match converse(steps, Room(desk, prepared, estimate, start)):
        case Unchanged(submission):
            return Halt(Ending.NOTHING_NEEDED, submission.summary)
        case (Change() | Halt()) as written:
            return written
        case never:
            assert_never(never)


def converse(steps: Steps, room: Room) -> Conversed:
    """Run the conversation. At most `policy.models.turns` replies, each within the budget."""
    prepared, start = room.prepared, room.start
    unfit = refused_kind(prepared.recipe, room.estimate.kind)
    if unfit is not None:
        return unfit
    models = prepared.policy.models
    progress, turns = Progress(models.implement, start.messages, start.tree), models.turns
    for turn in range(1, turns + 1):
        prompt = implement_prompt(progress.model, progress.messages, start.tools)
        role = IMPLEMENTER if progress.model == models.implement else STRONGER
        paying = partial(room.desk.pay, role=role, prompt=prompt, policy=prepared.policy)
        reply = ask(steps, f"turn-{turn}", paying)
        if isinstance(reply, Halt):
            return reply
        outcome = _turn(steps, room, progress, reply, turn)
        if isinstance(outcome, Halt):
            return _at_fault(room, outcome, progress.tree)
        if not isinstance(outcome, Progress):
            return outcome
        shorter = cleared(outcome.messages, reply.usage.prompt_tokens)
        progress = replace(outcome, messages=shorter)
    halt = progress.refused or Halt(Ending.FAILED, f"No change after {turns} turns.")
    return _at_fault(room, halt, progress.tree)


def _at_fault(room: Room, halt: Halt, tree: Sha) -> Halt:
    """The change did not hold; a reviewer who could not be paid says nothing of it."""
    if halt.ending not in {Ending.FAILED, Ending.REFUSED} or halt.tried is not None:
        return halt
    prepared = room.prepared
    quoted = quoted_failures(prepared.brief.body)
    return replace(halt, tried=Tried(prepared.base, tree, quoted))


def _turn(
    steps: Steps, room: Room, before: Progress, reply: Reply, turn: int
) -> Progress | Conversed:
    desk, prepared, estimate = room.desk, room.prepared, room.estimate
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
    checked: CheckOutcome
    if done.tree == room.start.tree != prepared.base_tree:
        if not room.start.needs_change:
            return Unchanged(submitted.submission)
        checked = NOTHING_CHANGED.halt if last else NOTHING_CHANGED
    else:
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
            return _again(room, handed_in, refused, text, answer(text))
        case never:
            assert_never(never)


def _act(desk: Desk, prepared: Prepared, tree: Sha, reply: Reply) -> Turn:
    services, mounts = desk.services, equipped(desk, prepared.recipe)
    bench = Bench(desk.name, prepared.base, mounts, (prepared.policy.test.report,))
    return act(services.sandbox, desk.mirror(), services.places, bench, tree, reply)


def _again(
    room: Room,
    handed_in: Progress,
    refused: Halt,
    text: str,
    messages: tuple[JsonObject, ...],
) -> Progress:
    """Go on after a no; after so many failed proofs with a stronger model, from the same files.

    Thinking belongs to one model and one conversation, so the stronger one starts its own.
    """
    unproven = handed_in.unproven + (refused.ending is Ending.FAILED)
    after = replace(handed_in, refused=refused, unproven=unproven, messages=messages)
    stronger = room.prepared.policy.models.escalate
    if unproven < room.prepared.tuning.escalate_after or stronger in {NO_MODEL, handed_in.model}:
        return after
    again = taken_over(room.start, room.prepared.brief.nonce, text)
    return replace(after, model=stronger, messages=again)
