"""BM25 over postings (Robertson and Zaragoza, 2009), for one kind of document at a time."""

import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """The documents of one kind that are alive at this commit: number to length in terms."""

    lengths: Mapping[int, int]
    k1: float = 1.2
    b: float = 0.75

    def scores(
        self, weights: Mapping[str, float], postings: Mapping[str, "array[int]"], prefix: str = ""
    ) -> dict[int, float]:
        """The score of each document in which a term of the question occurs."""
        total = len(self.lengths)
        if not total:
            return {}
        mean = sum(self.lengths.values()) / total or 1.0
        flat, slope = self.k1 * (1 - self.b), self.k1 * self.b / mean
        norms = {number: flat + slope * length for number, length in self.lengths.items()}
        found: dict[int, float] = {}
        for term, weight in weights.items():
            postings_of = postings.get(prefix + term)
            if postings_of is None:
                continue
            alive = [
                (posting >> 8, posting & 255) for posting in postings_of if posting >> 8 in norms
            ]
            gain = weight * rarity(total, len(alive)) * (self.k1 + 1)
            for number, count in alive:
                found[number] = found.get(number, 0.0) + gain * count / (count + norms[number])
        return found


def rarity(total: int, holding: int) -> float:
    """How much it says that a document holds a term, by how few do."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))
