"""What works in a repository, by kind of change: attempts that ended, merges, dollars a merge."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.domain.priority import SUCCESS
from bot.domain.subject import Repo, Subject
from bot.domain.task import Ending
from bot.kernel.values import Kind, Usd
from bot.memory.journal import Entry

PRIOR_WEIGHT = 4.0
"""Attempts that the prior chance counts as: four of its own outweigh it."""


@dataclass(frozen=True, slots=True)
class KindStanding:
    """One kind of change: `merged` of `decided` attempts, and what all of them cost in USD."""

    kind: Kind
    merged: int
    decided: int
    cost: Usd


@dataclass(frozen=True, slots=True)
class Standing:
    """How things go in one repository; a kind that is missing was never decided there."""

    kinds: tuple[KindStanding, ...] = ()

    def success(self, kind: Kind) -> float:
        """The chance that a change of this kind is merged: the prior, moved by what was seen."""
        seen = next((one for one in self.kinds if one.kind is kind), None)
        merged, decided = (0, 0) if seen is None else (seen.merged, seen.decided)
        return (merged + PRIOR_WEIGHT * SUCCESS[kind]) / (decided + PRIOR_WEIGHT)

    def lines(self) -> tuple[str, ...]:
        """A short table of what works here, in our own words and figures."""
        return tuple(
            f"{one.kind}: {one.merged} of {one.decided} merged, {one.cost} in all,"
            f" {self.success(one.kind):.0%} expected"
            for one in self.kinds
        )


def standing_of(
    repo: Repo, entries: Iterable[Entry], kind_of: Callable[[Subject], Kind | None]
) -> Standing:
    """From the journal; the kind of an attempt is what its issue was last estimated as."""
    costs: dict[tuple[int, int], int] = {}
    endings: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for entry in entries:
        if entry.repo.lower() == repo.full.lower():
            attempt = entry.issue, entry.attempt
            costs[attempt] = max(costs.get(attempt, 0), entry.cost_nano)
            endings[attempt].add(entry.outcome.partition(":")[0])
    found: dict[Kind, KindStanding] = {}
    for (issue, number), ended in endings.items():
        if not ended - {Ending.AWAITING_REVIEW}:
            continue
        kind = kind_of(Subject(repo, issue))
        if kind is None:
            continue
        had = found.get(kind, KindStanding(kind, 0, 0, Usd()))
        merged = had.merged + (Ending.MERGED in ended)
        cost = had.cost + Usd(costs[issue, number])
        found[kind] = KindStanding(kind, merged, had.decided + 1, cost)
    return Standing(tuple(found[kind] for kind in Kind if kind in found))
