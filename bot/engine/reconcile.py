"""Bring one issue to where it should be: look, decide, act, and look again.

Safe to run twice, late, or for no reason: it starts from what GitHub says now, and every act is an
ensure. One round is one durable step.
"""

from typing import assert_never

from bot.domain.actions import (
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
from bot.domain.decide import decide
from bot.domain.facts import Facts, IssueFacts
from bot.domain.policy import Policy
from bot.domain.subject import Subject
from bot.domain.task import Task, TaskState
from bot.domain.wording.answers import (
    policy_error_comment,
    policy_marker,
    refusal_line,
    refusal_marker,
)
from bot.domain.wording.blocks import count
from bot.engine.conclude import conclude_published, freed
from bot.engine.queue import Queue
from bot.engine.services import Services
from bot.engine.status import announce, show
from bot.engine.steps import Steps
from bot.kernel.authority import pin
from bot.memory.tasks import Admittance, StageMark
from bot.stages.facts import Finder
from bot.stages.github import Merged, MergeRefused, TryLater

ROUNDS = 12
"""A subject that has not settled by then is looked at again by the next event or sweep."""


def reconcile(steps: Steps, services: Services, queue: Queue, subject: Subject) -> None:
    """Rounds of look, decide and act, until there is nothing more to do now."""
    for number in range(1, ROUNDS + 1):
        if steps.run(f"round {number}", lambda: advance(services, queue, subject)):
            return


def advance(services: Services, queue: Queue, subject: Subject) -> bool:
    """One round; True when the subject has settled. Raises TryLater when GitHub is away."""
    finder = Finder(
        services.github, services.git, services.tasks, services.controls, services.clock
    )
    facts = finder.find(subject)
    action = decide(facts)
    match action:
        case Ignore():
            return True
        case Wait():
            _keep_ticket(services, queue, facts)
            return True
        case AskHuman(reasons):
            if facts.task is not None:
                why = "; ".join(reason.detail for reason in reasons)
                _mark_once(services, facts.task, "land", f"a person must act: {why}")
                show(services, facts.task.id)
            return True
        case Admit() as admit:
            _admit(services, subject, facts, admit)
        case Refuse(comment, reason):
            body = refusal_line(subject.number, reason)
            services.github.ensure_comment(subject, refusal_marker(subject.number), body)
            services.tasks.answer(subject.repo, comment, "refused", services.clock())
        case RejectPolicy(error, comment):
            body = policy_error_comment(subject.number, error)
            services.github.ensure_comment(subject, policy_marker(subject.number), body)
            if comment is None:
                return True
            services.tasks.answer(subject.repo, comment, "bad policy", services.clock())
        case Reply(comment, line):
            announce(services, subject, line)
            services.github.ensure_reaction(subject, comment, "eyes")
            services.tasks.answer(subject.repo, comment, "answered", services.clock())
        case SetPause(comment, by, pause):
            _set_pause(services, subject, by.login, pause)
            services.github.ensure_reaction(subject, comment, "+1")
            services.tasks.answer(subject.repo, comment, "done", services.clock())
        case Merge() as merge:
            return _merge(services, facts, merge)
        case Conclude() as end:
            if facts.task is not None:
                conclude_published(services, facts.task, end)
                freed(services, queue, facts.task)
            if end.comment is not None:
                services.github.ensure_reaction(subject, end.comment, "+1")
                services.tasks.answer(subject.repo, end.comment, "done", services.clock())
        case never:
            assert_never(never)
    return False


def _admit(services: Services, subject: Subject, facts: Facts, admit: Admit) -> None:
    issue = facts.issue
    if not isinstance(issue, IssueFacts) or not isinstance(facts.policy, Policy):
        return
    admittance = Admittance(
        subject=subject,
        pinned=pin(issue.title, issue.body),
        title=issue.title,
        by=admit.by.id,
        login=admit.by.login,
        at=services.clock(),
        votes=issue.votes,
        cap=facts.policy.budget.change,
    )
    services.github.ensure_reaction(subject, admit.comment, "eyes")
    task = services.tasks.admit(admittance)
    if admit.comment is not None:
        services.tasks.allow_more(task.id, admit.extra, admit.comment)
        services.tasks.answer(subject.repo, admit.comment, "admitted", services.clock())
    _mark_once(services, task, "queued", f"asked by {admit.by.login}")
    show(services, task.id)


def _keep_ticket(services: Services, queue: Queue, facts: Facts) -> None:
    """A queued task has a ticket, unless too many pull requests wait for a reviewer."""
    task = facts.task
    if task is None or task.state is not TaskState.QUEUED:
        return
    repo, policy = task.subject.repo, facts.policy
    unreviewed = [t for t in services.tasks.open_in(repo) if t.state is TaskState.PUBLISHED]
    if isinstance(policy, Policy) and len(unreviewed) >= policy.open_prs:
        waiting = count(len(unreviewed), "pull request")
        _mark_once(services, task, "held", f"{waiting} of mine must be reviewed first.")
        show(services, task.id)
        return
    queue.ticket(task)


def _set_pause(services: Services, subject: Subject, login: str, pause: bool) -> None:
    if pause:
        services.controls.pause(subject.repo.full, login, services.clock())
    else:
        services.controls.resume(subject.repo.full)


def _merge(services: Services, facts: Facts, merge: Merge) -> bool:
    """Merge the permitted commit. A refusal settles: what changed will bring its own event."""
    task = facts.task
    if task is None:
        return True
    _mark_once(services, task, "land", f"merging {merge.permit.sha}")
    message = f"{task.title} (#{merge.pull})"
    outcome = services.github.merge(task.subject.repo, merge.pull, merge.permit, message)
    match outcome:
        case Merged():
            return False
        case MergeRefused(status=409, reason=reason):
            raise TryLater(f"the head moved: {reason}", 2.0)
        case MergeRefused(reason=reason):
            _mark_once(services, task, "land", f"GitHub does not merge yet: {reason}")
            show(services, task.id)
            return True
        case never:
            assert_never(never)


def _mark_once(services: Services, task: Task, stage: str, detail: str) -> None:
    """A round may run again; the story should not say the same thing twice in a row."""
    story = services.tasks.story(task.id)
    if story and (story[-1].stage, story[-1].detail) == (stage, detail):
        return
    services.tasks.mark(StageMark(task.id, task.attempt, stage, detail, services.clock()))
