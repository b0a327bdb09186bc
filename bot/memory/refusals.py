"""Refusals: how often each gate said no, and by which of its rules.

Only names that stand in our own code are kept, never a word of what was refused.
"""

import re
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


JUDGES = (Gate.PATCH, Gate.PROOF)
"""The gates that refuse a change, and not somebody's word or a sum of money."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """One rule that fired. `key` is the same when the same thing is judged again."""

    key: str
    gate: Gate
    rule: str
    subject: Subject
    attempt: int
    at: datetime

    @property
    def about(self) -> str:
        """What was judged: a tree, a commit, a comment, as its key says it."""
        place = _place(self.gate, self.subject, self.attempt)
        return self.key.removeprefix(place).removesuffix(f"/{self.rule}")


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """How often a rule fired, and when it last did."""

    gate: Gate
    rule: str
    count: int
    last: datetime


@dataclass(frozen=True, slots=True)
class RefusedAttempt:
    """How often a rule fired in one attempt at an issue."""

    number: int
    attempt: int
    rule: str
    count: int


class Refusals(Protocol):
    """Kept for ever."""

    def record(self, refusals: Sequence[Refusal]) -> None:
        """Remember; a key that is there already changes nothing."""
        ...

    def counts(self) -> tuple[RefusalCount, ...]:
        """By gate and rule, the most frequent rule of a gate first."""
        ...

    def all(self) -> tuple[Refusal, ...]:
        """Every refusal, oldest first."""
        ...

    def by_attempt(self, repo: Repo) -> tuple[RefusedAttempt, ...]:
        """How often each rule refused a change in each attempt of a repository."""
        ...


def refusals_of(
    gate: Gate, rules: Sequence[str], subject: Subject, attempt: int, about: str, at: datetime
) -> tuple[Refusal, ...]:
    """One refusal for each rule; `about` names what was judged: a tree, a commit, a comment."""
    place = _place(gate, subject, attempt)
    return tuple(
        Refusal(f"{place}{about}/{rule}", gate, rule, subject, attempt, at)
        for rule in sorted({*rules})
    )


def _place(gate: Gate, subject: Subject, attempt: int) -> str:
    return f"{gate}/{subject}/{attempt}/"


_REPOSITORY = r"(?P<owner>[\w-]+)/(?P<name>[\w.-]+)"
_ISSUE = re.compile(_REPOSITORY + "#(?P<number>[1-9][0-9]{0,17})", re.ASCII)
_ABOUT = re.compile(_REPOSITORY, re.ASCII)


def redaction(about: str, kinds: Sequence[str], digest: str, at: datetime) -> tuple[Refusal, ...]:
    """Secrets that were taken out of a text before it left; `about` says what it was about.

    That names a repository or an issue (`owner/name#number`), perhaps with words around it. The
    same text that is sent again counts once. A text about no issue counts under number 0.
    """
    found = _ISSUE.search(about) or _ABOUT.search(about)
    named = {} if found is None else found.groupdict()
    repo = Repo(named.get("owner", ""), named.get("name", ""), 0)
    subject = Subject(repo, int(named.get("number", 0)))
    return refusals_of(Gate.OUTGOING, kinds, subject, 0, digest, at)
