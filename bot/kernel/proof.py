"""Whether test runs prove a change: red before, green after, and nothing lost on the way."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NewType

from bot.kernel.values import Breach, Kind, Sha

TestId = NewType("TestId", str)
"""One collected test, as JUnit XML names it; a collection error bears the name of its module."""


class Outcome(StrEnum):
    """What became of one test."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"


FAILING = frozenset({Outcome.FAILED, Outcome.ERROR})
_WORST_FIRST = (Outcome.ERROR, Outcome.FAILED, Outcome.SKIPPED, Outcome.PASSED)

FLAKY_MOST = 10
"""More flickering tests than this say that the machine or the suite is not fit to judge."""


@dataclass(frozen=True, slots=True)
class Ran:
    """A run with a JUnit report: every collected test and its outcome."""

    results: Mapping[TestId, Outcome]
    exit_code: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "results", MappingProxyType(dict(self.results)))

    def failing(self) -> frozenset[TestId]:
        """The tests that failed or broke."""
        return frozenset(test for test, outcome in self.results.items() if outcome in FAILING)

    def readable(self) -> bool:
        """Whether the results account for the exit code; pytest says 5 for no tests at all."""
        none_collected = self.exit_code == 5 and not self.results
        explained = self.exit_code == 0 or none_collected or bool(self.failing())
        return explained and 0 <= self.exit_code < 124


@dataclass(frozen=True, slots=True)
class ExitOnly:
    """A run that left only its exit code."""

    exit_code: int

    def readable(self) -> bool:
        """Whether the tests themselves said it: not a time-out, a missing command or a signal."""
        return 0 <= self.exit_code < 124


@dataclass(frozen=True, slots=True)
class CouldNotRun:
    """No run; the reason is for the person."""

    reason: str


Suite = Ran | ExitOnly | CouldNotRun


@dataclass(frozen=True, slots=True)
class ProofEvidence:
    """The runs for one change, and what was measured beside them."""

    kind: Kind
    base_sha: Sha
    tree: Sha
    base_suite: Suite
    """The base's tests on the base."""
    base_on_change: Suite
    """The base's tests on the changed code."""
    tests_on_base: Suite
    """The new and changed tests on the base's code."""
    change_suite: Suite
    """The whole suite in a clean checkout of the change."""
    uncovered: tuple[str, ...] | None
    """Changed places that no test was seen to run, and why; None: could not measure."""
    code_changed: bool
    base_again: tuple[Suite, ...] = ()
    """More runs of `base_suite`: a test that passes and fails in them is flaky."""
    again: tuple[Suite, Suite] | None = None
    """`tests_on_base` and `change_suite` once more: a red test counts when it is red twice."""
    survivors: tuple[str, ...] = ()
    """Mutants of the changed lines that the new tests did not fail on."""


class Strength(StrEnum):
    """What a proof was read from; with only exit codes the bot never merges by itself."""

    JUNIT = "junit"
    EXIT_ONLY = "exit-only"


@dataclass(frozen=True, slots=True)
class Proven:
    """The tree is proven. The test lists and counts are empty where only exit codes were had.

    `flaky` tests neither prove nor refute: they passed and failed on the unchanged base.
    """

    tree: Sha
    red_on_base: tuple[TestId, ...]
    green_on_change: tuple[TestId, ...]
    collected_before: int
    collected_after: int
    strength: Strength
    flaky: tuple[TestId, ...] = ()


@dataclass(frozen=True, slots=True)
class Unproven:
    """The change is not proven, and why."""

    breaches: tuple[Breach, ...]


ProofVerdict = Proven | Unproven


def proof_verdict(evidence: ProofEvidence) -> ProofVerdict:
    """Judge the evidence by the kind of the change. What could not be checked counts as no.

    Flakiness is measured with the base's tests on the base's code alone, so no change can make a
    test flaky: one that fails in either run of the change must have failed on the base as well.
    """
    needs_red = evidence.kind in {Kind.FIX, Kind.FEATURE}
    bases = (evidence.base_suite, *evidence.base_again)
    news, wholes = (evidence.tests_on_base,), (evidence.change_suite,)
    if evidence.again is not None:
        news, wholes = (*news, evidence.again[0]), (*wholes, evidence.again[1])
    news = news if needs_red else wholes
    proven = Proven(evidence.tree, (), (), 0, 0, Strength.EXIT_ONLY)
    runs = (*bases, evidence.base_on_change, *wholes, *news)
    breaches = [*_unreadable(runs)]
    if evidence.kind is Kind.DOCS and evidence.code_changed:
        detail = "a docs change may not touch code: name another kind"
        breaches.append(Breach("code-changed", detail))
    red_seen = True
    merged = _merged(bases, best=True), _merged(wholes, best=False), _merged(news, best=True)
    match (evidence.base_suite, evidence.base_on_change, *merged):
        case Ran() as base, Ran() as kept, Ran() as best, Ran() as whole, Ran() as new:
            flaky = frozenset(t for run in bases for t in _flickers(run, best))
            breaches += _regressions(base, kept, flaky, "with the base's tests")
            breaches += _regressions(base, whole, flaky, "in the whole suite")
            green = sorted(t for t, outcome in whole.results.items() if outcome is Outcome.PASSED)
            found = {t for run in wholes if isinstance(run, Ran) for t in run.results}
            unpassed = sorted(found - base.results.keys() - {*green})
            breaches += (Breach("new-test-not-passing", f"make it pass: {t}") for t in unpassed)
            if not green:
                breaches.append(Breach("no-tests", "no test passes on the change: add one"))
            if len(flaky) > FLAKY_MOST:
                detail = f"{len(flaky)} tests pass and fail on the unchanged base"
                breaches.append(Breach("could-not-check", detail))
            red = tuple(t for t in green if needs_red and t not in flaky and _red(t, new, base))
            counts = len(base.results), len(whole.results)
            listed = red, tuple(green), *counts, Strength.JUNIT, tuple(sorted(flaky))
            proven = Proven(evidence.tree, *listed)
            red_seen = bool(red)
        case ExitOnly(), ExitOnly(kept), ExitOnly(), ExitOnly(whole), ExitOnly(new):
            red_seen = new != 0
            if kept or whole:
                breaches.append(Breach("suite-failed", "make both suites pass on the change"))
        case _:
            breaches.append(Breach("could-not-check", "every run must leave a report, or none"))
    if needs_red and not red_seen:
        detail = "add or change a test that fails on the base and passes on the change"
        breaches.append(Breach("no-red-test", detail))
    breaches = breaches or [*_unmeasured(evidence)]
    return Unproven(tuple(breaches)) if breaches else proven


def _merged(runs: tuple[Suite, ...], best: bool) -> Suite:
    """Runs of one suite as one: the best, or the worst, of each test that all of them collected."""
    reports = [run for run in runs if isinstance(run, Ran)]
    codes = [run.exit_code for run in runs if isinstance(run, ExitOnly)]
    pick = max if best else min
    if len(codes) == len(runs):
        return ExitOnly(min(codes) if best else max(codes))
    if len(reports) < len(runs):
        return CouldNotRun("not every run left a report")
    shared = [t for t in reports[0].results if all(t in run.results for run in reports)]
    results = {t: pick((r.results[t] for r in reports), key=_WORST_FIRST.index) for t in shared}
    return Ran(results, reports[0].exit_code)


def _flickers(run: Suite, best: Ran) -> frozenset[TestId]:
    """The tests that failed in a run of the base, and passed in another."""
    failing = run.failing() if isinstance(run, Ran) else frozenset()
    return frozenset(t for t in failing if best.results.get(t) is Outcome.PASSED)


def _unreadable(runs: tuple[Suite, ...]) -> Iterator[Breach]:
    for run in runs:
        if isinstance(run, CouldNotRun):
            yield Breach("could-not-check", f"make the tests runnable: {run.reason}")
        elif not run.readable():
            detail = f"a run ended with {run.exit_code}, which no test result explains"
            yield Breach("could-not-check", detail)


def _unmeasured(evidence: ProofEvidence) -> Iterator[Breach]:
    """What a change that holds in every run is asked beside that, by its kind."""
    if evidence.kind in {Kind.FIX, Kind.FEATURE} and evidence.again is None:
        yield Breach("not-repeated", "a red test counts when it is red, and green, twice")
    if evidence.kind in {Kind.REFACTOR, Kind.PERFORMANCE}:
        unmeasured = ("whether the base's tests run the changed lines could not be measured",)
        places = unmeasured if evidence.uncovered is None else evidence.uncovered
        yield from (Breach("not-covered", place) for place in places)
    yield from (Breach("mutant-survived", mutant) for mutant in evidence.survivors)


def _regressions(base: Ran, now: Ran, flaky: frozenset[TestId], where: str) -> Iterator[Breach]:
    for test, was in base.results.items():
        match now.results.get(test):
            case None:
                yield Breach("test-lost", f"bring it back {where}: {test}")
            case Outcome.FAILED | Outcome.ERROR if was not in FAILING and test not in flaky:
                yield Breach("newly-failing", f"it was not failing before, {where}: {test}")
            case Outcome.SKIPPED if was is not Outcome.SKIPPED:
                yield Breach("newly-skipped", f"it was not skipped before, {where}: {test}")


def _red(test: TestId, new_on_base: Ran, base: Ran) -> bool:
    """Whether the test fails on the base, by itself or because its new module does not import."""
    if test in new_on_base.results:
        return new_on_base.results[test] in FAILING
    errors = (t.strip(":.") for t, o in new_on_base.results.items() if o is Outcome.ERROR)
    broken = any(name and re.match(re.escape(name) + r"[.:/\[]", test) for name in errors)
    return broken and base.results.get(test) is not Outcome.PASSED
