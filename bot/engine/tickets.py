"""Tickets: the right to run one task. A free worker takes the best task at that moment.

A ticket is one durable workflow in a queue, so a worker that dies leaves it to be resumed. It is
not bound to a task until a worker is free, because a queue's order cannot be changed afterwards.

While a run is under way, its repository's tasks are the run's: it claims them itself, under tickets
of its own, and every other ticket passes them over. The sweep issues tickets for what it leaves.
"""

from bot.domain.task import Task
from bot.engine.holding import hold_now
from bot.engine.order import experience_for, ordered
from bot.engine.queue import Queue
from bot.engine.services import Services

RUN_HAS_IT = "a run of this repository began"


def take_best(services: Services, queue: Queue, ticket: str) -> Task | None:
    """Bind the ticket to the best queued task that may run now, or to none."""
    while True:
        task = services.tasks.claimed(ticket)
        if services.run is not None:
            return task
        task = task or _claim(services, queue, ticket)
        if task is None or queue.run_in(task.subject.repo) is None:
            return task
        # The run began after its repository was asked about, and may not know of this ticket.
        now = services.clock()
        services.tasks.hold_back(ticket, task, task.touches, now, RUN_HAS_IT)


def _claim(services: Services, queue: Queue, ticket: str) -> Task | None:
    ready = [task for task in services.tasks.queued() if _may_run(services, task)]
    for ranked in ordered(services, ready, experience_for(services, ticket)):
        if queue.run_in(ranked.task.subject.repo) is not None:
            continue
        claimed = services.tasks.claim(ticket, ranked.task.id, services.clock())
        if claimed is not None:
            return claimed
    return None


def _may_run(services: Services, task: Task) -> bool:
    """Not paused and not held. The claim looks at the latter again, in its own transaction."""
    paused = services.controls.paused(task.subject.repo) is not None
    return not paused and hold_now(services, task) is None
