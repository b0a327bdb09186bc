"""What a period came to, by the eight phases of SEED: counted from what happened, never told.

The phases are those of WeEvolve (perceive, connect, learn, question, expand, share, receive,
improve). There one reply of a model fills them in; here each is a handful of counts.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SeedPhase(StrEnum):
    """The phases, in their order."""

    PERCEIVED = "perceived"
    CONNECTED = "connected"
    LEARNED = "learned"
    QUESTIONED = "questioned"
    EXPANDED = "expanded"
    SHARED = "shared"
    RECEIVED = "received"
    IMPROVED = "improved"


@dataclass(frozen=True, slots=True)
class Figure:
    """One count, by what was counted."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class PhaseRecord:
    """One phase; `told` are sentences of ours about its figures."""

    phase: SeedPhase
    figures: tuple[Figure, ...]
    told: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """0: nothing happened in this phase."""
        return sum(one.count for one in self.figures)


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` on and before `until`, in one repository (`owner/name`) or in all of them.

    Of money and tokens only those of `run` count, where one is named; all else that happened
    meanwhile counts whoever did it.
    """

    since: datetime
    until: datetime
    repo: str | None = None
    run: str | None = None


@dataclass(frozen=True, slots=True)
class SeedRecord:
    """All eight phases of a period, in order."""

    period: Period
    phases: tuple[PhaseRecord, ...]

    def figure(self, phase: SeedPhase, name: str) -> int:
        """One count. Raises KeyError for one that the phase does not have."""
        (record,) = [one for one in self.phases if one.phase is phase]
        counts = {one.name: one.count for one in record.figures}
        return counts[name]
