"""How likely two changes mean the same: a small logistic over what they have in common.

Words of the paths and symbols are left out of the comparison of texts: two faults of one function
share them, and they say nothing of which fault it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp

from bot.domain.similar.concepts import OPPOSITE
from bot.domain.similar.terms import contained, cosine, dice, ideas, literals, stems
from bot.domain.similar.weights import ORIGIN, WEIGHTS
from bot.kernel.values import Kind


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
    """What two proposals have in common, each from 0 to 1; the last four speak against it.

    `crossed` is how far the title of the one says what the plan of the other does.
    """

    words: float
    contained: float
    plans: float
    crossed: float
    paths: float
    same_kind: float
    same_failure: float
    other_paths: float
    other_symbols: float
    other_literals: float
    opposite: float

    def against(self, weights: tuple[float, ...]) -> float:
        """The weighted sum, in the order of the fields."""
        values = (
            self.words,
            self.contained,
            self.plans,
            self.crossed,
            self.paths,
            self.same_kind,
            self.same_failure,
            self.other_paths,
            self.other_symbols,
            self.other_literals,
            self.opposite,
        )
        return sum(w * x for w, x in zip(weights, values, strict=True))


def likeness(one: Proposal, other: Proposal) -> float:
    """From 0 to 1, the same in either order; 0 when the texts share no word that says anything."""
    both = common(one, other)
    if both.words == 0.0:
        return 0.0
    return 1.0 / (1.0 + exp(-(ORIGIN + both.against(WEIGHTS))))


def common(one: Proposal, other: Proposal) -> Common:
    """Compare; the order of the two says nothing."""
    mine, theirs = _read(one), _read(other)
    place = mine.place | theirs.place
    title, plan, whole = mine.without(place)
    other_title, other_plan, other_whole = theirs.without(place)
    paths = _overlap(one.paths, other.paths)
    symbols = _overlap(mine.symbols, theirs.symbols)
    names = mine.names | theirs.names
    written, also_written = mine.literals - names, theirs.literals - names
    return Common(
        words=cosine(whole, other_whole),
        contained=contained(whole, other_whole),
        plans=dice(plan, other_plan),
        crossed=max(dice(title, other_plan), dice(plan, other_title)),
        paths=paths,
        same_kind=float(one.kind is not None and one.kind is other.kind),
        same_failure=float(not one.failures.isdisjoint(other.failures)),
        other_paths=float(bool(one.paths and other.paths) and not paths),
        other_symbols=float(bool(one.symbols and other.symbols) and not symbols),
        other_literals=float(bool(written and also_written) and written.isdisjoint(also_written)),
        opposite=float(_opposed(mine.said, theirs.said)),
    )


_Ideas = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Reading:
    """What is taken from one proposal for any comparison. `place` are the ideas in the names of
    its files and functions, `names` those functions with and without their class."""

    title: _Ideas
    plan: _Ideas
    said: frozenset[str]
    place: frozenset[str]
    symbols: frozenset[str]
    names: frozenset[str]
    literals: frozenset[str]

    def without(self, place: frozenset[str]) -> tuple[_Ideas, _Ideas, _Ideas]:
        """The ideas of the title, of the plan, and of both, less those of the place."""
        title = {k: v for k, v in self.title.items() if k not in place}
        plan = {k: v for k, v in self.plan.items() if k not in place}
        return title, plan, {**title, **plan}


@lru_cache(maxsize=1024)
def _read(proposal: Proposal) -> _Reading:
    title, plan = stems(proposal.title), stems(proposal.plan)
    named = (*proposal.paths, *proposal.symbols)
    symbols = _chains(proposal.symbols)
    return _Reading(
        title=ideas(title),
        plan=ideas(plan),
        said=title | plan,
        place=frozenset(ideas(piece for name in named for piece in stems(name))),
        symbols=symbols,
        names=frozenset(
            part.casefold() for name in symbols for part in (name, name.rpartition(".")[2])
        ),
        literals=literals(f"{proposal.title} {proposal.plan}"),
    )


def _opposed(one: frozenset[str], other: frozenset[str]) -> bool:
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


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0
