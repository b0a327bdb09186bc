"""When an issue may be queued: the gates before the queue, and what a label is worth.

What happened before counts: a label admits once, a command each time it is given.
"""

from datetime import datetime
from typing import assert_never

from bot.domain.actions import Action, Admit, Ignore, RejectPolicy, Reply, Wait
from bot.domain.facts import Facts, IssueFacts, IssueState
from bot.domain.policy import Admission, Policy, PolicyError
from bot.domain.task import Task, Wish
from bot.kernel.authority import Authorised, Unauthorised


def admit_if_open(issue: IssueFacts, facts: Facts, admit: Admit, on: int = 0) -> Action:
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


def by_label(issue: IssueFacts, facts: Facts, ended: Task | None) -> Action:
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
            return admit_if_open(issue, facts, Admit(actor))
        case never:
            assert_never(never)


def _last_time(ended: Task) -> datetime:
    """A label that came while only a plan was being made still asks for the change."""
    if ended.wish is Wish.PLAN or ended.ended_at is None:
        return ended.admitted_at
    return ended.ended_at


def _may_admit_itself(policy: Policy | PolicyError) -> bool:
    return isinstance(policy, Policy) and policy.propose.admit is Admission.BOT
