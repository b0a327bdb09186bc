"""The port to the assignments: under which conditions each attempt was made."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.experiment import Arms, Tuning
from bot.domain.pathway import Pathway
from bot.domain.subject import Subject
from bot.kernel.values import Kind, Risk, Usd


@dataclass(frozen=True, slots=True)
class Assignment:
    """What was known and drawn before an attempt was written, and kept to from then on.

    `ordinal` counts the attempts of a repository from 0; `area` is a top directory; `expected` is
    the estimate in USD; `lessons` are the ids of those recalled; `lines` is the size of the change,
    and `pathway` what it evolves, both None until it is published. `trial` is the trial of the last
    phase that it takes part in, if any; of `indexed` files `shown` were chosen for the model.
    """

    task: int
    attempt: int
    subject: Subject
    ordinal: int
    at: datetime
    kind: Kind
    area: str
    risk: Risk
    expected: Usd
    arms: Arms
    tuning: Tuning
    lessons: tuple[int, ...] = ()
    lines: int | None = None
    pathway: Pathway | None = None
    trial: str = ""
    indexed: int = 0
    shown: int = 0


class Assignments(Protocol):
    """Every method is one transaction, and safe to call twice with the same arguments."""

    def of(self, task: int, attempt: int) -> Assignment | None:
        """What was assigned to an attempt."""
        ...

    def next_ordinal(self, subject: Subject) -> int:
        """How many attempts of this repository have an assignment."""
        ...

    def record(self, assignment: Assignment) -> Assignment:
        """Keep it; an attempt that has one keeps that, which is returned."""
        ...

    def sized(self, task: int, attempt: int, lines: int, pathway: Pathway) -> None:
        """How many lines the published change has, outside of tests, and what it evolves."""
        ...

    def since(self, at: datetime) -> tuple[Assignment, ...]:
        """Those made at this time or later, oldest first."""
        ...

    def all(self) -> tuple[Assignment, ...]:
        """Every assignment, oldest first."""
        ...
