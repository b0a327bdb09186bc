"""The port to the trials of the last phase: their events, and what became of their attempts."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from bot.domain.subject import Subject
from bot.domain.task import Ending
from bot.domain.tuning.evidence import Outcome, Sample
from bot.domain.tuning.trial import TuningEvent
from bot.domain.watch import Outcome as Watched
from bot.kernel.values import Usd

FINAL = tuple(ending for ending in Ending if ending is not Ending.AWAITING_REVIEW)
"""With one of these in the journal an attempt is over."""


class Tunings(Protocol):
    """Events are added and never changed; those of one installation say nothing of another's."""

    def events(self, installation: int) -> tuple[TuningEvent, ...]:
        """Every event of an installation, in order."""
        ...

    def append(self, event: TuningEvent) -> TuningEvent:
        """Add it; where this start or end is told already, that stays, and is returned."""
        ...

    def samples(self, installation: int, trial: str) -> tuple[Sample, ...]:
        """The attempts that took part, with what became of them; `new` is by the value drawn."""
        ...

    def decided(self, installation: int, since: datetime) -> tuple[Outcome, ...]:
        """What became of all attempts of an installation since then that are decided."""
        ...


def journal_key(subject: Subject, attempt: int, ending: str) -> str:
    """Under which key the journal tells that an attempt ended so."""
    return f"{subject}/{attempt}/{ending}"


def outcome_of(told: Iterable[str], watched: Watched | None, cost: Usd) -> Outcome | None:
    """What became of an attempt, by the endings that the journal tells of it; None: undecided.

    A merge is decided when CI has said what there was to say about it, or nobody watches it.
    """
    endings = set(told)
    if Ending.MERGED not in endings:
        return Outcome(merged=False, reverted=False, cost=cost) if endings else None
    if watched is Watched.WATCHING:
        return None
    reverted = watched in {Watched.REVERTED, Watched.LEFT}
    return Outcome(merged=not reverted, reverted=reverted, cost=cost)
