"""One run for cron: what was ordered, what it may take next, and the record of what came of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bot.domain.priority import LEAST_COST, UNKNOWN, Ranked, best
from bot.domain.seed import SeedRecord
from bot.domain.success import NOTHING_YET, Experience
from bot.domain.task import Task
from bot.kernel.values import ZERO, Risk, Usd


@dataclass(frozen=True, slots=True)
class Run:
    """What everything in a run is bound by: one id on the ledger, and one cap in USD.

    `breaking`: a person is there, who has what is breaking taken as well.
    """

    id: str
    cap: Usd
    breaking: bool = False


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is to do. `wait_s` is how long it waits for CI, in seconds."""

    run: Run
    max_changes: int
    wait_s: int = 0


class Why(StrEnum):
    """Why a queued task is left for another run."""

    BREAKING = "breaking"
    DEAR = "too dear"
    HELD = "held"
    UNREAD = "unread"
    PAUSED = "paused"
    FULL = "enough"


@dataclass(frozen=True, slots=True)
class Kept:
    """A queued task that is left, by which rule, and that in a sentence."""

    why: Why
    said: str


FOR_A_PERSON = Kept(Why.BREAKING, "it is breaking and waits for a person: `evolve run --breaking`")
UNREAD = Kept(Why.UNREAD, "triage has not said yet what it would take and risk")


@dataclass(frozen=True, slots=True)
class Purse:
    """What is left of the run's cap, and what its dearest task has cost so far, in USD.

    Models bill more than they estimate: what a task really cost is the better guess at the next.
    """

    left: Usd
    dearest: Usd = ZERO


def run_id(repo: str, at: datetime) -> str:
    """The id of the run of a repository (`owner/name`) at a time; a slot of a schedule has one."""
    return f"cycle:{repo}:{at:%Y%m%dT%H%M%SZ}"


def waits_for_person(risk: Risk, run: Run) -> bool:
    """Whether a change of this risk is not for this run: nobody is there who answers for it."""
    return risk is Risk.BREAKING and not run.breaking


def kept_by_run(task: Task, run: Run, purse: Purse) -> Kept | None:
    """Whether the run's own rules leave this task: what is breaking, and what it cannot pay.

    Before triage a task counts as `UNKNOWN`; its estimate says nothing of its worst case, which is
    held against the cap before each call.
    """
    known = task.estimate or UNKNOWN
    if waits_for_person(known.risk, run):
        return FOR_A_PERSON
    cost, left = max(known.cost, LEAST_COST) if task.estimate else LEAST_COST, purse.left
    if cost > left:
        return Kept(Why.DEAR, f"it is estimated at {cost}, and {left} of the run is left")
    if purse.dearest > left:
        dearest = f"a task of this run cost {purse.dearest}"
        return Kept(Why.DEAR, f"{dearest}, and {left} of the run is left: it would be cut off")
    return None


@dataclass(frozen=True, slots=True)
class Next:
    """The task to take, in its place and why, and those before it that are left."""

    ranked: Ranked
    passed: tuple[tuple[Ranked, Kept], ...]


@dataclass(frozen=True, slots=True)
class Nothing:
    """No task may be taken: every queued one, in its place, with what keeps it."""

    passed: tuple[tuple[Ranked, Kept], ...]


Pick: TypeAlias = Next | Nothing


def pick(
    queued: Iterable[Task],
    held: Mapping[int, Kept],
    run: Run,
    purse: Purse,
    now: datetime,
    experience: Experience = NOTHING_YET,
) -> Pick:
    """The first task of the queue that this run may take. `held` are others' reasons, by task."""
    passed: list[tuple[Ranked, Kept]] = []
    for ranked in best(queued, now, {}, experience):
        kept = kept_by_run(ranked.task, run, purse) or held.get(ranked.task.id)
        if kept is None:
            return Next(ranked, tuple(passed))
        passed.append((ranked, kept))
    return Nothing(tuple(passed))


@dataclass(frozen=True, slots=True)
class Considered:
    """A task in the queue's order before anything was taken, and the sum that put it there."""

    place: int
    issue: int
    title: str
    risk: str
    why: str


@dataclass(frozen=True, slots=True)
class Taken:
    """A task that was taken: why then, how it ended, its pull request, what it cost in USD."""

    issue: int
    title: str
    why: str
    ending: str
    reason: str
    pull: int | None
    cost: Usd


@dataclass(frozen=True, slots=True)
class Left:
    """A queued task that was left, and why."""

    issue: int
    title: str
    rule: Why
    why: str


@dataclass(frozen=True, slots=True)
class OpenPull:
    """An open pull request of the bot at the end of the run, and what it waits for."""

    issue: int
    pull: int
    stage: str
    waits_for: str


@dataclass(frozen=True, slots=True)
class Record:
    """What came of a run. Times are UTC; money is in USD."""

    run: str
    repo: str
    began: datetime
    ended: datetime
    max_changes: int
    cap: Usd
    spent: Usd
    looked_at: int
    considered: tuple[Considered, ...]
    taken: tuple[Taken, ...]
    left: tuple[Left, ...]
    pulls: tuple[OpenPull, ...]
    proposed: str
    stopped: str
    problems: tuple[str, ...]
    seed: SeedRecord

    @property
    def published(self) -> int:
        """How many of the taken tasks led to a pull request."""
        return sum(one.pull is not None for one in self.taken)
