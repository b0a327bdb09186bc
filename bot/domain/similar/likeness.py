"""How likely two changes mean the same: a small logistic over what they have in common.

A change is known better by what its plan does than by its title: two faults of one function share
more words than two ways to tell one fault. So plans are compared by what their words mean, the
title of one with the plan of the other, and two titles only where they part: titles that agree in
most words and differ in one that means something else tell two changes.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from math import exp, sqrt
from operator import mul

from bot.domain.similar.terms import dice, literals, overlap, stems, weighed
from bot.domain.similar.vectors import (
    Meaning,
    Vector,
    added,
    cosine,
    meaning,
    nearness,
    word_meanings,
)
from bot.domain.similar.weights import ORIGIN, WEIGHTS
from bot.domain.similar.words import OPPOSITE
from bot.kernel.values import Kind

LITERALS_MOST = 2
"""Numbers, options and names in both that count; more are no better."""
_TOKEN = re.compile(r"[\w.]+")


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that somebody wants or wanted. `failures` are fingerprints; None: kind unknown."""

    kind: Kind | None
    title: str
    plan: str
    paths: frozenset[str] = frozenset()
    symbols: frozenset[str] = frozenset()
    failures: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Common:
    """What two proposals have in common, each up to 1; the last six speak against it.

    `crossed` is how far the title of the one says in words what the plan of the other does,
    `means_crossed` how far it means that; words of the names of files and functions are left out of
    the former. `said_symbol`: one says the name of a function of the other. `other_rest` is how far
    apart that is which only the one says and that which only the other says; `contrast` is how much
    the titles agree but for words that mean something else. Both count less the nearer the plans
    are, and nothing when they are the same.
    """

    crossed: float
    means_plans: float
    means_crossed: float
    paths: float
    said_symbol: float
    same_literals: float
    same_kind: float
    same_failure: float
    other_paths: float
    other_symbols: float
    other_literals: float
    opposite: float
    other_rest: float
    contrast: float

    def against(self, weights: tuple[float, ...]) -> float:
        """The weighted sum, in the order of the fields."""
        values = (
            self.crossed,
            self.means_plans,
            self.means_crossed,
            self.paths,
            self.said_symbol,
            self.same_literals,
            self.same_kind,
            self.same_failure,
            self.other_paths,
            self.other_symbols,
            self.other_literals,
            self.opposite,
            self.other_rest,
            self.contrast,
        )
        return sum(map(mul, weights, values))


def likeness(one: Proposal, other: Proposal) -> float:
    """From 0 to 1, the same in either order; 0 when one of the two says nothing."""
    mine, theirs = _read(one), _read(other)
    if not (mine.says and theirs.says):
        return 0.0
    both = _common(one, other, mine, theirs)
    return 1.0 / (1.0 + exp(-(ORIGIN + both.against(WEIGHTS))))


def common(one: Proposal, other: Proposal) -> Common:
    """Compare; the order of the two says nothing."""
    return _common(one, other, _read(one), _read(other))


def _common(one: Proposal, other: Proposal, mine: "_Reading", theirs: "_Reading") -> Common:
    paths = overlap(one.paths, other.paths)
    symbols = overlap(mine.symbols, theirs.symbols)
    names = mine.names | theirs.names
    written, also_written = mine.literals - names, theirs.literals - names
    place = mine.place | theirs.place
    means_plans = cosine(mine.means_plan, theirs.means_plan)
    apart = sqrt(max(0.0, 1.0 - means_plans))
    return Common(
        crossed=max(
            dice(_less(mine.title, place), _less(theirs.plan, place)),
            dice(_less(mine.plan, place), _less(theirs.title, place)),
        ),
        means_plans=means_plans,
        means_crossed=max(
            cosine(mine.means_title, theirs.means_plan),
            cosine(mine.means_plan, theirs.means_title),
        ),
        paths=paths,
        said_symbol=float(
            not mine.symbols.isdisjoint(theirs.tokens) or not theirs.symbols.isdisjoint(mine.tokens)
        ),
        same_literals=min(LITERALS_MOST, len(written & also_written)) / LITERALS_MOST,
        same_kind=_same_kind(one.kind, other.kind),
        same_failure=float(not one.failures.isdisjoint(other.failures)),
        other_paths=float(bool(one.paths and other.paths) and not paths),
        other_symbols=float(bool(one.symbols and other.symbols) and not symbols),
        other_literals=float(bool(written and also_written) and written.isdisjoint(also_written)),
        opposite=float(_opposed(mine.title.keys(), theirs.title.keys())),
        other_rest=_other_rest(mine.all_words, theirs.all_words) * apart,
        contrast=_contrast(mine.words, theirs.words) * apart,
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is taken from one proposal for any comparison. `words` are those of the title; `place`
    are the stems in the names of its files and functions, `names` those functions with and without
    their class, `tokens` whatever may be such a name in the text. A title stands for a plan that is
    not there."""

    title: Mapping[str, float]
    plan: Mapping[str, float]
    words: Mapping[str, Meaning]
    all_words: Mapping[str, Meaning]
    means_title: Vector
    means_plan: Vector
    said: frozenset[str]
    place: frozenset[str]
    symbols: frozenset[str]
    names: frozenset[str]
    tokens: frozenset[str]
    literals: frozenset[str]

    @property
    def says(self) -> bool:
        """Whether there is anything to compare."""
        return bool(self.said or self.means_plan.squared)


@lru_cache(maxsize=1024)
def _read(proposal: Proposal) -> _Reading:
    title, plan = stems(proposal.title), stems(proposal.plan)
    means_title = meaning(proposal.title).vector()
    words = word_meanings(proposal.title)
    symbols = frozenset(name.casefold() for name in _chains(proposal.symbols))
    text = f"{proposal.title} {proposal.plan}"
    return _Reading(
        title=weighed(title),
        plan=weighed(plan),
        words=words,
        all_words=word_meanings(proposal.plan) | words,
        means_title=means_title,
        means_plan=meaning(proposal.plan).vector() if plan else means_title,
        said=title | plan,
        place=stems(" ".join((*proposal.paths, *proposal.symbols))),
        symbols=symbols,
        names=frozenset(part for name in symbols for part in (name, name.rpartition(".")[2])),
        tokens=frozenset(found.strip(".").casefold() for found in _TOKEN.findall(text)),
        literals=literals(text),
    )


def _contrast(one: Mapping[str, Meaning], other: Mapping[str, Meaning]) -> float:
    """The share of two titles that is the same, times how far apart the rest of them is.

    0 when one has no word that the other has not: it only says less.
    """
    mine = added(one[word] for word in one if word not in other)
    theirs = added(other[word] for word in other if word not in one)
    if not (mine.times and theirs.times):
        return 0.0
    rest = mine.times + theirs.times
    whole = sum(each.times for said in (one, other) for each in said.values())
    if rest == whole:
        return 0.0
    apart = 1.0 - max(0.0, nearness(mine, theirs))
    return (whole - rest) / whole * apart


def _other_rest(one: Mapping[str, Meaning], other: Mapping[str, Meaning]) -> float:
    """How far apart the words are that only one of the two says; 0 when one only says less."""
    mine = added(one[word] for word in one if word not in other)
    theirs = added(other[word] for word in other if word not in one)
    if not (mine.times and theirs.times):
        return 0.0
    return 1.0 - max(0.0, nearness(mine, theirs))


def _same_kind(one: Kind | None, other: Kind | None) -> float:
    """What is not known speaks neither for it nor against it."""
    return 0.5 if one is None or other is None else float(one is other)


def _less(said: Mapping[str, float], place: frozenset[str]) -> dict[str, float]:
    return {word: says for word, says in said.items() if word not in place}


def _opposed(one: Set[str], other: Set[str]) -> bool:
    """Whether each says one half of a pair of opposites and not the other half."""
    for pair in OPPOSITE:
        mine, theirs = one & pair, other & pair
        if len(mine) == 1 and len(theirs) == 1 and mine != theirs:
            return True
    return False


def _chains(symbols: frozenset[str]) -> frozenset[str]:
    """A method is in its class: `A.b` is `A` too."""
    parts = (symbol.split(".") for symbol in symbols)
    return frozenset(".".join(p[: n + 1]) for p in parts for n in range(len(p)))
