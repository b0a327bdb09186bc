"""Repositories, branch protection and rulesets. The commits themselves are in git, not here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from forge.world.entities.accounts import Account, Role
    from forge.world.entities.checks import CheckSuite, CommitStatus, WorkflowRun
    from forge.world.entities.issues import Issue, Label
    from forge.world.entities.landing import QueueEntry


@dataclass(frozen=True, slots=True)
class RequiredCheck:
    """A check that must pass; `app_id` None accepts it from any source."""

    context: str
    app_id: int | None = None


@dataclass(frozen=True, slots=True)
class RequiredReviews:
    """How many approvals a merge needs."""

    count: int = 1
    dismiss_stale: bool = False
    code_owners: bool = False
    last_push_approval: bool = False


@dataclass(frozen=True, slots=True)
class MergeQueueRule:
    """How the merge queue of a branch merges; each group holds one pull request."""

    method: Literal["MERGE", "SQUASH", "REBASE"] = "SQUASH"
    check_response_timeout_minutes: int = 60


@dataclass(frozen=True, slots=True)
class BranchProtection:
    """The classic protection of one branch; replaced whole when it changes."""

    checks: tuple[RequiredCheck, ...] | None = None
    strict: bool = False
    reviews: RequiredReviews | None = None
    enforce_admins: bool = False
    linear_history: bool = False
    allow_force_pushes: bool = False
    allow_deletions: bool = False
    conversation_resolution: bool = False
    push_allow_list: tuple[str, ...] | None = None
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Ruleset:
    """A repository ruleset on branches. `include` holds patterns or `~DEFAULT_BRANCH`, `~ALL`."""

    id: int
    name: str
    enforcement: Literal["active", "evaluate", "disabled"]
    include: tuple[str, ...]
    created_at: datetime
    exclude: tuple[str, ...] = ()
    checks: tuple[RequiredCheck, ...] | None = None
    strict: bool = False
    reviews: RequiredReviews | None = None
    block_force_pushes: bool = False
    block_deletions: bool = False
    linear_history: bool = False
    signed: bool = False
    merge_queue: MergeQueueRule | None = None


@dataclass(eq=False, slots=True)
class Repo:
    """A repository with all that the forge remembers about it outside git."""

    id: int
    owner: Account
    name: str
    default_branch: str
    created_at: datetime
    updated_at: datetime
    pushed_at: datetime
    private: bool = False
    description: str | None = None
    fork_of: Repo | None = None
    next_number: int = 1
    delete_branch_on_merge: bool = False
    allow_merge_commit: bool = True
    allow_squash_merge: bool = True
    allow_rebase_merge: bool = True
    allow_auto_merge: bool = False
    roles: dict[int, Role] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    protections: dict[str, BranchProtection] = field(default_factory=dict)
    rulesets: dict[int, Ruleset] = field(default_factory=dict)
    suites: list[CheckSuite] = field(default_factory=list)
    statuses: list[CommitStatus] = field(default_factory=list)
    workflow_runs: list[WorkflowRun] = field(default_factory=list)
    merge_queues: dict[str, list[QueueEntry]] = field(default_factory=dict)
    """The pull requests in the queue of each branch, the next to be merged first."""

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner.login}/{self.name}"
