"""Into the base branch: by the merge call, by GitHub's merge queue, or by its auto-merge."""

from dataclasses import replace
from typing import assert_never

from bot.domain.actions import Action, Conclude, Merge
from bot.domain.decide import decide
from bot.domain.facts import Facts, IssueFacts, PullState
from bot.domain.task import Task
from bot.engine.services import Services
from bot.engine.squash import squash_message
from bot.engine.status import ASK, show
from bot.engine.verdict import Again, Settled, Verdict, mark_once, tell
from bot.kernel.merge_gate import MergePermit
from bot.memory.tasks import StageMark
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
    """Into the queue, once for each commit: what was taken out of it stays out."""
    repo, sha = task.subject.repo, merge.permit.sha
    before = _asked(services, task)
    there = before is not None and before.stage == QUEUE and before.detail.startswith(sha)
    if there and not services.github.is_queued(repo, merge.pull):
        why = f"{sha} was taken out of GitHub's merge queue: its checks failed there, or a person"
        return tell(services, facts, ASK, f"{why} did it, who may put it in again")
    outcome = services.github.enqueue(repo, merge.pull, merge.permit)
    match outcome:
        case Enqueued():
            return _waits(services, task, QUEUE, f"{sha} is in GitHub's merge queue")
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
            return _waits(services, task, AUTO, waits)
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


def withdraw(services: Services, facts: Facts, action: Action) -> None:
    """Ask GitHub not to merge later what may not be merged now: a permit is for one moment.

    An answer to a command changes nothing about that: whoever comments must not cost the change its
    place in the queue.
    """
    task, pull = facts.task, facts.pull
    if task is None or pull is None or pull.state is not PullState.OPEN:
        return
    before = _asked(services, task)
    if before is None or before.stage == TAKEN_BACK or _still_merges(facts, action):
        return
    repo = task.subject.repo
    if before.stage == QUEUE:
        services.github.dequeue(repo, pull.number)
    else:
        services.github.ensure_no_auto_merge(repo, pull.number)
    _mark(services, task, TAKEN_BACK, f"GitHub was asked not to merge {pull.gate.tested}")


def _still_merges(facts: Facts, action: Action) -> bool:
    """Whether the merge would be permitted if nobody had said anything just now."""
    if isinstance(action, Conclude) or not isinstance(facts.issue, IssueFacts):
        return False
    silent = replace(facts, issue=replace(facts.issue, commands=()))
    return isinstance(decide(silent), Merge)


def _asked(services: Services, task: Task) -> StageMark | None:
    """What GitHub was asked for last, if anything, in this attempt."""
    asked = (QUEUE, AUTO, TAKEN_BACK)
    story = services.tasks.story(task.id)
    mine = (one for one in reversed(story) if one.attempt == task.attempt and one.stage in asked)
    return next(mine, None)


def _waits(services: Services, task: Task, stage: str, detail: str) -> Settled:
    _mark(services, task, stage, detail)
    show(services, task.id)
    return Settled()


def _mark(services: Services, task: Task, stage: str, detail: str) -> None:
    """Append to the story what GitHub was asked for, unless that was the last thing asked."""
    last = _asked(services, task)
    if last is None or (last.stage, last.detail) != (stage, detail):
        now = services.clock()
        services.tasks.mark(StageMark(task.id, task.attempt, stage, detail, now))
