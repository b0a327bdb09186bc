"""Tests as witnesses: which files a test is of, told by what it is called."""

from collections import Counter
from collections.abc import Mapping

from bot.stages.select.bm25 import rarity
from bot.stages.select.corpus import Corpus
from bot.stages.select.paths import path_terms

WITNESSES = 15
"""The tests that answer the question best are asked."""


class Kinship:
    """How alike the names of tests and sources are; a rare word in common says more."""

    def __init__(self, corpus: Corpus) -> None:
        held = Counter(term for path in corpus.sources for term in path_terms(path))
        self._worth = {term: rarity(len(corpus.sources), n) for term, n in held.items()}
        self._holders: dict[str, list[str]] = {}
        for path in corpus.sources:
            for term in path_terms(path):
                self._holders.setdefault(term, []).append(path)

    def of(self, test: str) -> dict[str, float]:
        """The sources that share a word with the test's path."""
        shared: dict[str, float] = {}
        for term in path_terms(test) - {"test"}:
            for path in self._holders.get(term, ()):
                shared[path] = shared.get(path, 0.0) + self._worth[term]
        return {
            path: worth * worth / (sum(self._worth[t] for t in path_terms(path)) + 1e-9)
            for path, worth in shared.items()
        }


def tested(corpus: Corpus, scores: Mapping[int, float]) -> tuple[dict[str, float], dict[str, str]]:
    """How strongly the best tests speak for each source, and the test that does so the most."""
    best = sorted(
        (
            (scores[corpus.numbers[path]], path)
            for path in corpus.tests
            if corpus.numbers[path] in scores
        ),
        key=lambda found: (-found[0], found[1]),
    )[:WITNESSES]
    kinship = Kinship(corpus)
    found: dict[str, float] = {}
    witness: dict[str, str] = {}
    for below, test in best:
        for path, kin in kinship.of(test).items():
            value = below / best[0][0] * kin
            if value > found.get(path, 0.0):
                found[path], witness[path] = value, test
    return found, witness
