"""Places in a patch: from a line of a file to its hunk, and through later changes."""

import re
from dataclasses import dataclass
from typing import Literal

Side = Literal["LEFT", "RIGHT"]

_HEADER = re.compile(r"^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclass(frozen=True, slots=True)
class Place:
    """A line that a patch shows. `position` counts lines below the first hunk header.

    `hunk` is the patch from the hunk's header down to the line.
    """

    line: int
    side: Side
    position: int
    hunk: str


def places(patch: str) -> list[Place]:
    """Every line of a patch: added and unchanged ones on the RIGHT, removed ones on the LEFT."""
    found = []
    left = right = 0
    hunk: list[str] = []
    for position, text in enumerate(patch.split("\n")):
        header = _HEADER.match(text)
        if header:
            left, right, hunk = int(header[1]), int(header[3]), [text]
            continue
        hunk.append(text)
        shown = "\n".join(hunk)
        match text[:1]:
            case "-":
                found.append(Place(left, "LEFT", position, shown))
                left += 1
            case "+":
                found.append(Place(right, "RIGHT", position, shown))
                right += 1
            case " ":
                found.append(Place(right, "RIGHT", position, shown))
                found.append(Place(left, "LEFT", position, shown))
                left += 1
                right += 1
    return found


def find_line(patch: str, line: int, side: Side) -> Place | None:
    """The place of a line, or None when the patch does not show it."""
    return next((it for it in places(patch) if (it.line, it.side) == (line, side)), None)


def find_position(patch: str, position: int) -> Place | None:
    """The place at a position below the first hunk header, or None."""
    return next((it for it in places(patch) if it.position == position), None)


def carry_line(patch: str | None, line: int) -> int | None:
    """Where a line of the old file is in the new one; None when the patch removed it."""
    shift = 0
    for text in (patch or "").split("\n"):
        header = _HEADER.match(text)
        if header is None:
            continue
        start, length = int(header[1]), int(header[2] or 1)
        if start <= line < start + length:
            return _within(patch or "", line)
        if start > line:
            break
        shift += int(header[4] or 1) - length
    return line + shift


def _within(patch: str, line: int) -> int | None:
    shown = places(patch)
    kept = {it.position: it.line for it in shown if it.side == "RIGHT"}
    old = next(it for it in shown if (it.line, it.side) == (line, "LEFT"))
    return kept.get(old.position)
