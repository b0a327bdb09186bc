"""Odd moments: two workers at once, a wrong clock, a full disk, things that vanish."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.cli.demo.sample import POLICY
from bot.domain.actions import Wait
from bot.domain.task import Ending, TaskState
from bot.engine.perform import Settled, perform
from bot.memory.journal import Entry, Journal, Row
from bot.stages.facts import Finder
from forge.actors import NothingNeededActor
from forge.ci.runner import Mode
from forge.world.entities import Issue
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.outcomes import journal_tells, merged_exactly_once
from tests.engine.players import Hasty
from tests.engine.world import Town

pytestmark = [pytest.mark.sandbox, needs_sandbox]

NO_PROPOSALS = POLICY.replace("max_open: 1", "max_open: 0")


def vanish(town: Town, issue: Issue) -> None:
    """The issue is deleted; GitHub tells nobody in this test."""
    with town.forge.world.lock:
        del town.repo.issues[issue.number]


def test_a_look_that_began_before_the_work_ended_does_not_end_the_task(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    town.forge.ci.mode = Mode.PAUSED
    issue = town.labelled_issue()
    town.settle()
    of = town.services
    finder = Finder(of.github, of.git, of.tasks, of.revisions, of.watches, of.controls, of.clock)
    facts = finder.find(town.subject(issue))
    assert facts.task is not None
    stale = replace(facts, task=replace(facts.task, state=TaskState.WORKING), pull=None)

    verdict = perform(of, town.queue, town.subject(issue), stale, Wait("working"))

    assert verdict == Settled()
    assert town.task(issue).state is TaskState.PUBLISHED


@dataclass
class FullDisk:
    """A journal that cannot be written for a while."""

    journal: Journal
    full: bool = True

    def append(self, entry: Entry) -> Row:
        if self.full:
            raise OSError("no space left on device")
        return self.journal.append(entry)

    def rows(self) -> tuple[Row, ...]:
        return self.journal.rows()


def test_a_task_whose_worker_ended_without_a_word_is_not_left_working_for_ever(found: Found):
    town = found(actor=NothingNeededActor("Nothing to do."))
    disk = FullDisk(town.services.journal)
    town.bot.services = replace(town.services, journal=disk)
    issue = town.labelled_issue()
    town.settle()
    assert "no space left" in town.queue.failures.pop()
    assert town.task(issue).state is TaskState.WORKING

    disk.full = False
    town.sweep()

    assert town.task(issue).ending is Ending.FAILED
    assert "ended without a word" in town.status(issue)
    journal_tells(town, issue, Ending.FAILED)


def test_a_clock_that_is_slow_does_not_make_one_label_count_again_and_again(found: Found):
    town = found(actor=NothingNeededActor("Nothing to do."))
    town.bot.services = replace(
        town.services, clock=lambda: town.clock.now() - timedelta(minutes=5)
    )
    issue = town.labelled_issue()
    town.settle()
    town.sweep()

    assert town.task(issue).attempt == 1
    assert len(town.model.requests) == 1


def test_an_issue_deleted_while_its_pull_request_is_open_ends_the_task(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    town.forge.ci.mode = Mode.PAUSED
    issue = town.labelled_issue()
    town.settle()
    vanish(town, issue)
    town.sweep()

    assert town.task(issue).ending is Ending.STOPPED
    assert "deleted or moved away" in town.task(issue).reason
    journal_tells(town, issue, Ending.AWAITING_REVIEW, Ending.STOPPED)
    assert not town.pull().merged


def test_an_issue_deleted_while_the_bot_works_ends_the_work(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    issue = town.labelled_issue()
    town.meanwhile(lambda: vanish(town, issue))
    town.settle()
    town.sweep()

    assert town.task(issue).state is TaskState.ENDED
    assert town.pulls() == []


def test_work_that_waited_for_the_end_of_a_pause_goes_on_at_once(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    town.forge.ci.mode = Mode.PAUSED
    issue = town.labelled_issue()
    town.settle()
    other = town.issue("Something else", "Nothing to do with it.")
    town.say(other, "/evolve pause")
    town.settle()
    town.forge.ci.mode = Mode.NORMAL
    town.settle()
    assert not town.pull().merged

    town.say(other, "/evolve resume")
    town.settle()
    merged_exactly_once(town, issue)


def test_github_that_fails_before_and_after_it_did_what_was_asked_changes_nothing(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    faults = town.forge.faults
    faults.fail_after(502, method="POST", path="/comments$")
    faults.fail_after(502, times=2, method="PATCH", path="/comments/[0-9]+$")
    faults.fail_after(502, method="POST", path="/pulls$")
    faults.fail_after(502, method="PUT", path="/merge$")
    faults.fail_before(503, times=3, method="GET", path="/issues/1$")
    issue = town.labelled_issue()
    town.settle()

    merged_exactly_once(town, issue)
    issue_path, pull_path = "/repos/maintainer/shelf/issues/1", "/repos/maintainer/shelf/pulls"
    for method, path in (
        ("POST", f"{issue_path}/comments"),
        ("PATCH", "/repos/maintainer/shelf/issues/comments/1"),
        ("POST", pull_path),
        ("PUT", f"{pull_path}/2/merge"),
        ("GET", issue_path),
    ):
        assert faults.take(method, path) is None, "every fault was met"
