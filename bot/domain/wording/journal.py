"""The journal for people: one line an entry, on a terminal or in a log."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.wording.quoting import code, flatten, inline
from bot.kernel.values import Usd

SECTION_CHARS = 4_000


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


def journal_section(view: JournalView) -> str:
    """One entry as Markdown; what was said by others cannot leave its line."""
    lines = [
        f"## {view.id}. {inline(f'{view.repo}#{view.issue}')}, attempt {view.attempt}",
        "",
        f"- at: {view.at:%Y-%m-%d %H:%M:%S} UTC",
        f"- outcome: {inline(view.outcome, SECTION_CHARS)}",
        f"- cost: {view.cost}",
        f"- action: {inline(view.action, SECTION_CHARS) or 'none'}",
        *(f"- learned: {inline(lesson, SECTION_CHARS)}" for lesson in view.lessons),
        f"- hash: {code(view.hash)}",
        "",
    ]
    return "\n".join(lines)
