"""What each role costs and what it does: read from the ledger, the journal and the story.

A role is a conversation of its own (triage, plan, implement, escalate, review, …), as the ledger
names it. Attempts with it are held against attempts that could have had it and had not. Nobody
assigns roles by chance, so the two groups may differ in more than the role.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from math import sqrt

from bot.domain.subject import Subject
from bot.domain.task import Ending
from bot.kernel.values import Usd
from bot.memory.journal import Entry
from bot.memory.ledger import Charge, ChargeState, counted
from bot.memory.tasks import StageMark

NOT_PROVEN = "not proven"
"""How a mark of the story begins when a submission was not proven."""

SENT_BACK = "the reviewer sends it back"
"""The mark of the story when the reviewer did so; the change was proven."""

WRITERS = frozenset({"implement", "escalate"})
PROVEN = frozenset({Ending.AWAITING_REVIEW, Ending.MERGED})
Z = 1.959964
"""The normal distribution's 97.5th percentile: an interval of 95%."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with Wilson's 95% interval; None where there is nothing to divide by."""

    count: int
    of: int

    @property
    def interval(self) -> tuple[float, float] | None:
        """E. B. Wilson 1927; unlike the simple one it holds for few trials and for none or all."""
        if self.of == 0:
            return None
        share, weight = self.count / self.of, Z * Z / self.of
        middle = (share + weight / 2) / (1 + weight)
        spread = Z * sqrt(share * (1 - share) / self.of + weight / (4 * self.of)) / (1 + weight)
        return max(0.0, middle - spread), min(1.0, middle + spread)


class Fate(Enum):
    """What became of an attempt; `UNDECIDED` while it is worked on or its pull request is open."""

    MERGED = auto()
    NOT_MERGED = auto()
    UNDECIDED = auto()


@dataclass(frozen=True, slots=True)
class Course:
    """How one attempt went. `sent_back` says that the reviewer did so."""

    roles: frozenset[str]
    failed_proofs: int
    sent_back: bool
    proven: bool
    fate: Fate


@dataclass(frozen=True, slots=True)
class Group:
    """Attempts together: those whose change was proven, and those merged of the decided ones."""

    attempts: int
    proven: Share
    merged: Share


@dataclass(frozen=True, slots=True)
class RoleReport:
    """One role: what it cost, and attempts with it beside those that could have had it.

    `sent_back` are the attempts in which the reviewer sent the change back; empty for other roles.
    """

    role: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost: Usd
    having: Group
    lacking: Group
    sent_back: Group


def telemetry(
    charges: Iterable[Charge],
    entries: Iterable[Entry],
    story: Iterable[StageMark],
    subjects: Mapping[int, Subject],
) -> tuple[RoleReport, ...]:
    """A report for each role that the ledger knows, in the order of its first call."""
    paid = [charge for charge in charges if charge.state is not ChargeState.RELEASED]
    courses = courses_of(paid, entries, story, subjects)
    return tuple(_report(role, paid, courses) for role in dict.fromkeys(one.role for one in paid))


def courses_of(
    paid: Iterable[Charge],
    entries: Iterable[Entry],
    story: Iterable[StageMark],
    subjects: Mapping[int, Subject],
) -> tuple[Course, ...]:
    """Every attempt that anything was paid for; attempt 0 stands for work between attempts."""
    roles: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for charge in paid:
        if charge.scope.attempt > 0:
            roles[charge.scope.task, charge.scope.attempt].add(charge.role)
    endings: defaultdict[tuple[str, int, int], list[str]] = defaultdict(list)
    for entry in entries:
        ending = entry.outcome.partition(":")[0]
        endings[entry.repo, entry.issue, entry.attempt].append(ending)
    marks: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for mark in story:
        marks[mark.task, mark.attempt].append(mark.detail)
    found = []
    for (task, attempt), had in roles.items():
        subject, details = subjects[task], marks[task, attempt]
        told = endings[subject.repo.full, subject.number, attempt]
        found.append(
            Course(
                roles=frozenset(had),
                failed_proofs=sum(detail.startswith(NOT_PROVEN) for detail in details),
                sent_back=SENT_BACK in details,
                # A reviewer is asked only about what was proven, a pull request opened only for it.
                proven="review" in had or bool(PROVEN & set(told)),
                fate=_fate(told),
            )
        )
    return tuple(found)


def _fate(endings: list[str]) -> Fate:
    if Ending.MERGED in endings:
        return Fate.MERGED
    over = any(ending != Ending.AWAITING_REVIEW for ending in endings)
    return Fate.NOT_MERGED if over else Fate.UNDECIDED


def _report(role: str, paid: list[Charge], courses: tuple[Course, ...]) -> RoleReport:
    mine = [charge for charge in paid if charge.role == role]
    usages = [charge.usage for charge in mine if charge.usage is not None]
    could = [one for one in courses if could_have_had(role, one)]
    had = [one for one in could if role in one.roles]
    return RoleReport(
        role=role,
        calls=len(mine),
        input_tokens=sum(usage.prompt_tokens for usage in usages),
        output_tokens=sum(usage.output_tokens for usage in usages),
        cost=sum(map(counted, mine), Usd()),
        having=group(had),
        lacking=group(one for one in could if role not in one.roles),
        sent_back=group(one for one in had if role == "review" and one.sent_back),
    )


def could_have_had(role: str, course: Course) -> bool:
    """Whether an attempt came to where the role is asked; what ended before says nothing of it."""
    match role:
        case "review":
            return course.proven
        case "escalate":
            return role in course.roles or course.failed_proofs >= 2
        case _:
            return bool(course.roles & WRITERS)


def group(courses: Iterable[Course]) -> Group:
    """Count a group; what is not decided yet is no failure."""
    all_of = list(courses)
    decided = [one for one in all_of if one.fate is not Fate.UNDECIDED]
    merged = sum(one.fate is Fate.MERGED for one in decided)
    proven = sum(one.proven for one in all_of)
    return Group(len(all_of), Share(proven, len(all_of)), Share(merged, len(decided)))
