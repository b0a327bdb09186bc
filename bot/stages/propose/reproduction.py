"""Evidence is looked at twice in clean checkouts, and without the repository, before it is told."""

from typing import assert_never

from bot.domain.junit import read_seconds
from bot.domain.proposing.evidence import (
    Evidence,
    FailingSnippet,
    Lint,
    SlowSnippet,
    SlowTest,
    Todo,
    Uncovered,
    todo_command,
)
from bot.domain.proposing.seeing import Look, NotReproduced, Verdict, judge
from bot.kernel.proof import TestId
from bot.stages.propose.gather import covering, timed
from bot.stages.propose.ground import Ground, Looked, NoLook

TIMES = 5
"""How often a slow snippet is timed in each clean checkout."""


def reproduce(ground: Ground, evidence: Evidence) -> Verdict:
    """Whether it is there, twice, and comes from the repository."""
    looks = []
    for number in (1, 2):
        ground.say(f"reproducing the evidence, {number} of 2")
        looked = look_at(ground, evidence)
        if isinstance(looked, NoLook):
            return NotReproduced(looked.reason)
        looks.append(looked)
    return judge(evidence, looks, _without(ground, evidence))


def look_at(ground: Ground, evidence: Evidence) -> Looked:
    """One look in a clean checkout."""
    match evidence:
        case Todo():
            return ground.look(todo_command(evidence))
        case Lint(command=command) | FailingSnippet(command=command):
            return ground.look(command)
        case SlowSnippet(command=command):
            return ground.look(command, times=TIMES)
        case SlowTest(test=test):
            looked = timed(ground)
            if isinstance(looked, NoLook):
                return looked
            took = read_seconds(looked.output.encode(errors="replace")).get(TestId(test))
            return Look(looked.exit_code, "", () if took is None else (took,))
        case Uncovered():
            return covering(ground)
        case never:
            assert_never(never)


def _without(ground: Ground, evidence: Evidence) -> Look | None:
    """Only what a model wrote may have nothing to do with the repository."""
    match evidence:
        case FailingSnippet(command=command):
            return ground.without(command)
        case SlowSnippet(command=command):
            return ground.without(command, TIMES)
        case Todo() | Lint() | Uncovered() | SlowTest():
            return None
        case never:
            assert_never(never)
