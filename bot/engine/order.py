"""The order of the queue: by what became of others of their kind, and beside it by the prior alone.

Every second ticket, drawn by its name, takes the best task by the prior: only so can it be measured
whether going by experience merges more. People are shown the order by experience, and where the
other one puts the task, when that differs.
"""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.experiment import Arm, drawn_by
from bot.domain.policy import Switch
from bot.domain.priority import Ranked, best, running_in
from bot.domain.success import NOTHING_YET, Experience
from bot.domain.task import Task
from bot.engine.services import Services


def experience_for(services: Services, ticket: str) -> Experience:
    """What a ticket goes by."""
    match drawn_by(ticket):
        case Arm.TREATED:
            return shown_experience(services)
        case Arm.CONTROL | Arm.OFF:
            return NOTHING_YET


def shown_experience(services: Services) -> Experience:
    """What the order that people see goes by; the prior alone where learning is switched off."""
    match services.operator.learning:
        case Switch.ON:
            return services.chronicle.experience()
        case Switch.OFF:
            return NOTHING_YET


def ordered(
    services: Services, tasks: Iterable[Task], experience: Experience
) -> tuple[Ranked, ...]:
    """The tasks in the order in which they are taken by this experience."""
    running = running_in(services.tasks.working())
    return best(tasks, services.clock(), running, experience)


def place_of(services: Services, task: Task) -> Ranked | None:
    """Where a task stands among all that are queued, and why; None when it is not among them."""
    queued = services.tasks.queued()
    mine = _among(ordered(services, queued, shown_experience(services)), task)
    other = _among(ordered(services, queued, NOTHING_YET), task)
    if mine is None or other is None or mine.place == other.place:
        return mine
    aside = f"every second ticket goes by the prior alone, where it is number {other.place}"
    return replace(mine, why=f"{mine.why}; {aside}")


def _among(ranked: Iterable[Ranked], task: Task) -> Ranked | None:
    return next((one for one in ranked if one.task.id == task.id), None)
