"""What each role costs and what it does: read from the ledger, the journal and the story.

A role is a conversation of its own (triage, plan, implement, escalate, review, …), as the ledger
names it. Attempts with it are held against attempts that could have had it and had not. Nobody
assigns roles by chance, so the two groups may differ in more than the role.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.domain.statistics import Share
from bot.domain.subject import Subject
from bot.kernel.values import Usd
from bot.memory.journal import Entry
from bot.memory.ledger import Charge, ChargeState, counted
from bot.memory.tasks import StageMark
from bot.memory.telemetry.courses import PROVEN, Fate, Said, fate_of, said_of

NOT_PROVEN = "not proven"
"""How a mark of the story begins when a submission was not proven."""

SENT_BACK = "the reviewer sends it back"
"""The mark of the story when the reviewer did so; the change was proven."""

WRITERS = frozenset({"implement", "escalate"})


@dataclass(frozen=True, slots=True)
class Cast:
    """Which roles one attempt had, and how it went. `sent_back` says that the reviewer did so."""

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
    casts = casts_of(paid, entries, story, subjects)
    return tuple(_report(role, paid, casts) for role in dict.fromkeys(one.role for one in paid))


def casts_of(
    paid: Iterable[Charge],
    entries: Iterable[Entry],
    story: Iterable[StageMark],
    subjects: Mapping[int, Subject],
) -> tuple[Cast, ...]:
    """Every attempt that anything was paid for; attempt 0 stands for work between attempts."""
    roles: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for charge in paid:
        if charge.scope.attempt > 0:
            roles[charge.scope.task, charge.scope.attempt].add(charge.role)
    endings: defaultdict[tuple[str, int, int], list[Said]] = defaultdict(list)
    for entry in entries:
        endings[entry.repo, entry.issue, entry.attempt].append(said_of(entry))
    marks: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    for mark in story:
        marks[mark.task, mark.attempt].append(mark.detail)
    found = []
    for (task, attempt), had in roles.items():
        subject, details = subjects[task], marks[task, attempt]
        told = endings[subject.repo.full, subject.number, attempt]
        found.append(
            Cast(
                roles=frozenset(had),
                failed_proofs=sum(detail.startswith(NOT_PROVEN) for detail in details),
                sent_back=SENT_BACK in details,
                # A reviewer is asked only about what was proven, a pull request opened only for it.
                proven="review" in had or any(one.ending in PROVEN for one in told),
                fate=fate_of(told),
            )
        )
    return tuple(found)


def _report(role: str, paid: list[Charge], casts: tuple[Cast, ...]) -> RoleReport:
    mine = [charge for charge in paid if charge.role == role]
    usages = [charge.usage for charge in mine if charge.usage is not None]
    could = [one for one in casts if could_have_had(role, one)]
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


def could_have_had(role: str, cast: Cast) -> bool:
    """Whether an attempt came to where the role is asked; what ended before says nothing of it."""
    match role:
        case "review":
            return cast.proven
        case "escalate":
            return role in cast.roles or cast.failed_proofs >= 2
        case _:
            return bool(cast.roles & WRITERS)


def group(casts: Iterable[Cast]) -> Group:
    """Count a group; what is not decided yet is no failure."""
    all_of = list(casts)
    decided = [one for one in all_of if one.fate is not Fate.UNDECIDED]
    merged = sum(one.fate is Fate.MERGED for one in decided)
    proven = sum(one.proven for one in all_of)
    return Group(len(all_of), Share(proven, len(all_of)), Share(merged, len(decided)))
