"""The blocks that are shown: the most chance of being touched for each character."""

import math
from collections.abc import Sequence

from bot.stages.select.excerpts import Excerpt
from bot.stages.select.rank import Ranked

CHARS_A_TOKEN = 4
_SHARP = 0.25
"""How fast a block's chance falls below that of the best block of its file."""
_SIZE = 0.7
_OVERHEAD = 200
"""Characters that showing one more block costs whatever its size: a reader's attention."""


def pack(ranked: Sequence[Ranked], tokens: int) -> tuple[Excerpt, ...]:
    """Blocks in the order of their worth, as many as fit; files first appear as they are ranked."""
    worth: dict[Excerpt, float] = {}
    for file in ranked:
        most = max((one.score for one in file.blocks), default=0.0) or 1.0
        odds = [math.exp((one.score / most - 1) / _SHARP) for one in file.blocks]
        for one, odd in zip(file.blocks, odds, strict=True):
            worth[one] = file.chance * odd / sum(odds) / (one.chars + _OVERHEAD) ** _SIZE
    order = sorted(worth, key=lambda one: (-worth[one], one.path, one.start))
    room, shown = tokens * CHARS_A_TOKEN, list[Excerpt]()
    for one in _introduced(order, [file.path for file in ranked]):
        if one.chars <= room:
            room -= one.chars
            shown.append(one)
    return tuple(shown)


def _introduced(order: Sequence[Excerpt], paths: Sequence[str]) -> list[Excerpt]:
    """The same blocks, but the best one of each file before any of a file ranked below."""
    best: dict[str, Excerpt] = {}
    for one in order:
        best.setdefault(one.path, one)
    rank = {path: place for place, path in enumerate(paths)}
    found: dict[Excerpt, None] = {}
    met = 0
    for one in order:
        for path in paths[met : rank[one.path]]:
            if path in best:
                found[best[path]] = None
        met = max(met, rank[one.path] + 1)
        found[one] = None
    return list(found)
