"""Play one arm of the year: every morning new issues, one run, and the old ones are given up."""

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.year.actor import Apprentice
from bench.year.calendar import Calendar, calendar
from bench.year.figures import Attempted, Year
from bench.year.jobs import Job, jobs, repository
from bot.cli.demo.sample import POLICY
from bot.domain.run import Order, Run, run_id
from bot.domain.task import Ending, Task
from bot.kernel.values import Usd
from forge.world.entities import Issue
from forge.world.issues import close_issue
from tests.engine.world import Town, town

BEGIN = datetime(2027, 1, 4, 6, tzinfo=UTC)
A_DAY = 2
GIVEN_UP_DAYS = 14
"""Maintainers close an issue that nobody has taken for so long."""

CAP = Usd.of("2.00")
CHANGES_A_DAY = 1
"""Fewer than there are issues, so that it matters which are taken."""

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
        filed = _days(here, clock, year, days)
        return _told(here, arm, actor, filed, days)


def _days(here: Town, clock: Calendar, year: tuple[Job, ...], days: int) -> list[tuple[Job, Issue]]:
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
        _run(here, clock)
    return filed


def _run(here: Town, clock: Calendar) -> None:
    """One run, as cron starts it. The day goes on once CI has said what it thinks of it."""
    repo = here.installed
    order = Order(Run(run_id(repo.full, clock.now()), CAP), CHANGES_A_DAY)
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
                fell=job.name in actor.fallen,
                warned=assigned is not None and bool(assigned.lessons),
            )
        )
    lessons = here.records.lessons.all(here.installed)
    evicted = sum(lesson.retired is not None for lesson in lessons)
    return Year(arm.name, days, tuple(attempts), len(lessons) - evicted, evicted, barred)
