"""Durable steps: the only promise the engine builds on.

A step's result is kept once it has returned, and given back when the workflow is replayed after a
crash; until then the step may run again. So what a step writes is an *ensure*, and what a workflow
decides on comes out of a step.
"""

from collections.abc import Callable
from typing import Protocol, TypeVar

T = TypeVar("T")


class Steps(Protocol):
    """What DBOS gives a workflow, and all that it is asked for."""

    def run(self, name: str, work: Callable[[], T]) -> T:
        """Run `work` at least once and keep its result. `TryLater` makes it run again later."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait durably. Only for a short while: a waiting workflow holds its slot."""
        ...


class GivenUp(Exception):
    """A step was put off too often."""


class StepFailed(Exception):
    """A step broke; the message names the step and the error."""
