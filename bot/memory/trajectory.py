"""The trajectory: what was said to and by the model in an attempt, readable afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `key` names the step it came from; `text` is JSON in the API's shape."""

    task: int
    attempt: int
    key: str
    role: str
    model: str
    text: str
    at: datetime


class Trajectory(Protocol):
    """Append-only; the same task, attempt and key again changes nothing."""

    def record(self, said: Said) -> None:
        """Keep one message."""
        ...

    def of(self, repo: str, issue: int, attempt: int) -> tuple[Said, ...]:
        """An attempt's messages in the order in which they were said."""
        ...
