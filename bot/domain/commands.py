"""The `/evolve` grammar: what a comment asks for, read from its text alone.

A command stands on the first line of a top-level paragraph. CommonMark's own block rules decide
what a paragraph is, so text in quotes, lists, code, HTML blocks and HTML comments never commands:
quoting somebody's `/evolve approve` must not approve.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from markdown_it import MarkdownIt

from bot.kernel.values import Sha, Usd


@dataclass(frozen=True, slots=True)
class Evolve:
    """Queue this issue."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Say what would be done and what it would cost; write nothing."""


@dataclass(frozen=True, slots=True)
class Stop:
    """End the work on this issue."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Queue this issue again as a new attempt."""


@dataclass(frozen=True, slots=True)
class Continue:
    """Raise the cap of this change by `amount` and go on."""

    amount: Usd


@dataclass(frozen=True, slots=True)
class Status:
    """Bring the status comment up to date."""


@dataclass(frozen=True, slots=True)
class Approve:
    """Allow the merge of the commit that `sha` begins (7 to 40 hexadecimal digits are read).

    Without one nothing is approved: a comment, unlike a review, does not say which commit its
    author has seen.
    """

    sha: str = ""

    def names(self, head: Sha) -> bool:
        """Whether it names exactly this commit: its beginning, and enough of it."""
        return len(self.sha) >= SURE_DIGITS and head.startswith(self.sha)


@dataclass(frozen=True, slots=True)
class Instruct:
    """Words on the bot's pull request that are no command: do this to the change."""

    text: str


@dataclass(frozen=True, slots=True)
class Pause:
    """Take no work and merge nothing in this repository."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Undo a pause."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A line that begins with `/evolve` and cannot be read; `word` is what follows, shortened."""

    word: str


Command: TypeAlias = (
    Evolve | Plan | Stop | Retry | Continue | Status | Approve | Pause | Resume | Instruct
)

VERBS = ("plan", "stop", "retry", "continue", "status", "approve", "pause", "resume")
SURE_DIGITS = 12
"""Hexadecimal digits that name one commit. The 7 that GitHub shows are found again in a second by
whoever wants another commit to begin with them; 12 take 2^48 tries.
"""
MAX_COMMENT = 65_536
"""Characters in a GitHub comment; the rest of anything longer is not read."""

_MAX_WORD = 60
_LINE = re.compile(r"/evolve(?:\s+(?P<rest>.*))?", re.IGNORECASE)
_AMOUNT = re.compile(r"\$?(?P<dollars>[0-9]{1,4}(?:\.[0-9]{1,2})?)", re.ASCII)
_SHA = re.compile(r"[0-9a-f]{7,40}")
# A signature after the command ("--") must not turn it into a heading, hence no `lheading`;
# inline markup is left unread: it could only cost time.
_BLOCKS = MarkdownIt("commonmark").disable(["lheading", "inline", "text_join"])


def read_command(body: str, on_pull: bool = False) -> Command | Unknown | None:
    """The first command in a comment, `Unknown` when it cannot be read, None when there is none.

    On a pull request of the bot, words that are no command are an instruction.
    """
    for line in _first_lines(body[:MAX_COMMENT]):
        if match := _LINE.fullmatch(line.partition("<!--")[0].rstrip()):
            read = _read_words(str(match["rest"] or "").split())
            known = on_pull and isinstance(read, Unknown) and not _slip(read.word)
            return Instruct(body[:MAX_COMMENT].strip()) if known else read
    return None


def _slip(word: str) -> bool:
    """Whether a command was meant: one word alone, or a command with something wrong behind it."""
    first, _, rest = word.lower().partition(" ")
    return not rest or first in ("continue", "approve")


def _first_lines(body: str) -> Iterator[str]:
    """The first line of each paragraph that stands in no quote, list or heading."""
    for opening, content in pairwise(_BLOCKS.parse(body)):
        if opening.type == "paragraph_open" and opening.level == 0:
            yield content.content.partition("\n")[0]


def _read_words(words: list[str]) -> Command | Unknown:
    match [words[0].lower(), *words[1:]] if words else []:
        case []:
            return Evolve()
        case ["stop", *_]:
            # Words that can only stop work are read generously: "/evolve stop, please" stops.
            return Stop()
        case ["pause", *_]:
            return Pause()
        case ["plan"]:
            return Plan()
        case ["retry"]:
            return Retry()
        case ["status"]:
            return Status()
        case ["approve"]:
            return Approve()
        case ["approve", sha] if _SHA.fullmatch(sha.lower()):
            return Approve(sha.lower())
        case ["resume"]:
            return Resume()
        case ["continue", amount] if (dollars := _read_amount(amount)) is not None:
            return Continue(dollars)
        case _:
            return Unknown(" ".join(words)[:_MAX_WORD])


def _read_amount(text: str) -> Usd | None:
    """`$2`, `2` or `2.50`, more than nothing and below $10,000."""
    match = _AMOUNT.fullmatch(text)
    amount = Usd.of(match["dollars"]) if match else Usd()
    return amount if amount > Usd() else None
