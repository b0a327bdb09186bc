"""What the CI service writes into the world: workflow runs, jobs, their checks and logs."""

from dataclasses import dataclass

from forge.ci.execution import JobResult
from forge.ci.report import annotations_of, render_log, summary_of
from forge.ci.workflow import WORKFLOW_PATH, Workflow, WorkflowJob
from forge.world.checks import CheckReport, create_check_run, update_check_run
from forge.world.entities import (
    Account,
    Annotation,
    App,
    CheckConclusion,
    CheckStatus,
    Job,
    JobStep,
    Repo,
    WorkflowRun,
)
from forge.world.runs import status_of, tell_run
from forge.world.suites import suite_of
from forge.world.world import World


@dataclass(frozen=True, slots=True)
class Task:
    """One commit to test. `ref` is the branch, in full, that brought it."""

    repo: Repo
    sha: str
    ref: str
    event: str
    actor: Account


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """A job that has been announced as queued."""

    task: Task
    job: WorkflowJob
    record: Job


def announce_jobs(world: World, app: App, task: Task, workflow: Workflow) -> list[PlannedJob]:
    """Open a workflow run whose jobs are all queued."""
    with world.lock:
        repo = task.repo
        runs = [run for run in repo.workflow_runs if run.name == workflow.name]
        now = world.now()
        run = WorkflowRun(
            id=world.new_id(),
            repo=repo,
            name=workflow.name,
            path=WORKFLOW_PATH,
            event=task.event,
            head_branch=task.ref.removeprefix("refs/heads/"),
            head_sha=task.sha,
            run_number=len(runs) + 1,
            actor=task.actor,
            suite=suite_of(world, app, repo, task.sha),
            created_at=now,
            updated_at=now,
        )
        repo.workflow_runs.append(run)
        planned = [_announce(world, app, task, run, job) for job in workflow.jobs]
        tell_run(world, run, "requested")
        return planned


def announce_again(
    world: World, app: App, run: WorkflowRun, workflow: Workflow, names: set[str], actor: Account
) -> list[PlannedJob]:
    """Announce some jobs of a run as queued, under its present attempt; the rest stay as they are.

    A job that runs again is a new job with a new check run, as on GitHub.
    """
    with world.lock:
        branch = run.head_branch
        ref = branch if branch.startswith("refs/") else f"refs/heads/{branch}"
        task = Task(run.repo, run.head_sha, ref, run.event, actor)
        wanted = [job for job in workflow.jobs if job.name in names]
        planned = [_announce(world, app, task, run, job) for job in wanted]
        tell_run(world, run, "requested")
        return planned


def _announce(world: World, app: App, task: Task, run: WorkflowRun, job: WorkflowJob) -> PlannedJob:
    queued = CheckReport(status=CheckStatus.QUEUED)
    name = f"{run.name} / {job.name}"
    check = create_check_run(world, app, task.repo, name, task.sha, queued)
    page = f"{world.urls.repo_page(task.repo)}/actions/runs/{run.id}/job/{check.id}"
    update_check_run(world, check, CheckReport(details_url=page))
    record = Job(id=check.id, run=run, check_run=check, name=job.name, attempt=run.run_attempt)
    run.jobs.append(record)
    return PlannedJob(task, job, record)


def report_start(world: World, record: Job) -> None:
    """The job runs now."""
    with world.lock:
        began = status_of(record.run) is not CheckStatus.QUEUED
        started = CheckReport(status=CheckStatus.IN_PROGRESS, started_at=world.now())
        update_check_run(world, record.check_run, started)
        if not began:
            tell_run(world, record.run, "in_progress")


def report_result(world: World, record: Job, result: JobResult) -> None:
    """The job has ended: log and steps first, so that they are there when the event arrives."""
    with world.lock:
        record.log = render_log(result)
        record.steps = [
            JobStep(
                number=number,
                name=step.step.name,
                status=CheckStatus.COMPLETED,
                conclusion=CheckConclusion.SUCCESS if step.passed else CheckConclusion.FAILURE,
                started_at=step.started_at,
                completed_at=step.completed_at,
            )
            for number, step in enumerate(result.steps, 1)
        ]
        title, summary = summary_of(result)
        _complete(world, record, _conclusion(result), title, summary, annotations_of(result))


def report_broken(world: World, record: Job) -> None:
    """The machine failed, not the tests: a failure without steps or a log."""
    message = (
        "The hosted runner lost communication with the server. Anything in your workflow that "
        "terminates the runner process, starves it for CPU/Memory, or blocks its network access "
        "can cause this error."
    )
    note = Annotation(".github", 1, 1, "failure", message)
    _complete(world, record, CheckConclusion.FAILURE, "Infrastructure failure", message, [note])


def report_cancelled(world: World, record: Job) -> None:
    """Somebody cancelled the job."""
    _ended(world, record, CheckConclusion.CANCELLED, "The operation was canceled.")


def report_out_of_time(world: World, record: Job) -> None:
    """The job took longer than any job may."""
    message = f"The job {record.name} has exceeded the maximum execution time of 6h0m0s"
    _ended(world, record, CheckConclusion.TIMED_OUT, message)


def _ended(world: World, record: Job, conclusion: CheckConclusion, message: str) -> None:
    with world.lock:
        record.log = f"{world.now():%Y-%m-%dT%H:%M:%S.%f}0Z ##[error]{message}\n"
        note = Annotation(".github", 1, 1, "failure", message)
        _complete(world, record, conclusion, message, message, [note])


def report_bad_workflow(world: World, app: App, task: Task, why: str) -> None:
    """The workflow file cannot be read."""
    report = CheckReport(
        conclusion=CheckConclusion.FAILURE, title="Invalid workflow file", summary=why
    )
    create_check_run(world, app, task.repo, WORKFLOW_PATH, task.sha, report)


def _complete(
    world: World,
    record: Job,
    conclusion: CheckConclusion,
    title: str,
    summary: str,
    annotations: list[Annotation],
) -> None:
    with world.lock:
        record.run.updated_at = world.now()
        report = CheckReport(
            conclusion=conclusion, title=title, summary=summary, annotations=annotations
        )
        update_check_run(world, record.check_run, report)
        if status_of(record.run) is CheckStatus.COMPLETED:
            tell_run(world, record.run, "completed")


def _conclusion(result: JobResult) -> CheckConclusion:
    match result.failed:
        case None:
            return CheckConclusion.SUCCESS
        case failed:
            return CheckConclusion.TIMED_OUT if failed.code is None else CheckConclusion.FAILURE
