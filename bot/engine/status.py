"""Keep the one status comment of an issue true to what we know of its task."""

from typing import assert_never

from bot.domain.subject import Subject
from bot.domain.task import Ending, Task, TaskState, Wish
from bot.domain.wording.quoting import prose
from bot.domain.wording.replies import reply_marker
from bot.domain.wording.stages import PLANNING, STAGES, Mark, Progress, stage_lines
from bot.domain.wording.status import (
    Ended,
    Money,
    NeedsPerson,
    OnHold,
    PullOpen,
    Queued,
    Standing,
    StatusView,
    Working,
    label_of,
    status_comment,
    status_marker,
)
from bot.engine.order import place_of
from bot.engine.services import Services
from bot.memory.tasks import HELD

ASK = "ask"
"""The stage in which a person must act."""


def show(services: Services, task_id: int) -> None:
    """Write the comment anew; nothing is sent when it already says so."""
    task = services.tasks.get(task_id)
    view = view_of(services, task)
    body, label = status_comment(view), label_of(view.standing)
    services.github.ensure_comment(task.subject, status_marker(task.subject.number), body)
    if task.label != label:
        services.github.ensure_state_label(task.subject, label)
        services.tasks.labelled(task.id, label)


def answer(services: Services, subject: Subject, on: int, comment: int, line: str) -> None:
    """Answer a command with one line where it was given: on the issue, in the status comment."""
    if on != subject.number:
        marker = reply_marker(f"comment:{comment}")
        place = Subject(subject.repo, on)
        services.github.ensure_comment(place, marker, f"{marker}\n{prose(line, 1000)}")
        return
    task = services.tasks.of(subject)
    if task is not None:
        services.tasks.tell(task.id, line)
        show(services, task.id)
        return
    marker = status_marker(subject.number)
    services.github.ensure_comment(subject, marker, f"{marker}\n{prose(line, 1000)}")


def view_of(services: Services, task: Task) -> StatusView:
    """What the comment shows of a task now."""
    story = [mark for mark in services.tasks.story(task.id) if mark.attempt == task.attempt]
    endings = set(Ending)
    marks = tuple(Mark(m.stage, m.detail, m.at) for m in story if m.stage not in endings)
    return StatusView(
        issue=task.subject.number,
        attempt=task.attempt,
        standing=_standing(services, task),
        money=Money(services.ledger.spent_on(task.id, task.attempt), task.cap + task.extra_budget),
        estimate=task.estimate,
        stages=stage_lines(marks, _progress(task), _way(task)),
        answer=task.answer,
        parts=task.parts,
        pull=task.published.pull if task.published else None,
    )


def _way(task: Task) -> tuple[str, ...]:
    match task.wish:
        case Wish.CHANGE:
            return STAGES
        case Wish.PLAN:
            return PLANNING
        case never:
            assert_never(never)


def _progress(task: Task) -> Progress:
    """How far the last stage came."""
    if task.state is not TaskState.ENDED:
        return Progress.NOW
    return Progress.DONE if task.ending is Ending.MERGED else Progress.ENDED_HERE


def _standing(services: Services, task: Task) -> Standing:
    match task.state:
        case TaskState.QUEUED:
            return _queued(services, task)
        case TaskState.WORKING | TaskState.REVISING:
            return Working(task.stage or "starting")
        case TaskState.PUBLISHED:
            pull = task.published.pull if task.published else 0
            if task.stage == ASK:
                return NeedsPerson(pull, last_detail(services, task))
            return PullOpen(pull, last_detail(services, task))
        case TaskState.ENDED:
            return Ended(task.ending or Ending.STOPPED, task.reason, task.wish)
        case never:
            assert_never(never)


def last_detail(services: Services, task: Task) -> str:
    """What the last mark of the story says."""
    story = services.tasks.story(task.id)
    return story[-1].detail if story else ""


def _queued(services: Services, task: Task) -> Standing:
    by = services.controls.paused(task.subject.repo)
    if by is not None:
        return OnHold(f"Paused by {by}.")
    if task.stage == HELD:
        return OnHold(last_detail(services, task))
    ranked = place_of(services, task)
    if ranked is None:
        return OnHold("It is being taken from the queue.")
    return Queued(ranked.place, ranked.of, ranked.why)
