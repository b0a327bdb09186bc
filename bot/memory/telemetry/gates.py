"""What each rule refused, and what of that was later shown to be good.

A refused *change* is shown good when what was merged for the same issue later is nearly the same:
the rule had been lifted, or a person had seen it otherwise. When the merged one holds the refused
lines and more, the rule may just have asked for what was missing; that is told apart. A refused
*merge* is shown good when the very commit was merged after all: the gate leaves that to a person.
What other gates refuse (a command, a call, a text) is no change, and nothing can show it good.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias

from bot.domain.changed_lines import ALIKE, alike, contained
from bot.domain.statistics import Share
from bot.domain.subject import Subject
from bot.memory.judged import MergedChange, RefusedChange
from bot.memory.refusals import Gate, Refusal

Issue: TypeAlias = tuple[str, int]


class Shown(Enum):
    """What is known today of one refusal."""

    NOTHING = auto()
    """It cannot be measured: it is no change, or it was refused before changes were kept."""
    NOT_GOOD = auto()
    """Nothing like it was merged, up to now."""
    WITH_MORE = auto()
    """All of it but a tenth was merged, with other lines beside it."""
    AS_IT_WAS = auto()
    """Nearly the same was merged."""


@dataclass(frozen=True, slots=True)
class RuleReport:
    """One rule: how often it refused, and of what can be measured, how much was merged later."""

    gate: Gate
    rule: str
    refused: int
    as_it_was: Share
    with_more: Share


def audit(
    refusals: Iterable[Refusal],
    refused: Iterable[RefusedChange],
    merged: Iterable[MergedChange],
) -> tuple[RuleReport, ...]:
    """Every rule that ever fired, the most frequent of a gate first."""
    by_issue: defaultdict[Issue, list[MergedChange]] = defaultdict(list)
    for one in merged:
        by_issue[_issue(one.subject)].append(one)
    changes = {(one.gate, _issue(one.subject), one.attempt, one.about): one for one in refused}
    shown: defaultdict[tuple[Gate, str], list[Shown]] = defaultdict(list)
    for refusal in refusals:
        issue = _issue(refusal.subject)
        change = changes.get((refusal.gate, issue, refusal.attempt, refusal.about))
        later = by_issue.get(issue, [])
        shown[refusal.gate, refusal.rule].append(_shown(refusal, change, later))
    reports = [_report(gate, rule, found) for (gate, rule), found in shown.items()]
    return tuple(sorted(reports, key=lambda one: (one.gate, -one.refused, one.rule)))


def _issue(subject: Subject) -> Issue:
    """The same issue, whichever installation saw it."""
    return subject.repo.full, subject.number


def _shown(refusal: Refusal, change: RefusedChange | None, merged: list[MergedChange]) -> Shown:
    later = [one for one in merged if one.at >= refusal.at]
    if refusal.gate is Gate.MERGE:
        return (
            Shown.AS_IT_WAS if any(one.head == refusal.about for one in later) else Shown.NOT_GOOD
        )
    if change is None or not change.sketch.hashes:
        return Shown.NOTHING
    if any(alike(change.sketch, one.sketch) >= ALIKE for one in later):
        return Shown.AS_IT_WAS
    if any(contained(change.sketch, one.sketch) >= ALIKE for one in later):
        return Shown.WITH_MORE
    return Shown.NOT_GOOD


def _report(gate: Gate, rule: str, found: list[Shown]) -> RuleReport:
    known = sum(one is not Shown.NOTHING for one in found)
    return RuleReport(
        gate,
        rule,
        len(found),
        Share(sum(one is Shown.AS_IT_WAS for one in found), known),
        Share(sum(one is Shown.WITH_MORE for one in found), known),
    )
