"""Judge a submission: the kernel's patch gate first, then the proof. Both answers may be no."""

from dataclasses import dataclass
from typing import TypeAlias, assert_never

from bot.domain.markers import left_markers
from bot.domain.task import Ending, Estimate
from bot.engine.desk import Desk
from bot.engine.equipment import equipped
from bot.engine.halt import Halt
from bot.engine.judging import refused_change
from bot.engine.learning import GATE_REFUSES
from bot.engine.prepare import Prepared
from bot.engine.refusing import refused
from bot.engine.skills import learn_set_up
from bot.kernel.patch_gate import FileChange, PatchAccepted, PatchRefused, patch_gate
from bot.kernel.proof import Outcome, Proven, TestId, Unproven
from bot.kernel.values import Breach, Sha
from bot.memory.refusals import Gate
from bot.memory.telemetry import NOT_PROVEN
from bot.stages.prove import prove
from bot.stages.suites import Lab, TrialLine, line_of, outcomes
from bot.stages.workspace import Unusable

SHOWN_CHARS = 4_000
"""Characters of a red suite's output that go back to the model."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The submission holds: accepted by the patch gate, and proven."""

    files: tuple[str, ...]
    lines: int
    proof: Proven
    on_base: tuple[tuple[TestId, Outcome], ...]
    trials: tuple[TrialLine, ...]
    places: int = 0
    """Changed places that tests were seen to run."""
    mutants: int = 0
    """Mutants of the change that its new tests killed."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """It does not hold, and the model may mend it: `text` is what it is told.

    `halt` is how the attempt ends if nothing better comes.
    """

    text: str
    halt: Halt


CheckOutcome: TypeAlias = Checked | NotYet | Halt


def check(
    desk: Desk, prepared: Prepared, estimate: Estimate, tree: Sha, last: bool
) -> CheckOutcome:
    """Gate and prove a tree. With `last`, a no ends the attempt."""
    desk.enter("prove", "the patch gate")
    mirror = desk.mirror()
    rules = prepared.policy.patch_rules(estimate.kind)
    try:
        changes = mirror.changes(prepared.base, tree)
    except Unusable as unusable:
        breach = Breach("unreadable", f"the change cannot be judged: {unusable}")
        refused(desk.services, Gate.PATCH, desk.task, tree, (breach,))
        return Halt(Ending.REFUSED, "The patch gate refused the change.", (breach,))
    match patch_gate(changes, rules):
        case PatchRefused(breaches):
            return _refuse(desk, tree, breaches, changes, last)
        case PatchAccepted() as accepted:
            if left := left_markers(changes):
                return _refuse(desk, tree, left, changes, last)
            return _prove(desk, prepared, estimate, tree, Judged(accepted, changes), last)
        case never:
            assert_never(never)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the patch gate accepted, and what it says of it."""

    accepted: PatchAccepted
    changes: tuple[FileChange, ...]


def _refuse(
    desk: Desk,
    tree: Sha,
    breaches: tuple[Breach, ...],
    changes: tuple[FileChange, ...],
    last: bool,
) -> NotYet | Halt:
    refused_change(desk.services, Gate.PATCH, desk.task, tree, breaches, changes)
    desk.mark("prove", f"{GATE_REFUSES}: " + ", ".join(sorted({b.rule for b in breaches})))
    halt = Halt(Ending.REFUSED, "The patch gate refused the change.", breaches)
    told = _told("The patch gate refuses this change", breaches, "")
    return halt if last else NotYet(told, halt)


def _prove(
    desk: Desk,
    prepared: Prepared,
    estimate: Estimate,
    tree: Sha,
    judged: Judged,
    last: bool,
) -> CheckOutcome:
    desk.enter("prove", "the suites")
    accepted, services = judged.accepted, desk.services
    test, mounts = prepared.policy.test, equipped(desk, prepared.recipe)
    mutants = prepared.policy.proof.mutants
    lab = Lab(desk.mirror(), services.sandbox, services.places, test, mounts, mutants)
    proof = prove(
        lab, prepared.base, tree, estimate.kind, accepted, lambda name: desk.mark("prove", name)
    )
    if prepared.detected:
        learn_set_up(desk, prepared.base, test, proof.trials[0].suite)
    match proof.verdict:
        case Proven() as proven:
            trials = tuple(line_of(trial) for trial in proof.trials)
            on_base = outcomes(proof.new_tests_on_base, proven.red_on_base)
            counts = proof.places, proof.mutants
            return Checked(accepted.files, accepted.lines, proven, on_base, trials, *counts)
        case Unproven(breaches):
            refused_change(services, Gate.PROOF, desk.task, tree, breaches, judged.changes)
            rules = ", ".join(sorted({b.rule for b in breaches}))
            desk.mark("prove", f"{NOT_PROVEN}: {rules}")
            halt = Halt(Ending.FAILED, "The change could not be proven.", breaches)
            output = proof.whole.output[-SHOWN_CHARS:]
            told = _told("This change is not proven", breaches, output)
            return halt if last else NotYet(told, halt)
        case never:
            assert_never(never)


def _told(why: str, breaches: tuple[Breach, ...], output: str) -> str:
    listed = "\n".join(f"- {breach.rule}: {breach.detail}" for breach in breaches)
    tail = f"\n\nThe end of the whole suite's output:\n{output}" if output else ""
    return f"{why}. Mend it and submit again:\n{listed}{tail}"
