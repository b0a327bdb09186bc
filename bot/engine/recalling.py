"""Recall lessons for an attempt: chosen once, kept with its assignment, shown unless it is a
control."""

from typing import assert_never

from bot.domain.experiment import Arm, area_of
from bot.domain.holding import touched
from bot.domain.lessons.lesson import About, Lesson, Sort, Why, holds, terms_of
from bot.domain.lessons.recalling import recall
from bot.domain.task import Estimate
from bot.engine.desk import Desk
from bot.engine.prepare import Prepared
from bot.engine.repeating import proposal_of
from bot.memory.assignments import Assignment


def likely_paths(prepared: Prepared, estimate: Estimate) -> tuple[str, ...]:
    """The files that the plan names, else those that were found first for the issue."""
    shown = prepared.brief.selection
    return touched(estimate.plan, shown.paths) or tuple(file.path for file in shown.files[:3])


def fitting(desk: Desk, prepared: Prepared, estimate: Estimate, most: int) -> tuple[Lesson, ...]:
    """The lessons that fit this attempt; those whose code changed are retired."""
    proposal, likely = proposal_of(prepared, estimate), likely_paths(prepared, estimate)
    question = About(
        kind=estimate.kind,
        area=area_of(likely),
        paths=frozenset(likely),
        symbols=proposal.symbols,
        terms=terms_of(proposal.title, proposal.plan),
        failures=proposal.failures,
    )
    return recall(_valid(desk, prepared), question, most)


def told(
    desk: Desk, prepared: Prepared, estimate: Estimate, assigned: Assignment
) -> tuple[str, ...]:
    """What the conversation is shown; of a control it is kept what that would have been."""
    lessons, task, attempt = desk.services.lessons, assigned.task, assigned.attempt
    match assigned.arms.lessons:
        case Arm.TREATED:
            lessons.recalled(task, attempt, assigned.lessons, shown=True)
            return tuple(one.text for one in lessons.some(assigned.lessons))
        case Arm.CONTROL:
            withheld = fitting(desk, prepared, estimate, assigned.tuning.recall)
            lessons.recalled(task, attempt, (one.id for one in withheld), shown=False)
            return ()
        case Arm.OFF:
            return ()
        case never:
            assert_never(never)


def _valid(desk: Desk, prepared: Prepared) -> tuple[Lesson, ...]:
    """Those that still hold on this base. One that was learned since the attempt began, from a base
    that is newer than this one, is only left out. A recipe is not judged here."""
    services, task = desk.services, desk.task
    active = services.lessons.active(task.subject.repo)
    if not active:
        return ()
    now = {entry.path: str(entry.sha) for entry in desk.mirror().list_tree(prepared.base)}
    story = services.tasks.story(task.id)
    began = min((mark.at for mark in story if mark.attempt == task.attempt), default=None)
    valid: list[Lesson] = []
    for one in active:
        if one.sort is Sort.SETUP or holds(one.draft.anchors, now):
            valid.append(one)
        elif began is not None and one.draft.born < began:
            services.lessons.retire(one.id, Why.INVALID, services.clock(), "its code changed")
    return tuple(valid)
