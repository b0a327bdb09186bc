"""The live list of stages in the status comment."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.wording.blocks import span
from bot.domain.wording.quoting import inline

STAGES = ("select", "triage", "implement", "prove", "publish", "land", "learn")
"""The way of one change, in order; a stage that is marked but not listed here is shown as well."""

PLANNING = ("select", "triage", "plan")
"""The way of a plan that is asked for alone."""


class Progress(StrEnum):
    """Where a stage stands; the value is what a reader sees before its name."""

    DONE = "✅"
    NOW = "🔄"
    ENDED_HERE = "⏹️"
    NEXT = "▫️"


@dataclass(frozen=True, slots=True)
class Mark:
    """A stage that was entered, when, and what there was to say."""

    stage: str
    detail: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StageLine:
    """One line of the list; `seconds` is how long the stage took, None while that is open."""

    name: str
    progress: Progress
    detail: str = ""
    seconds: float | None = None


def stage_lines(
    marks: tuple[Mark, ...], last: Progress = Progress.NOW, way: tuple[str, ...] = STAGES
) -> tuple[StageLine, ...]:
    """The stages entered, each until the next began, and, while `last` is now, those to come.

    A stage that is entered again (a repair) gets a line of its own, so the list tells the story.
    Several marks of one stage in a row are one line with the last detail.
    """
    entered: list[Mark] = []
    details: list[str] = []
    for mark in marks:
        if entered and entered[-1].stage == mark.stage:
            details[-1] = mark.detail or details[-1]
        else:
            entered.append(mark)
            details.append(mark.detail)
    lines = [
        StageLine(mark.stage, Progress.DONE, detail, (after.at - mark.at).total_seconds())
        for mark, detail, after in zip(entered, details, entered[1:], strict=False)
    ]
    if entered:
        lines.append(StageLine(entered[-1].stage, last, details[-1]))
    return (*lines, *(_to_come(entered, way) if last is Progress.NOW else ()))


def stage_list(lines: tuple[StageLine, ...]) -> str:
    """The lines as a Markdown list."""
    return "\n".join(_line(line) for line in lines)


def _to_come(entered: list[Mark], way: tuple[str, ...]) -> tuple[StageLine, ...]:
    passed = [way.index(mark.stage) for mark in entered if mark.stage in way][-1:]
    return tuple(StageLine(name, Progress.NEXT) for name in way[max(passed, default=-1) + 1 :])


def _line(line: StageLine) -> str:
    name = f"**{inline(line.name)}**" if line.progress is not Progress.NEXT else inline(line.name)
    parts = [f"- {line.progress} {name}"]
    if line.seconds is not None:
        parts.append(span(line.seconds))
    if line.detail:
        parts.append(inline(line.detail))
    return " · ".join(parts)
