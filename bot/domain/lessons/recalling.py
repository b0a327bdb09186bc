"""Which lessons fit a task: by places, failures and words, few of them, and none that do not fit.

`docs/decisions/why-these-lessons.md` says why.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import log, prod
from typing import assert_never

from bot.domain.lessons.bound import lower
from bot.domain.lessons.lesson import About, Active, Lesson, Sort, Tally
from bot.domain.similar.terms import overlap

RECALLED_MOST = 3
"""However a repository is tuned, no more lessons are shown (design.md, section 6)."""
TOKENS_MOST = 400
"""Tokens of all lessons that one conversation is shown."""
CHARS_A_TOKEN = 3
"""A cautious estimate: English has more than four."""
FLOOR = 0.25
"""A lesson that is less relevant is not recalled: one shared word, or only the same directory."""

SAME_FAILURE, SAME_PATHS, SAME_SYMBOLS, SAME_WORDS = 0.6, 0.45, 0.4, 0.6
"""How far each alone makes a lesson relevant; together they add up as independent chances do."""
SAME_AREA = 0.3
"""How relevant a convention is to whatever is in its top directory: enough, where nothing fits
better."""
EVIDENCE_MOST = 5
"""Each task that met the same reason makes it likelier that the next one in the directory does."""
OTHER_KIND, OTHER_AREA = 0.85, 0.75
"""What is left of the relevance where the kind of change, or the top directory, is another."""
NEWCOMER = 0.5
"""What a lesson counts for before anything is known of its worth; that is added."""


def recall(
    lessons: Iterable[Lesson], question: About, most: int, tokens: int = TOKENS_MOST
) -> tuple[Lesson, ...]:
    """The best lessons that fit, at most `most` and never above `RECALLED_MOST`.

    One that does not fit into the tokens that are left makes room for a shorter one. The order in
    which the lessons come says nothing.
    """
    known = [one for one in lessons if _may(one)]
    weights = _idf(known)
    scored = [(_fit(one, question, weights), one) for one in known]
    fitting = [
        (score * (NEWCOMER + worth(one.tally)), one) for score, one in scored if score >= FLOOR
    ]
    chosen: list[Lesson] = []
    left = tokens
    for _, one in sorted(fitting, key=lambda item: (-item[0], item[1].id)):
        if len(chosen) >= min(most, RECALLED_MOST):
            break
        if tokens_of(one.text) <= left:
            left -= tokens_of(one.text)
            chosen.append(one)
    return tuple(chosen)


def _may(one: Lesson) -> bool:
    return isinstance(one.standing, Active) and one.sort is not Sort.SETUP


def tokens_of(text: str) -> int:
    """How many tokens a text takes at most, roughly."""
    return -(-len(text) // CHARS_A_TOKEN)


def worth(tally: Tally) -> float:
    """Wilson's lower bound of the share of good ends, with one good and one bad to begin with.

    So one that was never tried stands between one that failed and one that helped.
    """
    return lower(tally.good + 1, tally.decided + 2)


def _fit(one: Lesson, question: About, weights: Mapping[str, float]) -> float:
    found = relevance(one.about, question, weights)
    if one.about.area != question.area:
        return found
    match one.sort:
        case Sort.CONVENTION:
            return 1.0 - (1.0 - found) * (1.0 - SAME_AREA)
        case Sort.RECURRING:
            return 1.0 - (1.0 - found) * (1.0 - SAME_AREA) ** min(one.evidence, EVIDENCE_MOST)
        case Sort.WRONG | Sort.WORKED | Sort.SETUP:
            return found
        case never:
            assert_never(never)


def relevance(about: About, question: About, weights: Mapping[str, float]) -> float:
    """From 0 to 1: how likely what the lesson is about is what is asked about.

    Kind and directory alone make nothing relevant; they only speak against what is not the same.
    """
    chances = (
        SAME_FAILURE * float(not about.failures.isdisjoint(question.failures)),
        SAME_PATHS * overlap(about.paths, question.paths),
        SAME_SYMBOLS * overlap(about.symbols, question.symbols),
        SAME_WORDS * _words(about.terms, question.terms, weights),
    )
    found = 1.0 - prod(1.0 - chance for chance in chances)
    if about.kind is not None and question.kind is not None and about.kind is not question.kind:
        found *= OTHER_KIND
    return found if about.area == question.area else found * OTHER_AREA


def _idf(lessons: Iterable[Lesson]) -> Mapping[str, float]:
    """How much a word says among these lessons: one that all of them have says little."""
    listed = list(lessons)
    counts = Counter(term for one in listed for term in one.about.terms)
    return {term: log(1 + len(listed) / count) for term, count in counts.items()}


def _words(mine: frozenset[str], asked: frozenset[str], weights: Mapping[str, float]) -> float:
    """The cosine of the two; a word that no lesson has says as much as a rare one."""
    rare = max(weights.values(), default=1.0)
    shared = sum(sorted(weights.get(term, rare) ** 2 for term in mine & asked))
    if not shared:
        return 0.0
    return shared / (_length(mine, weights, rare) * _length(asked, weights, rare))


def _length(terms: frozenset[str], weights: Mapping[str, float], rare: float) -> float:
    # Sorted, as a sum of floats depends on its order, and a set has none that is the same always.
    return sum(sorted(weights.get(term, rare) ** 2 for term in terms)) ** 0.5
