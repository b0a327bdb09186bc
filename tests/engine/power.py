"""Durable steps in memory, with exactly the promise of the real ones, and power cuts on demand.

A step runs at least once; its result is kept only after it has returned; a replay is given what was
kept. What is kept is stored as bytes, so a result that could not be stored shows here as well.
"""

import pickle
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from random import Random
from typing import TypeVar, cast

from bot.engine.steps import GivenUp, StepFailed
from bot.stages.github import NotAllowed, TryLater

T = TypeVar("T")

LATER_MOST = 40
"""As the durable steps: how often a step is put off before it is given up."""


class PowerCut(BaseException):
    """The process ends here. No `except Exception` of the bot may see it, as with a real one."""


class Moment(Enum):
    """Where within a step the power is cut."""

    BEFORE_THE_WORK = auto()
    BEFORE_KEEPING = auto()
    """The work is done, and nobody will know."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The power is cut at the first run of the step with this name."""

    step: str
    moment: Moment


@dataclass
class Grid:
    """Where the power comes from. `cuts` are still to come, `at_every_step` cuts each step once."""

    cuts: list[Cut] = field(default_factory=list)
    at_every_step: Moment | None = None
    happened: list[str] = field(default_factory=list)
    _seen: set[tuple[str, int]] = field(default_factory=set)

    def meet(self, workflow: str, position: int, name: str, moment: Moment) -> None:
        """Cut the power here, if that was planned."""
        planned = Cut(name, moment)
        if planned in self.cuts:
            self.cuts.remove(planned)
        elif self.at_every_step is moment and (workflow, position) not in self._seen:
            self._seen.add((workflow, position))
        else:
            return
        self.happened.append(name)
        raise PowerCut(name)


@dataclass(frozen=True, slots=True)
class Storm:
    """The power fails with this chance after anything that the bot does through a port."""

    dice: Random
    chance: float

    def over(self, port: T) -> T:
        """The same port, in the storm."""
        return cast("T", _Stormy(port, self))


class _Stormy:
    """Passes every call on; what it did is done when the power fails."""

    def __init__(self, port: object, storm: Storm) -> None:
        self._port, self._storm = port, storm

    def __getattr__(self, name: str) -> object:
        found = getattr(self._port, name)
        if not callable(found):
            return found

        def called(*arguments: object, **named: object) -> object:
            outcome = found(*arguments, **named)
            if self._storm.dice.random() < self._storm.chance:
                raise PowerCut(name)
            return outcome

        return called


@dataclass(frozen=True, slots=True)
class _Kept:
    """One step that has returned, or failed for good."""

    name: str
    stored: bytes


@dataclass(frozen=True, slots=True)
class _Later:
    seconds: float


@dataclass
class Log:
    """What is kept of one workflow, on a disk that survives."""

    steps: list[_Kept] = field(default_factory=list)


class MemorySteps:
    """`Steps` for one run of one workflow over its log."""

    def __init__(self, workflow: str, log: Log, grid: Grid, sleep: Callable[[float], None]) -> None:
        self._workflow, self._log, self._grid, self._sleep = workflow, log, grid, sleep
        self._position = 0

    def run(self, name: str, work: Callable[[], T]) -> T:
        """See `Steps`. Raises GivenUp, StepFailed, NotAllowed or PowerCut."""
        for _ in range(LATER_MOST):
            outcome = self._once(name, work)
            if not isinstance(outcome, _Later):
                return outcome
            self._sleep(outcome.seconds)
        raise GivenUp(f"{name} was put off {LATER_MOST} times")

    def sleep(self, seconds: float) -> None:
        """Time passes, and no test waits for it. A sleep is kept, too."""
        self._once("sleep", lambda: self._sleep(seconds))

    def _once(self, name: str, work: Callable[[], T]) -> T | _Later:
        position = self._position
        self._position += 1
        if position < len(self._log.steps):
            kept = self._log.steps[position]
            assert kept.name == name, f"replayed {name} where {kept.name} had been"
        else:
            self._grid.meet(self._workflow, position, name, Moment.BEFORE_THE_WORK)
            kept = _Kept(name, pickle.dumps(_outcome(name, work)))
            self._grid.meet(self._workflow, position, name, Moment.BEFORE_KEEPING)
            self._log.steps.append(kept)
        outcome = pickle.loads(kept.stored)
        if isinstance(outcome, NotAllowed | StepFailed):
            raise outcome
        return outcome


def _outcome(name: str, work: Callable[[], T]) -> T | _Later | NotAllowed | StepFailed:
    try:
        return work()
    except TryLater as later:
        return _Later(max(1.0, later.retry_after_s))
    except NotAllowed as refused:
        return refused
    except Exception as error:  # noqa: BLE001 - as the durable steps: any failure is kept
        return StepFailed(f"{name}: {type(error).__name__}: {error}")
