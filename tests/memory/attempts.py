"""Courses of attempts, as tests want them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.experiment import Arm, Arms, Tuning
from bot.domain.subject import Repo, Subject
from bot.kernel.values import Kind, Usd
from bot.memory.telemetry import Course, Fate, Size

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
REPO = Repo("octo", "hello", 5)
TREATED = Arms(Arm.TREATED, Arm.TREATED, Arm.TREATED)
CONTROL = Arms(Arm.CONTROL, Arm.CONTROL, Arm.CONTROL)


def course(number: int = 1, fate: Fate = Fate.MERGED, **changes: object) -> Course:
    """A tiny fix at an issue of its own, merged ten days ago after two hours, for a dollar."""
    merged = NOW - timedelta(days=10) if fate is Fate.MERGED else None
    made = Course(
        subject=Subject(REPO, number),
        attempt=1,
        kind=Kind.FIX,
        area="src",
        size=Size.TINY if fate is Fate.MERGED else Size.UNKNOWN,
        arms=TREATED,
        tuning=Tuning(),
        lessons=(),
        roles=frozenset({"implement"}),
        models=frozenset({"large"}),
        version="1",
        prompt="p",
        proven=fate is Fate.MERGED,
        fate=fate,
        reverted=False,
        admitted=NOW - timedelta(days=10, hours=2),
        merged=merged,
        cost=Usd.of(1),
    )
    return replace(made, **changes)


def several(merged: int, failed: int, undecided: int = 0, **changes: object) -> list[Course]:
    """So many of each, at issues of their own."""
    fates = [Fate.MERGED] * merged + [Fate.NOT_MERGED] * failed + [Fate.UNDECIDED] * undecided
    return [course(number, fate, **changes) for number, fate in enumerate(fates, 1)]
