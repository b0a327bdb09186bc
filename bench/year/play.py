"""Play one arm of the year: an issue each morning, a run every other day, old ones given up."""

import sys
import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.year.actor import Apprentice
from bench.year.calendar import Calendar, calendar
from bench.year.figures import Attempted, Year
from bench.year.jobs import Job, jobs, repository
from bot.cli.demo.sample import POLICY
from bot.domain.lessons.lesson import Retired, Why
from bot.domain.policy import Switch
from bot.domain.run import Order, Run, run_id
from bot.domain.task import Ending
from bot.kernel.values import Usd
from forge.world.entities import Issue
from forge.world.issues import close_issue
from tests.engine.world import Town, town

BEGIN = datetime(2027, 1, 4, 6, tzinfo=UTC)
A_DAY = 1
"""Issues that are filed on each day."""

RUN_EVERY = 2
"""Days between two runs, of which each publishes one change: half of what is asked for."""

GIVEN_UP_DAYS = 14
"""Maintainers close an issue that nobody has taken for so long."""

CAP = Usd.of("2.00")
CHANGES = 1
"""Fewer than there are issues, so that it matters which are taken."""

OUTDONE = frozenset({Why.OUTDONE, Why.EVICTED})

YEARS_POLICY = (
    POLICY.replace("max_lines: 30\n", "max_lines: 30\nmodels:\n  escalate: none\n  review: none\n")
    .replace("max_open: 1", "max_open: 0")
    .replace("open_prs: 1", "open_prs: 3")
)


@dataclass(frozen=True, slots=True)
class Arm:
    """How the bot and its model are set: whether it learns, and whether lessons help the model."""

    name: str
    learns: bool
    heeds: bool


ARMS = (
    Arm("off", learns=False, heeds=True),
    Arm("on", learns=True, heeds=True),
    Arm("useless", learns=True, heeds=False),
)


def play(arm: Arm, seed: int, days: int) -> Year:
    """One year in one arm; everything is real but the model, the durable engine and the clock."""
    year = jobs(seed, days, A_DAY)
    actor = Apprentice(year, heeds=arm.heeds)
    with (
        tempfile.TemporaryDirectory() as folder,
        calendar(BEGIN) as clock,
        town(Path(folder), actor, YEARS_POLICY, repository(year), clock) as here,
    ):
        if not arm.learns:
            _unlearned(here)
        filed = _days(here, clock, year, days, arm.name)
        return _told(here, arm, actor, filed, days)


def _unlearned(here: Town) -> None:
    """What an operator gets who switches learning off."""
    services = here.bot.services
    operator = replace(services.operator, learning=Switch.OFF, tuning=Switch.OFF)
    here.bot.services = replace(services, operator=operator)


def _days(
    here: Town, clock: Calendar, year: tuple[Job, ...], days: int, name: str
) -> list[tuple[Job, Issue]]:
    filed: list[tuple[Job, Issue]] = []
    for day in range(days):
        clock.until(BEGIN + timedelta(days=day))
        for job, issue in filed:
            if job.day + GIVEN_UP_DAYS == day and not _begun(here, issue):
                close_issue(here.forge.world, here.maintainer, issue)
        for job in (job for job in year if job.day == day):
            issue = here.issue(job.title, job.body)
            here.label(issue)
            filed.append((job, issue))
        if day % RUN_EVERY == 0:
            _run(here, clock)
        if day % 30 == 0:
            print(f"{name}: day {day} of {days}", file=sys.stderr, flush=True)
    return filed


def _run(here: Town, clock: Calendar) -> None:
    """One run, as cron starts it. The day goes on once CI has said what it thinks of it."""
    repo = here.installed
    order = Order(Run(run_id(repo.full, clock.now()), CAP), CHANGES)
    here.queue.cycle(repo, order)
    while here.queue.run_next(here.services):
        pass
    assert here.queue.failures == [], here.queue.failures
    assert here.forge.wait_idle(60), "CI did not come to rest"


def _begun(here: Town, issue: Issue) -> bool:
    task = here.records.tasks.of(here.subject(issue))
    return task is not None and here.records.assignments.of(task.id, task.attempt) is not None


def _told(
    here: Town, arm: Arm, actor: Apprentice, filed: list[tuple[Job, Issue]], days: int
) -> Year:
    attempts, barred = [], 0
    for job, issue in filed:
        task = here.records.tasks.of(here.subject(issue))
        if task is None:
            continue
        assigned = here.records.assignments.of(task.id, task.attempt)
        barred += task.ending is Ending.BLOCKED
        spent = here.records.ledger.spent_on(task.id, task.attempt)
        if spent == Usd():
            continue
        attempts.append(
            Attempted(
                day=job.day if assigned is None else (assigned.at - BEGIN).days,
                area=job.area,
                kind=job.kind,
                merged=task.ending is Ending.MERGED,
                dollars=spent.nano / 1e9,
                tried=assigned is not None,
                fell=job.name in actor.fallen,
                warned=assigned is not None and bool(assigned.lessons),
            )
        )
    lessons = here.records.lessons.all()
    gone = [one.standing.why for one in lessons if isinstance(one.standing, Retired)]
    return Year(
        arm=arm.name,
        days=days,
        attempts=tuple(attempts),
        active=len(lessons) - len(gone),
        evicted=sum(why in OUTDONE for why in gone),
        barred=barred,
    )
