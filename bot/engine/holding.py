"""Tasks that wait for pull requests: held before they begin, or once their plan is known."""

from dataclasses import dataclass, replace

from bot.domain.facts import Facts
from bot.domain.holding import Hold, hold_of, touched
from bot.domain.policy import Policy
from bot.domain.run import FOR_A_PERSON, waits_for_person
from bot.domain.task import Estimate, Task, TaskState
from bot.domain.wording.holding import hold_line
from bot.engine.desk import Desk
from bot.engine.prepare import Prepared
from bot.engine.services import Services
from bot.engine.status import show
from bot.kernel.patch_gate import FileChange
from bot.memory.tasks import HELD, StageMark


@dataclass(frozen=True, slots=True)
class Held:
    """The task is queued again; another ticket takes up the same attempt, with its estimate."""


def hold_back(desk: Desk, prepared: Prepared, estimate: Estimate) -> Held | None:
    """Back into the queue if an open pull request touches what the plan names.

    And in a run, if what looked harmless turns out to be breaking.

    No turn was taken yet, so there is no work directory. Once the ticket has let go, one under its
    name would be that of another ticket: it must not be removed here, nor later.
    """
    services, task = desk.services, desk.task
    beside = services.tasks.open_in(task.subject.repo)
    opened = (file for one in beside if one.published for file in one.published.files)
    touches = touched(estimate.plan, (*prepared.brief.selection.paths, *opened))
    waits = services.run is not None and waits_for_person(estimate.risk, services.run)
    why = FOR_A_PERSON.said if waits else None
    if not services.tasks.hold_back(desk.ticket, task, touches, services.clock(), why):
        return None
    show(services, task.id)
    return Held()


def estimated_before(task: Task) -> Estimate | None:
    """What this very attempt was estimated at before it was held: that is not paid again."""
    return task.estimate if task.touches else None


def changed_files(changes: tuple[FileChange, ...]) -> tuple[str, ...]:
    """Every path that a change has to do with, old names of renames too."""
    return tuple(sorted({path for one in changes for path in (one.path, one.old_path)}))


def hold_now(services: Services, task: Task) -> Hold | None:
    """What keeps a queued task from being begun now."""
    return hold_of(task, services.tasks.open_in(task.subject.repo))


def told_to_wait(services: Services, facts: Facts, task: Task) -> bool:
    """Whether a queued task has to wait for pull requests; then its status says for which.

    What is only being written may come to nothing: that is waited for in the queue itself.
    """
    if not isinstance(facts.policy, Policy):
        return False
    waiting = replace(task, open_prs=min(task.open_prs, facts.policy.open_prs))
    beside = services.tasks.open_in(task.subject.repo)
    hold = hold_of(waiting, [one for one in beside if one.state is not TaskState.WORKING])
    if hold is None:
        return False
    line, story = hold_line(hold), services.tasks.story(task.id)
    last = [(mark.attempt, mark.stage, mark.detail) for mark in story[-1:]]
    if last != [(task.attempt, HELD, line)]:
        now = services.clock()
        services.tasks.mark(StageMark(task.id, task.attempt, HELD, line, now))
    show(services, task.id)
    return True
