"""What was just fetched about one issue and its pull request, distilled to what decides."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bot.domain.commands import Command, Unknown
from bot.domain.policy import Policy, PolicyError
from bot.domain.task import Task
from bot.kernel.authority import Authority
from bot.kernel.merge_gate import MergeFacts
from bot.kernel.values import Sha


class IssueState(StrEnum):
    """As GitHub has it."""

    OPEN = "open"
    CLOSED = "closed"


class PullState(StrEnum):
    """Open, closed unmerged, or merged."""

    OPEN = "open"
    CLOSED = "closed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class FreshCommand:
    """A `/evolve` comment nobody has answered yet, and whether its author may command."""

    comment: int
    command: Command | Unknown
    authority: Authority


@dataclass(frozen=True, slots=True)
class Labelled:
    """`self-proposed` is on: who put it there, whether that counts, and when it was."""

    authority: Authority
    at: datetime


@dataclass(frozen=True, slots=True)
class IssueFacts:
    """The issue now. `labelled` is None when the label is not on it."""

    title: str
    body: str
    state: IssueState
    ours: bool
    labelled: Labelled | None
    commands: tuple[FreshCommand, ...]
    votes: int


@dataclass(frozen=True, slots=True)
class Gone:
    """The issue was deleted, transferred, or hidden from us."""


@dataclass(frozen=True, slots=True)
class PullFacts:
    """The task's pull request now, with everything the merge gate asks for."""

    number: int
    state: PullState
    merge_sha: Sha | None
    gate: MergeFacts


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything `decide` looks at."""

    issue: IssueFacts | Gone
    task: Task | None
    pull: PullFacts | None
    policy: Policy | PolicyError
    paused_by: str | None


PolicyRead: TypeAlias = Policy | PolicyError
