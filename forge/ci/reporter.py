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
    CheckRun,
    CheckStatus,
    Job,
    JobStep,
    Repo,
    WorkflowRun,
)
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
            run_number=len({old.head_sha for old in runs} | {task.sha}),
            actor=task.actor,
            suite=suite_of(world, app, repo, task.sha),
            created_at=now,
            updated_at=now,
            run_attempt=1 + sum(old.head_sha == task.sha for old in runs),
        )
        repo.workflow_runs.append(run)
        return [_announce(world, app, task, run, job) for job in workflow.jobs]


def _announce(world: World, app: App, task: Task, run: WorkflowRun, job: WorkflowJob) -> PlannedJob:
    queued = CheckReport(status=CheckStatus.QUEUED)
    name = f"{run.name} / {job.name}"
    check = create_check_run(world, app, task.repo, name, task.sha, queued)
    page = f"{world.urls.repo_page(task.repo)}/actions/runs/{run.id}/job/{check.id}"
    update_check_run(world, check, CheckReport(details_url=page))
    record = Job(id=check.id, run=run, check_run=check, name=job.name)
    run.jobs.append(record)
    return PlannedJob(task, job, record)


def report_start(world: World, check: CheckRun) -> None:
    """The job runs now."""
    started = CheckReport(status=CheckStatus.IN_PROGRESS, started_at=world.now())
    update_check_run(world, check, started)


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
    message = "The hosted runner lost communication with the server."
    note = Annotation(".github", 1, 1, "failure", message)
    _complete(world, record, CheckConclusion.FAILURE, "Infrastructure failure", message, [note])


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


def _conclusion(result: JobResult) -> CheckConclusion:
    match result.failed:
        case None:
            return CheckConclusion.SUCCESS
        case failed:
            return CheckConclusion.TIMED_OUT if failed.code is None else CheckConclusion.FAILURE
