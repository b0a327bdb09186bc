"""Workflow runs, their jobs, and the logs of jobs."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from functools import partial

from forge.api.call import Call
from forge.api.guarded import GuardedRouter
from forge.api.http import ApiError, Needs, Reply, not_found
from forge.render.runs import render_job, render_run
from forge.world.entities import Job, Role, WorkflowRun
from forge.world.runs import failed_jobs, rerun
from forge.world.world import World

router = GuardedRouter()

_READ = ("actions:read",)
_WRITE = ("actions:write",)
_RUN = "/repos/{owner}/{repo}/actions/runs/{run:int}"
_JOB = "/repos/{owner}/{repo}/actions/jobs/{job:int}"
_LOG_LIFE = timedelta(days=90)
"""GitHub's retention of logs, unless a repository says otherwise."""

_LINK_LIFE = timedelta(minutes=1)


@router.get("/repos/{owner}/{repo}/actions/runs", app=_READ)
def list_runs(call: Call) -> Reply:
    """The workflow runs, newest first, maybe of one `head_sha`, `branch` or `event`."""
    query = call.query
    found = [
        run
        for run in reversed(call.repo().workflow_runs)
        if query.get("head_sha") in (None, run.head_sha)
        and query.get("branch") in (None, run.head_branch)
        and query.get("event") in (None, run.event)
        and query.get("check_suite_id") in (None, str(run.suite.id))
    ]
    return call.paged(found, partial(render_run, call.world), "workflow_runs")


@router.get(_RUN, app=_READ)
def get_run(call: Call) -> Reply:
    """One workflow run."""
    return Reply(200, render_run(call.world, _run(call)))


@router.get(_RUN + "/jobs", app=_READ)
def list_jobs(call: Call) -> Reply:
    """The jobs of a run: the newest of each name, or with `filter=all` those of all attempts."""
    run = _run(call)
    found = run.jobs if call.query.get("filter") == "all" else run.latest_jobs
    return call.paged(found, partial(render_job, call.urls), "jobs")


@router.post(_RUN + "/rerun", app=_WRITE, user=Role.WRITE)
def rerun_run(call: Call) -> Reply:
    """Run a workflow once more on the same commit."""
    run = _run(call)
    rerun(call.world, call.actor, run, run.latest_jobs)
    return Reply(201, {})


@router.post(_RUN + "/rerun-failed-jobs", app=_WRITE, user=Role.WRITE)
def rerun_failed(call: Call) -> Reply:
    """Run what failed once more."""
    run = _run(call)
    rerun(call.world, call.actor, run, failed_jobs(run))
    return Reply(201, {})


@router.post(_JOB + "/rerun", app=_WRITE, user=Role.WRITE)
def rerun_job(call: Call) -> Reply:
    """Run one job once more."""
    job = _job(call)
    rerun(call.world, call.actor, job.run, [job])
    return Reply(201, {})


@router.get(_JOB, app=_READ)
def get_job(call: Call) -> Reply:
    """One job; its id is that of its check run."""
    return Reply(200, render_job(call.urls, _job(call)))


@router.get(_JOB + "/logs", app=_READ)
def get_log(call: Call) -> Reply:
    """302 to a link that takes no token and lives one minute; 404 while the job runs, 410 later."""
    job = _job(call)
    ended = job.check_run.completed_at
    if ended is None or not job.log:
        raise not_found()
    if call.world.now() - ended > _LOG_LIFE:
        raise ApiError(410, "Gone")
    until = int((call.world.now() + _LINK_LIFE).timestamp())
    signed = _sign(call.world, job.id, until)
    link = f"{call.urls.api}/_logs/{job.run.repo.id}/{job.id}?until={until}&signature={signed}"
    return Reply(302, raw=b"", headers={"Location": link})


@router.get("/_logs/{repository:int}/{job:int}", auth=Needs.ANYONE)
def download(call: Call) -> Reply:
    """The log behind a signed link."""
    # Where GitHub keeps logs, a credential beside the signature is refused.
    if "authorization" in call.headers:
        raise ApiError(400, "InvalidAuthenticationInfo")
    until = call.query.get("until", "0")
    wanted, repository = call.number("job"), call.world.repos.get(call.number("repository"))
    if not until.isdecimal() or repository is None:
        raise not_found()
    fresh = call.world.now() <= datetime.fromtimestamp(int(until), UTC)
    signed = _sign(call.world, wanted, int(until))
    if not fresh or not hmac.compare_digest(signed, call.query.get("signature", "")):
        raise ApiError(403, "Signature not valid in the specified time frame")
    job = next((it for run in repository.workflow_runs for it in run.jobs if it.id == wanted), None)
    if job is None:
        raise not_found()
    return Reply(200, raw=job.log.encode(), media_type="text/plain; charset=utf-8")


def _sign(world: World, job_id: int, until: int) -> str:
    """A signature that only this world can make, and the same one for the same link."""
    key = hashlib.sha256(f"logs of {world.root}".encode()).digest()
    return hmac.new(key, f"{job_id}:{until}".encode(), hashlib.sha256).hexdigest()


def _run(call: Call) -> WorkflowRun:
    wanted = call.number("run")
    found = next((run for run in call.repo().workflow_runs if run.id == wanted), None)
    if found is None:
        raise not_found()
    return found


def _job(call: Call) -> Job:
    wanted = call.number("job")
    for run in call.repo().workflow_runs:
        for job in run.jobs:
            if job.id == wanted:
                return job
    raise not_found()
