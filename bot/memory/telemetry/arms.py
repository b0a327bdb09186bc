"""What was drawn by chance, and what it came to: the only groups that differ in nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from bot.domain.experiment import CONTROL_EVERY, Arm, Arms, Experiment
from bot.domain.statistics import Figure, difference, trials_needed
from bot.memory.telemetry.courses import Course
from bot.memory.telemetry.groups import Count, Results


@dataclass(frozen=True, slots=True)
class Effect:
    """One experiment: both arms, and how much higher the treated one is.

    `merge_rate` is a difference of shares, `merges_a_usd` one of merges for each dollar; None where
    an arm has nothing decided. `wanted` is how many more decided attempts are needed to tell the
    difference that is seen in the merge rate, 0 where it can be told.
    """

    experiment: Experiment
    treated: Results
    control: Results
    merge_rate: Figure | None
    merges_a_usd: Figure | None
    wanted: int


def arm_of(arms: Arms, experiment: Experiment) -> Arm:
    """What was drawn in one of the experiments."""
    match experiment:
        case Experiment.LESSONS:
            return arms.lessons
        case Experiment.TABLE:
            return arms.table
        case Experiment.ORDER:
            return arms.order
        case never:
            assert_never(never)


def effects(courses: Iterable[Course], now: datetime) -> tuple[Effect, ...]:
    """Every experiment, in one pass; what is undecided is in no figure of theirs."""
    counts = {(one, arm): Count(now) for one in Experiment for arm in Arm}
    for course in courses:
        for one in Experiment:
            counts[one, arm_of(course.arms, one)].add(course)
    return tuple(
        _effect(one, counts[one, Arm.TREATED].results(), counts[one, Arm.CONTROL].results())
        for one in Experiment
    )


def _effect(experiment: Experiment, treated: Results, control: Results) -> Effect:
    rate = _apart(treated.merged.figure, control.merged.figure)
    return Effect(
        experiment,
        treated,
        control,
        rate,
        _apart(treated.merges_a_usd, control.merges_a_usd),
        0 if told(rate) else _wanted(experiment, treated, control),
    )


def _apart(treated: Figure | None, control: Figure | None) -> Figure | None:
    return None if treated is None or control is None else difference(treated, control)


def told(figure: Figure | None) -> bool:
    """Whether a difference is told from none: its interval does not hold 0."""
    if figure is None or figure.interval is None:
        return False
    low, high = figure.interval
    return low > 0 or high < 0


def _wanted(experiment: Experiment, treated: Results, control: Results) -> int:
    """At least one: what cannot be told now needs more, whatever the formula says."""
    split = 1 - 1 / CONTROL_EVERY[experiment]
    in_all = trials_needed(treated.merged, control.merged, split)
    return max(1, in_all - treated.merged.of - control.merged.of)
