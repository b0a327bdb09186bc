"""When people are reminded of a pull request that waits for them, and when it is closed.

Silence is counted from the last thing that a person, or a revision of the bot's, did on the pull
request. Reminding and closing are the bot's own words, and end no silence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.policy import StalePolicy

GRACE = timedelta(days=7)
"""Between the reminder and the end, however late the reminder came: people take a week off."""


@dataclass(frozen=True, slots=True)
class Silence:
    """How long a pull request has been silent, since when, and how long ago people were reminded.

    `reminded` is None when that was before the silence began, or never.
    """

    since: datetime
    quiet: timedelta
    reminded: timedelta | None


def silence(acts: Iterable[datetime], reminders: Iterable[datetime], now: datetime) -> Silence:
    """The silence after the last of the acts, of which there is at least one."""
    since = max(acts)
    after = [at for at in reminders if at >= since]
    return Silence(since, max(now - since, timedelta()), now - max(after) if after else None)


def must_remind(policy: StalePolicy, now: Silence) -> bool:
    """Once in a silence."""
    return policy.remind > 0 and now.reminded is None and now.quiet >= _days(policy.remind)


def may_close(policy: StalePolicy, now: Silence) -> bool:
    """Only after a reminder that people had time to read."""
    reminded = policy.remind > 0 and now.reminded is not None and now.reminded >= GRACE
    return policy.close > 0 and reminded and now.quiet >= _days(policy.close)


def left(policy: StalePolicy, now: Silence) -> timedelta | None:
    """How long it stays open after a reminder that is given now; None: as long as it takes."""
    return max(_days(policy.close) - now.quiet, GRACE) if policy.close > 0 else None


def _days(number: int) -> timedelta:
    return timedelta(days=number)
