"""The journal for people: one line an entry, on a terminal or in a log."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.wording.quoting import flatten
from bot.kernel.values import Usd


@dataclass(frozen=True, slots=True)
class JournalView:
    """What one line shows of one entry; `hash` is the entry's place in the chain."""

    id: int
    at: datetime
    repo: str
    issue: int
    attempt: int
    outcome: str
    cost: Usd
    action: str
    lessons: tuple[str, ...]
    hash: str


def journal_line(view: JournalView) -> str:
    """One entry in one line, without anything that could steer a terminal."""
    what = f"{view.repo}#{view.issue}-{view.attempt}"
    lessons = f" | learned: {'; '.join(view.lessons)}" if view.lessons else ""
    line = (
        f"{view.hash[:12]} {view.at:%Y-%m-%d %H:%M} {what} {view.outcome} {view.cost}:"
        f" {view.action}{lessons}"
    )
    return f"{view.id:>5} {flatten(line, 400)}"
