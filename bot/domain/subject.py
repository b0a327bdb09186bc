"""What the bot looks after: one issue, and with it the pull request that answers it."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, order=True, slots=True)
class Repo:
    """A repository as one installation sees it; `installation` is 0 for a plain token."""

    owner: str
    name: str
    installation: int

    @property
    def full(self) -> str:
        """`owner/name`, as GitHub writes it."""
        return f"{self.owner}/{self.name}"


@dataclass(frozen=True, order=True, slots=True)
class Subject:
    """One issue. Events on its pull request, its checks and its branch lead back here."""

    repo: Repo
    number: int

    def __str__(self) -> str:
        return f"{self.repo.full}#{self.number}"


BRANCH = re.compile(r"evolve/(?P<issue>[1-9][0-9]{0,9})-(?P<attempt>[1-9][0-9]{0,4})")


def branch_name(issue: int, attempt: int) -> str:
    """The one branch of one attempt: the same at each retry, so a push can look first."""
    return f"evolve/{issue}-{attempt}"


def issue_of_branch(branch: str) -> int | None:
    """The issue that a branch of ours answers, or None for anybody else's branch."""
    match = BRANCH.fullmatch(branch)
    return int(match["issue"]) if match else None
