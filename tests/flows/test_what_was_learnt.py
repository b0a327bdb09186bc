"""What became of attempts moves the queue, is told where people look, and is shown to the model."""

from dataclasses import replace

import pytest

from bot.domain.experiment import Arm, drawn_by
from bot.domain.statistics import Share
from bot.domain.success import Tally
from bot.domain.task import Estimate, Task
from bot.engine.standing import standing_of
from bot.engine.status import show
from bot.engine.tickets import take_best
from bot.kernel.values import Kind, Risk, Usd
from bot.memory.journal import Entry
from bot.memory.tasks import Admittance
from bot.memory.telemetry.gates import audit
from tests.adapters.sandboxes import needs_sandbox
from tests.adapters.test_database_assignments import ONE
from tests.engine.conftest import Found
from tests.engine.outcomes import merged_exactly_once
from tests.engine.players import Slip
from tests.engine.world import Town
from tests.memory.pasts import entry

pytestmark = [pytest.mark.sandbox, needs_sandbox]


def failed_before(town: Town, number: int, kind: Kind) -> None:
    """An attempt at an issue that is long gone, as the bot's books remember it."""
    subject = replace(town.subject(town.issue()), number=number)
    task = 1_000 + number
    made = replace(ONE, task=task, subject=subject, kind=kind, at=town.clock.now())
    town.records.assignments.record(made)
    told: Entry = entry(number, "failed: not proven")
    town.records.journal.append(replace(told, repo=subject.repo.full, timestamp=town.clock.now()))


def queued(town: Town, kind: Kind) -> Task:
    """An issue that triage has read already, waiting."""
    subject = town.subject(town.issue(title=f"A {kind}"))
    admitted = Admittance(subject, "p", "t", 1, "ada", town.clock.now(), 0, Usd.of(2))
    task = town.records.tasks.admit(admitted)
    estimate = Estimate(kind, 3, Risk.LOW, Usd.of("0.50"), "")
    town.records.tasks.estimate(task.id, estimate)
    return town.records.tasks.get(task.id)


def ticket(arm: Arm) -> str:
    return next(f"ticket-{n}" for n in range(99) if drawn_by(f"ticket-{n}") is arm)


def test_what_was_merged_goes_before_what_failed_and_the_comment_says_why(found: Found):
    town = found(actor=Slip())
    done = town.labelled_issue()
    town.settle()
    merged_exactly_once(town, done)

    repo, chronicle = town.subject(done).repo, town.services.chronicle
    assert chronicle.experience().chance(repo, Kind.FIX).here == Tally(1, 1)
    (course,) = chronicle.courses()
    assert course.proven
    assert course.admitted is not None
    assert course.merged is not None
    assert course.cost > Usd()
    assert {"triage", "implement"} <= course.roles

    judged = town.records.judged
    (report,) = audit(town.records.refusals.all(), judged.all_refused(), judged.all_merged())
    assert (report.as_it_was, report.with_more) == (Share(0, 1), Share(1, 1)), "a test, then more"

    assert standing_of(town.services, repo).lines() == ()
    for number in range(500, 506):
        failed_before(town, number, Kind.DOCS)
    assert standing_of(town.services, repo).lines() == (
        "docs in src/: 0 of 6 merged",
        "fix in shelf/: 1 of 1 merged (1 of 1-5 lines); refused by new-test-red 1 times",
    )

    docs, fix = queued(town, Kind.DOCS), queued(town, Kind.FIX)
    show(town.services, docs.id)
    (comment,) = [
        one.body
        for issue in town.forge.world.issues(town.repo)
        if issue.number == docs.subject.number
        for one in issue.comments
    ]
    assert "place 2 of 2" in comment
    assert "36% likely to succeed as a docs (0 of 6 here)" in comment
    assert "every second ticket goes by the prior alone, where it is number 1" in comment

    first = take_best(town.services, ticket(Arm.CONTROL))
    assert first is not None
    assert first.id == docs.id, "without experience docs go first, as before"
    again = queued(town, Kind.DOCS)
    second = take_best(town.services, ticket(Arm.TREATED))
    assert second is not None
    assert second.id == fix.id
    assert again.id != fix.id
