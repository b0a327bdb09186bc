"""The port to GitHub for landing a pull request: queue, auto-merge, our check, signed commits."""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Protocol

from bot.domain.labels import StateLabel
from bot.domain.subject import Repo, Subject
from bot.kernel.ci import CheckState
from bot.kernel.merge_gate import MergePermit
from bot.kernel.values import Sha
from bot.stages.workspace import LeaseLost

DCO_FILE = ".github/dco.yml"
"""The settings of the DCO App, where a repository uses it (source: github.com/dcoapp/app)."""


class MergeRoad(StrEnum):
    """How a pull request gets into a branch."""

    DIRECT = auto()
    """By the merge call."""
    QUEUE = auto()
    """The branch's rules demand GitHub's merge queue."""


@dataclass(frozen=True, slots=True)
class LandingRules:
    """What a branch and its repository demand and offer.

    `auto_merge`: the repository allows GitHub's auto-merge. `signed`: the branch demands signed
    commits. `dco`: it requires a check named DCO, which wants a Signed-off-by line.
    """

    road: MergeRoad
    auto_merge: bool
    signed: bool
    dco: bool


@dataclass(frozen=True, slots=True)
class Enqueued:
    """The pull request is in the merge queue (or was already); not merged yet."""


@dataclass(frozen=True, slots=True)
class MergeRefused:
    """GitHub said no: 409 means look again, 405 not mergeable now. Never retried as it is."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What our check says; `title`, `summary` and `text` are cut at 65,535 characters each.

    `external_id` is the key: one commit has one check of ours under it. `summary` and `text` are
    Markdown.
    """

    name: str
    external_id: str
    state: CheckState
    title: str
    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class FileWrite:
    """A file as it shall be. `mode` is git's octal one; `content` None deletes the file."""

    path: str
    mode: str
    content: bytes | None


class Landing(Protocol):
    """The part of the port to GitHub that lands pull requests; raises as `GitHub` does."""

    def landing_rules(self, repo: Repo, branch: str) -> LandingRules:
        """What the branch demands, by its protection and the rulesets that hold on it."""
        ...

    def enqueue(self, repo: Repo, pull: int, permit: MergePermit) -> Enqueued | MergeRefused:
        """The permitted commit is in the branch's merge queue."""
        ...

    def is_queued(self, repo: Repo, pull: int) -> bool:
        """Whether the pull request is in the merge queue now."""
        ...

    def dequeue(self, repo: Repo, pull: int) -> None:
        """The pull request is not in the merge queue (not there already is a success)."""
        ...

    def ensure_auto_merge(self, repo: Repo, pull: int, permit: MergePermit, message: str) -> bool:
        """GitHub squash-merges the permitted commit once it may; False: GitHub does not let us.

        GitHub refuses where the repository does not allow it, where nothing is left to wait for
        (then merge), and where the head is another commit. Beware: unlike the merge and the queue
        it does not stay with the commit. What somebody with write access pushes later is merged,
        too; only a push by others ends it.
        """
        ...

    def ensure_no_auto_merge(self, repo: Repo, pull: int) -> None:
        """GitHub does not merge the pull request by itself."""
        ...

    def ensure_check(self, repo: Repo, sha: Sha, report: CheckReport) -> int:
        """Our check on the commit says this; its id. Raises NotAllowed for a person's token."""
        ...

    def ensure_state_label(self, subject: Subject, state: StateLabel | None) -> None:
        """Of our state labels exactly this one is on the issue; with None, none of them."""
        ...

    def commit_signed(
        self,
        repo: Repo,
        branch: str,
        parent: Sha,
        changes: tuple[FileWrite, ...],
        message: str,
        expected: Sha | None,
    ) -> Sha | LeaseLost:
        """One commit on `parent` that GitHub signs for the App, put on the branch with lease.

        The branch must be at `expected` (None: must not exist). The commit's id holds GitHub's
        clock and signature: compare its *tree* with what was proved. Raises NotAllowed when GitHub
        did not sign, which it does for Apps only.
        """
        ...
