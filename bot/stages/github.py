"""The port to GitHub: what the bot reads there, and its writes, each of them an *ensure*."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

from bot.domain.facts import IssueState, Mergeable, PullState
from bot.domain.subject import Repo, Subject
from bot.kernel.authority import Actor, Permission
from bot.kernel.ci import Check, Required
from bot.kernel.merge_gate import MergePermit
from bot.kernel.values import Sha
from bot.stages.backlog import Backlog
from bot.stages.failing import FailingCi
from bot.stages.landing import Landing, MergeRefused
from bot.stages.talk import Talk
from bot.stages.workspace import Remote, Signature


class TryLater(Exception):
    """GitHub could not answer now (5xx, rate limit, time-out); the step is repeated later."""

    def __init__(self, reason: str, retry_after_s: float) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """A stored step error must be readable again."""
        return type(self), (str(self), self.retry_after_s)


class NotAllowed(Exception):
    """GitHub refused for good (401, 403, 404, 410, 422); the message says what to mend."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are on this GitHub: the App, and its bot user with its numeric id."""

    app_id: int
    user_id: int
    login: str

    def signature(self) -> Signature:
        """Author of our commits: the bot user with its numeric no-reply address."""
        return Signature(self.login, f"{self.user_id}+{self.login}@users.noreply.github.com")


@dataclass(frozen=True, slots=True)
class RepoRead:
    """A repository's facts."""

    id: int
    default_branch: str
    clone_url: str
    web_url: str
    archived: bool


@dataclass(frozen=True, slots=True)
class IssueRead:
    """An issue now. `votes` counts 👍 reactions. `is_pull` tells a pull request's own number."""

    number: int
    title: str
    body: str
    state: IssueState
    author: Actor
    labels: frozenset[str]
    votes: int
    is_pull: bool
    web_url: str


@dataclass(frozen=True, slots=True)
class LabelEvent:
    """Who put a label on, by the timeline; None when GitHub does not say."""

    label: str
    actor: Actor | None
    at: datetime


@dataclass(frozen=True, slots=True)
class CommentRead:
    """One comment. `edited` is True when it was changed after it was written."""

    id: int
    author: Actor
    body: str
    at: datetime
    edited: bool


@dataclass(frozen=True, slots=True)
class PullRead:
    """A pull request now."""

    number: int
    state: PullState
    author: Actor
    head: Sha
    head_branch: str
    head_repo: str
    base_branch: str
    merge_sha: Sha | None
    web_url: str
    opened: datetime
    mergeable: Mergeable = Mergeable.UNKNOWN
    title: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """The pull request is merged; `sha` is the merge commit."""

    sha: Sha


MergeOutcome: TypeAlias = Merged | MergeRefused


@dataclass(frozen=True, slots=True)
class Linked:
    """The issue is a sub-issue of the other."""


@dataclass(frozen=True, slots=True)
class NotLinked:
    """This GitHub does not make it one: it knows no sub-issues, or has a reason not to."""

    reason: str


LinkOutcome: TypeAlias = Linked | NotLinked


class GitHub(Talk, FailingCi, Landing, Backlog, Protocol):
    """One App on one GitHub. Reads raise `TryLater` or `NotAllowed`; a missing thing is None.

    Writes first look whether they have been done, and read back after a failure that may have
    been applied; so each may be repeated.
    """

    def identity(self) -> Identity:
        """Who we are (asked once)."""
        ...

    def repositories(self) -> tuple[Repo, ...]:
        """Every repository every installation grants us."""
        ...

    def repository(self, repo: Repo) -> RepoRead | None:
        """The repository's facts."""
        ...

    def remote(self, repo: Repo) -> Remote:
        """Where git fetches and pushes, with a token minted for this repository alone."""
        ...

    def file(self, repo: Repo, path: str, ref: str) -> str | None:
        """A text file at a branch or commit."""
        ...

    def issue(self, subject: Subject) -> IssueRead | None:
        """The issue, or None when it is gone, transferred or not ours to see."""
        ...

    def issues_with(self, repo: Repo, label: str, since: datetime | None) -> tuple[IssueRead, ...]:
        """Open issues with a label, for the sweep and for finding duplicates."""
        ...

    def label_events(self, subject: Subject) -> tuple[LabelEvent, ...]:
        """Every labelling in the timeline, oldest first."""
        ...

    def closing_merge(self, subject: Subject) -> Sha | None:
        """The merge commit by which the issue was last closed; None where no merge closed it."""
        ...

    def comments(self, subject: Subject) -> tuple[CommentRead, ...]:
        """All comments of an issue or pull request, oldest first."""
        ...

    def permission(self, repo: Repo, login: str) -> Permission | None:
        """The collaborator's permission now; None when it could not be fetched."""
        ...

    def pull(self, repo: Repo, number: int) -> PullRead | None:
        """A pull request by number."""
        ...

    def pull_of_branch(self, repo: Repo, branch: str) -> PullRead | None:
        """The newest pull request, in any state, whose head is our branch."""
        ...

    def pull_files(self, repo: Repo, number: int) -> tuple[str, ...]:
        """The paths that GitHub says the pull request changes (old names of renames too)."""
        ...

    def our_open_pulls(self, repo: Repo) -> tuple[PullRead, ...]:
        """Open pull requests of ours in this repository."""
        ...

    def checks(self, repo: Repo, sha: Sha) -> tuple[Check, ...]:
        """The latest check runs and commit statuses at a commit."""
        ...

    def required_checks(self, repo: Repo, branch: str) -> tuple[Required, ...]:
        """What branch protection and rulesets require; empty when nothing is required."""
        ...

    def ensure_label(self, repo: Repo, name: str, colour: str, description: str) -> None:
        """The label exists."""
        ...

    def ensure_comment(self, subject: Subject, marker: str, body: str) -> int:
        """Exactly one comment of ours holds the hidden marker, and it says `body`; its id."""
        ...

    def ensure_reaction(self, subject: Subject, comment: int | None, content: str) -> None:
        """Our reaction is on the comment, or on the issue itself."""
        ...

    def ensure_pull(self, repo: Repo, branch: str, base: str, title: str, body: str) -> PullRead:
        """A pull request from our branch exists (one that is there already is a success)."""
        ...

    def ensure_pull_body(self, repo: Repo, number: int, body: str) -> None:
        """The pull request of ours says this."""
        ...

    def ensure_pull_closed(self, repo: Repo, number: int) -> None:
        """The pull request of ours is not open (closed or merged already is a success)."""
        ...

    def ensure_issue(
        self, repo: Repo, marker: str, title: str, body: str, labels: tuple[str, ...]
    ) -> int:
        """An issue of ours that holds the hidden marker exists; its number."""
        ...

    def ensure_sub_issue(self, parent: Subject, child: int) -> LinkOutcome:
        """Issue `child` of the same repository is a sub-issue of `parent`, where that can be."""
        ...

    def merge(self, repo: Repo, number: int, permit: MergePermit, message: str) -> MergeOutcome:
        """Squash-merge exactly the permitted commit; merged already is a success."""
        ...

    def delete_branch(self, repo: Repo, branch: str) -> None:
        """Our branch is gone (missing already is a success)."""
        ...
