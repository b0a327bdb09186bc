"""The lines that a change really adds and removes: what only moved as a whole is neither."""

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.kernel.patch_gate import FileChange

_DEFINES = re.compile(
    r"(?:(?:pub(?:\([^)]*\))?|export|default|async|static|public|private|protected|abstract|final"
    r"|unsafe|const|declare|internal)\s+)*(?:def|class|func|fn|function\b\*?|struct|enum|trait|impl"
    r"|interface|type|record|fun|module|mod)\b|[@#]"
)


@dataclass(frozen=True, slots=True)
class Delta:
    """Added and removed lines, in the order of the file."""

    added: tuple[str, ...]
    removed: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Both."""
        return (*self.removed, *self.added)


def delta(change: FileChange) -> Delta:
    """What changed in a file. A definition that stands elsewhere word for word did not change."""
    before, after = _chunks(text_of(change.before)), _chunks(text_of(change.after))
    stay = Counter(one for one in before if _DEFINES.match(one[0])) & Counter(after)
    old, new = _differing(_without(before, stay), _without(after, stay))
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    gone = {n for block in blocks for n in range(block.a, block.a + block.size)}
    kept = {n for block in blocks for n in range(block.b, block.b + block.size)}
    return Delta(
        tuple(line for n, line in enumerate(new) if n not in kept and line.strip()),
        tuple(line for n, line in enumerate(old) if n not in gone and line.strip()),
    )


def _differing(old: list[str], new: list[str]) -> tuple[list[str], list[str]]:
    """Without what both begin and end with: matching takes the square of the length."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    old, new = old[head:], new[head:]
    shorter = min(len(old), len(new))
    tail = next((n for n in range(shorter) if old[-1 - n] != new[-1 - n]), shorter)
    return old[: len(old) - tail], new[: len(new) - tail]


def text_of(data: bytes | None) -> str:
    """A file's text; what is no text is replaced."""
    return (data or b"").decode(errors="replace")


def _chunks(text: str) -> list[tuple[str, ...]]:
    """Lines up to the next one that begins at the margin after an empty line."""
    found: list[list[str]] = []
    empty = True
    for line in text.splitlines():
        if empty and line[:1].strip():
            found.append([])
        if line.strip():
            if not found:
                found.append([])
            found[-1].append(line)
        empty = not line.strip()
    return [tuple(chunk) for chunk in found]


def _without(chunks: list[tuple[str, ...]], stay: Counter[tuple[str, ...]]) -> list[str]:
    left = stay.copy()
    lines: list[str] = []
    for chunk in chunks:
        if left[chunk] > 0:
            left[chunk] -= 1
        else:
            lines.extend(chunk)
    return lines
