"""How each block of the likeliest files answers the question."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.terms import WORD, expand
from bot.stages.select.blocks import Block
from bot.stages.select.bm25 import K1
from bot.stages.select.question import Question
from bot.stages.select.symbols import definitions

_B, _USUAL = 0.75, 60
"""BM25 over blocks: how far length counts, and the usual number of words in one."""
_DEFINED = 6.0
"""What it is worth that a block defines a name of the question: as much as a rare term."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of a file, from 1, both ends included; their score, and how many characters."""

    path: str
    start: int
    end: int
    score: float
    chars: int


class Reader:
    """Scores the blocks of files against one question; remembers what words mean."""

    def __init__(self, question: Question, rarities: Mapping[str, float]) -> None:
        self._worth = {t: weight * rarities[t] for t, weight in question.weights.items()}
        self._names = question.names | question.title_names
        self._meaning: dict[str, tuple[str, ...]] = {}

    def excerpts(self, path: str, text: str, blocks: Sequence[Block]) -> tuple[Excerpt, ...]:
        """Every block of a file with its score."""
        lines = text.split("\n")
        found = []
        for block in blocks:
            part = "\n".join(lines[block.start - 1 : block.end])
            found.append(Excerpt(path, block.start, block.end, self._score(part), len(part)))
        return tuple(found)

    def _score(self, part: str) -> float:
        words = WORD.findall(part)
        counts: dict[str, int] = {}
        for word, times in Counter(words).items():
            for term in self._terms(word):
                counts[term] = counts.get(term, 0) + times
        if not counts:
            return 0.0
        worth = self._worth
        norm = K1 * (1 - _B + _B * len(words) / _USUAL)
        score = sum(worth[term] * n * (K1 + 1) / (n + norm) for term, n in counts.items())
        defined = set(definitions(part))
        score += sum(worth[term] for term in {t for name in defined for t in self._terms(name)})
        return score + _DEFINED * len(defined & self._names)

    def _terms(self, word: str) -> tuple[str, ...]:
        terms = self._meaning.get(word)
        if terms is None:
            terms = tuple(term for term in expand(word) if term in self._worth)
            self._meaning[word] = terms
        return terms
