"""Changes that a gate refused, and what was merged for the same issue later, as sketches of lines.

The change itself is not kept: a mirror may be thrown away, and nobody needs more than to know the
same lines again.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.changed_lines import Sketch
from bot.domain.subject import Subject
from bot.memory.refusals import Gate


@dataclass(frozen=True, slots=True)
class RefusedChange:
    """What a gate refused in one attempt; `about` is the tree that was judged."""

    subject: Subject
    attempt: int
    gate: Gate
    about: str
    sketch: Sketch
    at: datetime


@dataclass(frozen=True, slots=True)
class MergedChange:
    """What was merged for an issue; `head` is the commit before it was squashed."""

    subject: Subject
    head: str
    sketch: Sketch
    at: datetime


class JudgedChanges(Protocol):
    """Kept for ever; the same again changes nothing."""

    def refused(self, change: RefusedChange) -> None:
        """A gate refused this."""
        ...

    def merged(self, change: MergedChange) -> None:
        """This was merged."""
        ...

    def any_refused(self, subject: Subject) -> bool:
        """Whether a change for this issue was refused: only then is what is merged compared."""
        ...

    def any_merged(self, subject: Subject) -> bool:
        """Whether something is known to be merged for it."""
        ...

    def all_refused(self) -> tuple[RefusedChange, ...]:
        """Oldest first."""
        ...

    def all_merged(self) -> tuple[MergedChange, ...]:
        """Oldest first."""
        ...
