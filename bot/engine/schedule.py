"""The service's own schedule: one run over each repository at each time of a cron expression."""

import logging
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Protocol

from cronsim import CronSim

from bot.domain.policy import POLICY_PATH, Policy
from bot.domain.policy_file import read_policy
from bot.domain.run import Order, Run, run_id
from bot.domain.subject import Repo
from bot.engine.services import Services
from bot.engine.subjects import allowed
from bot.stages.github import NotAllowed, TryLater

TICK_S = 20.0
LATE = timedelta(minutes=15)
"""A time that passed this long ago still counts: a restart over it must not lose it."""

log = logging.getLogger(__name__)


class Runs(Protocol):
    """Where runs are started. The same order again starts nothing twice."""

    def cycle(self, repo: Repo, order: Order) -> None:
        """One run over a repository."""
        ...


def due(expression: str, now: datetime) -> datetime | None:
    """The newest time of the expression (UTC) in the last `LATE`, if there was one."""
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    slot = next(CronSim(expression, minute + timedelta(minutes=1), reverse=True), None)
    return slot if slot is not None and minute - slot <= LATE else None


def start_due(services: Services, runs: Runs, expression: str, now: datetime) -> int:
    """Start the run of the newest time for every repository; how many there were.

    The run's id holds repository and time, so each time runs once, whoever else asks for it.
    """
    slot = due(expression, now)
    if slot is None:
        return 0
    count = 0
    for repo in services.github.repositories():
        if not allowed(services, repo):
            continue
        try:
            order = order_of(services, repo, slot)
        except (TryLater, NotAllowed) as away:
            log.warning("%s is left out of this run: %s", repo.full, away)
            continue
        if order is not None:
            runs.cycle(repo, order)
            count += 1
    return count


def order_of(services: Services, repo: Repo, slot: datetime) -> Order | None:
    """What the repository's policy orders for this time; None where it orders nothing."""
    repository = services.github.repository(repo)
    if repository is None or services.controls.paused(repo) is not None:
        return None
    policy = read_policy(services.github.file(repo, POLICY_PATH, repository.default_branch))
    if not isinstance(policy, Policy) or policy.run.max_changes == 0:
        return None
    return Order(Run(run_id(repo.full, slot), policy.run.budget), policy.run.max_changes)


def schedule_forever(
    services: Services, runs: Runs, expression: str, stop: Event, tick_s: float = TICK_S
) -> None:
    """Look at the clock until it is told to stop; each time is dealt with once by this process."""
    seen: datetime | None = None
    while not stop.wait(tick_s):
        try:
            slot = due(expression, services.clock())
            if slot is not None and slot != seen:
                count = start_due(services, runs, expression, services.clock())
                log.info("the run of %s was started for %d repositories", slot.isoformat(), count)
                seen = slot
        except (TryLater, NotAllowed) as away:
            log.warning("the schedule waits: %s", away)
        except Exception:
            log.exception("the schedule waits")
