"""Workflow runs and jobs in JSON."""

from forge.jsontypes import JsonObject
from forge.render.accounts import render_account
from forge.render.checks import linked_pulls
from forge.render.commits import render_simple_commit
from forge.render.nodes import node_id
from forge.render.repos import render_minimal_repo
from forge.render.urls import Urls, stamp, stamp_or_none
from forge.world.entities import CheckStatus, Job, JobStep, WorkflowRun
from forge.world.suites import folded
from forge.world.world import World


def render_run(world: World, run: WorkflowRun) -> JsonObject:
    """GitHub's `workflow-run`."""
    urls, repo = world.urls, run.repo
    base = f"{urls.repo(repo)}/actions"
    url = f"{base}/runs/{run.id}"
    head = world.git(repo).commit(run.head_sha)
    status, conclusion = folded([job.check_run for job in run.latest_jobs])
    actor = render_account(urls, run.actor)
    workflow_id = repo.id * 1000 + 1
    return {
        "id": run.id,
        "name": run.name,
        "node_id": node_id("WorkflowRun", run.id),
        "check_suite_id": run.suite.id,
        "check_suite_node_id": node_id("CheckSuite", run.suite.id),
        "head_branch": run.head_branch,
        "head_sha": run.head_sha,
        "path": run.path,
        "run_number": run.run_number,
        "run_attempt": run.run_attempt,
        "event": run.event,
        "display_title": head.title,
        "status": status.value,
        "conclusion": None if conclusion is None else conclusion.value,
        "workflow_id": workflow_id,
        "url": url,
        "html_url": f"{urls.repo_page(repo)}/actions/runs/{run.id}",
        "pull_requests": linked_pulls(world, repo, run.head_sha),
        "created_at": stamp(run.created_at),
        "updated_at": stamp(run.updated_at),
        "run_started_at": stamp(run.started_at or run.created_at),
        "actor": actor,
        "triggering_actor": actor,
        "jobs_url": f"{url}/jobs",
        "logs_url": f"{url}/logs",
        "check_suite_url": f"{urls.repo(repo)}/check-suites/{run.suite.id}",
        "artifacts_url": f"{url}/artifacts",
        "cancel_url": f"{url}/cancel",
        "rerun_url": f"{url}/rerun",
        "previous_attempt_url": (
            f"{url}/attempts/{run.run_attempt - 1}" if run.run_attempt > 1 else None
        ),
        "workflow_url": f"{base}/workflows/{workflow_id}",
        "head_commit": render_simple_commit(head),
        "repository": render_minimal_repo(urls, repo),
        "head_repository": render_minimal_repo(urls, repo),
    }


def render_workflow(urls: Urls, run: WorkflowRun) -> JsonObject:
    """GitHub's `workflow`: the file that a run carries out."""
    number = run.repo.id * 1000 + 1
    page = urls.repo_page(run.repo)
    return {
        "id": number,
        "node_id": node_id("Workflow", number),
        "name": run.name,
        "path": run.path,
        "state": "active",
        "created_at": stamp(run.repo.created_at),
        "updated_at": stamp(run.repo.created_at),
        "url": f"{urls.repo(run.repo)}/actions/workflows/{number}",
        "html_url": f"{page}/blob/{run.repo.default_branch}/{run.path}",
        "badge_url": f"{page}/workflows/{run.name}/badge.svg",
    }


def render_job(urls: Urls, job: Job) -> JsonObject:
    """GitHub's `job`."""
    run, check = job.run, job.check_run
    base = f"{urls.repo(run.repo)}/actions"
    runs = check.status is not CheckStatus.QUEUED
    return {
        "id": job.id,
        "run_id": run.id,
        "run_url": f"{base}/runs/{run.id}",
        "run_attempt": job.attempt,
        "node_id": node_id("CheckRun", job.id),
        "head_sha": run.head_sha,
        "head_branch": run.head_branch,
        "workflow_name": run.name,
        "name": job.name,
        "url": f"{base}/jobs/{job.id}",
        "html_url": f"{urls.repo_page(run.repo)}/actions/runs/{run.id}/job/{job.id}",
        "status": check.status.value,
        "conclusion": None if check.conclusion is None else check.conclusion.value,
        "created_at": stamp(run.created_at),
        "started_at": stamp(check.started_at or run.created_at),
        "completed_at": stamp_or_none(check.completed_at),
        "steps": [_render_step(step) for step in job.steps],
        "check_run_url": f"{urls.repo(run.repo)}/check-runs/{job.id}",
        "labels": ["ubuntu-latest"],
        "runner_id": 1 if runs else None,
        "runner_name": "forge" if runs else None,
        "runner_group_id": 1 if runs else None,
        "runner_group_name": "Default" if runs else None,
    }


def _render_step(step: JobStep) -> JsonObject:
    return {
        "name": step.name,
        "status": step.status.value,
        "conclusion": None if step.conclusion is None else step.conclusion.value,
        "number": step.number,
        "started_at": stamp_or_none(step.started_at),
        "completed_at": stamp_or_none(step.completed_at),
    }
