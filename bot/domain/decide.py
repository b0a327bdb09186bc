"""What to do next about one issue, from what is true now. Pure: no clock, no network, no memory.

The order is the policy: a command that was just given, then the issue's own state, then its task.
"""

from typing import assert_never

from bot.domain.actions import (
    Action,
    AfterMerge,
    Conclude,
    Disown,
    Ignore,
    RejectPolicy,
    Remember,
    Wait,
)
from bot.domain.admitting import by_label
from bot.domain.decide_command import decide_command
from bot.domain.decide_pull import decide_pull
from bot.domain.facts import Facts, Gone, IssueFacts, IssueState, PullFacts, PullState
from bot.domain.policy import PolicyError
from bot.domain.task import Ending, Task, TaskState
from bot.domain.watch import judge
from bot.domain.wording.stale import LET_GO
from bot.kernel.authority import admission_unchanged


def decide(facts: Facts) -> Action:
    """The one next action. Safe to ask twice, late, or for no reason."""
    match facts.issue:
        case Gone():
            return _without_issue(facts.task)
        case IssueFacts(commands=(first, *_)) as issue:
            return decide_command(first, issue, facts)
        case IssueFacts() as issue:
            return _level(issue, facts)
        case never:
            assert_never(never)


def _without_issue(task: Task | None) -> Action:
    if task is None or task.state is TaskState.ENDED:
        return Ignore("the issue is not there")
    return Conclude(Ending.STOPPED, "The issue was deleted or moved away.")


def _level(issue: IssueFacts, facts: Facts) -> Action:
    task = facts.task
    if task is None or task.state is TaskState.ENDED:
        return _ended(issue, facts, task)
    if facts.pull is not None and facts.pull.state is not PullState.OPEN:
        return _pull_ended(facts.pull)
    if issue.state is IssueState.CLOSED:
        return Conclude(Ending.STOPPED, "The issue was closed before a change was merged.")
    if not admission_unchanged(task.pinned, issue.title, issue.body):
        return Conclude(
            Ending.STOPPED,
            "The issue's text changed after it was admitted. Label it again, or comment"
            " `/evolve`, to have the new text worked on.",
        )
    match task.state:
        case TaskState.QUEUED | TaskState.WORKING | TaskState.REVISING:
            return Wait(task.state)
        case TaskState.PUBLISHED:
            return _published(facts)
        case never:
            assert_never(never)


def _ended(issue: IssueFacts, facts: Facts, task: Task | None) -> Action:
    """Nothing is under way: somebody may want it again, or its merge may have to be taken back."""
    action = by_label(issue, facts, task)
    if not isinstance(action, Ignore):
        return action
    if facts.reasons:
        return Remember(facts.reasons[0])
    if facts.reopened is not None:
        return Disown(facts.reopened)
    if facts.watch is None or facts.paused_by is not None:
        return action
    return AfterMerge(facts.watch.watch, judge(facts.watch))


def _pull_ended(pull: PullFacts) -> Action:
    if pull.state is PullState.MERGED:
        return Conclude(Ending.MERGED, f"Merged in #{pull.number} as {pull.merge_sha}.")
    if pull.let_go:
        return Conclude(Ending.STOPPED, LET_GO)
    return Conclude(
        Ending.STOPPED,
        f"#{pull.number} was closed without a merge. What should have been different?",
    )


def _published(facts: Facts) -> Action:
    if facts.pull is None:
        return Conclude(Ending.FAILED, "The pull request is not there any more.")
    if isinstance(facts.policy, PolicyError):
        return RejectPolicy(facts.policy)
    return decide_pull(facts.pull, facts.policy.stale)
