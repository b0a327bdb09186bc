"""The port to GitHub over REST: one line for each question."""

from datetime import datetime

from bot.adapters.github import (
    backlog,
    ci,
    closing,
    comments,
    failing,
    issues,
    merging,
    pulls,
    reads,
    sub_issues,
    talk,
)
from bot.adapters.github.demands import fetch_demands
from bot.adapters.github.landing import GitHubLanding
from bot.domain.subject import Repo, Subject
from bot.kernel.authority import Permission
from bot.kernel.ci import Check, Required
from bot.kernel.merge_gate import MergePermit
from bot.kernel.values import Sha
from bot.stages.backlog import FiledIssue
from bot.stages.failing import FailedCheck
from bot.stages.github import (
    CommentRead,
    Identity,
    IssueRead,
    LabelEvent,
    LinkOutcome,
    MergeOutcome,
    PullRead,
    RepoRead,
)
from bot.stages.talk import ReviewSaid, Thread
from bot.stages.workspace import Remote


class RestGitHub(GitHubLanding):
    """Implements `bot.stages.github.GitHub`; safe to share between threads."""

    def identity(self) -> Identity:
        """Who we are (asked once)."""
        return self._clients.identity()

    def repositories(self) -> tuple[Repo, ...]:
        """Every repository every installation grants us."""
        return self._clients.repositories()

    def repository(self, repo: Repo) -> RepoRead | None:
        """The repository's facts."""
        return reads.fetch_repository(self._clients.of(repo), repo)

    def remote(self, repo: Repo) -> Remote:
        """Where git fetches and pushes, with a token minted for this repository alone."""
        return self._clients.remote(repo)

    def file(self, repo: Repo, path: str, ref: str) -> str | None:
        """A text file at a branch or commit."""
        return reads.fetch_file(self._clients.of(repo), repo, path, ref)

    def issue(self, subject: Subject) -> IssueRead | None:
        """The issue, or None when it is gone, transferred or not ours to see."""
        return issues.fetch_issue(self._clients.of(subject.repo), subject)

    def issues_with(self, repo: Repo, label: str, since: datetime | None) -> tuple[IssueRead, ...]:
        """Open issues with a label, changed since then."""
        return issues.fetch_issues_with(self._clients.of(repo), repo, label, since)

    def filed_issues(self, repo: Repo, labels: tuple[str, ...]) -> tuple[FiledIssue, ...]:
        """Every issue with one of the labels, and the most recently changed others, each once."""
        client, ours = self._clients.of(repo), self._clients.identity()
        return backlog.fetch_filed_issues(client, ours, repo, labels)

    def label_events(self, subject: Subject) -> tuple[LabelEvent, ...]:
        """Every labelling in the timeline, oldest first."""
        return issues.fetch_label_events(self._clients.of(subject.repo), subject)

    def closing_merge(self, subject: Subject) -> Sha | None:
        """The merge commit by which the issue was last closed."""
        return closing.fetch_closing_merge(self._clients.of(subject.repo), subject)

    def comments(self, subject: Subject) -> tuple[CommentRead, ...]:
        """All comments of an issue or pull request, oldest first."""
        return comments.fetch_comments(self._clients.of(subject.repo), subject)

    def permission(self, repo: Repo, login: str) -> Permission | None:
        """The collaborator's permission now; None when it could not be fetched."""
        return reads.fetch_permission(self._clients.of(repo), repo, login)

    def pull(self, repo: Repo, number: int) -> PullRead | None:
        """A pull request by number."""
        return pulls.fetch_pull(self._clients.of(repo), repo, number)

    def pull_of_branch(self, repo: Repo, branch: str) -> PullRead | None:
        """The newest pull request, in any state, whose head is our branch."""
        return pulls.fetch_pull_of_branch(self._clients.of(repo), repo, branch)

    def pull_files(self, repo: Repo, number: int) -> tuple[str, ...]:
        """The paths that GitHub says the pull request changes (old names of renames too)."""
        return pulls.fetch_pull_files(self._clients.of(repo), repo, number)

    def our_open_pulls(self, repo: Repo) -> tuple[PullRead, ...]:
        """Open pull requests of ours in this repository."""
        return pulls.fetch_our_open_pulls(self._clients.of(repo), self._clients.identity(), repo)

    def checks(self, repo: Repo, sha: Sha) -> tuple[Check, ...]:
        """The latest check runs and commit statuses at a commit."""
        return ci.fetch_checks(self._clients.of(repo), self._clients.identity(), repo, sha)

    def required_checks(self, repo: Repo, branch: str) -> tuple[Required, ...]:
        """What branch protection and rulesets require; empty when nothing is required."""
        return fetch_demands(self._clients.of(repo), repo, branch).required

    def ensure_label(self, repo: Repo, name: str, colour: str, description: str) -> None:
        """The label exists."""
        issues.ensure_label(self._clients.of(repo), repo, name, colour, description)

    def ensure_comment(self, subject: Subject, marker: str, body: str) -> int:
        """Exactly one comment of ours holds the hidden marker, and it says `body`; its id."""
        client = self._clients.of(subject.repo)
        return comments.ensure_comment(client, self._clients.identity(), subject, marker, body)

    def ensure_reaction(self, subject: Subject, comment: int | None, content: str) -> None:
        """Our reaction is on the comment, or on the issue itself."""
        comments.ensure_reaction(self._clients.of(subject.repo), subject, comment, content)

    def ensure_pull(self, repo: Repo, branch: str, base: str, title: str, body: str) -> PullRead:
        """A pull request from our branch exists (one that is there already is a success)."""
        return pulls.ensure_pull(self._clients.of(repo), repo, branch, base, title, body)

    def ensure_pull_body(self, repo: Repo, number: int, body: str) -> None:
        """The pull request of ours says this."""
        pulls.ensure_pull_body(self._clients.of(repo), repo, number, body)

    def ensure_pull_closed(self, repo: Repo, number: int) -> None:
        """The pull request of ours is not open (closed or merged already is a success)."""
        pulls.ensure_pull_closed(self._clients.of(repo), repo, number)

    def ensure_issue(
        self, repo: Repo, marker: str, title: str, body: str, labels: tuple[str, ...]
    ) -> int:
        """An issue of ours that holds the hidden marker exists; its number."""
        ours = self._clients.identity()
        return issues.ensure_issue(self._clients.of(repo), ours, repo, marker, title, body, labels)

    def ensure_sub_issue(self, parent: Subject, child: int) -> LinkOutcome:
        """Issue `child` of the same repository is a sub-issue of `parent`, where that can be."""
        return sub_issues.ensure_sub_issue(self._clients.of(parent.repo), parent, child)

    def merge(self, repo: Repo, number: int, permit: MergePermit, message: str) -> MergeOutcome:
        """Squash-merge exactly the permitted commit; merged already is a success."""
        return merging.merge(self._clients.of(repo), repo, number, permit, message)

    def delete_branch(self, repo: Repo, branch: str) -> None:
        """Our branch is gone (missing already is a success)."""
        pulls.delete_branch(self._clients.of(repo), repo, branch)

    def threads(self, repo: Repo, pull: int) -> tuple[Thread, ...]:
        """Every review thread, oldest first."""
        return talk.fetch_threads(self._clients.of(repo), repo, pull)

    def reviews_said(self, repo: Repo, pull: int) -> tuple[ReviewSaid, ...]:
        """Every submitted review, oldest first."""
        return talk.fetch_reviews_said(self._clients.of(repo), repo, pull)

    def ensure_reply(self, repo: Repo, pull: int, thread: Thread, marker: str, body: str) -> None:
        """Exactly one reply of ours in the thread holds the hidden marker, and it says `body`."""
        client, ours = self._clients.of(repo), self._clients.identity()
        talk.ensure_reply(client, ours, repo, pull, thread, marker, body)

    def ensure_resolved(self, repo: Repo, thread: Thread) -> bool:
        """The thread is resolved; False when GitHub does not let us."""
        return talk.ensure_resolved(self._clients.of(repo), repo, thread)

    def ensure_reviewer(self, repo: Repo, pull: int, login: str) -> bool:
        """The person's review is requested now; False when they cannot review here."""
        return talk.ensure_reviewer(self._clients.of(repo), repo, pull, login)

    def failed_checks(
        self, repo: Repo, sha: Sha, explained: bool = True
    ) -> tuple[FailedCheck, ...]:
        """The latest run of each check at a commit that failed, by name."""
        return failing.fetch_failed_checks(
            self._clients.of(repo), self._clients.identity(), repo, sha, explained
        )

    def rerun(self, repo: Repo, check: FailedCheck) -> bool:
        """Run that job once more; False where GitHub does not allow it."""
        return failing.rerun(self._clients.of(repo), repo, check)
