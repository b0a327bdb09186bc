"""The port to what is said about a pull request: review threads, reviews, and who is asked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.subject import Repo
from bot.kernel.authority import Actor
from bot.kernel.values import Sha


@dataclass(frozen=True, slots=True)
class Remark:
    """One comment in a review thread, as it reads now."""

    id: int
    author: Actor
    body: str


@dataclass(frozen=True, slots=True)
class Thread:
    """The remarks about one place of the diff, oldest first; there is at least one.

    `key` is GraphQL's id of the thread, empty where GraphQL is not to be had: then nobody knows
    whether it is resolved, and `resolved` is False. `line` is where the place is now, None when it
    is the whole file or has left the diff. Replies go to `remarks[0].id`.
    """

    key: str
    path: str
    line: int | None
    resolved: bool
    remarks: tuple[Remark, ...]


class ReviewState(StrEnum):
    """What a submitted review says, in GitHub's words."""

    APPROVED = "APPROVED"
    CHANGES_REQUESTED = "CHANGES_REQUESTED"
    COMMENTED = "COMMENTED"
    DISMISSED = "DISMISSED"


@dataclass(frozen=True, slots=True)
class ReviewSaid:
    """A submitted review; `sha` is the head that was looked at, empty when GitHub has forgotten.

    A reply in a thread is a review, too: COMMENTED, with an empty body.
    """

    id: int
    author: Actor
    state: ReviewState
    body: str
    sha: Sha
    at: datetime


def standing(reviews: Iterable[ReviewSaid]) -> tuple[ReviewSaid, ...]:
    """The last word of each reviewer; `reviews` come oldest first.

    As GitHub counts: a comment takes back neither an approval nor an objection, a dismissal takes
    back either. Deleted accounts, which share the id 0, have no word.
    """
    deciding = (one for one in reviews if one.state is not ReviewState.COMMENTED)
    return tuple({one.author.id: one for one in deciding if one.author.id}.values())


class Talk(Protocol):
    """Reads and writes about a pull request's conversation; they raise and repeat as `GitHub`'s."""

    def threads(self, repo: Repo, pull: int) -> tuple[Thread, ...]:
        """Every review thread, oldest first."""
        ...

    def reviews_said(self, repo: Repo, pull: int) -> tuple[ReviewSaid, ...]:
        """Every submitted review, oldest first."""
        ...

    def ensure_reply(self, repo: Repo, pull: int, thread: Thread, marker: str, body: str) -> None:
        """Exactly one reply of ours in the thread holds the hidden marker, and it says `body`."""
        ...

    def ensure_resolved(self, repo: Repo, thread: Thread) -> bool:
        """The thread is resolved; False when GitHub does not let us (no GraphQL, no permission)."""
        ...

    def ensure_reviewer(self, repo: Repo, pull: int, login: str) -> bool:
        """The person's review is requested now; False when they cannot review here.

        A review that was given ends the request, so after it this asks for another one.
        """
        ...
