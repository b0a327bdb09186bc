"""A text as weighted ideas, and the literals in it: numbers, options, names out of code."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.domain.similar.concepts import concept, weight
from bot.domain.terms import stem

_WORD = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LITERAL = re.compile(
    r"--?[a-z][\w-]+|\b\w*\d[\w.]*\b|\b[a-z]+[A-Z]\w*|\b[A-Z][a-z]+[A-Z]\w*|\b\w+_\w+\b|\b[A-Z]{2,}\b"
)
_LONGEST = 60
"""Characters of a longer word say nothing: it is data."""


def stems(text: str) -> frozenset[str]:
    """The stems of a text, folded, without accents; words that only join others are left out."""
    if not text.isascii():
        split = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in split if not unicodedata.combining(letter))
    return frozenset(piece for word in set(_WORD.findall(text)) for piece in _stems(word))


@lru_cache(maxsize=50_000)
def _stems(word: str) -> tuple[str, ...]:
    """Of one word; issues say the same words again and again."""
    if len(word) > _LONGEST:
        return ()
    pieces = (stem(piece.casefold()) for piece in _CAMEL.split(word))
    return tuple(piece for piece in pieces if weight(piece) > 0.0)


def ideas(stemmed: Iterable[str]) -> dict[str, float]:
    """What the stems stand for, with how much each says."""
    return {idea: weight(idea) for idea in sorted(set(map(concept, stemmed)))}


def literals(text: str) -> frozenset[str]:
    """What is written as code is: numbers, options, compound names, abbreviations."""
    return frozenset(found.casefold().strip("-") for found in _LITERAL.findall(text))


def dice(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """What both say, as a share of all that they say."""
    shared = _shared(one, other)
    return 2 * shared / (sum(one.values()) + sum(other.values())) if shared else 0.0


def contained(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """What both say, as a share of what the shorter one says."""
    shared = _shared(one, other)
    return shared / min(sum(one.values()), sum(other.values())) if shared else 0.0


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The cosine of the two as vectors."""
    shared = sum(one[idea] ** 2 for idea in one if idea in other)
    lengths = sum(w * w for w in one.values()) * sum(w * w for w in other.values())
    return shared / lengths**0.5 if shared else 0.0


def _shared(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(one[idea] for idea in one if idea in other)
