"""Refusals: how often each gate said no, and by which of its rules.

Only names that stand in our own code are kept, never a word of what was refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.domain.subject import Repo, Subject


class Gate(StrEnum):
    """Where a no may come from."""

    AUTHORITY = "authority"
    BUDGET = "budget"
    MERGE = "merge"
    OUTGOING = "outgoing"
    PATCH = "patch"
    POLICY = "policy"
    PROOF = "proof"
    PROPOSE = "propose"


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule that fired. `key` is the same when the same thing is judged again."""

    key: str
    gate: Gate
    rule: str
    subject: Subject
    attempt: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """How often a rule fired, and when it last did."""

    gate: Gate
    rule: str
    count: int
    last: datetime


class Refusals(Protocol):
    """Kept for ever."""

    def record(self, refusals: Sequence[Refusal]) -> None:
        """Remember; a key that is there already changes nothing."""
        ...

    def counts(self) -> tuple[RefusalCount, ...]:
        """By gate and rule, the most frequent rule of a gate first."""
        ...


def refusals_of(
    gate: Gate, rules: Sequence[str], subject: Subject, attempt: int, about: str, at: datetime
) -> tuple[Refusal, ...]:
    """One refusal for each rule; `about` names what was judged: a tree, a commit, a comment."""
    place = f"{gate}/{subject}/{attempt}/{about}"
    return tuple(
        Refusal(f"{place}/{rule}", gate, rule, subject, attempt, at) for rule in sorted({*rules})
    )


def redaction(about: str, kinds: Sequence[str], digest: str, at: datetime) -> tuple[Refusal, ...]:
    """Secrets that were taken out of a text before it left; `about` is `owner/name#number`.

    The same text that is sent again counts once. A text about no issue counts under number 0.
    """
    place, _, number = about.partition("#")
    owner, _, name = place.partition("/")
    subject = Subject(Repo(owner, name, 0), int(number) if number.isdecimal() else 0)
    return refusals_of(Gate.OUTGOING, kinds, subject, 0, digest, at)
