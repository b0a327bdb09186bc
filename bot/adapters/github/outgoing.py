"""What every text goes through before it leaves: no secret, no broken character, not too long."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256

from bot.kernel.text import SECRETS, redact

LONGEST = 65_536
"""GitHub's limit for the body of an issue, a comment or a pull request, in characters."""

LONGEST_TITLE = 256
"""GitHub's limit for the title of an issue or pull request, in characters."""

_REDACTED = re.compile(r"\[redacted: ([a-z0-9-]+)\]")
_CUT = "\n\n… (cut: the rest does not fit here)"


def clean(text: str) -> str:
    """The text without secret-shaped strings, and with lone surrogates replaced."""
    return redact(text.encode("utf-8", errors="replace").decode("utf-8"))


def body_with(marker: str, body: str) -> str:
    """A body of ours that holds its hidden marker and fits, whatever has to be cut."""
    text = clean(body)
    if marker in text and len(text) <= LONGEST:
        return text
    room = LONGEST - len(marker) - 2
    return f"{fitting(text.replace(marker, ''), room).rstrip()}\n\n{marker}"


def title_line(title: str, room: int = LONGEST_TITLE) -> str:
    """A title: one clean line, cut where GitHub would refuse it."""
    line = " ".join(clean(title).split())
    return line if len(line) <= room else line[: room - 1] + "…"


def fitting(text: str, room: int = LONGEST) -> str:
    """The text, cut at the end if it is longer than `room` characters."""
    return text if len(text) <= room else text[: room - len(_CUT)] + _CUT


def redactions(body: Mapping[str, object] | None) -> tuple[tuple[str, ...], str]:
    """The kinds of secrets that were taken out of a request, and a digest that names the text.

    Only our own names are given: anybody may write such a mark with a word of theirs in it.
    """
    text = json.dumps(body, default=str)
    kinds = {kind for kind in _REDACTED.findall(text) if kind in SECRETS}
    return tuple(sorted(kinds)), sha256(text.encode()).hexdigest()[:16]


def same(theirs: str, ours: str) -> bool:
    """Whether GitHub holds our text already; it may change line ends and trailing space."""
    return theirs.replace("\r\n", "\n").strip() == ours.replace("\r\n", "\n").strip()
