"""The sweep: look at everything that may need it, as if every webhook had been lost."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

from bot.engine.queue import Queue
from bot.engine.services import Services
from bot.engine.subjects import allowed, subjects_of
from bot.stages.github import NotAllowed, TryLater

EVERY_S = 300.0
KEPT = timedelta(days=7)
"""How long what was dealt with is kept, deliveries and workflows, for the operator to look at."""

log = logging.getLogger(__name__)


def sweep_forever(
    services: Services, queue: Queue, stop: Event, take_over: Callable[[], int]
) -> None:
    """Once at the start, for what happened while nobody listened, and then every few minutes."""
    while True:
        try:
            if taken := take_over():
                log.warning("took over %d workflows of a slot that nobody holds", taken)
            sweep(services, queue, services.clock())
            services.inbox.forget(services.clock() - KEPT)
            queue.forget(services.clock() - KEPT)
            services.places.forget(services.clock() - KEPT)
        except (TryLater, NotAllowed) as away:
            log.warning("the sweep waits: %s", away)
        except Exception:
            log.exception("the sweep waits")
        if stop.wait(EVERY_S):
            return


def sweep(services: Services, queue: Queue, now: datetime) -> int:
    """Ask for a look at every subject of every repository; how many there were."""
    count = 0
    for repo in services.github.repositories():
        if not allowed(services, repo):
            continue
        try:
            subjects = subjects_of(services, repo)
        except (TryLater, NotAllowed) as away:
            log.warning("%s is left out of this sweep: %s", repo.full, away)
            continue
        for subject in subjects:
            queue.reconcile(subject, f"sweep-{int(now.timestamp())}")
            count += 1
    return count
