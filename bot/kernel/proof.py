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
    """The four runs for one change, and what was measured beside them; None: could not measure."""

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
    covers_changed_lines: bool | None
    code_changed: bool


class Strength(StrEnum):
    """What a proof was read from; with only exit codes the bot never merges by itself."""

    JUNIT = "junit"
    EXIT_ONLY = "exit-only"


@dataclass(frozen=True, slots=True)
class Proven:
    """The tree is proven. The test lists and counts are empty where only exit codes were had."""

    tree: Sha
    red_on_base: tuple[TestId, ...]
    green_on_change: tuple[TestId, ...]
    collected_before: int
    collected_after: int
    strength: Strength


@dataclass(frozen=True, slots=True)
class Unproven:
    """The change is not proven, and why."""

    breaches: tuple[Breach, ...]


ProofVerdict = Proven | Unproven


def proof_verdict(evidence: ProofEvidence) -> ProofVerdict:
    """Judge the evidence by the kind of the change. What could not be checked counts as no."""
    needs_red = evidence.kind in {Kind.FIX, Kind.FEATURE}
    new_tests = evidence.tests_on_base if needs_red else evidence.change_suite
    runs = evidence.base_suite, evidence.base_on_change, evidence.change_suite, new_tests
    proven = Proven(evidence.tree, (), (), 0, 0, Strength.EXIT_ONLY)
    breaches = [*_by_kind(evidence), *_unreadable(runs)]
    red_seen = True
    match runs:
        case Ran() as base, Ran() as kept, Ran() as whole, Ran() as new:
            breaches += _regressions(base, kept, "with the base's tests")
            breaches += _regressions(base, whole, "in the whole suite")
            green = sorted(t for t, outcome in whole.results.items() if outcome is Outcome.PASSED)
            unpassed = sorted(whole.results.keys() - base.results.keys() - {*green})
            breaches += (Breach("new-test-not-passing", f"make it pass: {t}") for t in unpassed)
            if not green:
                breaches.append(Breach("no-tests", "no test passes on the change: add one"))
            red = tuple(test for test in green if needs_red and _red(test, new, base))
            counts = len(base.results), len(whole.results)
            proven = Proven(evidence.tree, red, tuple(green), *counts, Strength.JUNIT)
            red_seen = bool(red)
        case ExitOnly(), ExitOnly(kept), ExitOnly(whole), ExitOnly(new):
            red_seen = new != 0
            if kept or whole:
                breaches.append(Breach("suite-failed", "make both suites pass on the change"))
        case _:
            breaches.append(Breach("could-not-check", "every run must leave a report, or none"))
    if needs_red and not red_seen:
        detail = "add or change a test that fails on the base and passes on the change"
        breaches.append(Breach("no-red-test", detail))
    return Unproven(tuple(breaches)) if breaches else proven


def _unreadable(runs: tuple[Suite, ...]) -> Iterator[Breach]:
    for run in runs:
        if isinstance(run, CouldNotRun):
            yield Breach("could-not-check", f"make the tests runnable: {run.reason}")
        elif not run.readable():
            detail = f"a run ended with {run.exit_code}, which no test result explains"
            yield Breach("could-not-check", detail)


def _by_kind(evidence: ProofEvidence) -> Iterator[Breach]:
    match evidence.kind:
        case Kind.REFACTOR | Kind.PERFORMANCE if evidence.covers_changed_lines is not True:
            detail = "the base's tests must be seen to run the changed lines: add such tests first"
            yield Breach("not-covered", detail)
        case Kind.DOCS if evidence.code_changed:
            yield Breach("code-changed", "a docs change may not touch code: name another kind")


def _regressions(base: Ran, now: Ran, where: str) -> Iterator[Breach]:
    for test, was in base.results.items():
        match now.results.get(test):
            case None:
                yield Breach("test-lost", f"bring it back {where}: {test}")
            case Outcome.FAILED | Outcome.ERROR if was not in FAILING:
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
