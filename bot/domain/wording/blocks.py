"""The few pieces of Markdown that comments and receipts are put together from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.wording.quoting import inline

_UNSAFE = re.compile(r"[^A-Za-z0-9:/?#@!$&*+,;=%._~-]")
"""What could end a link in Markdown early; `urllib` is not for the domain."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link to a page on GitHub; the URL comes from GitHub itself."""

    text: str
    url: str

    def markdown(self) -> str:
        """The link, or only its text when the URL is not one of the web."""
        if not self.url.startswith(("https://", "http://")):
            return inline(self.text)
        return f"[{inline(self.text)}]({_UNSAFE.sub(_percent, self.url)})"


def paragraphs(*parts: str) -> str:
    """The parts that say something, with an empty line between them."""
    return "\n\n".join(part for part in parts if part)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], most: int = 20) -> str:
    """A table whose cells are Markdown already; rows above `most` are counted, not shown."""
    rows = list(rows)
    shown = [f"| {' | '.join(row)} |" for row in rows[:most]]
    lines = [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}", *shown]
    more = f"\n\n… and {len(rows) - most} more." if len(rows) > most else ""
    return "\n".join(lines) + more if rows else ""


def folded(summary: str, body: str) -> str:
    """A part that is closed until a reader opens it; `summary` is one line of our own words."""
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>" if body else ""


def span(seconds: float) -> str:
    """A duration as `0.4 s`, `12 s`, `3 min 5 s` or `2 h 4 min`."""
    whole = round(seconds)
    if seconds < 9.95:
        return f"{max(seconds, 0):.1f} s"
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def count(number: int, noun: str) -> str:
    """`1 test`, `2 tests`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode(errors="replace"))
