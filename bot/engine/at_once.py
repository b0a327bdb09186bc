"""Steps of a command that runs to its end in the foreground: nothing is kept for a replay."""

from collections.abc import Callable
from typing import TypeVar

from bot.engine.steps import GivenUp
from bot.stages.github import TryLater

T = TypeVar("T")

LATER_MOST = 5
"""How often a step is put off; a command is run again by whoever waits for it."""

WAIT_MOST_S = 60.0


class StepsAtOnce:
    """`Steps` without durability: what is cut off is begun anew by the next command."""

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep

    def run(self, name: str, work: Callable[[], T]) -> T:
        """Run the work now. Raises GivenUp when it is put off too often."""
        for _ in range(LATER_MOST):
            try:
                return work()
            except TryLater as later:
                self.sleep(later.retry_after_s)
        raise GivenUp(f"{name} was put off {LATER_MOST} times")

    def sleep(self, seconds: float) -> None:
        """Wait, at most a minute."""
        self._sleep(min(seconds, WAIT_MOST_S))
