"""The question as evidence: weighted terms, names that look like code, and what it points at."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.terms import WORD, expand
from bot.stages.select.terms import STOP

TITLE = 3.0
"""What a term of the title counts, beside 1 in the body."""
_LONGEST = 60_000
"""Characters of the question that are read: more is a log."""

_ADDRESS = re.compile(r"https?://\S+")
_CODE_SPAN = re.compile(r"`([^`\n]+)`")
_CALLED = re.compile(r"\b([A-Za-z_]\w{2,})\(")
_COMPOUND = re.compile(r"\w_\w|[a-z0-9][A-Z]|[A-Z][a-z]+[A-Z]")
_FILE = re.compile(r"[\w.@+-]*(?:/[\w.@+-]+)*/?[\w@+-]+\.[A-Za-z]\w{0,5}\b")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::)[A-Za-z_]\w*)+")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, read once. `weights` is of title and body together, by term."""

    weights: Mapping[str, float]
    title: Mapping[str, float]
    body: Mapping[str, float]
    names: frozenset[str]
    title_names: frozenset[str]
    files: tuple[str, ...]
    modules: tuple[str, ...]


def read_question(text: str) -> Question:
    """Read an issue: its first line is the title."""
    text = text.strip()[:_LONGEST]
    first, _, rest = text.partition("\n")
    title, body = _weigh(first), _weigh(rest)
    weights = {
        term: body.get(term, 0.0) + TITLE * title.get(term, 0.0) for term in {**title, **body}
    }
    return Question(
        weights=weights,
        title=title,
        body=body,
        names=_names(text),
        title_names=frozenset(word for word in WORD.findall(first) if len(word) > 2),
        files=tuple(dict.fromkeys(_FILE.findall(text))),
        modules=tuple(dict.fromkeys(name.replace("::", ".") for name in _DOTTED.findall(text))),
    )


def _weigh(text: str) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for word, times in Counter(WORD.findall(_ADDRESS.sub(" ", text))).items():
        if word.lower() not in STOP:
            for term in expand(word):
                counts[term] += times
    return {term: 1.0 + math.log(count) for term, count in counts.items()}


def _names(text: str) -> frozenset[str]:
    """Words that are names in a program: compound, called, or set as code."""
    found = {word for word in WORD.findall(text) if len(word) > 3 and _is_compound(word)}
    for span in _CODE_SPAN.findall(text):
        found.update(word for word in WORD.findall(span) if len(word) > 2)
    found.update(_CALLED.findall(text))
    return frozenset(name for name in found if name.lower() not in STOP)


def _is_compound(word: str) -> bool:
    return bool(_COMPOUND.search(word.strip("_")))
