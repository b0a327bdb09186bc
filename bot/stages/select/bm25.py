"""BM25 (Robertson and Zaragoza, 2009) over postings, for one kind of document at a time."""

import math
from array import array
from collections.abc import Mapping

K1 = 1.2


def bm25(
    lengths: Mapping[int, int],
    weights: Mapping[str, float],
    postings: Mapping[str, "array[int]"],
    prefix: str = "",
    b: float = 0.75,
) -> dict[int, float]:
    """The score of each document among `lengths` in which a weighted term occurs."""
    total = len(lengths)
    mean = (sum(lengths.values()) / total if total else 0) or 1.0
    norms = {n: K1 * (1 - b + b * length / mean) for n, length in lengths.items()}
    found: dict[int, float] = {}
    for term, weight in weights.items():
        alive = [(p >> 8, p & 255) for p in postings.get(prefix + term, ()) if p >> 8 in norms]
        gain = weight * rarity(total, len(alive)) * (K1 + 1)
        for number, count in alive:
            found[number] = found.get(number, 0.0) + gain * count / (count + norms[number])
    return found


def rarity(total: int, holding: int) -> float:
    """How much it says that a document holds a term, by how few of all do."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))
