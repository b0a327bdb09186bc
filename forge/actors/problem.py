"""What an actor knows beforehand: how a problem is recognised, and what would solve it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

KindName: TypeAlias = Literal["fix", "feature", "refactor", "performance", "docs"]
RiskName: TypeAlias = Literal["low", "medium", "high", "breaking"]


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace `old`, which occurs once, by `new`; an empty `old` creates the file."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An issue whose text holds `marker`, the change that solves it and the tests that show it.

    `impact` is 1 to 5, `estimate_usd` in US dollars.
    """

    marker: str
    change: tuple[Edit, ...]
    tests: tuple[Edit, ...]
    summary: str
    kind: KindName = "fix"
    impact: int = 3
    risk: RiskName = "low"
    estimate_usd: float = 0.05


@dataclass(frozen=True, slots=True)
class Proposal:
    """An improvement worth filing. Its evidence is a command, or the finding, of those that the
    conversation lists, whose line holds the text `finding`."""

    title: str
    body: str
    evidence_command: str
    proves: str
    impact: int = 3
    risk: RiskName = "low"
    estimate_usd: float = 0.05
    kind: KindName = "fix"
    finding: str = ""
    at_least_seconds: float | None = None
