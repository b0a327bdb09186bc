"""A trial of one move, as the events of an installation tell it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypeAlias, assert_never

from bot.domain.experiment import Tuning, is_drawn
from bot.domain.tuning.evidence import PAIR, Figures
from bot.domain.tuning.parameters import Move, Parameter, moves, with_value
from bot.kernel.values import Usd

NEVER = datetime.min.replace(tzinfo=UTC)
REST = timedelta(days=90)
"""How long a move that was tried is not tried again: repositories change, but not in a week."""


class Step(StrEnum):
    """What happened to a trial. `KEPT`: adopted, watched, and still worth it."""

    STARTED = "started"
    ADOPTED = "adopted"
    KEPT = "kept"
    ROLLED_BACK = "rolled back"


class Phase(StrEnum):
    """A move is tried; once adopted, it is watched for as many attempts."""

    TRYING = "trial"
    WATCHING = "watch"


@dataclass(frozen=True, slots=True)
class TuningEvent:
    """One event, never changed. `phase` is the one that it began or ended, `ceiling` the cost up
    to which an attempt counts, in USD; `why` is a sentence of ours."""

    installation: int
    trial: int
    phase: Phase
    step: Step
    move: Move
    ceiling: Usd
    at: datetime
    figures: Figures
    why: str

    @property
    def key(self) -> str:
        """One start and one end of each phase, whoever comes first."""
        slot = Step.STARTED if self.step is Step.STARTED else f"end of {self.phase}"
        return f"{self.installation}/{self.trial}/{slot}"


@dataclass(frozen=True, slots=True)
class Trial:
    """A move that is being tried or watched, since when, for how many pairs at most."""

    number: int
    phase: Phase
    move: Move
    since: datetime
    ceiling: Usd
    most: int

    @property
    def label(self) -> str:
        """What is written on each attempt that takes part: `3/trial`."""
        return f"{self.number}/{self.phase}"


@dataclass(frozen=True, slots=True)
class Resting:
    """Nothing is tried; these values hold, and the next trial has this number."""

    tuning: Tuning
    next_trial: int


@dataclass(frozen=True, slots=True)
class Running:
    """`tuning` holds for every attempt that has no part in the trial."""

    tuning: Tuning
    trial: Trial


TuningState: TypeAlias = Resting | Running

MOST_PAIRS = 150
"""Pairs of a trial. Twice the merges for a dollar show within them nearly always; what does not
show is not worth a parameter."""

CEILING = 1.5
"""Up to so many times the mean cost of earlier attempts one counts: a single dear one must not
decide. The bets are the sharper the lower this is."""


def state_of(events: Iterable[TuningEvent]) -> TuningState:
    """Where an installation stands after these events, in the order in which they were kept."""
    tuning, trial, number = Tuning(), None, 0
    for event in events:
        move = event.move
        match event.step:
            case Step.STARTED:
                trying, number = Phase.TRYING, event.trial
                trial = Trial(number, trying, move, event.at, event.ceiling, MOST_PAIRS)
            case Step.ADOPTED:
                tuning = with_value(tuning, move.parameter, move.after)
                most = max(1, event.figures.pairs)
                trial = Trial(event.trial, Phase.WATCHING, move, event.at, event.ceiling, most)
            case Step.KEPT:
                trial = None
            case Step.ROLLED_BACK:
                tuning, trial = with_value(tuning, move.parameter, move.before), None
            case never:
                assert_never(never)
    return Resting(tuning, number + 1) if trial is None else Running(tuning, trial)


def has_new_value(trial: Trial, place: str, ordinal: int) -> bool:
    """Which of the two attempts of a block gets the new value."""
    return is_drawn(f"tuning\n{trial.label}", place, ordinal, PAIR)


def drawn_value(trial: Trial, place: str, ordinal: int) -> int:
    """The value with which an attempt of the trial is made."""
    move = trial.move
    return move.after if has_new_value(trial, place, ordinal) else move.before


def next_move(
    tuning: Tuning, events: Iterable[TuningEvent], possible: frozenset[Parameter], now: datetime
) -> Move | None:
    """The possible move that was tried longest ago or never; None while all of them rest.

    There and back are one move: the same two values were compared.
    """
    last = {_compared(event.move): event.at for event in events}
    rested = [
        move
        for move in moves(tuning)
        if move.parameter in possible
        and (_compared(move) not in last or now - last[_compared(move)] >= REST)
    ]
    return min(rested, key=lambda move: last.get(_compared(move), NEVER), default=None)


def _compared(move: Move) -> tuple[Parameter, frozenset[int]]:
    return move.parameter, frozenset({move.before, move.after})
