"""The CI service: hears of pushes, runs workflows one after the other, reports as checks."""

import logging
import threading
from collections import deque
from enum import Enum, auto
from time import monotonic
from typing import assert_never

from forge.ci.execution import failing_at_the_end, run_job
from forge.ci.faults import Cancelled, CiFaults, Flaky, LostRunner, OutOfTime
from forge.ci.reporter import (
    PlannedJob,
    Task,
    announce_again,
    announce_jobs,
    report_bad_workflow,
    report_broken,
    report_cancelled,
    report_out_of_time,
    report_result,
    report_start,
)
from forge.ci.triggers import jobs_to_rerun, task_of
from forge.ci.workflow import WORKFLOW_PATH, BadWorkflow, read_workflow
from forge.jsontypes import JsonObject
from forge.world.apps import create_app
from forge.world.entities import Account, App, Job, Level, Repo, WorkflowRun
from forge.world.people import create_org
from forge.world.runs import rerun
from forge.world.world import World

logger = logging.getLogger(__name__)


class Mode(Enum):
    """How the service behaves from now on."""

    NORMAL = auto()
    PAUSED = auto()
    """Jobs are announced as queued and wait."""
    BROKEN = auto()
    """Jobs fail because of the machine, before any step."""
    SILENT = auto()
    """Pushes are not noticed: no check ever appears for them."""


class CiRunner:
    """Runs the workflow of each pushed commit in one worker thread, in the order of the pushes.

    `app` is the App it reports as: its id is what a required check names as its source.
    `timeout_seconds` limits one step.
    """

    def __init__(
        self, world: World, faults: CiFaults | None = None, timeout_seconds: float = 120.0
    ) -> None:
        self._world = world
        self._faults = faults or CiFaults()
        self.timeout_seconds = timeout_seconds
        self._changed = threading.Condition()
        self._incoming: deque[Task] = deque()
        self._ready: deque[PlannedJob] = deque()
        self._busy = False
        self._mode = Mode.NORMAL
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="forge-ci", daemon=True)
        self.app = _register(world)
        world.on_event.append(self._hear)
        world.on_rerun.append(self._again)

    @property
    def mode(self) -> Mode:
        """How the service behaves."""
        return self._mode

    @mode.setter
    def mode(self, mode: Mode) -> None:
        with self._changed:
            self._mode = mode
            self._changed.notify_all()

    @property
    def idle(self) -> bool:
        """Whether nothing runs and nothing can start."""
        with self._changed:
            return self._is_idle()

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Kill the job that runs, and end."""
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def wait_idle(self, deadline_s: float) -> bool:
        """Wait until the service is idle; False when the seconds are over before."""
        end = monotonic() + deadline_s
        with self._changed:
            return self._changed.wait_for(self._is_idle, max(0.0, end - monotonic()))

    def _is_idle(self) -> bool:
        waiting = self._ready and self._mode is not Mode.PAUSED
        return not (self._incoming or self._busy or waiting)

    def _hear(self, event: str, action: str | None, repo: Repo | None, payload: JsonObject) -> None:
        if repo is None:
            return
        if action == "rerequested":
            for run, jobs in jobs_to_rerun(self.app, event, repo, payload):
                rerun(self._world, repo.owner, run, jobs)
            return
        task = task_of(self._world, event, action, repo, payload)
        if task is None or self._mode is Mode.SILENT:
            return
        with self._changed:
            self._incoming.append(task)
            self._changed.notify_all()

    def _again(self, run: WorkflowRun, jobs: tuple[Job, ...], actor: Account) -> None:
        """Announce at once, so that nobody sees the run as completed meanwhile."""
        content = self._world.git(run.repo).read_file(run.head_sha, WORKFLOW_PATH) or b""
        names = {job.name for job in jobs}
        again = announce_again(self._world, self.app, run, read_workflow(content), names, actor)
        with self._changed:
            self._ready.extend(again)
            self._changed.notify_all()

    def _work(self) -> None:
        while not self._stopping.is_set():
            with self._changed:
                self._busy = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._stopping.is_set() or not self._is_idle())
                if self._stopping.is_set():
                    return
                self._busy = True
                task = self._incoming.popleft() if self._incoming else None
                planned = None if task is not None else self._ready.popleft()
            try:
                if task is not None:
                    self._plan(task)
                elif planned is not None:
                    self._run(planned)
            except Exception:  # one commit that cannot be tested must not end the service
                logger.exception("the CI service failed on %s", task or planned)

    def _plan(self, task: Task) -> None:
        """Announce the jobs of a commit. Of a commit that was pushed before, nothing runs again."""
        content = self._world.git(task.repo).read_file(task.sha, WORKFLOW_PATH)
        if content is None:
            return
        if any(run.head_sha == task.sha for run in task.repo.workflow_runs):
            return
        try:
            workflow = read_workflow(content)
        except BadWorkflow as error:
            report_bad_workflow(self._world, self.app, task, str(error))
            return
        planned = announce_jobs(self._world, self.app, task, workflow)
        with self._changed:
            self._ready.extend(planned)

    def _run(self, planned: PlannedJob) -> None:
        record = planned.record
        fault = self._faults.take(record.name, record.attempt)
        match fault:
            case LostRunner():
                report_broken(self._world, record)
                return
            case Cancelled() | OutOfTime():
                report_start(self._world, record)
                end = report_cancelled if isinstance(fault, Cancelled) else report_out_of_time
                end(self._world, record)
                return
            case Flaky() | None:
                pass
            case _:
                assert_never(fault)
        if self._mode is Mode.BROKEN:
            report_broken(self._world, record)
            return
        report_start(self._world, record)
        try:
            result = run_job(
                self._world.git(planned.task.repo),
                planned.task.sha,
                planned.task.ref,
                planned.job,
                record.attempt,
                self.timeout_seconds,
                self._stopping,
                self._world.clock,
            )
        except OSError:
            report_broken(self._world, record)
            raise
        if isinstance(fault, Flaky):
            result = failing_at_the_end(result, fault.output)
        if not self._stopping.is_set():
            report_result(self._world, record, result)


def _register(world: World) -> App:
    owner = create_org(world, "forge-ci")
    return create_app(world, "Forge Actions", {"checks": Level.WRITE}, owner=owner)
