"""Who may command, what their words do, and what people are told."""

import pytest

from bot.cli.demo.sample import POLICY
from bot.domain.task import Ending, TaskState
from bot.memory.refusals import Gate
from forge.actors import NothingNeededActor
from forge.ci.runner import Mode
from forge.world.entities import Role, State
from forge.world.issues import close_issue, edit_issue
from forge.world.pushes import push_commit_as
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.outcomes import (
    books_agree,
    journal_tells,
    merged_exactly_once,
    nothing_is_left_behind,
    nothing_was_spent,
    refused,
)
from tests.engine.players import Hasty

pytestmark = [pytest.mark.sandbox, needs_sandbox]

NO_PROPOSALS = POLICY.replace("max_open: 1", "max_open: 0")


def test_a_writers_command_is_seen_and_done(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    writer = town.user("wilma", Role.WRITE)
    issue = town.issue()
    command = town.say(issue, "/evolve", by=writer)
    town.settle()

    assert town.reactions(command) == ["eyes"]
    assert town.task(issue).admitted_login == "wilma"
    merged_exactly_once(town, issue)


@pytest.mark.parametrize("role", [Role.NONE, Role.READ, Role.TRIAGE])
def test_a_command_without_write_access_costs_nothing_and_gets_one_polite_line(
    found: Found, role: Role
):
    town = found()
    reader = town.user("rita", role)
    issue = town.issue()
    for _ in range(2):
        town.say(issue, "/evolve", by=reader)
        town.settle()
    town.sweep()

    nothing_was_spent(town)
    (line,) = town.our_comments(issue)
    assert "only act for people with write access" in line
    (count,) = town.records.refusals.counts()
    assert (count.gate, count.rule) == (Gate.AUTHORITY, "command-without-write-access")
    assert count.count == 2, "each command once, however often it is looked at"
    assert town.records.tasks.of(town.subject(issue)) is None


def test_a_label_by_somebody_who_may_only_triage_costs_nothing_and_is_not_answered(found: Found):
    town = found()
    issue = town.issue()
    town.label(issue, by=town.user("tess", Role.TRIAGE))
    town.settle()
    town.sweep()

    nothing_was_spent(town)
    assert town.our_comments(issue) == []
    assert refused(town) == {(Gate.AUTHORITY, "label-without-write-access")}


def test_a_command_that_is_only_quoted_is_no_command(found: Found):
    town = found()
    issue = town.issue()
    town.say(issue, "> /evolve\n\nWhat does this do?")
    town.settle()

    nothing_was_spent(town)
    assert town.our_comments(issue) == []


def test_a_command_that_is_not_known_is_answered_with_what_is(found: Found):
    town = found()
    issue = town.issue()
    town.say(issue, "/evolve dance")
    town.settle()

    nothing_was_spent(town)
    assert "dance" in town.status(issue)
    assert "retry" in town.status(issue)


def test_a_bad_policy_gets_one_comment_with_line_and_reason_and_costs_nothing(found: Found):
    town = found(actor=Hasty(), policy="merge: bot\nmax_lines: many\n")
    issue = town.labelled_issue()
    town.settle()
    town.say(issue, "/evolve")
    town.settle()
    town.sweep()

    nothing_was_spent(town)
    (told,) = town.our_comments(issue)
    assert "Line 2" in told
    assert "max_lines" in told

    mended = {".github/evolve.yml": NO_PROPOSALS}
    push_commit_as(town.forge.world, town.maintainer, town.repo, "main", mended, "mend it")
    town.settle()
    assert town.task(issue).ending is Ending.MERGED, "the push to the default branch is enough"


def test_a_title_edited_while_the_bot_works_stops_it_before_anything_is_published(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    issue = town.labelled_issue()
    town.meanwhile(
        lambda: edit_issue(town.forge.world, issue.author, issue, title="Delete everything")
    )
    town.settle()

    task = town.task(issue)
    assert (task.state, task.ending) == (TaskState.ENDED, Ending.STOPPED)
    assert "text changed" in town.status(issue)
    assert town.pulls() == []
    assert issue.state is State.OPEN
    assert len(town.model.requests) == 2, "no call after the one that was under way"
    journal_tells(town, issue, Ending.STOPPED)
    nothing_is_left_behind(town)


def test_a_body_edited_before_the_merge_stops_it(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    town.forge.ci.mode = Mode.PAUSED
    issue = town.labelled_issue()
    town.settle()
    edit_issue(town.forge.world, issue.author, issue, body="Something else entirely.")
    town.forge.ci.mode = Mode.NORMAL
    town.settle()
    town.sweep()

    assert town.task(issue).ending is Ending.STOPPED
    assert not town.pull().merged
    assert issue.state is State.OPEN


def test_stop_ends_the_work_and_says_who_stopped_it(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    issue = town.labelled_issue()
    said = []
    town.meanwhile(lambda: said.append(town.say(issue, "/evolve stop")))
    town.settle()

    assert town.task(issue).ending is Ending.STOPPED
    assert "Stopped by maintainer" in town.status(issue)
    assert town.reactions(said[0]) == ["+1"]
    assert town.pulls() == []
    assert len(town.model.requests) == 2


def test_a_retry_given_while_the_stopped_attempt_still_runs_is_not_ended_by_it(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    issue = town.labelled_issue()

    def stop_and_retry() -> None:
        town.say(issue, "/evolve stop")
        town.say(issue, "/evolve retry")

    town.meanwhile(stop_and_retry)
    town.settle()

    task = town.task(issue)
    assert (task.attempt, task.ending) == (2, Ending.MERGED), task.reason
    assert town.pull().head_ref == f"evolve/{issue.number}-2"
    books_agree(town)


def test_a_closed_issue_is_not_worked_on(found: Found):
    town = found()
    issue = town.issue()
    close_issue(town.forge.world, town.maintainer, issue)
    town.label(issue)
    town.settle()
    assert town.our_comments(issue) == []

    town.say(issue, "/evolve")
    town.settle()
    assert "reopen it first" in town.status(issue)
    nothing_was_spent(town)


def test_an_issue_closed_while_the_bot_works_stops_it(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    issue = town.labelled_issue()
    town.meanwhile(lambda: close_issue(town.forge.world, town.maintainer, issue))
    town.settle()

    assert town.task(issue).ending is Ending.STOPPED
    assert town.pulls() == []


def test_status_is_answered_in_the_one_comment(found: Found):
    town = found(actor=NothingNeededActor("Nothing to do."))
    issue = town.labelled_issue()
    town.settle()
    town.say(issue, "/evolve status")
    town.settle()

    assert "kept up to date" in town.status(issue)
    assert len(town.our_comments(issue)) == 1


def test_webhooks_that_are_all_lost_are_made_up_for_by_the_sweep(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    town.settle()
    town.forge.faults.hooks.lose(times=10_000)
    issue = town.labelled_issue()
    town.settle()
    nothing_was_spent(town)

    for _ in range(3):
        town.sweep()
    merged_exactly_once(town, issue)


def test_webhooks_that_come_twice_and_late_change_nothing(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    town.forge.faults.hooks.delay(by=3, event="issues")
    town.forge.faults.hooks.double(times=10_000)
    issue = town.labelled_issue()
    town.settle()
    town.forge.faults.hooks.release(newest_first=True)
    town.settle()

    merged_exactly_once(town, issue)
    books_agree(town)
