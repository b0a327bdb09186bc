"""Into the base branch: by the merge call, by GitHub's merge queue, or by its auto-merge."""

from typing import assert_never

from bot.domain.actions import Merge
from bot.domain.facts import Facts
from bot.domain.task import Task
from bot.engine.services import Services
from bot.engine.squash import squash_message
from bot.engine.verdict import Again, Settled, Verdict, mark_once, tell
from bot.kernel.merge_gate import MergePermit
from bot.stages.github import Merged, TryLater
from bot.stages.landing import Enqueued, LandingRules, MergeRefused, MergeRoad

QUEUE, AUTO, TAKEN_BACK = "merge queue", "auto-merge", "taken back"
"""The marks of a story that say GitHub was asked to merge later, or not to any more."""


def land(services: Services, facts: Facts, merge: Merge) -> Verdict:
    """Merge the permitted commit. A refusal settles: what changed will bring its own event."""
    task, pull = facts.task, facts.pull
    if task is None or pull is None:
        return Settled()
    mark_once(services, task, "land", f"merging {merge.permit.sha}")
    rules = services.github.landing_rules(task.subject.repo, pull.base)
    match rules.road:
        case MergeRoad.QUEUE:
            return _enqueue(services, facts, task, merge)
        case MergeRoad.DIRECT:
            return _merge(services, facts, task, merge, rules)
        case never:
            assert_never(never)


def _enqueue(services: Services, facts: Facts, task: Task, merge: Merge) -> Verdict:
    outcome = services.github.enqueue(task.subject.repo, merge.pull, merge.permit)
    match outcome:
        case Enqueued():
            return tell(services, facts, QUEUE, f"{merge.permit.sha} is in GitHub's merge queue")
        case MergeRefused(status=status, reason=reason):
            return _refused(services, facts, status, reason)
        case never:
            assert_never(never)


def _merge(
    services: Services, facts: Facts, task: Task, merge: Merge, rules: LandingRules
) -> Verdict:
    repo, message = task.subject.repo, squash_message(services, task, merge.pull)
    outcome = services.github.merge(repo, merge.pull, merge.permit, message)
    match outcome:
        case Merged():
            return Again()
        case MergeRefused(status=405) if rules.auto_merge and _auto(
            services, task, merge.pull, merge.permit, message
        ):
            waits = f"GitHub merges {merge.permit.sha} once its own rules are met"
            return tell(services, facts, AUTO, waits)
        case MergeRefused(status=status, reason=reason):
            return _refused(services, facts, status, reason)
        case never:
            assert_never(never)


def _auto(services: Services, task: Task, pull: int, permit: MergePermit, message: str) -> bool:
    return services.github.ensure_auto_merge(task.subject.repo, pull, permit, message)


def _refused(services: Services, facts: Facts, status: int, reason: str) -> Settled:
    if status == 409:
        raise TryLater(f"the head moved: {reason}", 2.0)
    return tell(services, facts, "land", f"GitHub does not merge yet: {reason}")


def withdraw(services: Services, facts: Facts) -> None:
    """Ask GitHub not to merge later what may not be merged now: a permit is for one moment."""
    task, pull = facts.task, facts.pull
    if task is None or pull is None:
        return
    story = [m.stage for m in services.tasks.story(task.id) if m.attempt == task.attempt]
    last = next((stage for stage in reversed(story) if stage in (QUEUE, AUTO, TAKEN_BACK)), None)
    if last is None or last == TAKEN_BACK:
        return
    repo = task.subject.repo
    if last == QUEUE:
        services.github.dequeue(repo, pull.number)
    else:
        services.github.ensure_no_auto_merge(repo, pull.number)
    mark_once(services, task, TAKEN_BACK, f"GitHub was asked not to merge {pull.gate.tested}")
