"""What to do next about one issue, from what is true now. Pure: no clock, no network, no memory.

The order is the policy: a command that was just given, then the issue's own state, then its task.
"""

from typing import assert_never

from bot.domain.actions import (
    Action,
    Admit,
    AskHuman,
    Conclude,
    Ignore,
    Merge,
    Refuse,
    RejectPolicy,
    Reply,
    SetPause,
    Wait,
)
from bot.domain.commands import (
    Approve,
    Continue,
    Evolve,
    Pause,
    Plan,
    Resume,
    Retry,
    Status,
    Stop,
    Unknown,
)
from bot.domain.facts import Facts, FreshCommand, Gone, IssueFacts, IssueState, PullFacts, PullState
from bot.domain.policy import Admission, Policy, PolicyError
from bot.domain.task import Ending, Task, TaskState
from bot.domain.wording.answers import unknown_command
from bot.kernel.authority import Actor, Authorised, Unauthorised, admission_unchanged
from bot.kernel.ci import CiAbsent, CiGreen, CiPending, CiRed
from bot.kernel.merge_gate import MergeHeld, MergePermit, merge_gate

NO_CHECKS = "no check has passed yet; where there is no CI, a person reviews and merges"


def decide(facts: Facts) -> Action:
    """The one next action. Safe to ask twice, late, or for no reason."""
    match facts.issue:
        case Gone():
            return _without_issue(facts.task)
        case IssueFacts(commands=(first, *_)) as issue:
            return _command(first, issue, facts)
        case IssueFacts() as issue:
            return _level(issue, facts)
        case never:
            assert_never(never)


def _without_issue(task: Task | None) -> Action:
    if task is None or task.state is TaskState.ENDED:
        return Ignore("the issue is not there")
    return Conclude(Ending.STOPPED, "The issue was deleted or moved away.")


def _command(fresh: FreshCommand, issue: IssueFacts, facts: Facts) -> Action:
    match fresh.authority:
        case Unauthorised(reason=reason):
            return Refuse(fresh.comment, reason)
        case Authorised(actor=actor):
            return _authorised(fresh, actor, issue, facts)
        case never:
            assert_never(never)


def _authorised(fresh: FreshCommand, actor: Actor, issue: IssueFacts, facts: Facts) -> Action:
    comment, task = fresh.comment, facts.task
    open_task = task is not None and task.state is not TaskState.ENDED
    match fresh.command:
        case Evolve() | Retry():
            if open_task:
                return Reply(comment, "This issue is already being worked on; see above.")
            return _admit(issue, facts, Admit(actor, comment))
        case Continue(amount=amount):
            if task is None or open_task or task.ending is not Ending.OVER_BUDGET:
                return Reply(comment, "There is nothing to continue: this task is not over budget.")
            return _admit(issue, facts, Admit(actor, comment, amount))
        case Stop():
            if open_task:
                return Conclude(Ending.STOPPED, f"Stopped by {actor.login}.", comment)
            return Reply(comment, "Nothing is running here.")
        case Status():
            return Reply(comment, "This comment is the status; it is kept up to date.")
        case Pause():
            return SetPause(comment, actor, pause=True)
        case Resume():
            return SetPause(comment, actor, pause=False)
        case Approve():
            return Reply(comment, "Approve the pull request with a review: it names the commit.")
        case Plan():
            return Reply(
                comment, "A plan alone cannot be asked for yet; `/evolve` plans and works."
            )
        case Unknown(word=word):
            return Reply(comment, unknown_command(word))
        case never:
            assert_never(never)


def _admit(issue: IssueFacts, facts: Facts, admit: Admit) -> Action:
    """Every gate before the queue: a usable policy, an open issue, nothing paused."""
    if issue.state is IssueState.CLOSED:
        if admit.comment is None:
            return Ignore("the issue is closed")
        return Reply(admit.comment, "The issue is closed; reopen it first.")
    if isinstance(facts.policy, PolicyError):
        return RejectPolicy(facts.policy, admit.comment)
    if facts.paused_by is not None:
        if admit.comment is None:
            return Wait(f"paused by {facts.paused_by}")
        return Reply(admit.comment, f"Paused by {facts.paused_by}; `/evolve resume` goes on.")
    return admit


def _level(issue: IssueFacts, facts: Facts) -> Action:
    task = facts.task
    if task is None or task.state is TaskState.ENDED:
        return _label(issue, facts, task)
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
        case TaskState.QUEUED | TaskState.WORKING:
            return Wait(task.state)
        case TaskState.PUBLISHED:
            return _published(facts)
        case never:
            assert_never(never)


def _label(issue: IssueFacts, facts: Facts, ended: Task | None) -> Action:
    """A label admits once; to be admitted again it must be put on again after the last time."""
    labelled = issue.labelled
    if labelled is None:
        return Ignore("not labelled")
    if ended is not None and labelled.at <= (ended.ended_at or ended.admitted_at):
        return Ignore("its task has ended")
    match labelled.authority:
        case Unauthorised(reason=reason):
            return Ignore(reason)
        case Authorised(actor=actor):
            if issue.ours and actor.is_bot and not _may_admit_itself(facts.policy):
                return Ignore("our own issue waits for a person to label it")
            return _admit(issue, facts, Admit(actor))
        case never:
            assert_never(never)


def _may_admit_itself(policy: Policy | PolicyError) -> bool:
    return isinstance(policy, Policy) and policy.propose.admit is Admission.BOT


def _pull_ended(pull: PullFacts) -> Action:
    if pull.state is PullState.MERGED:
        return Conclude(Ending.MERGED, f"Merged in #{pull.number} as {pull.merge_sha}.")
    return Conclude(
        Ending.STOPPED,
        f"#{pull.number} was closed without a merge. What should have been different?",
    )


def _published(facts: Facts) -> Action:
    if facts.pull is None:
        return Conclude(Ending.FAILED, "The pull request is not there any more.")
    if isinstance(facts.policy, PolicyError):
        return RejectPolicy(facts.policy)
    match merge_gate(facts.pull.gate):
        case MergePermit() as permit:
            return Merge(facts.pull.number, permit)
        case MergeHeld(breaches=reasons):
            match facts.pull.gate.ci:
                case CiPending(names):
                    return Wait(f"waiting for CI: {', '.join(names)}")
                case CiAbsent():
                    return Wait(NO_CHECKS)
                case CiGreen() | CiRed():
                    return AskHuman(reasons)
                case never:
                    assert_never(never)
        case never:
            assert_never(never)
