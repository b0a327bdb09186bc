"""A witness that shares no code with the ledger: it reads the rows and adds them up itself."""

import sqlite3
from collections import Counter
from dataclasses import dataclass, fields
from pathlib import Path

from bot.kernel.budget import Caps, OverBudget
from bot.memory.ledger import Reservation

_ROWS = """
    SELECT task, attempt, run, installation, at, state, reserved_nano, charged_nano
    FROM charges WHERE seq > ?
"""
_COUNTED = {"open": 0, "settled": 1}


@dataclass(frozen=True, slots=True)
class Circle:
    """One place where a cap holds, such as one day."""

    cap: str
    of: tuple[object, ...]


class Books:
    """What is gone in each circle, from the rows behind `since`."""

    def __init__(self, database: Path) -> None:
        self._connection = sqlite3.connect(database, timeout=30.0)
        self._since = 0

    def begin(self) -> None:
        """Leave out the rows of earlier schedules."""
        (last,) = self._connection.execute("SELECT coalesce(max(seq), 0) FROM charges").fetchone()
        self._since = last

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    def gone(self) -> Counter[Circle]:
        """Nanodollars: settled at what was charged, open at what was reserved."""
        total: Counter[Circle] = Counter()
        for *scope, at, state, reserved, charged in self._connection.execute(_ROWS, (self._since,)):
            if state in _COUNTED:
                for circle in _circles(*scope, at):
                    total[circle] += (reserved, charged)[_COUNTED[state]]
        return total

    def broken(self, caps: Caps) -> list[str]:
        """Every circle in which more is gone than its cap allows."""
        return [
            f"{circle} holds {nano} of {getattr(caps, circle.cap).nano}"
            for circle, nano in self.gone().items()
            if nano > getattr(caps, circle.cap).nano
        ]

    def unjust(self, wanted: Reservation, caps: Caps, refused: OverBudget) -> list[str]:
        """A refusal is right only where the amount would in fact have broken that cap."""
        scope, gone = wanted.scope, self.gone()
        at = wanted.at.isoformat()
        mine = _circles(scope.task, scope.attempt, scope.run, scope.repo.installation, at)
        would = {circle.cap: gone[circle] + wanted.amount.nano for circle in mine}
        would["call"] = wanted.amount.nano
        limits = {cap.name: getattr(caps, cap.name).nano for cap in fields(caps)}
        fits = would[refused.cap] <= limits[refused.cap]
        return [f"{wanted.key} was refused by {refused.cap}, but fits"] if fits else []


def _circles(task: int, attempt: int, run: str, installation: int, at: str) -> tuple[Circle, ...]:
    return (
        Circle("change", (task, attempt)),
        Circle("run", (run,)),
        Circle("day", (at[:10],)),
        Circle("month", (at[:7],)),
        Circle("installation", (installation, at[:7])),
    )
