"""Whether evidence was seen: in two clean checkouts, with the same output, and not without them."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import TypeAlias, assert_never

from bot.domain.proposing.evidence import (
    Evidence,
    FailingSnippet,
    Lint,
    SlowSnippet,
    SlowTest,
    Todo,
    Uncovered,
)
from bot.domain.proposing.reports import read_lint, read_uncovered
from bot.domain.similar.fingerprint import fingerprint

SHOWN_CHARS = 3_000
"""Characters of an output that an issue shows: its end, where what went wrong stands."""

NOT_STARTED = frozenset({126, 127})
"""A shell's exit codes for a program that it cannot run or find: that says nothing of the code."""

LEAST_SLOW_S = 1.0
"""What takes less is not slow: starting the sandbox alone takes a tenth of it."""

SLOW_SHARE = 0.5
"""Of the seconds at which a test was found, those that it must take again: machines differ."""


@dataclass(frozen=True, slots=True)
class Look:
    """One run in a clean checkout. `seconds` are the timings of what is said to be slow."""

    exit_code: int
    output: str
    seconds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What one look shows of the evidence."""

    exit_code: int
    shown: str
    seconds: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Reproduced:
    """Seen twice, with the same normalised output. `note` says how, in our own words."""

    exit_code: int
    shown: str
    note: str


@dataclass(frozen=True, slots=True)
class NotReproduced:
    """Why nobody is told."""

    reason: str


Verdict: TypeAlias = Reproduced | NotReproduced


def judge(evidence: Evidence, looks: Sequence[Look], without: Look | None) -> Verdict:
    """The verdict over two looks. `without` is the same command where no file of the repository
    is: what looks the same there says nothing about the repository."""
    seen = [see(evidence, look) for look in looks]
    first, second = seen
    if isinstance(first, NotReproduced):
        return first
    if isinstance(second, NotReproduced):
        return NotReproduced(f"the second time it was different: {second.reason}")
    if normal(first.shown) != normal(second.shown):
        return NotReproduced("two runs in clean checkouts do not print the same")
    if without is not None and _same_without(evidence, first, without):
        return NotReproduced("it comes out the same in an empty directory")
    timings = (*first.seconds, *second.seconds)
    return Reproduced(second.exit_code, second.shown, _note(evidence, timings))


def _same_without(evidence: Evidence, seen: Seen, without: Look) -> bool:
    """What is as slow in an empty directory is so by itself, however it ends there."""
    if isinstance(evidence, SlowSnippet):
        return median(without.seconds or (0.0,)) >= evidence.at_least
    alone = see(evidence, without)
    return isinstance(alone, Seen) and normal(alone.shown) == normal(seen.shown)


def see(evidence: Evidence, look: Look) -> Seen | NotReproduced:
    """Whether one look shows what the evidence says."""
    match evidence:
        case Todo(line=line, text=text):
            for told in look.output.splitlines():
                if told.startswith(f"{line}:") and text in told:
                    return Seen(look.exit_code, told)
            return NotReproduced("the note is not there")
        case Uncovered(path=path, function=function, first=first, last=last):
            if look.exit_code != 0:
                return NotReproduced("the suite does not pass")
            same = [
                one
                for one in read_uncovered(look.output)
                if (one.path, one.function, one.first, one.last) == (path, function, first, last)
            ]
            if not same:
                return NotReproduced("the suite runs it")
            return Seen(0, f"{path}: lines {first} to {last} of {function} are never run")
        case Lint(tool=tool, path=path, line=line, rule=rule, message=message, command=command):
            for one in read_lint(tool, command, look.output):
                if (one.path, one.line, one.rule, one.message) == (path, line, rule, message):
                    return Seen(look.exit_code, f"{path}:{line}: {rule} {message}")
            return NotReproduced(f"{tool} does not report it")
        case SlowTest(test=test, seconds=seconds):
            if look.exit_code != 0:
                return NotReproduced("the suite does not pass")
            return _slow(look, max(LEAST_SLOW_S / 2, SLOW_SHARE * seconds), f"{test} is slow")
        case SlowSnippet(at_least=at_least):
            if look.exit_code != 0:
                return NotReproduced("what is said to be slow fails")
            return _slow(look, max(LEAST_SLOW_S, at_least), look.output[-SHOWN_CHARS:])
        case FailingSnippet():
            return _failing(look)
        case never:
            assert_never(never)


def normal(output: str) -> tuple[str, ...]:
    """An output without what differs from run to run, line by line."""
    return tuple(filter(None, (fingerprint(line) for line in output.splitlines())))


def _failing(look: Look) -> Seen | NotReproduced:
    if look.exit_code == 0:
        return NotReproduced("what is said to fail does not fail")
    if look.exit_code in NOT_STARTED:
        return NotReproduced(f"the command cannot be run (exit code {look.exit_code})")
    if not look.output.strip():
        return NotReproduced("it fails and prints nothing")
    return Seen(look.exit_code, look.output[-SHOWN_CHARS:])


def _slow(look: Look, at_least: float, shown: str) -> Seen | NotReproduced:
    if not look.seconds:
        return NotReproduced("it could not be timed")
    middle = median(look.seconds)
    if middle < at_least:
        return NotReproduced(f"it takes {middle:.2f} s, which is below {at_least:.2f} s")
    return Seen(look.exit_code, shown, look.seconds)


def _note(evidence: Evidence, timings: Sequence[float]) -> str:
    match evidence:
        case Todo():
            return "The note is there in two clean checkouts."
        case Uncovered():
            return "The suite passes; each line that it runs was noted, twice in clean checkouts."
        case Lint(tool=tool):
            return (
                f"`{tool}` reports it in two clean checkouts, with the repository's own settings."
            )
        case SlowTest() | SlowSnippet():
            middle, low, high = median(timings), min(timings), max(timings)
            return (
                f"Timed {len(timings)} times in clean checkouts: median {middle:.2f} s,"
                f" from {low:.2f} s to {high:.2f} s."
            )
        case FailingSnippet():
            return (
                "It fails in the same way in two clean checkouts, and not so in an empty directory."
            )
        case never:
            assert_never(never)
