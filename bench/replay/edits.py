"""A change of a text as edits that each name their place: `old` occurs once, and becomes `new`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from forge.actors import Edit


@dataclass(frozen=True, slots=True)
class Place:
    """An edit, and the lines (from 1) that one looks at before making it."""

    edit: Edit
    start: int
    end: int


def places(path: str, before: str, after: str) -> tuple[Place, ...]:
    """What turns `before` into `after`, made in this order: from the end of the file to its start,
    so that the line numbers of what comes next still hold. Raises ValueError for an empty file.
    """
    if before == after:
        return ()
    if not before:
        raise ValueError("it is empty, and an edit needs a text to replace")
    old, new = _lines(before), _lines(after)
    found, text = [], before
    for one, two, three, four in reversed(list(_blocks(old, new))):
        # Whatever follows the block is already as it will be.
        left, right, tail = one, 0, new[four:]
        while True:
            there = "".join((*old[left:two], *tail[:right]))
            if text.count(there) == 1 and text.index(there) == len("".join(old[:left])):
                break
            left, right = max(left - 1, 0), right + 1
        wanted = "".join((*old[left:one], *new[three:four], *tail[:right]))
        text = text.replace(there, wanted)
        found.append(Place(Edit(path, there, wanted), left + 1, max(two + right, left + 1)))
    return tuple(found)


def _lines(text: str) -> list[str]:
    """As an editor counts them: only a line feed ends one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _blocks(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int, int]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return ((i, j, k, m) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal")
