"""Identifiers and words as terms: their pieces, and a light stem: `matches` meets `matching`."""

import re

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_PIECE = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")
_LONGEST = 60
"""Characters of a longer word say nothing: it is data, such as a hash or an encoded image."""


def stem(word: str) -> str:
    """A lower-case word without the commonest endings of English."""
    if len(word) < 5:
        return word[:-1] if len(word) == 4 and word[-1] == "s" and word[-2] not in "sui" else word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith("ing") and len(word) > 6:
        word = word[:-3]
    elif word.endswith("ed") and len(word) > 5:
        word = word[:-2]
    elif word[-1] == "s" and word[-2] not in "sui":
        word = word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]
    return word[:-1] if word[-1] == "e" and len(word) > 4 else word


def expand(word: str) -> tuple[str, ...]:
    """The terms of one identifier: itself when it is compound, and its pieces."""
    if len(word) > _LONGEST:
        return ()
    pieces = [piece.lower() for piece in _PIECE.findall(word)]
    found = dict.fromkeys(stem(piece) for piece in pieces if len(piece) > 1)
    if len(pieces) > 1:
        found[word.lower().strip("_")] = None
    return tuple(found)
