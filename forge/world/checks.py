"""Reporting on commits: check runs of Apps, and commit statuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from forge.jsontypes import JsonObject
from forge.render.checks import render_check_run_event, render_status_event
from forge.world.entities import (
    Account,
    Annotation,
    App,
    CheckConclusion,
    CheckRun,
    CheckStatus,
    CommitStatus,
    Repo,
    StatusState,
)
from forge.world.refusals import Refused
from forge.world.suites import settle_suite, suite_of
from forge.world.world import World

MAX_ANNOTATIONS_A_CALL = 50


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What an App says about its check; None leaves as it is.

    Annotations are added to those that are there, never put in their place.
    """

    name: str | None = None
    status: CheckStatus | None = None
    conclusion: CheckConclusion | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    external_id: str | None = None
    details_url: str | None = None
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: Sequence[Annotation] = ()


def create_check_run(
    world: World, app: App, repo: Repo, name: str, sha: str, report: CheckReport
) -> CheckRun:
    """Report a new check on a commit. Raises `Refused` 422 when there is no such commit."""
    with world.lock:
        if world.git(repo).kind(sha) != "commit":
            raise Refused(422, f"No commit found for SHA: {sha}")
        suite = suite_of(world, app, repo, sha)
        run = CheckRun(
            id=world.new_id(),
            suite=suite,
            name=name,
            head_sha=sha,
            status=CheckStatus.QUEUED,
            started_at=report.started_at or world.now(),
        )
        suite.runs.append(run)
        _apply(world, run, report)
        _tell(world, app.bot, run, "created")
        if run.status is CheckStatus.COMPLETED:
            _tell(world, app.bot, run, "completed")
        settle_suite(world, app.bot, suite)
        return run


def update_check_run(world: World, run: CheckRun, report: CheckReport) -> None:
    """Change what a check says. A conclusion completes it; another status reopens it."""
    with world.lock:
        was = run.status
        _apply(world, run, report)
        if run.status is CheckStatus.COMPLETED and was is not CheckStatus.COMPLETED:
            _tell(world, run.app.bot, run, "completed")
        settle_suite(world, run.app.bot, run.suite)


def rerequest_check_run(world: World, actor: Account, run: CheckRun) -> None:
    """Ask the check's App, and it alone, to run it once more; the run itself does not change."""
    with world.lock:
        _tell(world, actor, run, "rerequested", only=run.app)


def create_status(
    world: World,
    actor: Account,
    repo: Repo,
    sha: str,
    state: StatusState,
    context: str = "default",
    description: str | None = None,
    target_url: str | None = None,
) -> CommitStatus:
    """Report a commit status. Raises `Refused` 422 when there is no such commit."""
    with world.lock:
        if world.git(repo).kind(sha) != "commit":
            raise Refused(422, f"No commit found for SHA: {sha}")
        now = world.now()
        status = CommitStatus(
            id=world.new_id(),
            repo=repo,
            sha=sha,
            state=state,
            context=context,
            description=description,
            target_url=target_url,
            creator=actor,
            created_at=now,
            updated_at=now,
        )
        repo.statuses.append(status)
        world.emit("status", None, repo, actor, render_status_event(world, status))
        return status


def _apply(world: World, run: CheckRun, report: CheckReport) -> None:
    run.name = report.name or run.name
    run.external_id = run.external_id if report.external_id is None else report.external_id
    run.details_url = report.details_url or run.details_url
    run.title = report.title or run.title
    run.summary = report.summary or run.summary
    run.text = report.text or run.text
    run.annotations += report.annotations
    run.started_at = report.started_at or run.started_at
    if report.conclusion is not None:
        run.status, run.conclusion = CheckStatus.COMPLETED, report.conclusion
        run.completed_at = report.completed_at or world.now()
    elif report.status is not None:
        run.status, run.conclusion, run.completed_at = report.status, None, None


def _tell(
    world: World, actor: Account, run: CheckRun, action: str, only: App | None = None
) -> None:
    shown: JsonObject = {"check_run": render_check_run_event(world, run)}
    world.emit("check_run", action, run.suite.repo, actor, shown, only)
