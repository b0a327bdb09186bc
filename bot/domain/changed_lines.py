"""Which lines a change adds and takes away, as hashes: enough to know the same change again.

A sketch holds the hashes up to a bound, so it stays small whatever the size of the change; within
the smaller bound two sketches are complete, and what is alike there is a fair sample of the whole
(A. Broder 1997, bottom-k sketches).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from bot.kernel.patch_gate import FileChange

KEPT_MOST = 1_024
"""Hashes of one change. The patch gate allows 50 lines by default and 400 at most, so nearly every
change is kept whole; of a larger one the sample is off by three in a hundred."""

HIGHEST = 2**63 - 1
"""No hash is above this: a database's integers hold it."""

ALIKE = 0.9
"""From this share of lines on, two changes are nearly the same."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """Every changed line whose hash is at most `bound`."""

    hashes: frozenset[int]
    bound: int = HIGHEST


def sketch_of(changes: Iterable[FileChange]) -> Sketch:
    """The lines that a change adds and takes away, by file; where they are and how far they are
    indented counts for nothing, and neither do empty ones."""
    hashes = sorted({_hash(line) for change in changes for line in _changed(change)})
    if len(hashes) <= KEPT_MOST:
        return Sketch(frozenset(hashes))
    return Sketch(frozenset(hashes[:KEPT_MOST]), hashes[KEPT_MOST - 1])


def _changed(change: FileChange) -> Iterator[bytes]:
    """A line that is there more or less often than before."""
    before, after = _lines(change.before), _lines(change.after)
    path = change.path.encode(errors="surrogateescape")
    for sign, more, fewer in ((b"+", after, before), (b"-", before, after)):
        for line, times in (more - fewer).items():
            for number in range(times):
                yield b"\0".join((sign, path, b"%d" % number, line))


def _lines(content: bytes | None) -> Counter[bytes]:
    return Counter(bare for line in (content or b"").split(b"\n") if (bare := line.strip()))


def _hash(line: bytes) -> int:
    return int.from_bytes(sha256(line).digest()[:8]) & HIGHEST


def contained(one: Sketch, other: Sketch) -> float:
    """The share of the first one's lines that the other has, too; 0 where it has none."""
    mine, theirs = _within(one, other)
    return len(mine & theirs) / len(mine) if mine else 0.0


def alike(one: Sketch, other: Sketch) -> float:
    """The share of lines that both have, of those that either has (P. Jaccard 1901)."""
    mine, theirs = _within(one, other)
    either = mine | theirs
    return len(mine & theirs) / len(either) if either else 0.0


def _within(one: Sketch, other: Sketch) -> tuple[frozenset[int], frozenset[int]]:
    bound = min(one.bound, other.bound)
    mine, theirs = (frozenset(h for h in each.hashes if h <= bound) for each in (one, other))
    return mine, theirs
