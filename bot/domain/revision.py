"""A revision: one more round of work on the bot's own open pull request, and why there is one.

The pull request stays what it is; a revision only changes its branch, and only from the head that
it was asked for. What came of each is kept, so that nothing is tried twice for the same reason.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.kernel.values import Sha

RUN_AGAIN = "run again"
"""The mark of a story that says for which head failed checks were asked to run once more."""


class Cause(StrEnum):
    """Why the pull request needs work."""

    REPAIR = "repair"
    """CI is red on it."""
    ANSWER = "answer"
    """People with write access asked for something."""
    REBASE = "rebase"
    """Its base moved, so that GitHub cannot merge it any more."""
    ADOPT = "adopt"
    """Somebody else pushed to its branch: what is there now has to be proven."""


class Came(StrEnum):
    """What came of a revision; `DROPPED` (stopped, paused, overtaken) counts as never asked."""

    UNDER_WAY = "under way"
    PUSHED = "pushed"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    OVER_BUDGET = "over budget"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a look at the pull request asks for. `heard` are the keys of the feedback it answers."""

    cause: Cause
    head: Sha
    heard: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of one attempt, numbered from 1; `said` is what there is to tell of its end."""

    task: int
    attempt: int
    number: int
    wanted: Wanted
    at: datetime
    came: Came = Came.UNDER_WAY
    said: str = ""

    @property
    def counts(self) -> bool:
        """Whether it was really tried."""
        return self.came is not Came.DROPPED


def heard_in(revisions: Iterable[Revision]) -> frozenset[str]:
    """The feedback that was dealt with, or is being dealt with."""
    return frozenset(key for one in revisions if one.counts for key in one.wanted.heard)


def tried(revisions: Iterable[Revision], wanted: Wanted) -> Revision | None:
    """The revision that was asked for the very same reason, if there was one."""
    same = (one for one in revisions if one.counts and one.wanted == wanted)
    return next(same, None)


def ticket_of(subject: str, attempt: int, number: int) -> str:
    """The workflow id of a revision: the same at each time of asking."""
    return f"revise:{subject}:{attempt}:{number}"
