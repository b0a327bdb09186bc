"""A clock for long stories: all of this process is at another time, and can go on to the next day.

Tokens are signed by a library that reads the system's clock, and the forge refuses those that are
not of its own time: so the whole process travels, the forge and the bot together.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import time_machine

from tests.engine.process import Clock


@dataclass
class Calendar(Clock):
    """The clock of a process that travels; `sleep` moves it and waits for nothing."""

    traveller: time_machine.Traveller | None = None

    def now(self) -> datetime:
        """The time of the travelled clock."""
        return datetime.now(UTC)

    def seconds(self) -> float:
        """Its seconds."""
        return time.time()

    def sleep(self, seconds: float) -> None:
        """Go on by so many seconds."""
        assert self.traveller is not None, "the journey has not begun"
        self.traveller.shift(timedelta(seconds=seconds))

    def until(self, when: datetime) -> None:
        """Go on to a later time."""
        self.sleep(max(0.0, (when - self.now()).total_seconds()))


@contextmanager
def calendar(begin: datetime) -> Iterator[Calendar]:
    """This process at another time, which then passes as usual."""
    with time_machine.travel(begin, tick=True) as traveller:
        yield Calendar(traveller=traveller)
