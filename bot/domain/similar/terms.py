"""A text as weighted stems, and the literals in it: numbers, options, names out of code."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from bot.domain.similar.words import weight
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
    words = set(_WORD.findall(unaccented(text)))
    return frozenset(piece for word in words for piece in _stems(word))


def unaccented(text: str) -> str:
    """The text without accents."""
    if text.isascii():
        return text
    split = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in split if not unicodedata.combining(letter))


@lru_cache(maxsize=50_000)
def _stems(word: str) -> tuple[str, ...]:
    """Of one word; issues say the same words again and again."""
    if len(word) > _LONGEST:
        return ()
    pieces = (stem(piece.casefold()) for piece in _CAMEL.split(word))
    return tuple(piece for piece in pieces if weight(piece) > 0.0)


def weighed(stemmed: Iterable[str]) -> dict[str, float]:
    """Stems with how much each says, in a fixed order."""
    return {one: weight(one) for one in sorted(set(stemmed))}


def literals(text: str) -> frozenset[str]:
    """What is written as code is: numbers, options, compound names, abbreviations."""
    return frozenset(found.casefold().strip("-") for found in _LITERAL.findall(text))


def dice(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """What both say, as a share of all that they say."""
    shared = sum(one[said] for said in one if said in other)
    return 2 * shared / (sum(one.values()) + sum(other.values())) if shared else 0.0


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """What both have, as a share of the smaller one; 0 where one of them is empty."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0
