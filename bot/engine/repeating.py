"""Before a strong model is paid: did something similar fail in the last seven days?"""

from dataclasses import replace
from typing import assert_never

from bot.domain.holding import touched
from bot.domain.similar.fingerprint import quoted_failures
from bot.domain.similar.likeness import Proposal
from bot.domain.task import Ending, Estimate, Wish
from bot.domain.wording.repeating import EarlierView, barred_line, told_line
from bot.engine.desk import Desk
from bot.engine.halt import Halt
from bot.engine.prepare import Prepared
from bot.engine.steps import Steps
from bot.memory.ban import WINDOW, Attempted, Ban, Barred, Free, Warned, judge
from bot.memory.failures import FailedProposal
from bot.stages.select.symbols import definitions


def unrepeated(steps: Steps, desk: Desk, prepared: Prepared, estimate: Estimate) -> Prepared | Halt:
    """What is known now, with the earlier failure in the brief if a person insists; else an end.

    Who only wants a plan is not refused one.
    """
    if desk.task.wish is Wish.PLAN:
        return prepared
    match steps.run("similar", lambda: look_back(desk, prepared, estimate)):
        case Free():
            return prepared
        case Warned(earlier):
            told = (*prepared.brief.failed_before, told_line(_view(earlier)))
            return replace(prepared, brief=replace(prepared.brief, failed_before=told))
        case Barred(earlier, until):
            return Halt(Ending.BLOCKED, barred_line(_view(earlier), until, desk.services.clock()))
        case never:
            assert_never(never)


def look_back(desk: Desk, prepared: Prepared, estimate: Estimate) -> Ban:
    """Ask the memory, and judge. An attempt after the first is always one that a person wanted."""
    services, task, brief = desk.services, desk.task, prepared.brief
    proposal = proposal_of(prepared, estimate)
    now = services.clock()
    failures = services.failures.like(task.subject.repo, proposal, now - WINDOW)
    if not failures:
        return Free()
    listed = desk.mirror().list_tree(prepared.base)
    attempted = Attempted(
        subject=task.subject,
        proposal=proposal,
        said=f"{brief.title}\n{brief.body}",
        base=prepared.base_tree,
        blobs={entry.path: str(entry.sha) for entry in listed},
        insisted=task.attempt > 1,
    )
    ban = judge(attempted, failures, now)
    if not isinstance(ban, Free):
        desk.mark("similar", told_line(_view(ban.earlier)))
    return ban


def proposal_of(prepared: Prepared, estimate: Estimate) -> Proposal:
    """The proposal as the issue and triage tell it: files the plan names, functions of the shown
    files that it names."""
    brief = prepared.brief
    said = f"{brief.title}\n{estimate.plan}"
    words = set(
        said.replace("`", " ").replace("(", " ").replace(".", " ").replace(",", " ").split()
    )
    defined = {name for file in brief.selection.files for name in definitions(file.text)}
    return Proposal(
        kind=estimate.kind,
        title=brief.title,
        plan=estimate.plan,
        paths=frozenset(touched(estimate.plan, brief.selection.paths)),
        symbols=frozenset(name for name in defined & words if _is_code(name)),
        failures=frozenset(quoted_failures(brief.body)),
    )


def _is_code(name: str) -> bool:
    """A plain lower-case word of a sentence is no name of a function, even if one has it."""
    return "_" in name or not name.islower()


def _view(failure: FailedProposal) -> EarlierView:
    return EarlierView(
        number=failure.subject.number,
        attempt=failure.attempt,
        at=failure.at,
        description=failure.description,
        reason=failure.reason,
        paths=failure.paths,
    )
