"""Pull requests: the branch half, reviews, and comments on lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from forge.world.entities.accounts import Account
    from forge.world.entities.issues import Issue, Reaction
    from forge.world.entities.landing import AutoMerge
    from forge.world.entities.repos import Repo


class ReviewState(StrEnum):
    """A review's state as the API spells it."""

    PENDING = "PENDING"
    COMMENTED = "COMMENTED"
    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    DISMISSED = "DISMISSED"


@dataclass(eq=False, slots=True)
class Pull:
    """The branch half of a pull request; the conversation half is `issue`."""

    id: int
    issue: Issue
    repo: Repo
    base_ref: str
    base_sha: str
    head_repo: Repo
    head_ref: str
    head_sha: str
    draft: bool = False
    merged_at: datetime | None = None
    merged_by: Account | None = None
    merge_commit_sha: str | None = None
    maintainer_can_modify: bool = False
    auto_merge: AutoMerge | None = None
    requested_reviewers: list[Account] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    threads: list[ReviewThread] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The number shared with the issue half."""
        return self.issue.number

    @property
    def merged(self) -> bool:
        """Whether it has been merged."""
        return self.merged_at is not None


@dataclass(eq=False, slots=True)
class Review:
    """One review of one commit; `submitted_at` is None while it is pending."""

    id: int
    pull: Pull
    author: Account
    body: str
    state: ReviewState
    commit_sha: str
    submitted_at: datetime | None
    comments: list[ReviewComment] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class ReviewThread:
    """The comments on one place of the diff, and whether somebody resolved it."""

    id: int
    pull: Pull
    comments: list[ReviewComment] = field(default_factory=list)
    resolved_by: Account | None = None

    @property
    def outdated(self) -> bool:
        """Whether the line that it is about has left the diff."""
        return self.comments[0].line is None


@dataclass(eq=False, slots=True)
class ReviewComment:
    """A comment on a line of the diff. `line` is None once the line left the diff (outdated).

    `updated_at` is also the moment at which its review was submitted; `edited_at` is not.
    """

    id: int
    pull: Pull
    review: Review
    author: Account
    body: str
    path: str
    diff_hunk: str
    commit_sha: str
    original_commit_sha: str
    line: int | None
    original_line: int | None
    created_at: datetime
    updated_at: datetime
    side: Literal["LEFT", "RIGHT"] = "RIGHT"
    start_line: int | None = None
    start_side: Literal["LEFT", "RIGHT"] | None = None
    subject: Literal["line", "file"] = "line"
    in_reply_to: ReviewComment | None = None
    edited_at: datetime | None = None
    reactions: list[Reaction] = field(default_factory=list)
