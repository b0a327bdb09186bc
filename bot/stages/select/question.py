"""The question as evidence: weighted terms, names that look like code, and what it points at."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from bot.stages.select.terms import STOP, WORD, expand

_CODE_SPAN = re.compile(r"```.*?```|`([^`\n]+)`", re.DOTALL)
_CALLED = re.compile(r"\b([A-Za-z_]\w{2,})\(")
_ADDRESS = re.compile(r"https?://\S+")
_FILE = re.compile(r"[\w.@+-]*(?:/[\w.@+-]+)*/?[\w@+-]+\.[A-Za-z]\w{0,5}\b")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:(?:\.|::)[A-Za-z_]\w*)+")
_LONGEST = 60_000
"""Characters of the question that are read: more is a log."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, read once."""

    text: str
    title: Mapping[str, float]
    body: Mapping[str, float]
    names: frozenset[str]
    title_words: frozenset[str]
    files: tuple[str, ...]
    dotted: tuple[str, ...]

    def weights(self, title: float) -> dict[str, float]:
        """The weight of each term, those of the title counting so much more."""
        found = dict(self.body)
        for term, weight in self.title.items():
            found[term] = found.get(term, 0.0) + title * weight
        return found


def read_question(text: str) -> Question:
    """Read an issue: its first line is the title."""
    text = text[:_LONGEST]
    title, _, body = text.strip().partition("\n")
    plain_title, plain_body = _ADDRESS.sub(" ", title), _ADDRESS.sub(" ", body)
    return Question(
        text=text,
        title=_weigh(plain_title),
        body=_weigh(plain_body),
        names=_names(text),
        title_words=frozenset(w for w in WORD.findall(title) if len(w) > 2),
        files=tuple(dict.fromkeys(_FILE.findall(text))),
        dotted=tuple(dict.fromkeys(d.replace("::", ".") for d in _DOTTED.findall(text))),
    )


def _weigh(text: str) -> dict[str, float]:
    counts: Counter[str] = Counter()
    for word, times in Counter(WORD.findall(text)).items():
        if word.lower() in STOP:
            continue
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
    inner = word.strip("_")
    if "_" in inner:
        return True
    return not inner.isupper() and bool(re.search(r"[a-z0-9][A-Z]|[A-Z][a-z]+[A-Z]", inner))
