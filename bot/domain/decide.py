"""What to do next about one issue, from what is true now. Pure: no clock, no network, no memory.

The order is the policy: a command that was just given, then the issue's own state, then its task.
"""

from datetime import datetime
from typing import assert_never

from bot.domain.actions import (
    Action,
    Admit,
    AfterMerge,
    Conclude,
    Disown,
    GoOn,
    Ignore,
    Obeyed,
    Refuse,
    RejectPolicy,
    Remember,
    Reply,
    SetPause,
    Wait,
)
from bot.domain.commands import (
    SURE_DIGITS,
    Approve,
    Continue,
    Evolve,
    Instruct,
    Pause,
    Plan,
    Resume,
    Retry,
    Status,
    Stop,
    Unknown,
)
from bot.domain.decide_pull import decide_pull
from bot.domain.facts import Facts, FreshCommand, Gone, IssueFacts, IssueState, PullFacts, PullState
from bot.domain.policy import Admission, Policy, PolicyError
from bot.domain.revision import Came
from bot.domain.task import Ending, Task, TaskState, Wish
from bot.domain.watch import judge
from bot.domain.wording.answers import unknown_command
from bot.domain.wording.stale import LET_GO
from bot.kernel.authority import Actor, Authorised, Unauthorised, admission_unchanged
from bot.kernel.values import Usd


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
            return Refuse(fresh.comment, reason, fresh.on)
        case Authorised(actor=actor):
            return _authorised(fresh, actor, issue, facts)
        case never:
            assert_never(never)


def _authorised(fresh: FreshCommand, actor: Actor, issue: IssueFacts, facts: Facts) -> Action:
    comment, task, on = fresh.comment, facts.task, fresh.on
    open_task = task is not None and task.state is not TaskState.ENDED
    match fresh.command:
        case Evolve():
            if task is not None and open_task:
                return Reply(comment, _ALREADY[task.wish], on)
            return _admit(issue, facts, Admit(actor, comment), on)
        case Retry():
            if task is not None and open_task:
                again = _ALREADY[task.wish]
                return _go_on(fresh, facts, Usd(), {Came.FAILED, Came.OVER_BUDGET}, again)
            return _admit(issue, facts, Admit(actor, comment), on)
        case Continue(amount=amount):
            nothing = "There is nothing to continue: this task is not over budget."
            if open_task:
                return _go_on(fresh, facts, amount, {Came.OVER_BUDGET}, nothing)
            if task is None or task.ending is not Ending.OVER_BUDGET:
                return Reply(comment, nothing, on)
            return _admit(issue, facts, Admit(actor, comment, amount, task.wish), on)
        case Stop():
            if open_task:
                return Conclude(Ending.STOPPED, f"Stopped by {actor.login}.", comment)
            return Reply(comment, "Nothing is running here.", on)
        case Status():
            return Reply(comment, "The status comment is kept up to date.", on)
        case Pause():
            return SetPause(comment, actor, pause=True)
        case Resume():
            return SetPause(comment, actor, pause=False)
        case Approve() as approve:
            return _approval(fresh, approve, facts)
        case Plan():
            return _plan(issue, facts, Admit(actor, comment, wish=Wish.PLAN), on)
        case Instruct():
            line = "There is no open pull request of mine to change. `/evolve retry` tries again."
            return Reply(comment, line, on)
        case Unknown(word=word):
            return Reply(comment, unknown_command(word), on)
        case never:
            assert_never(never)


def _go_on(
    fresh: FreshCommand, facts: Facts, extra: Usd, after: set[Came], otherwise: str
) -> Action:
    """Take up the last revision of the open pull request, if it came to one of these ends."""
    revisions = facts.pull.revisions if facts.pull is not None else ()
    if revisions and revisions[-1].came in after:
        return GoOn(fresh.comment, revisions[-1], extra)
    return Reply(fresh.comment, otherwise, fresh.on)


def _approval(fresh: FreshCommand, approve: Approve, facts: Facts) -> Action:
    """The approval itself is a fact of the pull request; here its author is told what it does."""
    if facts.pull is None:
        return Reply(fresh.comment, "There is no open pull request of mine to approve.", fresh.on)
    head, sha = facts.pull.gate.head, approve.sha
    if approve.names(head):
        return Obeyed(fresh.comment)
    if not sha:
        said = "A comment does not say which commit."
    elif head.startswith(sha):
        said = f"Other commits may begin with `{sha}`, too."
    else:
        said = f"`{sha}` is not its head."
    allowing = f"`/evolve approve {head[:SURE_DIGITS]}` or an approving review allows this one."
    return Reply(fresh.comment, f"{said} {allowing}", fresh.on)


_ALREADY = {
    Wish.CHANGE: "This issue is already being worked on; see above.",
    Wish.PLAN: "It is already being planned; comment `/evolve` once the plan is here.",
}


def _plan(issue: IssueFacts, facts: Facts, admit: Admit, on: int) -> Action:
    """Nothing is paid for a plan that is there already, or that open work is about to make."""
    task, comment = facts.task, admit.comment
    if task is None or comment is None:
        return _admit(issue, facts, admit, on)
    if task.state is not TaskState.ENDED:
        where = "in the status comment" if task.estimate is not None else "told once it is made"
        line = f"This issue is already being worked on; its plan is {where}."
        return Reply(comment, line, on)
    split = any(part.filed is not None for part in task.parts)
    if split and admission_unchanged(task.pinned, issue.title, issue.body):
        return Reply(comment, "This issue was split already; the status comment lists how.", on)
    return _admit(issue, facts, admit, on)


def _admit(issue: IssueFacts, facts: Facts, admit: Admit, on: int = 0) -> Action:
    """Every gate before the queue: a usable policy, an open issue, nothing paused."""
    if issue.state is IssueState.CLOSED:
        if admit.comment is None:
            return Ignore("the issue is closed")
        return Reply(admit.comment, "The issue is closed; reopen it first.", on)
    if isinstance(facts.policy, PolicyError):
        return RejectPolicy(facts.policy, admit.comment)
    if facts.paused_by is not None:
        if admit.comment is None:
            return Wait(f"paused by {facts.paused_by}")
        paused = f"Paused by {facts.paused_by}; `/evolve resume` goes on."
        return Reply(admit.comment, paused, on)
    return admit


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
    action = _label(issue, facts, task)
    if not isinstance(action, Ignore):
        return action
    if facts.reasons:
        return Remember(facts.reasons[0])
    if facts.reopened is not None:
        return Disown(facts.reopened)
    if facts.watch is None or facts.paused_by is not None:
        return action
    return AfterMerge(facts.watch.watch, judge(facts.watch))


def _label(issue: IssueFacts, facts: Facts, ended: Task | None) -> Action:
    """A label admits once; to be admitted again it must be put on again after the last time."""
    labelled = issue.labelled
    if labelled is None:
        return Ignore("not labelled")
    if ended is not None and labelled.at <= _last_time(ended):
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


def _last_time(ended: Task) -> datetime:
    """A label that came while only a plan was being made still asks for the change."""
    if ended.wish is Wish.PLAN or ended.ended_at is None:
        return ended.admitted_at
    return ended.ended_at


def _may_admit_itself(policy: Policy | PolicyError) -> bool:
    return isinstance(policy, Policy) and policy.propose.admit is Admission.BOT


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
