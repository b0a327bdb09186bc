"""Fetch the facts about one issue and its pull request, as they are on GitHub now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.blame import NOT_THE_CODE
from bot.domain.commands import Instruct, read_command
from bot.domain.facts import (
    Facts,
    FreshCommand,
    Gone,
    IssueFacts,
    Labelled,
    PullState,
    Reason,
)
from bot.domain.policy import LABEL, POLICY_PATH, Policy
from bot.domain.policy_file import read_policy
from bot.domain.subject import Repo, Subject
from bot.domain.task import Ending, Task, TaskState
from bot.domain.watch import Outcome, WatchFacts
from bot.domain.wording.answers import reopened_marker, why_marker
from bot.domain.wording.stale import let_go_marker
from bot.kernel.authority import Authorised, label_counts
from bot.kernel.ci import PENDING, CheckState, CiRed, ci_verdict
from bot.memory.revisions import Revisions
from bot.memory.tasks import Controls, Tasks
from bot.memory.watches import Watches
from bot.stages.github import GitHub, IssueRead, NotAllowed, PullRead
from bot.stages.look import Look, said_on
from bot.stages.pull_facts import PullFinder
from bot.stages.workspace import Git

FRESH = timedelta(days=3)
"""An older command is history: nobody waits for it, and the bot may not have been here then."""


SAID_WITH_IT = timedelta(minutes=10)
"""A comment that old when the pull request was found closed may be the reason given with it."""


EXCUSED = NOT_THE_CODE | {CheckState.ACTION_REQUIRED}
"""How a check ends that says nothing about the commit."""


@dataclass(frozen=True, slots=True)
class Finder:
    """The ports that facts come from."""

    github: GitHub
    git: Git
    tasks: Tasks
    revisions: Revisions
    watches: Watches
    controls: Controls
    clock: Callable[[], datetime]

    def find(self, subject: Subject) -> Facts:
        """Everything `decide` needs. Raises TryLater or NotAllowed."""
        task = self.tasks.of(subject)
        issue = self.github.issue(subject)
        repository = self.github.repository(subject.repo)
        paused = self.controls.paused(subject.repo)
        if repository is None:
            raise NotAllowed(f"{subject.repo.full} cannot be seen: is the App still installed?")
        if issue is None or issue.is_pull:
            return Facts(Gone(), task, None, Policy(), paused)
        text = self.github.file(subject.repo, POLICY_PATH, repository.default_branch)
        policy = read_policy(text)
        bots = policy.bots if isinstance(policy, Policy) else frozenset[int]()
        look = Look(self.github, subject.repo, bots)
        found = IssueFacts(
            title=issue.title,
            body=issue.body,
            state=issue.state,
            ours=issue.author.id == self.github.identity().user_id,
            labelled=self._labelled(subject, issue, look),
            commands=self._commands(subject, task, look),
            votes=issue.votes,
        )
        pull = None
        if task is not None and task.state in (TaskState.PUBLISHED, TaskState.REVISING):
            finder = PullFinder(self.github, self.git, self.revisions, self.tasks, self.clock)
            held = paused is not None
            pull = finder.find(task, issue, repository, policy, look, held)
        watch = self._watch(task) if task is not None else None
        left = self._left(task) if task is not None else None
        reasons = self._reasons(task, left, look) if task is not None and left is not None else ()
        reopened = self._reopened(left, look) if left is not None else None
        return Facts(found, task, pull, policy, paused, watch, reasons, reopened)

    def _left(self, task: Task) -> PullRead | None:
        """The pull request of a task that was stopped, as it is now."""
        if task.ending is not Ending.STOPPED or task.published is None:
            return None
        return self.github.pull(task.subject.repo, task.published.pull)

    def _reopened(self, left: PullRead, look: Look) -> int | None:
        """Its number, if it is open again after we said our last word, and nobody was told."""
        number, me = left.number, self.github.identity().user_id
        if left.state is not PullState.OPEN:
            return None
        closed = any(said_on(look, number, me, it(number)) for it in (why_marker, let_go_marker))
        return number if closed and not said_on(look, number, me, reopened_marker(number)) else None

    def _reasons(self, task: Task, left: PullRead, look: Look) -> tuple[Reason, ...]:
        """What was said about a pull request that was closed unmerged, and is not kept yet."""
        ended, me = task.ended_at, self.github.identity().user_id
        if ended is None or left.state is not PullState.CLOSED:
            return ()
        if said_on(look, left.number, me, let_go_marker(left.number)):
            return ()
        return tuple(
            Reason(one.id, one.author, one.body)
            for one in look.comments_on(left.number)
            if one.author.id != me
            and one.at >= ended - SAID_WITH_IT
            and read_command(one.body) is None
            and not self.tasks.answered(task.subject.repo, one.id)
            and isinstance(look.authority_of(one.author), Authorised)
        )

    def _watch(self, task: Task) -> WatchFacts | None:
        """What CI says of a merge that is still watched."""
        watch = self.watches.of(task.id, task.attempt)
        ended = task.state is TaskState.ENDED
        if watch is None or watch.outcome is not Outcome.WATCHING or not ended:
            return None
        repo, me = task.subject.repo, self.github.identity().app_id
        checks = self.github.checks(repo, watch.merged)
        now = ci_verdict(checks, (), me)
        before = ci_verdict(self.github.checks(repo, watch.before), (), me)
        red = (
            self.github.failed_checks(repo, watch.merged, explained=False)
            if isinstance(now, CiRed)
            else ()
        )
        again = tuple(one.name for one in red if one.at_first_run)
        open_ones = {one.name for one in checks if one.state in PENDING}
        accusing = {one.name for one in red if one.state not in EXCUSED}
        return WatchFacts(
            watch,
            now,
            before,
            ended=frozenset(one.name for one in checks) - open_ones,
            excused=frozenset(one.name for one in red) - accusing,
            rerun=again,
            at=self.clock(),
        )

    def _labelled(self, subject: Subject, issue: IssueRead, look: Look) -> Labelled | None:
        if LABEL not in issue.labels:
            return None
        events = [e for e in self.github.label_events(subject) if e.label == LABEL]
        if not events:
            return None
        last, me = events[-1], self.github.identity().user_id
        permission = look.permission_of(last.actor) if last.actor is not None else None
        authority = label_counts(last.actor, permission, me, issue.author.id, look.bots)
        return Labelled(authority, last.at)

    def _commands(
        self, subject: Subject, task: Task | None, look: Look
    ) -> tuple[FreshCommand, ...]:
        pull = task.published.pull if task is not None and task.published is not None else None
        places = [subject.number, *([pull] if pull is not None else [])]
        return tuple(
            fresh
            for number in places
            for fresh in self._said_on(subject.repo, number, number == pull, look)
        )

    def _said_on(
        self, repo: Repo, number: int, on_pull: bool, look: Look
    ) -> Iterator[FreshCommand]:
        me, oldest = self.github.identity().user_id, self.clock() - FRESH
        for comment in look.comments_on(number):
            # An edited comment may say what its author never said.
            if comment.author.id == me or comment.edited or comment.at < oldest:
                continue
            command = read_command(comment.body, on_pull)
            if command is None or self.tasks.answered(repo, comment.id):
                continue
            authority = look.authority_of(comment.author)
            if isinstance(command, Instruct) and isinstance(authority, Authorised):
                # That is feedback: it is worked on, not answered.
                continue
            yield FreshCommand(comment.id, command, authority, number)
