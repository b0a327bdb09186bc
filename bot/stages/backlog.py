"""The port to what was filed before: issues in any state, for finding duplicates and manners."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.subject import Repo


class Fate(StrEnum):
    """What people made of an issue. *Not planned* holds for *duplicate* too."""

    OPEN = "open"
    COMPLETED = "completed"
    NOT_PLANNED = "not planned"


@dataclass(frozen=True, slots=True)
class FiledIssue:
    """An issue of any state; title and body are outside text. `ours` says that the bot filed it."""

    number: int
    title: str
    body: str
    fate: Fate
    closed_at: datetime | None
    labels: frozenset[str]
    ours: bool


class Backlog(Protocol):
    """A part of the port to GitHub."""

    def filed_issues(self, repo: Repo, labels: tuple[str, ...]) -> tuple[FiledIssue, ...]:
        """Every issue with one of the labels, and the most recently changed others, each once.

        Open and closed, newest number first, no pull requests.
        """
        ...
