"""What a job's result looks like on GitHub: log, annotations, summary."""

import re
from datetime import datetime
from typing import Literal

from forge.ci.execution import JobResult, StepResult
from forge.ci.junit import failed_tests
from forge.world.entities import Annotation

_COMMAND = re.compile(r"^::(?P<level>error|warning|notice)(?: (?P<facts>[^:]*))?::(?P<message>.*)$")
_MAX_ANNOTATIONS = 50
_TAIL_LINES = 20


def render_log(result: JobResult) -> str:
    """The job's log as the logs endpoint serves it: a time before each line."""
    return "".join(line for step in result.steps for line in _step_log(step))


def _step_log(step: StepResult) -> list[str]:
    head = ["##[group]" + step.step.name, *step.step.script.splitlines(), "##[endgroup]"]
    output = step.output.splitlines()
    lines = [_stamped(step.started_at, line) for line in head]
    lines += [_stamped(step.completed_at, _as_log_line(line)) for line in output]
    if not step.passed:
        lines.append(_stamped(step.completed_at, f"##[error]{_ending(step)}"))
    return lines


def _stamped(at: datetime, line: str) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}0Z {line}\n"


def _as_log_line(line: str) -> str:
    found = _COMMAND.match(line)
    return f"##[{found['level']}]{found['message']}" if found else line


def _ending(step: StepResult) -> str:
    if step.code is None:
        return "The operation was canceled: it ran out of time."
    return f"Process completed with exit code {step.code}."


def annotations_of(result: JobResult) -> list[Annotation]:
    """Workflow commands that the steps printed, failed tests of JUnit reports, then the failure.

    A workflow command looks like `::error file=…::…`.
    """
    made = [
        annotation
        for step in result.steps
        for line in step.output.splitlines()
        if (annotation := _annotation(line)) is not None
    ]
    made += [annotation for report in result.reports for annotation in failed_tests(report)]
    made = made[: _MAX_ANNOTATIONS - 1]
    if (failed := result.failed) is not None:
        made.append(Annotation(".github", 1, 1, "failure", _ending(failed)))
    return made


def _annotation(line: str) -> Annotation | None:
    found = _COMMAND.match(line)
    if found is None:
        return None
    facts = dict(
        part.split("=", 1) for part in (found["facts"] or "").split(",") if part.count("=") == 1
    )
    start = _number(facts.get("line"), 1)
    return Annotation(
        path=facts.get("file", ".github"),
        start_line=start,
        end_line=_number(facts.get("endLine"), start),
        level=_level(found["level"]),
        message=found["message"].replace("%0A", "\n").replace("%25", "%"),
        title=facts.get("title"),
    )


def _level(word: str) -> Literal["notice", "warning", "failure"]:
    match word:
        case "error":
            return "failure"
        case "warning":
            return "warning"
        case _:
            return "notice"


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text is not None and text.isdecimal() else otherwise


def summary_of(result: JobResult) -> tuple[str, str]:
    """Title and Markdown summary of the check run."""
    failed = result.failed
    if failed is None:
        count = len(result.steps)
        return "All steps passed", f"{count} step{'s' if count != 1 else ''} passed."
    tail = "\n".join("    " + line for line in failed.output.splitlines()[-_TAIL_LINES:])
    return f"{failed.step.name} failed", f"{_ending(failed)}\n\n{tail}"
