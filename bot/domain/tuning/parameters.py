"""What the bot may change of its own policy: a closed table of parameters and their values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from bot.domain.experiment import Arm, Arms, Tuning
from bot.domain.policy import NO_MODEL, ModelPolicy


class Parameter(StrEnum):
    """One field of `Tuning`."""

    RECALL = "recall"
    ESCALATE_AFTER = "escalate_after"
    REVIEWED = "reviewed"


ALLOWED: Mapping[Parameter, tuple[int, ...]] = {
    Parameter.RECALL: (0, 1, 2, 3),
    Parameter.ESCALATE_AFTER: (1, 2, 3),
    Parameter.REVIEWED: (0, 1),
}
"""Every value that there is, in order; nothing moves further than to the next one."""


@dataclass(frozen=True, slots=True)
class Move:
    """One parameter from one value of the table to a neighbour of it."""

    parameter: Parameter
    before: int
    after: int


def value_of(tuning: Tuning, parameter: Parameter) -> int:
    """The value that a parameter has; a switch is 0 or 1."""
    match parameter:
        case Parameter.RECALL:
            return tuning.recall
        case Parameter.ESCALATE_AFTER:
            return tuning.escalate_after
        case Parameter.REVIEWED:
            return int(tuning.reviewed)
        case never:
            assert_never(never)


def with_value(tuning: Tuning, parameter: Parameter, value: int) -> Tuning:
    """The same with one other value. Raises ValueError for one that the table does not hold."""
    if value not in ALLOWED[parameter]:
        raise ValueError(f"{parameter} is never {value}")
    match parameter:
        case Parameter.RECALL:
            return replace(tuning, recall=value)
        case Parameter.ESCALATE_AFTER:
            return replace(tuning, escalate_after=value)
        case Parameter.REVIEWED:
            return replace(tuning, reviewed=bool(value))
        case never:
            assert_never(never)


def moves(tuning: Tuning) -> tuple[Move, ...]:
    """Every single step away from these values."""
    found = []
    for parameter, values in ALLOWED.items():
        now = value_of(tuning, parameter)
        place = values.index(now)
        near = values[max(0, place - 1) : place] + values[place + 1 : place + 2]
        found += [Move(parameter, now, value) for value in near]
    return tuple(found)


def matters(parameter: Parameter, models: ModelPolicy, arms: Arms) -> bool:
    """Whether the parameter can make a difference to an attempt.

    A repository that wants no reviewer never gets one, whatever is tried elsewhere; and an attempt
    that goes without lessons anyway says nothing of their number.
    """
    match parameter:
        case Parameter.RECALL:
            return arms.lessons is Arm.TREATED
        case Parameter.ESCALATE_AFTER:
            return models.escalate not in {NO_MODEL, models.implement}
        case Parameter.REVIEWED:
            return models.review != NO_MODEL
        case never:
            assert_never(never)
