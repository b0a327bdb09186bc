"""Failed proposals: what was tried and did not work, so that it is not paid for again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.subject import Subject


@dataclass(frozen=True, slots=True)
class FailedProposal:
    """One failure. `rules` are the breached rule ids; `rolled_back` says the work tree is gone."""

    key: str
    subject: Subject
    attempt: int
    at: datetime
    description: str
    reason: str
    rules: tuple[str, ...]
    paths: tuple[str, ...]
    rolled_back: bool


class Failures(Protocol):
    """Kept for ever; read before anything similar is tried."""

    def record(self, failure: FailedProposal) -> None:
        """Remember; the same key again changes nothing."""
        ...

    def of(self, subject: Subject) -> tuple[FailedProposal, ...]:
        """What failed before on this issue, oldest first."""
        ...
