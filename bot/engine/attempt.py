"""One attempt at one task, from its ticket to an open pull request or an honest ending.

Every line that touches the world is a durable step; everything between the steps is pure, so a
crash anywhere resumes at the step that was under way.
"""

from functools import partial
from typing import assert_never

from bot.domain.task import Ending, Estimate, Wish
from bot.engine.asking import ask
from bot.engine.assigning import assign
from bot.engine.change import Change, write_change
from bot.engine.conclude import conclude, freed
from bot.engine.desk import Desk
from bot.engine.halt import Halt
from bot.engine.holding import Held, estimated_before, hold_back
from bot.engine.planning import plan
from bot.engine.prepare import Prepared, prepare
from bot.engine.queue import Queue
from bot.engine.release import make_commit, open_pull, push_commit
from bot.engine.repeating import unrepeated
from bot.engine.services import Services
from bot.engine.splitting import split
from bot.engine.steps import GivenUp, StepFailed, Steps
from bot.engine.tickets import take_best
from bot.stages.github import NotAllowed
from bot.stages.triage import (
    NothingNeeded,
    Question,
    TooBig,
    Unclear,
    WantsChange,
    read_triage,
    triage_prompt,
)

PLANNED = "This is the plan that was asked for. Nothing was changed."

UNCLEAR_MOST = 3
"""Answers of triage that cannot be read, in a row, before it is given up (models.md)."""


def attempt(steps: Steps, services: Services, queue: Queue, ticket: str) -> None:
    """Work one ticket to its end. Nothing is left for a later look but what GitHub shows."""
    task = steps.run("claim", lambda: take_best(services, queue, ticket))
    if task is None:
        return
    desk = Desk(services, task, ticket)
    outcome = _guarded(steps, desk)
    if isinstance(outcome, Halt):
        steps.run("conclude", lambda: conclude(services, task, outcome))
        steps.run("free", lambda: freed(services, queue, task))
    if not isinstance(outcome, Held):
        steps.run("tidy", desk.tidy)
    steps.run("look again", lambda: queue.reconcile(task.subject, f"after-{ticket}"))


def _guarded(steps: Steps, desk: Desk) -> Halt | Held | None:
    """No silent ending: what no stage foresaw still ends the task, and says so."""
    try:
        result = _work(steps, desk)
        match result:
            case Halt() | Held():
                return result
            case Change():
                return _publish(steps, desk, result)
            case never:
                assert_never(never)
    except NotAllowed as refused:
        return Halt(Ending.BLOCKED, f"GitHub refuses: {refused}")
    except (GivenUp, StepFailed) as failed:
        return Halt(Ending.FAILED, f"The bot could not go on: {failed}")


def _work(steps: Steps, desk: Desk) -> Change | Halt | Held:
    prepared = steps.run("prepare", lambda: prepare(desk))
    if isinstance(prepared, Halt):
        return prepared
    estimated = _estimate(steps, desk, prepared)
    if isinstance(estimated, Halt):
        return estimated
    prepared, estimate = estimated
    match desk.task.wish:
        case Wish.PLAN:
            return Halt(Ending.ANSWERED, PLANNED)
        case Wish.CHANGE:
            held = steps.run("hold", lambda: hold_back(desk, prepared, estimate))
            if held is not None:
                return held
            prepared = steps.run("assign", lambda: assign(desk, prepared, estimate))
            steps.run("begin", lambda: desk.enter("implement", estimate.plan))
            return write_change(steps, desk, prepared, estimate)
        case never:
            assert_never(never)


def _estimate(steps: Steps, desk: Desk, prepared: Prepared) -> tuple[Prepared, Estimate] | Halt:
    """What triage and the planner say; once paid, it holds for the whole attempt.

    Between the two, before a stronger model is paid, what failed before is looked at.
    """
    before = estimated_before(desk.task)
    estimate = before if before is not None else _triage(steps, desk, prepared)
    if isinstance(estimate, Halt):
        return estimate
    told = unrepeated(steps, desk, prepared, estimate)
    if isinstance(told, Halt):
        return told
    if before is None:
        estimate = plan(steps, desk, told, estimate)
    return estimate if isinstance(estimate, Halt) else (told, estimate)


def _triage(steps: Steps, desk: Desk, prepared: Prepared) -> Estimate | Halt:
    prompt = triage_prompt(prepared.brief, prepared.policy.models.triage)
    paying = partial(desk.pay, role="triage", prompt=prompt, policy=prepared.policy)
    reason = ""
    for number in range(1, UNCLEAR_MOST + 1):
        reply = ask(steps, f"triage-{number}", paying)
        if isinstance(reply, Halt):
            return reply
        match read_triage(reply):
            case WantsChange(estimate):
                steps.run("estimate", lambda e=estimate: _remember(desk, e))
                return estimate
            case NothingNeeded() | Question() | TooBig() as other:
                steps.run("estimate", lambda: _remember(desk, None))
                return _no_change(steps, desk, other)
            case Unclear(why):
                reason = why
            case never:
                assert_never(never)
    return Halt(Ending.FAILED, f"Triage could not be read: {reason}.")


def _no_change(steps: Steps, desk: Desk, other: NothingNeeded | Question | TooBig) -> Halt:
    match other:
        case NothingNeeded(note):
            return Halt(Ending.NOTHING_NEEDED, note)
        case Question(note):
            return Halt(Ending.ANSWERED, f"A question first: {note}")
        case TooBig() as too_big:
            return split(steps, desk, too_big)
        case never:
            assert_never(never)


def _remember(desk: Desk, estimate: Estimate | None) -> None:
    """What triage thinks now; what it thought in an earlier attempt does not hold any more."""
    tasks, task = desk.services.tasks, desk.task
    tasks.estimate(task.id, estimate)
    tasks.split(task.id, tuple(part for part in task.parts if part.filed is not None))
    if estimate is not None and task.wish is Wish.PLAN:
        desk.enter("triage", f"{estimate.kind}, about {estimate.cost}")


def _publish(steps: Steps, desk: Desk, change: Change) -> Halt | None:
    drafted = steps.run("commit", lambda: make_commit(desk, change))
    pushed = steps.run("push", lambda: push_commit(desk, change, drafted))
    if isinstance(pushed, Halt):
        return pushed
    steps.run("open pull request", lambda: open_pull(desk, change, pushed))
    return None
