"""Running a job's steps on one commit, in a directory that is made for it and thrown away."""

import os
import selectors
import signal
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from threading import Event
from time import monotonic

from forge.ci.workflow import Step, WorkflowJob
from forge.git.command import run_git
from forge.git.repository import Repository

MAX_LOG_BYTES = 1_000_000
_POLL_SECONDS = 0.1
_INHERITED = ("PATH", "TMPDIR", "LANG")


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step ended; `code` None means that it was killed at the time-out."""

    step: Step
    code: int | None
    output: str
    started_at: datetime
    completed_at: datetime

    @property
    def passed(self) -> bool:
        """Whether it ended with 0."""
        return self.code == 0


@dataclass(frozen=True, slots=True)
class JobResult:
    """The steps that ran; after one that failed, none does. `reports` are JUnit files' texts."""

    steps: tuple[StepResult, ...]
    reports: tuple[bytes, ...] = ()

    @property
    def failed(self) -> StepResult | None:
        """The step at which the job failed, or None."""
        return next((step for step in self.steps if not step.passed), None)


def run_job(
    repository: Repository,
    sha: str,
    ref: str,
    job: WorkflowJob,
    attempt: int,
    timeout_seconds: float,
    cancelled: Event,
    now: Callable[[], datetime],
) -> JobResult:
    """Check `sha` out and run the job's steps. The environment holds no secret.

    `attempt` is what the steps find in `GITHUB_RUN_ATTEMPT`, from 1.

    A step ends when its time is up or `cancelled` is set, with all that it started.
    """
    with tempfile.TemporaryDirectory(prefix="forge-ci-") as directory:
        home, workspace = Path(directory) / "home", Path(directory) / "workspace"
        home.mkdir()
        check_out(repository, sha, workspace)
        environment = {
            **{name: os.environ[name] for name in _INHERITED if name in os.environ},
            "HOME": str(home),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_SHA": sha,
            "GITHUB_REF": ref,
            "GITHUB_RUN_ATTEMPT": str(attempt),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
        }
        results = []
        for step in job.steps:
            started_at = now()
            code, output = _run(step.script, workspace, environment, timeout_seconds, cancelled)
            results.append(StepResult(step, code, output, started_at, now()))
            if code != 0:
                break
        return JobResult(tuple(results), _reports(workspace, job.reports))


def failing_at_the_end(result: JobResult, output: str) -> JobResult:
    """The same steps, the last of which printed `output` and failed; a failure stays as it is."""
    if result.failed is not None or not result.steps:
        return result
    *before, last = result.steps
    printed = last.output + ("" if last.output.endswith("\n") or not last.output else "\n")
    return replace(result, steps=(*before, replace(last, code=1, output=printed + output)))


def _reports(workspace: Path, patterns: tuple[str, ...]) -> tuple[bytes, ...]:
    """The JUnit files that the steps left; links out of the workspace are not followed."""
    found = sorted({path for pattern in patterns for path in workspace.glob(pattern)})
    inside = (path for path in found if path.is_file() and not path.is_symlink())
    return tuple(path.read_bytes()[:MAX_LOG_BYTES] for path in inside)


def check_out(repository: Repository, sha: str, directory: Path) -> None:
    """Write the files of a commit into a new directory, without any `.git`."""
    directory.mkdir()
    with tempfile.TemporaryDirectory(prefix="forge-index-") as scratch:
        index = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
        run_git(repository.path, "read-tree", sha, extra=index)
        place = ("--work-tree", str(directory))
        run_git(repository.path, *place, "checkout-index", "--all", "--force", extra=index)


def _run(
    script: str,
    directory: Path,
    environment: Mapping[str, str],
    timeout_seconds: float,
    cancelled: Event,
) -> tuple[int | None, str]:
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        code = _wait(process, monotonic() + timeout_seconds, cancelled)
        log.seek(0)
        return code, log.read(MAX_LOG_BYTES).decode("utf-8", "replace")


def _wait(process: subprocess.Popen[bytes], deadline: float, cancelled: Event) -> int | None:
    """The exit code, or None when it had to be killed. Nothing that it started outlives it."""
    ended = os.pidfd_open(process.pid)
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(ended, selectors.EVENT_READ)
            while (left := deadline - monotonic()) > 0 and not cancelled.is_set():
                if selector.select(min(left, _POLL_SECONDS)):
                    return process.wait()
        return None
    finally:
        os.close(ended)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
