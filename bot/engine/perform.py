"""Carry out one action about one issue, and say whether there may be more to do."""

from datetime import datetime
from typing import assert_never

from bot.domain.actions import (
    Action,
    Admit,
    AfterMerge,
    AskHuman,
    CloseStale,
    Conclude,
    Disown,
    GoOn,
    Ignore,
    Merge,
    Obeyed,
    Refuse,
    RejectPolicy,
    Remember,
    Remind,
    Reply,
    Rerun,
    Revise,
    SetPause,
    Wait,
)
from bot.domain.facts import Facts, IssueFacts, PullState
from bot.domain.policy import Policy
from bot.domain.subject import Subject
from bot.domain.task import Ending, Task, TaskState
from bot.domain.wording.answers import (
    policy_error_comment,
    policy_marker,
    refusal_line,
    refusal_marker,
)
from bot.engine.halt import Halt
from bot.engine.holding import told_to_wait
from bot.engine.judging import merged_otherwise
from bot.engine.landing import land, withdraw
from bot.engine.patience import close_stale, remind
from bot.engine.queue import Queue
from bot.engine.refusing import refused, refused_comment, refused_label, refused_policy
from bot.engine.revising import begin_revision, go_on, keep_revising, rerun
from bot.engine.services import Services
from bot.engine.status import ASK, answer
from bot.engine.subjects import subjects_of
from bot.engine.verdict import Again, Over, Settled, Verdict, acknowledge, say, tell
from bot.engine.watching import after_merge
from bot.engine.why import ask_why, disown, remember
from bot.kernel.authority import pin
from bot.memory.refusals import Gate
from bot.memory.tasks import QUEUED, Admittance


def perform(
    services: Services, queue: Queue, subject: Subject, facts: Facts, action: Action
) -> Verdict:
    """One action; each is an ensure, so it may be performed again."""
    if not isinstance(action, Merge):
        withdraw(services, facts, action)
    match action:
        case Ignore():
            refused_label(services, subject, facts)
            merged_otherwise(services, facts, subject)
            return Settled()
        case Wait(why):
            return _wait(services, queue, facts, why)
        case AskHuman(reasons):
            if facts.task is not None and facts.pull is not None:
                refused(services, Gate.MERGE, facts.task, facts.pull.gate.head, reasons)
            why = "; ".join(reason.detail for reason in reasons)
            return tell(services, facts, ASK, why)
        case Remind() as reminding:
            return remind(services, facts, reminding)
        case CloseStale() as closing:
            return close_stale(services, facts, closing)
        case Admit() as admit:
            return _admit(services, subject, facts, admit)
        case Refuse(comment, reason, on):
            refused_comment(services, subject, comment)
            body = refusal_line(subject.number, reason)
            place = Subject(subject.repo, on)
            services.github.ensure_comment(place, refusal_marker(subject.number), body)
            return _answered(services, subject, comment, "refused")
        case RejectPolicy(error, comment):
            refused_policy(services, subject, comment)
            body = policy_error_comment(subject.number, error)
            services.github.ensure_comment(subject, policy_marker(subject.number), body)
            if comment is None:
                return Settled()
            return _answered(services, subject, comment, "bad policy")
        case Reply(comment, line, on):
            answer(services, subject, on, comment, line)
            services.github.ensure_reaction(subject, comment, "eyes")
            return _answered(services, subject, comment, "answered")
        case Obeyed(comment):
            acknowledge(services, subject, comment)
            return Again()
        case SetPause(comment, by, pause):
            if pause:
                services.controls.pause(subject.repo.full, by.login, services.clock())
            else:
                services.controls.resume(subject.repo.full)
                for waiting in subjects_of(services, subject.repo):
                    queue.reconcile(waiting, f"resumed-{comment}")
            acknowledge(services, subject, comment)
            return Again()
        case Merge() as merge:
            return land(services, facts, merge)
        case Revise(wanted):
            return begin_revision(services, queue, facts, wanted)
        case Rerun(checks):
            return rerun(services, facts, checks)
        case GoOn(comment, revision, extra):
            return go_on(services, subject, comment, revision, extra)
        case AfterMerge() as after:
            return Settled() if facts.task is None else after_merge(services, facts.task, after)
        case Remember(reason):
            return Settled() if facts.task is None else remember(services, facts.task, reason)
        case Disown(pull):
            return Settled() if facts.task is None else disown(services, facts.task, pull)
        case Conclude(ending, reason, comment):
            if facts.task is None:
                return Settled()
            there = facts.pull
            if there is not None and there.state is PullState.CLOSED and not there.let_go:
                ask_why(services, facts.task, there.number)
            return Over(facts.task, Halt(ending, reason), comment)
        case never:
            assert_never(never)


def _answered(services: Services, subject: Subject, comment: int, outcome: str) -> Again:
    services.tasks.answer(subject.repo, comment, outcome, services.clock())
    return Again()


def _admit(services: Services, subject: Subject, facts: Facts, admit: Admit) -> Verdict:
    issue = facts.issue
    if not isinstance(issue, IssueFacts) or not isinstance(facts.policy, Policy):
        return Settled()
    admittance = Admittance(
        subject=subject,
        pinned=pin(issue.title, issue.body),
        title=issue.title,
        by=admit.by.id,
        login=admit.by.login,
        at=_admitted_at(services, issue),
        votes=issue.votes,
        cap=facts.policy.budget.change,
        open_prs=facts.policy.open_prs,
        wish=admit.wish,
    )
    services.github.ensure_reaction(subject, admit.comment, "eyes")
    if facts.task is not None and admit.comment is not None:
        # Before the task is open again: a round that was cut off would not give it any more.
        services.tasks.allow_more(facts.task.id, admit.extra, admit.comment)
    task = services.tasks.admit(admittance)
    if admit.comment is not None:
        services.tasks.answer(subject.repo, admit.comment, "admitted", services.clock())
    say(services, task, QUEUED, f"asked by {admit.by.login}")
    return Again()


def _admitted_at(services: Services, issue: IssueFacts) -> datetime:
    """Never before the label by GitHub's clock: if ours is slow, it would admit again and again."""
    now = services.clock()
    return now if issue.labelled is None else max(now, issue.labelled.at)


def _wait(services: Services, queue: Queue, facts: Facts, why: str) -> Verdict:
    """While it waits: a queued task has a ticket, one worked on a worker, and people know."""
    task = facts.task
    if task is None:
        return Settled()
    if task.state is TaskState.WORKING:
        ticket = services.tasks.ticket_of(task.id)
        # Looked at once more: it may have come to a good end since this look began.
        if ticket is not None and queue.over(ticket) and _as_it_was(services, task):
            return Over(task, Halt(Ending.FAILED, "The worker ended without a word; see its log."))
        return Settled()
    if task.state is TaskState.REVISING:
        return keep_revising(services, queue, task)
    if task.state is TaskState.PUBLISHED:
        return tell(services, facts, "land", why)
    if task.state is not TaskState.QUEUED or facts.paused_by is not None:
        return Settled()
    if not told_to_wait(services, facts, task):
        queue.ticket(task)
    return Settled()


def _as_it_was(services: Services, task: Task) -> bool:
    now = services.tasks.get(task.id)
    return (now.state, now.attempt) == (task.state, task.attempt)
