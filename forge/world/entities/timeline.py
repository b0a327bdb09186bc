"""What happened on an issue or pull request, in order: a closed union of events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from forge.world.entities.accounts import Account
    from forge.world.entities.apps import App
    from forge.world.entities.issues import Comment, Issue, Label, StateReason
    from forge.world.entities.pulls import Review


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class _Happened:
    """What every timeline event has. `app` is set when an App acted through its token."""

    id: int
    actor: Account
    at: datetime
    app: App | None = None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Labeled(_Happened):
    """A label was put on."""

    label: Label


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Unlabeled(_Happened):
    """A label was taken off."""

    label: Label


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Assigned(_Happened):
    """Somebody was assigned."""

    assignee: Account


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Unassigned(_Happened):
    """Somebody was unassigned."""

    assignee: Account


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Commented(_Happened):
    """A comment was written; a deleted comment leaves the timeline."""

    comment: Comment


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Closed(_Happened):
    """Closed, by a person or by the commit of a merge."""

    reason: StateReason | None
    commit_sha: str | None = None


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Reopened(_Happened):
    """Opened again."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Renamed(_Happened):
    """The title changed."""

    before: str
    after: str


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class CrossReferenced(_Happened):
    """Another issue or pull request mentioned this one."""

    source: Issue


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Merged(_Happened):
    """The pull request was merged."""

    commit_sha: str


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class HeadRefDeleted(_Happened):
    """The head branch was deleted."""


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class HeadRefForcePushed(_Happened):
    """The head branch was rewritten."""

    commit_sha: str


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class ReviewRequested(_Happened):
    """A review was asked for."""

    reviewer: Account


@dataclass(frozen=True, eq=False, slots=True, kw_only=True)
class Reviewed(_Happened):
    """A review was submitted."""

    review: Review


TimelineEvent: TypeAlias = (
    Labeled
    | Unlabeled
    | Assigned
    | Unassigned
    | Commented
    | Closed
    | Reopened
    | Renamed
    | CrossReferenced
    | Merged
    | HeadRefDeleted
    | HeadRefForcePushed
    | ReviewRequested
    | Reviewed
)
