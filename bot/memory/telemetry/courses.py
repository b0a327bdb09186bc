"""What became of one attempt, derived from its assignment, the journal and the ledger.

Nothing of it is stored a second time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

from bot.domain.experiment import Arms, Tuning
from bot.domain.subject import Subject
from bot.domain.task import Ending
from bot.kernel.values import Kind, Usd
from bot.memory.assignments import Assignment
from bot.memory.journal import Entry

SURVIVES = timedelta(days=7)
"""A merge that nobody had to take back for so long has survived (design.md, section 6)."""

PROVEN = frozenset({Ending.AWAITING_REVIEW, Ending.MERGED})
"""A pull request is opened, and merged, only for what is proven."""

FROM_OUTSIDE = frozenset({Ending.BLOCKED, Ending.STOPPED})
"""Before there is a pull request, these say nothing of the change: people or what is around it
ended the attempt."""

_OTHERS_SPENT = re.compile(r"\(cap: (?:run|day|month|installation)\)")
"""How `over_budget` of `bot/engine/halt.py` names a cap that is not the change's own."""


class Fate(Enum):
    """What became of an attempt.

    `UNDECIDED` while it is worked on or its pull request is open, and for ever where it was ended
    from outside before there was one: what is undecided is no failure.
    """

    MERGED = auto()
    NOT_MERGED = auto()
    UNDECIDED = auto()


class Size(StrEnum):
    """Lines of a published change outside of tests; the patch gate allows 50 by default."""

    TINY = "1-5 lines"
    SMALL = "6-20 lines"
    MIDDLE = "21-50 lines"
    LARGE = "above 50 lines"
    UNKNOWN = "never published"


def size_of(lines: int | None) -> Size:
    """Its class; None for a change that never came to a pull request."""
    if lines is None:
        return Size.UNKNOWN
    steps = ((5, Size.TINY), (20, Size.SMALL), (50, Size.MIDDLE))
    return next((size for most, size in steps if lines <= most), Size.LARGE)


@dataclass(frozen=True, slots=True)
class Said:
    """What telemetry reads of one row of the journal; `taken_back` after the merge. `outside` says
    that before a pull request this ending says nothing of the change."""

    ending: str
    outside: bool
    at: datetime
    taken_back: bool
    version: str
    prompt: str
    published: bool


def said_of(entry: Entry) -> Said:
    """The row's ending and time, and who wrote it. Its key says what part of an attempt it is."""
    ending, _, reason = entry.outcome.partition(":")
    others = ending == Ending.OVER_BUDGET and _OTHERS_SPENT.search(reason) is not None
    return Said(
        ending=ending,
        outside=others or ending in FROM_OUTSIDE,
        at=entry.timestamp,
        taken_back=entry.key.endswith(f"/{REVERT}"),
        version=entry.agent,
        prompt=entry.prompt_hash,
        published=entry.pull is not None,
    )


REVERT = "revert"
"""The part of an attempt under which the journal tells that a merge turned the base red."""


def fate_of(told: Sequence[Said]) -> Fate:
    """By the rows about one attempt, in any order."""
    if any(one.ending == Ending.MERGED for one in told):
        return Fate.MERGED
    published = any(one.published or one.ending == Ending.AWAITING_REVIEW for one in told)
    over = any(
        one.ending != Ending.AWAITING_REVIEW and (published or not one.outside) for one in told
    )
    return Fate.NOT_MERGED if over else Fate.UNDECIDED


@dataclass(frozen=True, slots=True)
class Paid:
    """What one attempt paid: the roles that were asked, the models that answered, and the sum."""

    roles: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()
    cost: Usd = Usd()


@dataclass(frozen=True, slots=True)
class Course:
    """One attempt: what it was, under which conditions it was made, and what became of it.

    `admitted` is when the issue was queued for this attempt, None where the story does not tell;
    `merged` when the merge was seen. `reverted` says that CI turned red on the merge: the bot
    opened the pull request that takes it back, or told people that they must. `version` and
    `prompt` are those that ended it.
    """

    subject: Subject
    attempt: int
    kind: Kind
    area: str
    size: Size
    arms: Arms
    tuning: Tuning
    lessons: tuple[int, ...]
    roles: frozenset[str]
    models: frozenset[str]
    version: str
    prompt: str
    proven: bool
    fate: Fate
    reverted: bool
    admitted: datetime | None
    merged: datetime | None
    cost: Usd

    @property
    def decided(self) -> bool:
        """Whether it is known if it was merged."""
        return self.fate is not Fate.UNDECIDED

    @property
    def stands(self) -> bool:
        """Whether it was merged, and the merge did not have to be taken back."""
        return self.merged is not None and not self.reverted

    def survived(self, now: datetime) -> bool | None:
        """Seven days without having to be taken back; None for no merge, and for a young one."""
        if self.merged is None:
            return None
        if self.reverted:
            return False
        return True if now - self.merged >= SURVIVES else None


UNTOLD = "unknown"
"""The version and prompt of an attempt that the journal tells nothing of yet."""


def course_of(
    assigned: Assignment, told: Sequence[Said], paid: Paid, admitted: datetime | None
) -> Course:
    """Put together what is kept of one attempt; `told` are its rows of the journal in order."""
    merges = [one.at for one in told if one.ending == Ending.MERGED and not one.taken_back]
    last = told[-1] if told else None
    return Course(
        subject=assigned.subject,
        attempt=assigned.attempt,
        kind=assigned.kind,
        area=assigned.area,
        size=size_of(assigned.lines),
        arms=assigned.arms,
        tuning=assigned.tuning,
        lessons=assigned.lessons,
        roles=paid.roles,
        models=paid.models,
        version=last.version if last else UNTOLD,
        prompt=last.prompt if last else UNTOLD,
        # A reviewer is asked only about what was proven.
        proven="review" in paid.roles or any(one.ending in PROVEN for one in told),
        fate=fate_of(told),
        reverted=any(one.taken_back for one in told),
        admitted=admitted,
        merged=min(merges) if merges else None,
        cost=paid.cost,
    )
