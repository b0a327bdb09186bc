"""What CI says about a commit: check suites and runs, statuses, workflow runs and job logs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from forge.world.entities.accounts import Account
    from forge.world.entities.apps import App
    from forge.world.entities.repos import Repo


class CheckStatus(StrEnum):
    """How far a check has come."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


class CheckConclusion(StrEnum):
    """How a completed check ended."""

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"
    TIMED_OUT = "timed_out"
    ACTION_REQUIRED = "action_required"
    STALE = "stale"
    STARTUP_FAILURE = "startup_failure"


class StatusState(StrEnum):
    """The state of a commit status."""

    ERROR = "error"
    FAILURE = "failure"
    PENDING = "pending"
    SUCCESS = "success"


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark of a check run about lines of a file."""

    path: str
    start_line: int
    end_line: int
    level: Literal["notice", "warning", "failure"]
    message: str
    title: str | None = None
    raw_details: str | None = None
    start_column: int | None = None
    end_column: int | None = None


@dataclass(eq=False, slots=True)
class CheckSuite:
    """All check runs of one App on one commit."""

    id: int
    repo: Repo
    app: App
    head_branch: str | None
    head_sha: str
    created_at: datetime
    updated_at: datetime
    before: str | None = None
    after: str | None = None
    status: CheckStatus = CheckStatus.QUEUED
    conclusion: CheckConclusion | None = None
    runs: list[CheckRun] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class CheckRun:
    """One check of one App on one commit."""

    id: int
    suite: CheckSuite
    name: str
    head_sha: str
    status: CheckStatus
    started_at: datetime | None
    conclusion: CheckConclusion | None = None
    completed_at: datetime | None = None
    external_id: str = ""
    details_url: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[Annotation] = field(default_factory=list)

    @property
    def app(self) -> App:
        """The App that reports it."""
        return self.suite.app


@dataclass(eq=False, slots=True)
class CommitStatus:
    """One report of a commit status; the newest of a context counts."""

    id: int
    repo: Repo
    sha: str
    state: StatusState
    context: str
    description: str | None
    target_url: str | None
    creator: Account
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class JobStep:
    """One step of a job."""

    number: int
    name: str
    status: CheckStatus
    conclusion: CheckConclusion | None
    started_at: datetime | None
    completed_at: datetime | None


@dataclass(eq=False, slots=True)
class Job:
    """One job of a workflow run; its id is the check run's id, as on GitHub."""

    id: int
    run: WorkflowRun
    check_run: CheckRun
    name: str
    attempt: int = 1
    log: str = ""
    steps: list[JobStep] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class WorkflowRun:
    """A workflow file on one commit. Running it again is another attempt of the same run.

    `jobs` has those of all attempts; an attempt need not run them all.
    """

    id: int
    repo: Repo
    name: str
    path: str
    event: str
    head_branch: str
    head_sha: str
    run_number: int
    actor: Account
    suite: CheckSuite
    created_at: datetime
    updated_at: datetime
    run_attempt: int = 1
    started_at: datetime | None = None
    jobs: list[Job] = field(default_factory=list)

    @property
    def latest_jobs(self) -> list[Job]:
        """The newest of each name."""
        return list({job.name: job for job in self.jobs}.values())
