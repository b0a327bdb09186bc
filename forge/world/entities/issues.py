"""Issues, labels, comments and reactions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from forge.world.entities.accounts import Account
    from forge.world.entities.apps import App
    from forge.world.entities.pulls import Pull
    from forge.world.entities.repos import Repo
    from forge.world.entities.timeline import TimelineEvent


class State(StrEnum):
    """Whether an issue or pull request is open."""

    OPEN = "open"
    CLOSED = "closed"


class StateReason(StrEnum):
    """Why an issue is in its state."""

    COMPLETED = "completed"
    NOT_PLANNED = "not_planned"
    REOPENED = "reopened"
    DUPLICATE = "duplicate"


class ReactionContent(StrEnum):
    """The eight reactions GitHub knows."""

    PLUS_ONE = "+1"
    MINUS_ONE = "-1"
    LAUGH = "laugh"
    CONFUSED = "confused"
    HEART = "heart"
    HOORAY = "hooray"
    ROCKET = "rocket"
    EYES = "eyes"


@dataclass(eq=False, slots=True)
class Label:
    """A label of one repository; names are unique without regard to case."""

    id: int
    name: str
    color: str
    description: str | None
    default: bool = False


@dataclass(eq=False, slots=True)
class Reaction:
    """One account's reaction; an account has each content at most once per subject."""

    id: int
    user: Account
    content: ReactionContent
    created_at: datetime


@dataclass(eq=False, slots=True)
class Comment:
    """A comment in the conversation of an issue or pull request."""

    id: int
    issue: Issue
    author: Account
    body: str
    created_at: datetime
    updated_at: datetime
    app: App | None = None
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Issue:
    """An issue, or the conversation half of a pull request when `pull` is set.

    Title, body, state, labels and comments of a pull request live here, as on GitHub.
    """

    id: int
    number: int
    repo: Repo
    author: Account
    title: str
    body: str | None
    created_at: datetime
    updated_at: datetime
    state: State = State.OPEN
    state_reason: StateReason | None = None
    closed_at: datetime | None = None
    closed_by: Account | None = None
    locked: bool = False
    app: App | None = None
    pull: Pull | None = None
    labels: list[Label] = field(default_factory=list)
    assignees: list[Account] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    timeline: list[TimelineEvent] = field(default_factory=list)
    parent: Issue | None = None
    sub_issues: list[Issue] = field(default_factory=list)
