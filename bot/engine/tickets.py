"""Tickets: the right to run one task. A free worker takes the best task at that moment.

A ticket is one durable workflow in a queue, so a worker that dies leaves it to be resumed. It is
not bound to a task until a worker is free, because a queue's order cannot be changed afterwards.
"""

from bot.domain.task import Task
from bot.engine.holding import hold_now
from bot.engine.order import experience_for, ordered
from bot.engine.services import Services


def take_best(services: Services, ticket: str) -> Task | None:
    """Bind the ticket to the best queued task that may run now, or to none."""
    held = services.tasks.claimed(ticket)
    if held is not None:
        return held
    ready = [task for task in services.tasks.queued() if _may_run(services, task)]
    for ranked in ordered(services, ready, experience_for(services, ticket)):
        claimed = services.tasks.claim(ticket, ranked.task.id, services.clock())
        if claimed is not None:
            return claimed
    return None


def _may_run(services: Services, task: Task) -> bool:
    """Not paused and not held. The claim looks at the latter again, in its own transaction."""
    paused = services.controls.paused(task.subject.repo) is not None
    return not paused and hold_now(services, task) is None
