"""The part of GitHub's workflow syntax that the runner understands: jobs and their `run` steps.

Of the steps that use an action one kind counts: `mikepenz/action-junit-report`, which makes an
annotation of each failed test in the JUnit reports at its `report_paths`.
"""

from dataclasses import dataclass

import yaml

_JUNIT_ACTION = "mikepenz/action-junit-report@"
WORKFLOW_PATH = ".github/workflows/ci.yml"


class BadWorkflow(ValueError):
    """The workflow file cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Step:
    """One `run` step: a script for bash."""

    name: str
    script: str


@dataclass(frozen=True, slots=True)
class WorkflowJob:
    """One job: its steps in order. `reports` are patterns of JUnit files in the workspace.

    A report step without `if: always()` is skipped like any other once a step has failed.
    """

    name: str
    steps: tuple[Step, ...]
    reports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workflow:
    """A workflow file. A job's check run is named `<workflow> / <job>`."""

    name: str
    jobs: tuple[WorkflowJob, ...]


def read_workflow(content: bytes) -> Workflow:
    """Read a workflow file; raises `BadWorkflow`."""
    try:
        document: object = yaml.safe_load(content)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadWorkflow(str(error)) from error
    if not isinstance(document, dict):
        raise BadWorkflow("the file is no mapping")
    jobs = document.get("jobs")
    if not isinstance(jobs, dict) or not jobs:
        raise BadWorkflow("no jobs are defined")
    name = document.get("name")
    return Workflow(
        name=name if isinstance(name, str) else WORKFLOW_PATH,
        jobs=tuple(_job(str(key), value) for key, value in jobs.items()),
    )


def _job(key: str, value: object) -> WorkflowJob:
    if not isinstance(value, dict) or not isinstance(steps := value.get("steps"), list):
        raise BadWorkflow(f"job {key!r} has no steps")
    name = value.get("name")
    read = (_step(key, step) for step in steps)
    return WorkflowJob(
        name=name if isinstance(name, str) else key,
        steps=tuple(step for step in read if step is not None),
        reports=tuple(found for step in steps for found in _reports(step)),
    )


def _reports(step: object) -> list[str]:
    """The patterns of a step that reports even when the tests failed."""
    if not isinstance(step, dict) or not isinstance(given := step.get("with"), dict):
        return []
    condition = str(step.get("if", ""))
    even_then = any(word in condition for word in ("always()", "failure()", "!cancelled()"))
    patterns = given.get("report_paths")
    if not str(step.get("uses", "")).startswith(_JUNIT_ACTION) or not even_then:
        return []
    return patterns.split() if isinstance(patterns, str) else []


def _step(job: str, value: object) -> Step | None:
    if not isinstance(value, dict):
        raise BadWorkflow(f"a step of job {job!r} is no mapping")
    script = value.get("run")
    if script is None:
        return None
    if not isinstance(script, str):
        raise BadWorkflow(f"a step of job {job!r} has a `run` that is no text")
    name = value.get("name")
    return Step(name if isinstance(name, str) else f"Run {script.splitlines()[0]}", script)
