"""What machines find in a repository, without a model: notes, lint, lines no test runs, slow tests.

Nothing is made up: what cannot be measured here is said in a note instead.
"""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.junit import read_seconds
from bot.domain.proposing.evidence import Found, Lint, SlowTest, Todo, Uncovered
from bot.domain.proposing.reports import (
    CONFIGURED,
    NOTE_PATTERN,
    PYTHON,
    Linter,
    any_measured,
    linters,
    read_lint,
    read_notes,
    read_uncovered,
)
from bot.domain.proposing.seeing import LEAST_SLOW_S, NOT_STARTED, Look
from bot.stages.propose.ground import Ground, Looked, NoLook
from bot.stages.propose.probe import COMMAND, probe_variables
from bot.stages.workspace import Unusable

MOST_OF_A_KIND = 6
"""Findings of one kind that a model is shown: it chooses one, and pays for reading all."""

_SEARCH = f"grep -rnIE --exclude-dir='.?*' --exclude-dir=node_modules '{NOTE_PATTERN}' ."


@dataclass(frozen=True, slots=True)
class Gathered:
    """Findings in a fixed order, and what could not be measured, in our own words."""

    found: tuple[Found, ...]
    notes: tuple[str, ...]


def gather(ground: Ground) -> Gathered:
    """Look for evidence in clean checkouts. Raises Unusable for a tree that cannot be read."""
    paths = [entry.path for entry in ground.lab.mirror.list_tree(ground.base)]
    python = any(path.endswith(".py") for path in paths)
    found: list[Found] = []
    notes: list[str] = []
    ground.say("looking for notes of what is still to be done")
    found += _notes(ground)
    for linter in linters(_settings(ground, paths), python):
        ground.say(f"running {linter.tool}")
        found += _lint(ground, linter, notes)
    ground.say(f"running the suite: {ground.lab.test.suite}")
    looked = timed(ground)
    if isinstance(looked, NoLook) or looked.exit_code != 0:
        why = looked.reason if isinstance(looked, NoLook) else f"exit code {looked.exit_code}"
        notes.append(f"the suite does not pass ({why}): neither coverage nor slowness is measured")
        return Gathered(tuple(found), tuple(notes))
    found += _slow(looked, notes)
    if python:
        ground.say("running the suite once more, to see which lines it runs")
        found += _uncovered(ground, notes)
    else:
        notes.append("coverage is measured for Python only")
    return Gathered(tuple(found), tuple(notes))


def timed(ground: Ground) -> Looked:
    """The suite in a clean checkout; what it prints is its JUnit report, and nothing else."""
    report = shlex.quote(ground.lab.test.report)
    command = (
        f'rm -rf -- {report}; sh -c "$EVOLVE_SUITE" >/dev/null 2>&1; code=$?;'
        f" cat -- {report} 2>/dev/null; exit $code"
    )
    return ground.suite(command, (("EVOLVE_SUITE", ground.lab.test.suite),))


def covering(ground: Ground) -> Looked:
    """The suite in a clean checkout under the probe; what it prints is the probe's report."""
    return ground.suite(COMMAND, probe_variables(ground.lab.test.suite))


def _settings(ground: Ground, paths: Iterable[str]) -> dict[str, str]:
    texts = {}
    for name in {*CONFIGURED} & {*paths}:
        try:
            text = ground.lab.mirror.read_file(ground.base, name)
        except Unusable:
            continue
        texts[name] = (text or b"").decode(errors="replace")
    return texts


def _notes(ground: Ground) -> list[Todo]:
    """The oldest first: what was put off the longest."""
    looked = ground.look(_SEARCH)
    if isinstance(looked, NoLook):
        return []
    dated = []
    for note in read_notes(looked.output)[: 2 * MOST_OF_A_KIND]:
        origin = ground.lab.mirror.line_origin(ground.base, note.path, note.line)
        if origin is not None:
            note = replace(note, commit=str(origin.commit), since=origin.at)
        dated.append(note)
    oldest = sorted(dated, key=lambda one: (one.since is None, one.since and one.since.timestamp()))
    return oldest[:MOST_OF_A_KIND]


def _lint(ground: Ground, linter: Linter, notes: list[str]) -> list[Lint]:
    """One finding of each rule: the first."""
    looked = ground.look(linter.command)
    if isinstance(looked, NoLook):
        notes.append(f"{linter.tool}: {looked.reason}")
        return []
    if looked.exit_code in NOT_STARTED:
        where = "there is no python3" if linter.tool == PYTHON else "it is not installed here"
        notes.append(f"{linter.tool} is configured, but {where}")
        return []
    by_rule: dict[str, Lint] = {}
    for one in read_lint(linter.tool, linter.command, looked.output):
        by_rule.setdefault(one.rule, one)
    return list(by_rule.values())[:MOST_OF_A_KIND]


def _slow(looked: Look, notes: list[str]) -> list[SlowTest]:
    seconds = read_seconds(looked.output.encode(errors="replace"))
    if not seconds:
        notes.append("the suite leaves no JUnit report with times, so slow tests are not known")
    slow = sorted(seconds.items(), key=lambda one: -one[1])
    found = [SlowTest(str(test), took) for test, took in slow if took >= LEAST_SLOW_S]
    return found[: MOST_OF_A_KIND // 2]


def _uncovered(ground: Ground, notes: list[str]) -> list[Uncovered]:
    looked = covering(ground)
    if isinstance(looked, NoLook):
        notes.append(f"coverage: {looked.reason}")
        return []
    if looked.exit_code != 0 or not any_measured(looked.output):
        notes.append("coverage: no Python process (3.10 or newer) of the suite could be watched")
        return []
    return list(read_uncovered(looked.output))[:MOST_OF_A_KIND]
