"""What was just fetched about one issue and its pull request, distilled to what decides."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.blame import Blame
from bot.domain.commands import Command, Unknown
from bot.domain.policy import Policy, PolicyError
from bot.domain.revision import Revision
from bot.domain.stale import Silence
from bot.domain.task import Task
from bot.domain.watch import WatchFacts
from bot.kernel.authority import Actor, Authority
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


class Mergeable(StrEnum):
    """Whether the branch fits onto its base, as GitHub says; it may still be thinking."""

    CLEAN = "clean"
    CONFLICT = "conflict"
    BEHIND = "behind"
    """It fits, and the branch's rules want it brought up to date first."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class FreshCommand:
    """A `/evolve` comment nobody has answered yet, and whether its author may command.

    `on` is the number of the issue or pull request that it stands on.
    """

    comment: int
    command: Command | Unknown
    authority: Authority
    on: int


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
class RedCheck:
    """A check that failed on the head: what it seems to be about, and whether it may run again.

    `red_on_base` says that the same check fails without the change, too.
    """

    name: str
    blame: Blame
    may_rerun: bool
    red_on_base: bool


@dataclass(frozen=True, slots=True)
class PullFacts:
    """The task's pull request now, with everything the merge gate asks for.

    `asked` are the keys of feedback that nobody has dealt with, by people with write access who
    have not approved the head as it is;
    `red` is filled only while CI is red. `silence` is None where nobody looked; `let_go` says that
    the bot itself gave the pull request up for silence.
    """

    number: int
    state: PullState
    merge_sha: Sha | None
    gate: MergeFacts
    base: str = "main"
    mergeable: Mergeable = Mergeable.UNKNOWN
    asked: tuple[str, ...] = ()
    red: tuple[RedCheck, ...] = ()
    revisions: tuple[Revision, ...] = ()
    silence: Silence | None = None
    let_go: bool = False


@dataclass(frozen=True, slots=True)
class Reason:
    """What a person with write access said about a pull request that was closed unmerged."""

    comment: int
    by: Actor
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything `decide` looks at.

    `reopened` is the pull request of an ended task that was closed unmerged and is open again,
    while nobody has been told that the bot is done with it.
    """

    issue: IssueFacts | Gone
    task: Task | None
    pull: PullFacts | None
    policy: Policy | PolicyError
    paused_by: str | None
    watch: WatchFacts | None = None
    reasons: tuple[Reason, ...] = ()
    reopened: int | None = None
