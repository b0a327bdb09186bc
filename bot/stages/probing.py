"""Run suites on code that was broken on purpose: are the changed lines run, are they tested?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest

from bot.kernel.broken import kills, runs_it
from bot.kernel.proof import ExitOnly, Proven, Ran, Suite
from bot.kernel.values import Sha
from bot.stages.probes import Edit, Mutant, Probe, Side, Unreadable, edited, mutants, probes, sides
from bot.stages.suites import Lab, Trial, is_prose, run_suite

PLACES_MOST = 12
"""Places that are probed, a run of the suite each; a change with more is not covered."""

SURVIVORS_MOST = 5
"""Surviving mutants after which no more are tried: enough to mend."""

_SPARE_SECONDS, _SLOWER = 30.0, 5.0
"""A run on broken code may take so much longer than the whole suite on the change."""


@dataclass(frozen=True, slots=True)
class Hunks:
    """The changed code that is not test and not prose, and where its suites run.

    `seconds` is how long the whole suite took on the change.
    """

    lab: Lab
    base: Sha
    tree: Sha
    tests: frozenset[str]
    seconds: float
    progress: Callable[[str], None]

    def sides(self) -> Iterator[tuple[Side, Side]]:
        """Each changed file, as it was and as it is."""
        for change in self.lab.mirror.changes(self.base, self.tree):
            # a .txt may be read by a program, as a list or as a build file
            prose = is_prose(change.path) and not change.path.endswith(".txt")
            if change.path not in self.tests and not prose:
                yield sides(change)

    def run(self, name: str, tree: Sha) -> Trial:
        """One run on broken code."""
        self.progress(name)
        seconds = min(self.lab.test.seconds, _SPARE_SECONDS + _SLOWER * self.seconds)
        return run_suite(
            replace(self.lab, test=replace(self.lab.test, seconds=seconds)), name, tree
        )


@dataclass(frozen=True, slots=True)
class Ground:
    """A tree to break, and every run of the base's tests that its steady tests must pass in."""

    tree: Sha
    runs: tuple[Suite, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many changed places tests run, and every one that none is seen to run, with why."""

    places: int
    uncovered: tuple[str, ...]


def covered(hunks: Hunks, base: Ground, change: Ground) -> Coverage:
    """Whether the base's tests run every changed place.

    What was added or changed is broken in the change, what was only removed in the base.
    """
    on_base: list[tuple[Side, Probe]] = []
    on_change: list[tuple[Side, Probe]] = []
    unreadable: list[str] = []
    for old, new in hunks.sides():
        for found, side in ((on_base, old), (on_change, new)):
            try:
                found += ((side, probe) for probe in probes(side))
            except Unreadable as why:
                unreadable.append(f"{side.path}: {why}, so no test is known to run it")
    count = len(on_base) + len(on_change)
    if unreadable or count > PLACES_MOST:
        many = f"the change has {count} places to check, {PLACES_MOST} at most: make it smaller"
        return Coverage(0, tuple(unreadable) or (many,))
    missed = [*_missed(hunks, base, on_base), *_missed(hunks, change, on_change)]
    return Coverage(count - len(missed), tuple(missed))


def _missed(hunks: Hunks, ground: Ground, places: list[tuple[Side, Probe]]) -> Iterator[str]:
    if not places:
        return
    idle: dict[str, bytes] = {}
    for side, _ in places:
        edits = tuple(edit for other, probe in places if other == side for edit in probe.idles)
        idle[side.path] = edited(side.text, edits)
    mirror = hunks.lab.mirror
    twin = hunks.run("changed places touched, not broken", mirror.replaced(ground.tree, idle)).suite
    if not _as_before(ground.runs[-1], twin):
        yield "could not check: the suite does not stand an empty statement at the changed places"
        return
    for number, (side, probe) in enumerate(places, 1):
        broken = _replaced(hunks, ground.tree, side, probe.breaks)
        trial = hunks.run(f"changed place {number} of {len(places)} broken, {probe.where}", broken)
        if not runs_it((*ground.runs, twin), trial.suite):
            yield f"no test of the base is seen to run {probe.where}: add one to the base first"


def _as_before(before: Suite, twin: Suite) -> bool:
    match before, twin:
        case Ran(), Ran():
            return twin.readable() and before.results.keys() <= twin.results.keys()
        case ExitOnly(0), ExitOnly(0):
            return True
    return False


def _replaced(hunks: Hunks, tree: Sha, side: Side, edits: tuple[Edit, ...]) -> Sha:
    return hunks.lab.mirror.replaced(tree, {side.path: edited(side.text, edits)})


@dataclass(frozen=True, slots=True)
class Mutation:
    """How many mutants the new tests killed, and those that live, each with line and mistake."""

    killed: int
    survivors: tuple[str, ...]


def mutated(hunks: Hunks, proven: Proven, base: Suite) -> Mutation:
    """Whether the change's new tests fail on mutants of its lines, `lab.mutants` at most.

    New are the red tests and those that the base did not collect. A mutant on which they cannot
    be judged, as when it does not build, is passed over for the next.
    """
    if not isinstance(base, Ran):
        return Mutation(0, ("without a JUnit report no mutant can be judged: set `test.report`",))
    steady = frozenset(proven.green_on_change) - frozenset(proven.flaky)
    new = frozenset(proven.red_on_base) | (steady - base.results.keys())
    files: list[list[tuple[Side, Mutant]]] = []
    for _, side in hunks.sides():
        try:
            files.append([(side, one) for one in mutants(side)])
        except Unreadable as why:
            return Mutation(0, (f"could not check: no mutant can be made of {side.path}: {why}",))
    chosen = [one for turn in zip_longest(*files) for one in turn if one is not None]
    killed, survivors, most = 0, list[str](), hunks.lab.mutants
    for side, mutant in chosen[: 2 * most]:
        if killed + len(survivors) == most or len(survivors) == SURVIVORS_MOST:
            break
        tree = _replaced(hunks, hunks.tree, side, mutant.edit)
        match kills(new, hunks.run(f"mutant, {mutant.what}", tree).suite):
            case True:
                killed += 1
            case False:
                survivors.append(f"no new test fails when, at {mutant.what}: assert what differs")
    if chosen and not killed and not survivors:
        survivors.append("could not check: the new tests could be judged on no mutant")
    return Mutation(killed, tuple(survivors))
