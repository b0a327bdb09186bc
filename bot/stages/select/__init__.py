"""Which files the model is shown first: the words of the issue, weighed by how rare they are.

A plain BM25 over paths and contents; `k1` and `b` are the usual values (Robertson and Zaragoza,
2009). Paths that the issue names outright come first.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass

from bot.kernel.values import Sha
from bot.stages.workspace import Mirror

WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]{2,}")
PIECE = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
FILE_BYTES = 400_000
"""A larger file is data, not code that a small change would touch."""
CHARS_A_TOKEN = 3.5
K1, B = 1.2, 0.75


@dataclass(frozen=True, slots=True)
class Shown:
    """One file, whole or cut to the room there was."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The files shown in full, best first, and every path there is as a map."""

    files: tuple[Shown, ...]
    paths: tuple[str, ...]


def words(text: str) -> list[str]:
    """Identifiers and their pieces, in lower case: `readFile` gives `readfile`, `read`, `file`."""
    found: list[str] = []
    for word in WORD.findall(text):
        found.append(word.lower())
        pieces = [piece.lower() for piece in PIECE.findall(word)]
        found.extend(piece for piece in pieces if len(piece) > 2 and piece != word.lower())
    return found


def select(mirror: Mirror, base: Sha, question: str, tokens: int, top: int = 8) -> Selection:
    """The files of a commit that fit the question best, within so many tokens."""
    entries = mirror.list_tree(base)
    texts: dict[str, str] = {}
    for entry in entries:
        if not entry.mode.startswith("100") or entry.size > FILE_BYTES:
            continue
        raw = mirror.read_file(base, entry.path)
        if raw is not None and b"\0" not in raw[:8000]:
            texts[entry.path] = raw.decode(errors="replace")
    ranked = rank(texts, question)[:top]
    room, shown = int(tokens * CHARS_A_TOKEN), list[Shown]()
    for path in ranked:
        if room < 200:
            break
        shown.append(Shown(path, texts[path][:room]))
        room -= len(texts[path])
    return Selection(tuple(shown), tuple(entry.path for entry in entries))


def rank(texts: dict[str, str], question: str) -> list[str]:
    """Paths by falling score; the order of equals is their name's."""
    bags = {path: Counter(words(path) * 3 + words(text)) for path, text in texts.items()}
    if not bags:
        return []
    lengths = {path: sum(bag.values()) for path, bag in bags.items()}
    mean = sum(lengths.values()) / len(lengths) or 1.0
    terms = Counter(words(question))
    seen_in = {term: sum(term in bag for bag in bags.values()) for term in terms}

    def score(path: str) -> float:
        total = 100.0 if path in question else 0.0
        for term in terms:
            count = bags[path][term]
            if count:
                rare = math.log(1 + (len(bags) - seen_in[term] + 0.5) / (seen_in[term] + 0.5))
                norm = K1 * (1 - B + B * lengths[path] / mean)
                total += rare * count * (K1 + 1) / (count + norm)
        return total

    return sorted(bags, key=lambda path: (-score(path), path))
