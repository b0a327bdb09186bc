"""Tickets: the right to run one task. A free worker takes the best task at that moment.

A ticket is one durable workflow in a queue, so a worker that dies leaves it to be resumed. It is
not bound to a task until a worker is free, because a queue's order cannot be changed afterwards.
"""

from bot.domain.priority import best, running_in
from bot.domain.task import Task, TaskState, Wish
from bot.engine.services import Services


def take_best(services: Services, ticket: str) -> Task | None:
    """Bind the ticket to the best queued task that may run now, or to none."""
    held = services.tasks.claimed(ticket)
    if held is not None:
        return held
    now = services.clock()
    ready = [task for task in services.tasks.queued() if _may_run(services, task)]
    for ranked in best(ready, now, running_in(services.tasks.working())):
        claimed = services.tasks.claim(ticket, ranked.task.id, now)
        if claimed is not None:
            return claimed
    return None


def _may_run(services: Services, task: Task) -> bool:
    """Not paused, and room for one more pull request to review; a plan opens none."""
    repo = task.subject.repo
    if services.controls.paused(repo) is not None:
        return False
    if task.wish is Wish.PLAN:
        return True
    under_way = {TaskState.WORKING, TaskState.PUBLISHED}
    open_ones = services.tasks.open_in(repo)
    others = sum(one.state in under_way and one.wish is Wish.CHANGE for one in open_ones)
    return others < task.open_prs
