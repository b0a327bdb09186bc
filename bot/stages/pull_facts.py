"""Fetch the facts about the pull request of a task, as they are on GitHub now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.blame import blame
from bot.domain.decide_pull import content_with
from bot.domain.facts import PullFacts, PullState, RedCheck
from bot.domain.feedback import Feedback, still_asked
from bot.domain.policy import Policy, PolicyError
from bot.domain.revision import RUN_AGAIN, Revision, heard_in
from bot.domain.stale import Silence, silence
from bot.domain.subject import Repo, branch_name
from bot.domain.task import Published, Task
from bot.domain.wording.stale import let_go_marker, reminders_of
from bot.kernel.authority import admission_unchanged
from bot.kernel.ci import CiGreen, CiRed, CiVerdict, ci_verdict
from bot.kernel.merge_gate import MergeFacts
from bot.kernel.patch_gate import FileChange, PatchRefused, PatchVerdict, patch_gate
from bot.kernel.values import Breach, Kind, Risk, Sha
from bot.memory.revisions import Revisions
from bot.memory.tasks import Tasks
from bot.stages.approvals import approved_in_words, reviewed
from bot.stages.failing import FailedCheck
from bot.stages.feedback import Listener
from bot.stages.github import GitHub, IssueRead, PullRead, RepoRead
from bot.stages.look import Look, said_on
from bot.stages.revise import ASKS_MOST
from bot.stages.talk import ReviewState
from bot.stages.workspace import Git, GitFailed, Mirror, Unusable

PATIENCE = timedelta(minutes=30)
"""How long a check that was asked to run again may stay at its first run; GitHub runs nothing again
that is older than a month, and says so only by refusing."""

SAID_CHARS = 200_000
"""Characters of a failed check that are searched for the change's files."""


@dataclass(frozen=True, slots=True)
class PullFinder:
    """The ports that a pull request's facts come from."""

    github: GitHub
    git: Git
    revisions: Revisions
    tasks: Tasks
    clock: Callable[[], datetime]

    def find(
        self,
        task: Task,
        issue: IssueRead,
        repository: RepoRead,
        policy: Policy | PolicyError,
        look: Look,
        paused: bool,
    ) -> PullFacts | None:
        """The published pull request now; None when it is gone. Raises TryLater or NotAllowed."""
        published, repo = task.published, task.subject.repo
        if published is None:
            return None
        # A file that cannot be used permits nothing, but what became of the pull request is told.
        rules = policy if isinstance(policy, Policy) else Policy()
        pull = self.github.pull(repo, published.pull)
        if pull is None:
            return None
        me = self.github.identity()
        required = self.github.required_checks(repo, pull.base_branch)
        ci = ci_verdict(self.github.checks(repo, pull.head), required, me.app_id)
        is_open = pull.state is PullState.OPEN
        revisions = self.revisions.of(task.id, task.attempt)
        reviews = look.reviews_on(pull.number)
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
            patch=self._patch(task, pull, rules, looked_at=is_open and isinstance(ci, CiGreen)),
            admission_unchanged=admission_unchanged(task.pinned, issue.title, issue.body),
            paused=paused,
            kind=task.estimate.kind if task.estimate else Kind.DEPENDENCY,
            risk=published.risk if task.estimate else Risk.HIGH,
            merge_policy=rules.merge,
            approvals=(
                *reviewed(reviews, ReviewState.APPROVED, look),
                *approved_in_words(pull.head, task.subject.number, pull.number, look),
            ),
            objections=reviewed(reviews, ReviewState.CHANGES_REQUESTED, look),
        )
        listener = Listener(self.github, look)
        return PullFacts(
            number=pull.number,
            state=pull.state,
            merge_sha=pull.merge_sha,
            gate=gate,
            base=pull.base_branch,
            mergeable=pull.mergeable,
            asked=_asked(listener.asked(repo, pull.number), revisions, gate) if is_open else (),
            red=self._red(task, published, pull, ci) if is_open else (),
            revisions=revisions,
            silence=self._silence(task, pull, revisions, look) if is_open else None,
            let_go=said_on(look, pull.number, me.user_id, let_go_marker(pull.number)),
        )

    def _silence(
        self, task: Task, pull: PullRead, revisions: tuple[Revision, ...], look: Look
    ) -> Silence:
        """Since the last word or push of a person, on the issue too, or the last revision.

        Somebody's push leads to a revision, so it is counted with them; what bots say is no word.
        """
        me = self.github.identity().user_id
        on_pull = look.comments_on(pull.number)
        said = (*on_pull, *look.comments_on(task.subject.number), *look.reviews_on(pull.number))
        words = [one.at for one in said if one.author.id != me and not one.author.is_bot]
        begun = [one.at for one in revisions if one.counts]
        mark = reminders_of(pull.number)
        reminders = [one.at for one in on_pull if one.author.id == me and mark in one.body]
        return silence((pull.opened, *words, *begun), reminders, self.clock())

    def _patch(self, task: Task, pull: PullRead, policy: Policy, looked_at: bool) -> PatchVerdict:
        """The patch gate again, on the objects GitHub serves for the head and its own file list."""
        if not looked_at:
            return PatchRefused((Breach("unchecked", "the diff is read again once CI is green"),))
        changes = self._changes(task, pull)
        if isinstance(changes, Breach):
            return PatchRefused((changes,))
        reported = set(self.github.pull_files(task.subject.repo, pull.number))
        if reported != {path for change in changes for path in (change.path, change.old_path)}:
            return PatchRefused((Breach("diff-differs", "GitHub reports other files than git"),))
        kind = task.estimate.kind if task.estimate else Kind.FIX
        return patch_gate(changes, policy.patch_rules(kind))

    def _changes(self, task: Task, pull: PullRead) -> tuple[FileChange, ...] | Breach:
        mirror = self._fetched(task, pull)
        if mirror is None or mirror.resolve(pull.head_branch) != pull.head:
            return Breach("moved", "the branch moved while it was read")
        base = mirror.merge_base(pull.base_branch, pull.head)
        if base is None:
            return Breach("no-base", "the branch shares no history with its base")
        try:
            return mirror.changes(base, pull.head)
        except Unusable as unusable:
            return Breach("unreadable", str(unusable))

    def _fetched(self, task: Task, pull: PullRead) -> Mirror | None:
        mirror = self.git.mirror(task.subject.repo.full)
        remote = self.github.remote(task.subject.repo)
        failed = mirror.fetch(remote, (pull.base_branch, pull.head_branch))
        return None if isinstance(failed, GitFailed) else mirror

    def _red(
        self, task: Task, published: Published, pull: PullRead, ci: CiVerdict
    ) -> tuple[RedCheck, ...]:
        """What failed on the proven head, and whether it fails without the change, too."""
        if not isinstance(ci, CiRed) or pull.head != published.tested:
            return ()
        repo = task.subject.repo
        failed = [one for one in self.github.failed_checks(repo, pull.head) if one.name in ci.names]
        mirror = self._fetched(task, pull)
        tip = mirror.resolve(pull.base_branch) if mirror is not None else None
        on_base = _failing(self.github, repo, tip) if tip is not None else frozenset[str]()
        files = self.github.pull_files(repo, pull.number)
        patient = not self._asked_in_vain(task, pull.head)
        return tuple(
            RedCheck(
                name=one.name,
                blame=blame(one.state, _said(one), files),
                may_rerun=patient and one.at_first_run,
                red_on_base=one.name in on_base,
            )
            for one in failed
        )

    def _asked_in_vain(self, task: Task, head: Sha) -> bool:
        """Whether another run was asked for so long ago that there will be none."""
        before = self.clock() - PATIENCE
        return any(
            mark.stage == RUN_AGAIN and mark.detail.endswith(head) and mark.at < before
            for mark in self.tasks.story(task.id)
        )


def _asked(
    asks: tuple[Feedback, ...], revisions: tuple[Revision, ...], gate: MergeFacts
) -> tuple[str, ...]:
    left = still_asked(asks, heard_in(revisions), content_with(gate))
    return tuple(one.key for one in left[:ASKS_MOST])


def _failing(github: GitHub, repo: Repo, sha: Sha) -> frozenset[str]:
    verdict = ci_verdict(github.checks(repo, sha), (), github.identity().app_id)
    return frozenset(verdict.names) if isinstance(verdict, CiRed) else frozenset()


def _said(check: FailedCheck) -> str:
    pointed = "\n".join(f"{one.path}\n{one.message}" for one in check.annotations)
    return f"{check.title}\n{check.summary}\n{pointed}\n{check.log}"[:SAID_CHARS]
