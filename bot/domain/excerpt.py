"""What matters of a long log: the lines around what looks like a failure, and the end."""

import re

from bot.kernel.text import strip_hidden

AROUND = 6
"""Lines kept before and behind a line that looks like a failure."""

_TIME = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT[\d:.]+Z ?", re.MULTILINE)
_FAILURE = re.compile(
    r"\berror\b|\bfail(?:ed|ure|ures|ing)?\b|\bassert|\bpanic|Traceback|Exception|\bE {3}"
    r"|✕|✗|FAIL|not ok",
    re.IGNORECASE,
)


def excerpt(log: str, most: int) -> str:
    """At most `most` characters of a log, times and terminal colours taken off.

    The end counts most, since that is where runners say what went wrong; what is left out is
    shown as such.
    """
    text = _TIME.sub("", strip_hidden(log)).strip()
    if len(text) <= most:
        return text
    lines = text.splitlines()
    keep = {n for n, line in enumerate(lines) if _FAILURE.search(line)}
    near = {at for n in keep for at in range(n - AROUND, n + AROUND + 1) if 0 <= at < len(lines)}
    tail = set(range(max(0, len(lines) - 4 * AROUND), len(lines)))
    chosen: list[str] = []
    left = most
    last = len(lines)
    for at in sorted(near | tail, reverse=True):
        gap = "[…]" if at != last - 1 else ""
        line = lines[at][:2_000]
        if len(line) + len(gap) + 2 > left:
            break
        chosen += [gap, line] if gap else [line]
        left -= len(line) + len(gap) + 2
        last = at
    if last > 0:
        chosen.append("[…]")
    return "\n".join(reversed(chosen))
