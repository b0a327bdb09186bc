"""Files by how likely the change touches them: a weighted sum of signals, then their best block."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bot.stages.select.corpus import Corpus
from bot.stages.select.excerpts import Excerpt, Reader
from bot.stages.select.question import Question
from bot.stages.select.signals import gather

WEIGHTS: Mapping[str, float] = {
    "title": 1.65,
    "body": 1.45,
    "names": 0.45,
    "title_names": 0.5,
    "path": 0.95,
    "mentioned": 0.9,
    "votes": 0.9,
    "told": 1.75,
    "tested": 0.8,
    "code": 1.1,
}
"""Fitted on the development half of the benchmark: the maximum likelihood of the touched files."""
BLOCK = 2.05
"""What the best block of a file weighs."""
READ = 20
"""How many of the best files are read, at least, to look into their blocks."""
TESTS = 3
"""How many test files are shown beside the sources."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A file, its chance among those ranked with it, and its blocks in the order of the file."""

    path: str
    chance: float
    blocks: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class Ranking:
    """The files, best first, and the tests that exercise them, in the order of those files."""

    sources: tuple[Ranked, ...]
    tests: tuple[Ranked, ...]


def rank(corpus: Corpus, question: Question, top: int) -> Ranking:
    """The `top` best files; the order of equals is their name's. Raises Unusable."""
    signals = gather(corpus, question)
    sums = dict.fromkeys(corpus.sources, 0.0)
    for name, weight in WEIGHTS.items():
        _add(sums, signals.values[name], weight)
    likely = tuple(sorted(sums, key=lambda path: (-sums[path], path))[: max(READ, top)])
    reader = Reader(question, signals.rarities)
    blocks = _read(corpus, reader, likely)
    scores = {path: sums[path] for path in likely}
    best = {path: max((one.score for one in found), default=0.0) for path, found in blocks.items()}
    _add(scores, best, BLOCK)
    chosen = sorted(scores, key=lambda path: (-scores[path], path))[:top]
    odds = {path: math.exp(scores[path] - scores[chosen[0]]) for path in chosen}
    total = sum(odds.values())
    chances = {path: odds[path] / total for path in chosen}
    witnesses: dict[str, float] = {}
    for path in chosen:
        test = signals.witness.get(path)
        if test is not None and (test in witnesses or len(witnesses) < TESTS):
            witnesses[test] = witnesses.get(test, 0.0) + chances[path]
    of_tests = _read(corpus, reader, tuple(witnesses))
    return Ranking(
        tuple(Ranked(path, chances[path], blocks[path]) for path in chosen),
        tuple(Ranked(path, chance, of_tests[path]) for path, chance in witnesses.items()),
    )


def _read(corpus: Corpus, reader: Reader, paths: tuple[str, ...]) -> dict[str, tuple[Excerpt, ...]]:
    texts = corpus.read(paths)
    return {p: reader.excerpts(p, texts[p], found) for p, found in corpus.cut(texts).items()}


def _add(sums: dict[str, float], values: Mapping[str, float], weight: float) -> None:
    most = max(values.values(), default=0.0)
    if most > 0:
        for path, value in values.items():
            sums[path] += weight * value / most
