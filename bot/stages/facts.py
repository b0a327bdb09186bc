"""Fetch the facts about one issue and its pull request, as they are on GitHub now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.commands import read_command
from bot.domain.facts import Facts, FreshCommand, Gone, IssueFacts, Labelled, PullFacts, PullState
from bot.domain.policy import LABEL, POLICY_PATH, Policy, PolicyError
from bot.domain.policy_file import read_policy
from bot.domain.subject import Repo, Subject, branch_name
from bot.domain.task import Task, TaskState
from bot.kernel.authority import Actor, Permission, admission_unchanged, label_counts, may_command
from bot.kernel.ci import CiGreen, ci_verdict
from bot.kernel.merge_gate import MergeFacts
from bot.kernel.patch_gate import PatchRefused, PatchVerdict, patch_gate
from bot.kernel.values import Breach, Kind, Risk
from bot.memory.tasks import Controls, Tasks
from bot.stages.github import GitHub, IssueRead, NotAllowed, PullRead, RepoRead
from bot.stages.workspace import Git, GitFailed, Unusable

FRESH = timedelta(days=3)
"""An older command is history: nobody waits for it, and the bot may not have been here then."""


@dataclass(frozen=True, slots=True)
class Finder:
    """The ports that facts come from."""

    github: GitHub
    git: Git
    tasks: Tasks
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
        permissions = _Permissions(self.github, subject.repo)
        found = IssueFacts(
            title=issue.title,
            body=issue.body,
            state=issue.state,
            ours=issue.author.id == self.github.identity().user_id,
            labelled=self._labelled(subject, issue, permissions, bots),
            commands=self._commands(subject, permissions, bots),
            votes=issue.votes,
        )
        pull = None
        if task is not None and task.state is TaskState.PUBLISHED:
            pull = self._pull(task, issue, repository, policy)
        return Facts(found, task, pull, policy, paused)

    def _labelled(
        self, subject: Subject, issue: IssueRead, permissions: "_Permissions", bots: frozenset[int]
    ) -> Labelled | None:
        if LABEL not in issue.labels:
            return None
        events = [e for e in self.github.label_events(subject) if e.label == LABEL]
        if not events:
            return None
        last, me = events[-1], self.github.identity().user_id
        permission = permissions.of(last.actor) if last.actor is not None else None
        return Labelled(label_counts(last.actor, permission, me, issue.author.id, bots), last.at)

    def _commands(
        self, subject: Subject, permissions: "_Permissions", bots: frozenset[int]
    ) -> tuple[FreshCommand, ...]:
        me, oldest = self.github.identity().user_id, self.clock() - FRESH
        fresh: list[FreshCommand] = []
        for comment in self.github.comments(subject):
            # An edited comment may say what its author never said.
            if comment.author.id == me or comment.edited or comment.at < oldest:
                continue
            command = read_command(comment.body)
            if command is None or self.tasks.answered(subject.repo, comment.id):
                continue
            authority = may_command(comment.author, permissions.of(comment.author), bots)
            fresh.append(FreshCommand(comment.id, command, authority))
        return tuple(fresh)

    def _pull(
        self, task: Task, issue: IssueRead, repository: RepoRead, policy: Policy | PolicyError
    ) -> PullFacts | None:
        published, repo = task.published, task.subject.repo
        if published is None:
            return None
        # A file that cannot be used permits nothing, but what became of the pull request is told.
        rules = policy if isinstance(policy, Policy) else Policy()
        pull = self.github.pull(repo, published.pull)
        if pull is None:
            return None
        me = self.github.identity()
        checks = self.github.checks(repo, pull.head)
        ci = ci_verdict(checks, self.github.required_checks(repo, pull.base_branch), me.app_id)
        unchecked = PatchRefused((Breach("unchecked", "the diff is read again once CI is green"),))
        looked_at = pull.state is PullState.OPEN and isinstance(ci, CiGreen)
        patch = self._patch(task, pull, rules) if looked_at else unchecked
        reviews = self.github.reviews(repo, pull.number)
        gate = MergeFacts(
            author_is_our_app=pull.author.id == me.user_id,
            author_id=pull.author.id,
            branch_is_ours=pull.head_branch == branch_name(task.subject.number, task.attempt),
            same_repository=pull.head_repo == repo.full,
            base_is_default=pull.base_branch == repository.default_branch,
            head=pull.head,
            tested=published.tested,
            strength=published.proof_strength,
            ci=ci,
            patch=patch,
            admission_unchanged=admission_unchanged(task.pinned, issue.title, issue.body),
            paused=self.controls.paused(repo) is not None,
            kind=task.estimate.kind if task.estimate else Kind.DEPENDENCY,
            risk=published.risk if task.estimate else Risk.HIGH,
            merge_policy=rules.merge,
            approvals=reviews.approvals,
            objections=reviews.objections,
        )
        return PullFacts(pull.number, pull.state, pull.merge_sha, gate)

    def _patch(self, task: Task, pull: PullRead, policy: Policy) -> PatchVerdict:
        """The patch gate again, on the objects GitHub serves for the head and its own file list."""
        mirror = self.git.mirror(task.subject.repo.full)
        remote = self.github.remote(task.subject.repo)
        fetched = mirror.fetch(remote, (pull.base_branch, pull.head_branch))
        head = mirror.resolve(pull.head_branch)
        if isinstance(fetched, GitFailed) or head != pull.head:
            return PatchRefused((Breach("moved", "the branch moved while it was read"),))
        base = mirror.merge_base(pull.base_branch, pull.head)
        if base is None:
            return PatchRefused((Breach("no-base", "the branch shares no history with its base"),))
        try:
            changes = mirror.changes(base, pull.head)
        except Unusable as unusable:
            return PatchRefused((Breach("unreadable", str(unusable)),))
        reported = set(self.github.pull_files(task.subject.repo, pull.number))
        if reported != {path for change in changes for path in (change.path, change.old_path)}:
            return PatchRefused((Breach("diff-differs", "GitHub reports other files than git"),))
        kind = task.estimate.kind if task.estimate else Kind.FIX
        return patch_gate(changes, policy.patch_rules(kind))


class _Permissions:
    """Each actor's permission, asked for once a look."""

    def __init__(self, github: GitHub, repo: Repo) -> None:
        self._github, self._repo = github, repo
        self._known: dict[int, Permission | None] = {}

    def of(self, actor: Actor) -> Permission | None:
        if actor.id not in self._known:
            self._known[actor.id] = self._github.permission(self._repo, actor.login)
        return self._known[actor.id]
