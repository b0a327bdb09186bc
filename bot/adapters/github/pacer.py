"""How fast we write: GitHub asks for serial writes, a second apart, and counts them."""

from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from urllib.parse import urlsplit

from bot.stages.github import TryLater

MINUTE_S = 60.0
HOUR_S = 3600.0
PATIENCE_S = 15.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Limits on writes: seconds from one's end to the next, and how many in a minute and hour."""

    interval_s: float
    per_minute: int
    per_hour: int


GITHUB_PACE = Pace(interval_s=1.0, per_minute=80, per_hour=500)
"""From GitHub's "Rate limits for the REST API": content-creating requests."""

SERVER_PACE = Pace(interval_s=0.05, per_minute=600, per_hour=6_000)
"""For GitHub Enterprise Server, whose limits are off unless a site sets its own ("Rate limits for
the REST API" in its manual); those that it answers with are kept as everywhere.
"""

UNPACED = Pace(interval_s=0.0, per_minute=1_000_000, per_hour=1_000_000)
"""For a GitHub that is our own stand-in."""


def pace_of(api_url: str) -> Pace:
    """How fast to write to the GitHub at this address: as GitHub asks for, on its own hosts."""
    host = urlsplit(api_url).hostname or ""
    theirs = host == "github.com" or host.endswith((".github.com", ".ghe.com"))
    return GITHUB_PACE if theirs else SERVER_PACE


class Pacer:
    """The turns of one installation in this process, and how long GitHub told it to hold still."""

    def __init__(
        self, pace: Pace, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self._pace, self._clock, self._sleep = pace, clock, sleep
        self._serial = Lock()
        self._starts: deque[float] = deque()
        self._last_end = float("-inf")
        self._held_until = float("-inf")

    def hold(self, seconds: float) -> None:
        """Ask nothing more for so long: requests during a rate limit make it longer."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    def check(self) -> None:
        """Raise TryLater while held."""
        if (left := self._held_until - self._clock()) > 0:
            raise TryLater(f"rate limited for another {left:.0f} s", left)

    @contextmanager
    def turn(self) -> Generator[None]:
        """One write, alone. Waits a little; raises TryLater when the wait is longer than that."""
        with self._serial:
            self.check()
            if (wait := self._wait()) > PATIENCE_S:
                raise TryLater(f"writes are paced, next in {wait:.0f} s", wait)
            if wait > 0:
                self._sleep(wait)
            self._starts.append(self._clock())
            try:
                yield
            finally:
                self._last_end = self._clock()

    def _wait(self) -> float:
        now = self._clock()
        while self._starts and self._starts[0] <= now - HOUR_S:
            self._starts.popleft()
        free = [self._last_end + self._pace.interval_s]
        for window, limit in ((MINUTE_S, self._pace.per_minute), (HOUR_S, self._pace.per_hour)):
            if len(self._starts) >= limit:
                free.append(self._starts[-limit] + window)
        return max(free) - now
