"""Before an attempt is written: draw what it goes without, and keep that from then on."""

from dataclasses import replace

from bot.domain.experiment import Arm, Arms, Experiment, Tuning, area_of, drawn, drawn_by
from bot.domain.policy import Switch
from bot.domain.task import Estimate
from bot.engine.desk import Desk
from bot.engine.prepare import Prepared
from bot.engine.recalling import fitting, likely_paths, told
from bot.engine.tuning import Assigned, tuned
from bot.engine.what_works import works_here
from bot.memory.assignments import Assignment


def assign(desk: Desk, prepared: Prepared, estimate: Estimate) -> Prepared:
    """The conditions of this attempt, drawn once; what follows from them is in the result."""
    services, task = desk.services, desk.task
    assigned = services.assignments.of(task.id, task.attempt)
    if assigned is None:
        assigned = services.assignments.record(_recalling(desk, prepared, estimate))
    brief = replace(
        prepared.brief,
        lessons=told(desk, prepared, estimate, assigned),
        works_here=works_here(services, task.subject.repo, assigned.arms),
    )
    return replace(prepared, tuning=assigned.tuning, brief=brief)


def _recalling(desk: Desk, prepared: Prepared, estimate: Estimate) -> Assignment:
    """What was drawn, with the lessons that are recalled: none but in the treated arm."""
    assigned = _drawn(desk, prepared, estimate)
    if assigned.arms.lessons is not Arm.TREATED:
        return assigned
    found = fitting(desk, prepared, estimate, assigned.tuning.recall)
    return replace(assigned, lessons=tuple(one.id for one in found))


def _drawn(desk: Desk, prepared: Prepared, estimate: Estimate) -> Assignment:
    services, task = desk.services, desk.task
    ordinal = services.assignments.next_ordinal(task.subject)
    shown = prepared.brief.selection
    arms = _arms(desk, ordinal)
    policy, repo, at = prepared.policy, task.subject.repo, services.clock()
    given = Assigned(Tuning())
    if services.operator.tuning is Switch.ON:
        given = tuned(services.tunings, policy, repo, ordinal, arms, at)
    return Assignment(
        task=task.id,
        attempt=task.attempt,
        subject=task.subject,
        ordinal=ordinal,
        at=at,
        kind=estimate.kind,
        area=area_of(likely_paths(prepared, estimate)),
        risk=estimate.risk,
        expected=estimate.cost,
        arms=arms,
        tuning=given.tuning,
        trial=given.trial,
        indexed=len(shown.paths),
        shown=len(shown.files),
    )


def _arms(desk: Desk, ordinal: int) -> Arms:
    if desk.services.operator.learning is Switch.OFF:
        return Arms()
    place = desk.task.subject.repo.full
    return Arms(
        lessons=drawn(Experiment.LESSONS, place, ordinal),
        table=drawn(Experiment.TABLE, place, ordinal),
        order=drawn_by(desk.ticket),
    )
