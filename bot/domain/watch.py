"""The watch after a merge: did the base turn red on the merge commit, where it was green before?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias, assert_never

from bot.domain.subject import Subject
from bot.kernel.ci import CiAbsent, CiGreen, CiPending, CiRed, CiVerdict
from bot.kernel.values import Sha

WATCHED = timedelta(hours=24)
"""How long CI may take to say something about a merge before nobody waits for it any more."""


class Outcome(StrEnum):
    """What a watch came to."""

    WATCHING = "watching"
    FINE = "fine"
    """CI passed on the merge commit."""
    NOT_OURS = "not ours"
    """It is red, and was red before."""
    UNKNOWN = "unknown"
    """CI said nothing in time."""
    REVERTED = "reverted"
    """A pull request that reverts it was opened."""
    LEFT = "left"
    """It turned the base red, and cannot be reverted cleanly."""


@dataclass(frozen=True, slots=True)
class Watch:
    """One merge that is watched: the merge commit, and the commit of the base before it."""

    task: int
    attempt: int
    subject: Subject
    pull: int
    merged: Sha
    before: Sha
    since: datetime
    outcome: Outcome = Outcome.WATCHING


@dataclass(frozen=True, slots=True)
class WatchFacts:
    """What CI says now of both commits.

    `ended` are checks that have ended on the merge commit, `excused` those of them that failed by
    being cancelled or never run, `rerun` failed ones that may run once more.
    """

    watch: Watch
    now: CiVerdict
    before: CiVerdict
    ended: frozenset[str]
    excused: frozenset[str]
    rerun: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class KeepWatching:
    """Nothing can be said yet."""


@dataclass(frozen=True, slots=True)
class RunAgain:
    """These checks failed once: flaky ones must not cost anybody a revert."""

    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EndWatch:
    """It is over without anything to do."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Revert:
    """These checks passed before the merge and fail on it."""

    checks: tuple[str, ...]


Watching: TypeAlias = KeepWatching | RunAgain | EndWatch | Revert


def judge(facts: WatchFacts) -> Watching:
    """What a watched merge calls for. Only a check that was green before can accuse it.

    All of these are waited for: a quick one that passed says nothing of a slow one.
    """
    late = facts.at - facts.watch.since > WATCHED
    was_green = facts.before.passed if isinstance(facts.before, CiGreen) else ()
    waiting = not late and not facts.ended.issuperset(was_green)
    match facts.now:
        case CiGreen():
            return KeepWatching() if waiting else EndWatch(Outcome.FINE)
        case CiPending() | CiAbsent():
            return EndWatch(Outcome.UNKNOWN) if late else KeepWatching()
        case CiRed(names):
            red = tuple(name for name in names if name in was_green)
            turned = tuple(name for name in red if name not in facts.excused)
            again = tuple(name for name in red if name in facts.rerun)
            if again and not late:
                return RunAgain(again)
            if turned:
                return Revert(turned)
            if red:
                # Cancelled, as a later push does it: that is no verdict on this merge.
                return EndWatch(Outcome.UNKNOWN) if late else KeepWatching()
            unsure = waiting or (isinstance(facts.before, CiPending) and not late)
            return KeepWatching() if unsure else EndWatch(Outcome.NOT_OURS)
        case never:
            assert_never(never)
