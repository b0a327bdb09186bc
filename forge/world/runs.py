"""Workflow runs: telling of them, and running their jobs once more."""

from datetime import timedelta

from forge.jsontypes import JsonObject
from forge.render.runs import render_run, render_workflow
from forge.world.entities import (
    Account,
    CheckStatus,
    Job,
    WorkflowRun,
)
from forge.world.refusals import Refused
from forge.world.suites import folded
from forge.world.verdict import PASSING
from forge.world.world import World

_KEPT_FOR = timedelta(days=30)


def rerun(world: World, actor: Account, run: WorkflowRun, jobs: list[Job]) -> None:
    """Begin another attempt of a run, of these jobs alone.

    Raises `Refused` 403 when the run is under way, or was made a month ago.
    """
    with world.lock:
        if status_of(run) is not CheckStatus.COMPLETED:
            raise Refused(403, "This workflow run is already running")
        if world.now() - run.created_at > _KEPT_FOR:
            message = "Unable to retry this workflow run because it was created over a month ago"
            raise Refused(403, message)
        run.run_attempt += 1
        run.started_at = run.updated_at = world.now()
        for listener in tuple(world.on_rerun):
            listener(run, tuple(jobs), actor)


def failed_jobs(run: WorkflowRun) -> list[Job]:
    """The newest jobs that ended badly."""
    return [job for job in run.latest_jobs if job.check_run.conclusion not in {None, *PASSING}]


def status_of(run: WorkflowRun) -> CheckStatus:
    """What the newest jobs are together."""
    return folded([job.check_run for job in run.latest_jobs])[0]


def tell_run(world: World, run: WorkflowRun, action: str) -> None:
    """Emit a `workflow_run` event: `requested`, `in_progress` or `completed`."""
    shown: JsonObject = {
        "workflow_run": render_run(world, run),
        "workflow": render_workflow(world.urls, run),
    }
    world.emit("workflow_run", action, run.repo, run.actor, shown)
