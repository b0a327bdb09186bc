"""One run of a suite: in a clean directory inside the sandbox, read from its JUnit report."""

import os
from collections import Counter
from dataclasses import dataclass, replace
from typing import assert_never

from bot.domain.junit import read_junit
from bot.domain.policy import TestPolicy
from bot.kernel.proof import CouldNotRun, ExitOnly, Outcome, Ran, Suite, TestId
from bot.kernel.values import Sha
from bot.stages.environment import Mounts
from bot.stages.places import Places
from bot.stages.sandbox import Exited, Job, Killed, Limits, Sandbox, TimedOut, Unavailable
from bot.stages.workspace import Mirror, Unusable

REPORT_BYTES = 32 * 1024**2
OUTPUT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Lab:
    """Where suites run and how: mirror, sandbox, test policy, and the test environment if any.

    `mutants` is how many mutants of a change its new tests must kill.
    """

    mirror: Mirror
    sandbox: Sandbox
    places: Places
    test: TestPolicy
    mounts: Mounts = ()
    mutants: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """One suite run for a person to read: what ran, how it ended, its last output."""

    name: str
    suite: Suite
    output: str
    seconds: float


@dataclass(frozen=True, slots=True)
class TrialLine:
    """A suite run in one line, for the receipt. `exit_code` is None when it could not run."""

    name: str
    exit_code: int | None
    passed: int
    failed: int
    skipped: int
    seconds: float


def line_of(trial: Trial) -> TrialLine:
    """Count what a run found."""
    match trial.suite:
        case Ran(results=results, exit_code=code):
            counts = Counter(results.values())
            failed = counts[Outcome.FAILED] + counts[Outcome.ERROR]
            passed, skipped = counts[Outcome.PASSED], counts[Outcome.SKIPPED]
            return TrialLine(trial.name, code, passed, failed, skipped, trial.seconds)
        case ExitOnly(exit_code=code):
            return TrialLine(trial.name, code, 0, 0, 0, trial.seconds)
        case CouldNotRun():
            return TrialLine(trial.name, None, 0, 0, 0, trial.seconds)
        case never:
            assert_never(never)


def outcomes(suite: Suite, tests: tuple[TestId, ...]) -> tuple[tuple[TestId, Outcome], ...]:
    """What became of these tests in a run; a test it did not collect is left out."""
    if not isinstance(suite, Ran):
        return ()
    return tuple((test, suite.results[test]) for test in tests if test in suite.results)


def is_prose(path: str) -> bool:
    """Whether a file is documentation: text for people, run by nobody."""
    name = path.rsplit("/", 1)[-1].lower()
    return name.endswith((".md", ".rst", ".adoc", ".txt")) or name in {
        "license",
        "notice",
        "authors",
    }


def run_suite(lab: Lab, name: str, tree: Sha) -> Trial:
    """The repository's test command in a clean checkout of a tree."""
    with lab.places.fresh("suite") as directory:
        try:
            lab.mirror.export(tree, directory)
        except Unusable as unusable:
            return Trial(name, CouldNotRun(str(unusable)), "", 0.0)
        limits = Limits(seconds=lab.test.seconds, output_bytes=OUTPUT_BYTES)
        # A report that was committed must not stand in for a suite that writes none.
        if os.path.lexists(directory / lab.test.report):
            lab.sandbox.run(Job(("rm", "-rf", "--", lab.test.report), directory, limits))
        command = Job(("/bin/sh", "-c", lab.test.suite), directory, limits, mounts=lab.mounts)
        outcome = lab.sandbox.run(command)
        match outcome:
            case Unavailable(reason=reason, remedy=remedy):
                return Trial(name, CouldNotRun(f"{reason}; {remedy}"), "", 0.0)
            case TimedOut(output=output, seconds=seconds):
                why = CouldNotRun(f"killed after {seconds:.0f} s")
                return Trial(name, why, output.decode(errors="replace"), seconds)
            case Killed(reason=reason, output=output, seconds=seconds):
                return Trial(name, CouldNotRun(reason), output.decode(errors="replace"), seconds)
            case Exited(code=code, output=output, seconds=seconds):
                # The report is read by a command in the sandbox, so a link planted in its place
                # leads nowhere on the host; and only so far, as it may have no end.
                limits = replace(limits, seconds=30.0, output_bytes=REPORT_BYTES)
                read = ("head", "-c", str(REPORT_BYTES + 1), "--", lab.test.report)
                report = lab.sandbox.run(Job(read, directory, limits))
                suite = _suite(code, report)
                return Trial(name, suite, output.decode(errors="replace"), seconds)
            case never:
                assert_never(never)


def _suite(code: int, report: object) -> Suite:
    if isinstance(report, Exited) and report.code == 0 and not report.truncated:
        return read_junit(report.output, code)
    return ExitOnly(code)
