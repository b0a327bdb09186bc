"""What became of attempts moves the queue, is told where people look, and is shown to the model."""

from dataclasses import replace

import pytest

from bot.domain.experiment import Arm, Experiment, drawn, drawn_by
from bot.domain.statistics import Share
from bot.domain.success import Tally
from bot.domain.task import Ending, Estimate, Task
from bot.engine.status import show
from bot.engine.tickets import take_best
from bot.engine.what_works import what_works_in, works_here
from bot.kernel.values import Kind, Risk, Usd
from bot.memory.journal import Entry
from bot.memory.tasks import Admittance
from bot.memory.telemetry.gates import audit
from forge.world.entities import MergeMethod, State
from forge.world.merging import merge_pull
from forge.world.pulls import open_pull
from forge.world.pushes import push_commit_as
from tests.adapters.sandboxes import needs_sandbox
from tests.adapters.test_database_assignments import ONE
from tests.engine.conftest import Found
from tests.engine.outcomes import merged_exactly_once
from tests.engine.players import CHANGE, Slip, Untested
from tests.engine.world import Town
from tests.memory.attempts import CONTROL, TREATED
from tests.memory.pasts import entry

TABLE = Experiment.TABLE
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
    reports = audit(town.records.refusals.all(), judged.all_refused(), judged.all_merged())
    assert {(one.as_it_was, one.with_more) for one in reports} == {(Share(0, 1), Share(1, 1))}

    assert what_works_in(town.services, repo).lines() == ()
    # So many that the next attempt is one that is shown the table.
    failures = next(n for n in (6, 7, 8) if drawn(TABLE, repo.full, 1 + n) is Arm.TREATED)
    for number in range(500, 500 + failures):
        failed_before(town, number, Kind.DOCS)
    table = (
        f"docs in src/: 0 of {failures} merged",
        "fix in shelf/: 1 of 1 merged (1 of 1-5 lines);"
        " refused by new-test-not-passing (1), no-red-test (1)",
    )
    assert works_here(town.services, repo, TREATED) == table
    assert works_here(town.services, repo, CONTROL) == ()
    town.labelled_issue()
    town.settle()
    texts = [request.messages[0].text for request in town.model.requests]
    shown = [text for text in texts if table[0] in text]
    assert shown
    assert all("Make this change now" in text for text in shown), "the implementer alone"
    assert shown[0].index("The plan:") < shown[0].index(table[0]), "after what a cache keeps"

    docs, fix = queued(town, Kind.DOCS), queued(town, Kind.FIX)
    show(town.services, docs.id)
    comment = town.status(town.repo.issues[docs.subject.number])
    assert "place 2 of 2" in comment
    assert f"likely to succeed as a docs (0 of {failures} here)" in comment
    assert "every second ticket goes by the prior alone, where it is number 1" in comment

    first = take_best(town.services, town.queue, ticket(Arm.CONTROL))
    assert first is not None
    assert first.id == docs.id, "without experience docs go first, as before"
    again = queued(town, Kind.DOCS)
    second = take_best(town.services, town.queue, ticket(Arm.TREATED))
    assert second is not None
    assert second.id == fix.id
    assert again.id != fix.id


def test_a_person_who_merges_what_was_refused_shows_that_the_rule_was_wrong(found: Found):
    town = found(actor=Untested())
    issue = town.labelled_issue()
    town.settle()
    assert town.task(issue).ending is Ending.FAILED
    judged = town.records.judged
    (refused, *_) = judged.all_refused()
    assert judged.all_merged() == ()

    world, mended = town.forge.world, town.file(CHANGE.path).replace(CHANGE.old, CHANGE.new)
    push_commit_as(world, town.maintainer, town.repo, "by-hand", {CHANGE.path: mended}, "Round up")
    body = f"Fixes #{issue.number}"
    theirs = open_pull(world, town.maintainer, town.repo, "by-hand", "main", "Round up", body)
    town.settle()
    merge_pull(world, town.maintainer, theirs, MergeMethod.SQUASH)
    town.settle()

    assert issue.state is State.CLOSED
    (merged,) = judged.all_merged()
    assert merged.sketch == refused.sketch
    (report,) = audit(town.records.refusals.all(), judged.all_refused(), judged.all_merged())
    assert (report.rule, report.as_it_was.count) == ("no-red-test", report.refused)
