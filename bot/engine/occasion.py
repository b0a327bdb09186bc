"""Why improvements are looked for now, on whose money, and what came of it."""

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeAlias

from bot.domain.policy import Policy
from bot.domain.proposing.quota import Allowance
from bot.engine.services import Services
from bot.kernel.budget import Caps
from bot.kernel.values import Usd

MOST = 3
"""Issues that one occasion files at most: people read them one by one."""

_ODD = re.compile(r"[^A-Za-z0-9._:#/-]+")


@dataclass(frozen=True, slots=True)
class Occasion:
    """One time of looking for improvements; the same `key` again files nothing twice.

    `run` is the run in the ledger that the money counts against, `cap` what that run may spend in
    all (None: what one change may). `about` is what the shown files are chosen by, beside the
    findings. `task` is the task whose merge led here, 0 where none did. `most` is how many issues
    it may file; a `dry` one files none and says what it would.
    """

    key: str
    run: str
    cap: Usd | None = None
    about: str = ""
    task: int = 0
    most: int = 1
    dry: bool = False

    def marker_key(self, number: int) -> str:
        """The key of the n-th issue's marker."""
        return f"{self.name}.{number}"

    @property
    def name(self) -> str:
        """The key as it may stand in a hidden line of an issue."""
        return _ODD.sub("-", self.key)[:120]

    @property
    def ledger_task(self) -> int:
        """The task that the calls are booked on; without one, a negative number that no task and
        no other occasion has, so that the cap of one change holds for each occasion by itself."""
        digest = blake2b(self.key.encode(errors="replace"), digest_size=4).digest()
        return self.task or -1 - (int.from_bytes(digest, "big") >> 1)


@dataclass(frozen=True, slots=True)
class Filed:
    """The issue is there, filed now or by an earlier try of the same occasion."""

    number: int
    title: str


@dataclass(frozen=True, slots=True)
class WouldFile:
    """What a dry occasion would file."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """An idea that is not filed. `rule` is a stable name, `reason` is for people."""

    title: str
    rule: str
    reason: str


IdeaEnd: TypeAlias = Filed | WouldFile | Dropped


@dataclass(frozen=True, slots=True)
class NotNow:
    """Nothing was looked for, or no answer came, and why. `fault` tells it from good reasons such
    as a quota that is full."""

    reason: str
    fault: bool = False


@dataclass(frozen=True, slots=True)
class Proposed:
    """What came of an occasion: the quota, what machines found, what became of each idea."""

    allowance: Allowance
    found: tuple[str, ...]
    notes: tuple[str, ...]
    ends: tuple[IdeaEnd, ...]

    @property
    def filed(self) -> tuple[int, ...]:
        """The numbers of the issues."""
        return tuple(end.number for end in self.ends if isinstance(end, Filed))


Proposing: TypeAlias = Proposed | NotNow


def caps_for(policy: Policy, services: Services, occasion: Occasion) -> Caps:
    """The repository's caps and the operator's, and that of the run."""
    operator, budget = services.operator, policy.budget
    return Caps(
        call=budget.call,
        change=budget.change,
        run=budget.change if occasion.cap is None else occasion.cap,
        day=operator.per_day,
        month=operator.per_month,
        installation=operator.per_installation,
    )


def told(proposing: Proposing) -> tuple[str, ...]:
    """What came of it in lines, for a story or a log."""
    match proposing:
        case NotNow(reason=reason):
            return (reason,)
        case Proposed(ends=()):
            return ("no idea",)
        case Proposed(ends=ends):
            return tuple(_line(end) for end in ends)


def _line(end: IdeaEnd) -> str:
    match end:
        case Filed(number=number):
            return f"filed #{number}"
        case WouldFile(title=title):
            return f"would file: {title}"
        case Dropped(reason=reason):
            return reason
