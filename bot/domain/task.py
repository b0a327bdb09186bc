"""A task is an admitted issue; this is what we remember of it between two looks at GitHub."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.subject import Subject
from bot.kernel.proof import Strength
from bot.kernel.values import Kind, Risk, Sha, Usd


class TaskState(StrEnum):
    """Where a task stands. `ENDED` carries an `Ending`; `REVISING` has a pull request in work."""

    QUEUED = "queued"
    WORKING = "working"
    PUBLISHED = "published"
    REVISING = "revising"
    ENDED = "ended"


class Ending(StrEnum):
    """The honest endings; there is no green one without a delivered change."""

    MERGED = "merged"
    AWAITING_REVIEW = "awaiting review"
    ANSWERED = "answered"
    NOTHING_NEEDED = "nothing needed"
    BLOCKED = "blocked"
    REFUSED = "refused"
    FAILED = "failed"
    OVER_BUDGET = "over budget"
    STOPPED = "stopped"


class Wish(StrEnum):
    """What was asked for: the change itself, or only to be told how it would be made."""

    CHANGE = "change"
    PLAN = "plan"


class Bond(StrEnum):
    """How GitHub shows that a filed part belongs to its issue: itself, or only in our comment."""

    SUB_ISSUE = "sub-issue"
    LISTED = "listed"


@dataclass(frozen=True, slots=True)
class Filed:
    """The issue that a part became."""

    issue: int
    bond: Bond


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an issue that is too big for one change; None until somebody had it filed."""

    title: str
    body: str
    filed: Filed | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What triage thought: inputs of the queue's order. `impact` is 1 to 5."""

    kind: Kind
    impact: int
    risk: Risk
    cost: Usd
    plan: str


@dataclass(frozen=True, slots=True)
class Published:
    """The pull request of an attempt, the commit that was proved, and what it does in words.

    `files` are the paths that it changes, old names of renames too.
    """

    pull: int
    tested: Sha
    risk: Risk
    proof_strength: Strength
    diff_hash: str
    summary: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """One row of the queue's mirror. `pinned` is the hash of title and body at admission.

    `cap` is what one change may cost by the policy at admission, `extra_budget` what people allowed
    on top of it since, both in USD; `open_prs` is how many unreviewed pull requests it allows.
    `label` is the state label that was put on last, `answer` the reply to the last command as long
    as nothing else has happened, `parts` how triage would split it if it is too big. `touches` are
    the paths that this attempt's plan names, once there is one.
    """

    id: int
    subject: Subject
    state: TaskState
    pinned: str
    admitted_by: int
    admitted_login: str
    admitted_at: datetime
    attempt: int
    cap: Usd
    extra_budget: Usd
    votes: int
    title: str
    estimate: Estimate | None = None
    published: Published | None = None
    ending: Ending | None = None
    open_prs: int = 3
    ended_at: datetime | None = None
    reason: str = ""
    stage: str = ""
    label: str = ""
    answer: str = ""
    wish: Wish = Wish.CHANGE
    parts: tuple[Part, ...] = ()
    touches: tuple[str, ...] = ()
