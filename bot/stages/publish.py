"""From a proven tree to an open pull request: commit, push with lease, describe."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.domain.subject import Repo, branch_name
from bot.kernel.values import Sha
from bot.stages.github import GitHub, PullRead, TryLater
from bot.stages.workspace import GitFailed, LeaseLost, Mirror, Pushed, Signature


@dataclass(frozen=True, slots=True)
class Blocked:
    """Somebody else's work is in the way; a person decides."""

    reason: str


def commit(
    mirror: Mirror, base: Sha, tree: Sha, message: str, author: Signature, at: datetime
) -> Sha:
    """The one commit of the change, on top of the base that it was proved against."""
    return mirror.commit(tree, base, message, author, int(at.timestamp()))


def push(
    github: GitHub,
    mirror: Mirror,
    repo: Repo,
    issue: int,
    attempt: int,
    sha: Sha,
    expected: Sha | None = None,
) -> Sha | Blocked:
    """Put the commit on the attempt's own branch, which must be at `expected` (None: not exist).

    Raises TryLater when the remote is away.
    """
    outcome = mirror.push(github.remote(repo), sha, branch_name(issue, attempt), expected)
    match outcome:
        case Pushed(sha=pushed):
            return pushed
        case LeaseLost(reason=reason):
            return Blocked(f"somebody else pushed to {branch_name(issue, attempt)}: {reason}")
        case GitFailed(reason=reason):
            raise TryLater(reason, 10.0)
        case never:
            assert_never(never)


def open_pull_request(
    github: GitHub, repo: Repo, issue: int, attempt: int, base: str, title: str, body: str
) -> PullRead:
    """The pull request of this attempt."""
    return github.ensure_pull(repo, branch_name(issue, attempt), base, title, body)
