"""How likely a change of a kind is merged: a prior, moved by what became of those before it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.domain.subject import Repo
from bot.kernel.values import Kind

SUCCESS: Mapping[Kind, float] = {
    Kind.DOCS: 0.90,
    Kind.FIX: 0.75,
    Kind.REFACTOR: 0.70,
    Kind.FEATURE: 0.60,
    Kind.PERFORMANCE: 0.50,
    Kind.DEPENDENCY: 0.50,
}
"""Prior chance that a change of a kind is merged, before anything is known here.

Anchored on what one published bot measured on its own repository (small changes to two files: 79%
merged, dependency bumps: 50%); the others are placed between by how much there is to get wrong.
"""

PRIOR_WEIGHT = 4.0
"""Attempts that what is believed beforehand counts as: four of its own weigh as much.

So the first failure of a kind moves its chance by a fifth at most, and ten of a kind are believed
more than what was assumed.
"""


@dataclass(frozen=True, slots=True)
class Tally:
    """So many merged of so many that are decided; what is undecided is in neither."""

    merged: int = 0
    decided: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.merged + other.merged, self.decided + other.decided)

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(self.merged - other.merged, self.decided - other.decided)


@dataclass(frozen=True, slots=True)
class Chance:
    """From 0 to 1, and what of it was seen in this repository."""

    value: float
    here: Tally


def moved(believed: float, seen: Tally) -> float:
    """The mean of a Beta distribution that began at `believed` and has seen this.

    It lies between the two, and nearer to what was seen the more that is.
    """
    return (PRIOR_WEIGHT * believed + seen.merged) / (PRIOR_WEIGHT + seen.decided)


@dataclass(frozen=True, slots=True)
class Experience:
    """What became of attempts, by repository and kind.

    What is known elsewhere in the same installation moves the prior, and what is known here moves
    that: so a new repository begins as its owner's others went, and soon goes by its own.
    """

    tallies: Mapping[tuple[Repo, Kind], Tally] = field(default_factory=dict)
    _here: Mapping[tuple[str, Kind], Tally] = field(init=False)
    _together: Mapping[tuple[int, Kind], Tally] = field(init=False)

    def __post_init__(self) -> None:
        here: defaultdict[tuple[str, Kind], Tally] = defaultdict(Tally)
        together: defaultdict[tuple[int, Kind], Tally] = defaultdict(Tally)
        for (repo, kind), tally in self.tallies.items():
            here[repo.full, kind] += tally
            together[repo.installation, kind] += tally
        object.__setattr__(self, "_here", dict(here))
        object.__setattr__(self, "_together", dict(together))

    def chance(self, repo: Repo, kind: Kind) -> Chance:
        """How likely a change of this kind is merged in this repository."""
        here = self._here.get((repo.full, kind), Tally())
        together = self._together.get((repo.installation, kind), Tally())
        # The repository's own are not counted twice, wherever it was installed before.
        elsewhere = together - self.tallies.get((repo, kind), Tally())
        return Chance(moved(moved(SUCCESS[kind], elsewhere), here), here)


NOTHING_YET = Experience()
"""Nothing was decided anywhere: the prior alone."""


def experience_of(decided: Iterable[tuple[Repo, Kind, bool]]) -> Experience:
    """From attempts that are decided: where, of what kind, and whether it was merged."""
    tallies: defaultdict[tuple[Repo, Kind], list[int]] = defaultdict(lambda: [0, 0])
    for repo, kind, merged in decided:
        counts = tallies[repo, kind]
        counts[0] += merged
        counts[1] += 1
    return Experience({key: Tally(*counts) for key, counts in tallies.items()})
