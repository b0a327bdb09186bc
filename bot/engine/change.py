"""Write the change: turns of one conversation until a submission holds, or an honest ending."""

from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias, assert_never

from bot.domain.task import Ending, Estimate
from bot.engine.asking import ask
from bot.engine.check import Checked, NotYet, check
from bot.engine.desk import Desk
from bot.engine.halt import Halt
from bot.engine.prepare import Prepared
from bot.engine.steps import Steps
from bot.kernel.proof import Outcome, Proven, TestId
from bot.kernel.values import Sha
from bot.stages.implement import MALFORMED_MOST, Bench, act, answered, implement_prompt, opening
from bot.stages.model import JsonObject, Reply
from bot.stages.prove import TrialLine
from bot.stages.tools import Submission, Submitted, ToolResult

SUBMISSIONS_MOST = 3
"""How often a change may be handed in; the verdict on each goes back to the model."""


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
    on_base: tuple[tuple[TestId, Outcome], ...]
    trials: tuple[TrialLine, ...]


Written: TypeAlias = Change | Halt


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
        prompt = implement_prompt(prepared.policy.models.implement, progress.messages)
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
        case Checked(files, lines, proof, on_base, trials):
            return Change(
                prepared,
                estimate,
                submitted.submission,
                done.tree,
                files,
                lines,
                proof,
                on_base,
                trials,
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
