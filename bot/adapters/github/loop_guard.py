"""A cap on writes about one issue, whatever the reason: two bots once talked 300 comments long."""

from collections import defaultdict, deque
from collections.abc import Callable
from threading import Lock

from bot.stages.github import NotAllowed

HOUR_S = 3600.0
WRITES_PER_ISSUE = 60


class LoopGuard:
    """Counts this process's writes about each issue within the last hour."""

    def __init__(self, clock: Callable[[], float], limit: int = WRITES_PER_ISSUE) -> None:
        self._clock, self._limit = clock, limit
        self._lock = Lock()
        self._writes: defaultdict[str, deque[float]] = defaultdict(deque)

    def count(self, about: str) -> None:
        """Note one write. Raises NotAllowed at the cap."""
        with self._lock:
            now = self._clock()
            writes = self._writes[about]
            while writes and writes[0] <= now - HOUR_S:
                writes.popleft()
            if len(writes) >= self._limit:
                raise NotAllowed(
                    f"{self._limit} writes about {about} within an hour: this looks like a loop, "
                    "so the bot stays silent there; look for what wakes it again and again"
                )
            writes.append(now)
