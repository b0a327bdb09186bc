"""What a `/evolve` comment leads to, from what is true now. Pure, as all of `decide`."""

from typing import assert_never

from bot.domain.actions import (
    Action,
    Admit,
    Conclude,
    GoOn,
    Obeyed,
    Refuse,
    Reply,
    SetPause,
)
from bot.domain.admitting import admit_if_open
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
from bot.domain.facts import Facts, FreshCommand, IssueFacts
from bot.domain.revision import Came
from bot.domain.task import Ending, TaskState, Wish
from bot.domain.wording.answers import unknown_command
from bot.kernel.authority import Actor, Authorised, Unauthorised, admission_unchanged
from bot.kernel.values import Usd


def decide_command(fresh: FreshCommand, issue: IssueFacts, facts: Facts) -> Action:
    """The next action about a command that nobody has answered yet."""
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
            return admit_if_open(issue, facts, Admit(actor, comment), on)
        case Retry():
            if task is not None and open_task:
                again = _ALREADY[task.wish]
                return _go_on(fresh, facts, Usd(), {Came.FAILED, Came.OVER_BUDGET}, again)
            return admit_if_open(issue, facts, Admit(actor, comment), on)
        case Continue(amount=amount):
            nothing = "There is nothing to continue: this task is not over budget."
            if open_task:
                return _go_on(fresh, facts, amount, {Came.OVER_BUDGET}, nothing)
            if task is None or task.ending is not Ending.OVER_BUDGET:
                return Reply(comment, nothing, on)
            return admit_if_open(issue, facts, Admit(actor, comment, amount, task.wish), on)
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
        return admit_if_open(issue, facts, admit, on)
    if task.state is not TaskState.ENDED:
        where = "in the status comment" if task.estimate is not None else "told once it is made"
        line = f"This issue is already being worked on; its plan is {where}."
        return Reply(comment, line, on)
    split = any(part.filed is not None for part in task.parts)
    if split and admission_unchanged(task.pinned, issue.title, issue.body):
        return Reply(comment, "This issue was split already; the status comment lists how.", on)
    return admit_if_open(issue, facts, admit, on)
