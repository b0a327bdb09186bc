"""How many improvement issues may be open: it follows how many of the last ones were wanted.

A person says so by how an issue is closed: *completed* is a yes, *not planned* (or *duplicate*) a
no. The rule is the mean of a Beta distribution that starts with two acceptances in advance, so one
no is not yet a verdict, and a yes is always worth more issues.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

REMEMBERED = 20
"""Closed issues that count, the latest: who did not like them last year may like them now."""

IN_ADVANCE = 2
"""Acceptances that are assumed before there is any."""

DISLIKE = 0.25
"""Below this share of acceptance the bot rests: seven rejections in a row."""

REST = timedelta(days=30)
"""After the last rejection of a disliked bot; then one issue at a time is tried again."""


@dataclass(frozen=True, slots=True)
class Closed:
    """An improvement issue that a person closed."""

    wanted: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many improvement issues may be open, and the sum in words."""

    most: int
    explanation: str


def acceptance(accepted: int, rejected: int) -> float:
    """The expected share of issues that are wanted, from 0 to 1."""
    return (accepted + IN_ADVANCE) / (accepted + rejected + IN_ADVANCE)


def quota(max_open: int, accepted: int, rejected: int) -> int:
    """At most so many may be open: `max_open` without a rejection, at least 1 until a clear
    dislike, then 0."""
    share = acceptance(accepted, rejected)
    if max_open <= 0 or share < DISLIKE:
        return 0
    return min(max_open, max(1, int(max_open * share + 0.5)))


def allowance(max_open: int, closed: Sequence[Closed], now: datetime) -> Allowance:
    """The quota from the latest closed issues; a rest that is over allows one."""
    latest = sorted(closed, key=lambda one: one.at)[-REMEMBERED:]
    accepted = sum(one.wanted for one in latest)
    rejected = len(latest) - accepted
    most = quota(max_open, accepted, rejected)
    share = acceptance(accepted, rejected)
    if not latest:
        return Allowance(most, f"nobody has closed one yet, so at most {most} may be open")
    told = (
        f"of the last {len(latest)} closed ones people wanted {accepted}:"
        f" {share:.0%} expected of the next, so at most {most} of {max_open} may be open"
    )
    if most > 0 or max_open <= 0:
        return Allowance(most, told)
    until = max(one.at for one in latest if not one.wanted) + REST
    if now < until:
        return Allowance(0, f"{told}; resting until {until:%Y-%m-%d}")
    return Allowance(1, f"{told}; the rest of {REST.days} days is over, so 1 is tried")
