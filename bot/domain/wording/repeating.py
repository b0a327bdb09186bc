"""How a person, and a model, are told that something similar failed before."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.wording.quoting import flatten, inline

SHOWN_CHARS = 200


@dataclass(frozen=True, slots=True)
class EarlierView:
    """What is told of a failure; its description and reason are outside text."""

    number: int
    attempt: int
    at: datetime
    description: str
    reason: str
    paths: tuple[str, ...]


def barred_line(earlier: EarlierView, until: datetime, now: datetime) -> str:
    """The end of an attempt, with the earlier one and everything that lifts it."""
    number = earlier.number
    files = ", ".join(inline(path) for path in earlier.paths[:3]) or "the code"
    more = " and others" if len(earlier.paths) > 3 else ""
    return (
        f"Something similar failed {_ago(earlier.at, now)}: #{number}, attempt {earlier.attempt}"
        f" ({flatten(earlier.reason, SHOWN_CHARS)}). It is not paid for again before"
        f" {until:%Y-%m-%d %H:%M} UTC. It is tried earlier when {files}{more} changed since, when"
        f" the issue names #{number} and asks for another scope, or when somebody comments"
        " `/evolve retry`."
    )


def told_line(earlier: EarlierView) -> str:
    """What the model hears when a person insists."""
    reason = flatten(earlier.reason, SHOWN_CHARS)
    return f"similar, #{earlier.number} ({flatten(earlier.description, 80)}): {reason}"


def _ago(at: datetime, now: datetime) -> str:
    days, hours = (now - at).days, (now - at).seconds // 3600
    if days:
        return "a day ago" if days == 1 else f"{days} days ago"
    return f"{hours} hours ago" if hours > 1 else "within the last hours"
