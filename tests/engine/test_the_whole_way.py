"""A labelled issue becomes a proven, merged pull request, and every record agrees about it."""

import pytest

from bot.domain.task import Ending
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.outcomes import (
    books_agree,
    journal_tells,
    merged_exactly_once,
    nothing_is_left_behind,
)

pytestmark = [pytest.mark.sandbox, needs_sandbox]


def test_a_labelled_issue_becomes_a_merged_pull_request_and_one_proposal(found: Found):
    town = found()
    issue = town.labelled_issue()
    town.settle()

    merged_exactly_once(town, issue)
    books_agree(town)
    journal_tells(town, issue, Ending.AWAITING_REVIEW, Ending.MERGED)
    nothing_is_left_behind(town)
    assert town.records.failures.of(town.subject(issue)) == ()

    body = town.pull().issue.body or ""
    assert "Closes #1" in body
    assert "❌ failed | ✅ passed" in body, "red on the base, green on the change"
    git = town.forge.world.git(town.repo)
    message = git.commit(town.pull().head_sha).message
    assert "Evolve-Task: maintainer/shelf#1 attempt 1" in message
    assert git.branch("evolve/1-1") is None, "the branch is tidied up"

    own = [i for i in town.repo.issues.values() if i.pull is None and i.author is town.app.bot]
    assert [i.title for i in own] == ["A run of spaces becomes a run of dashes in an address"]
    assert "one--two" in (own[0].body or ""), "the evidence is what was really printed"
    assert town.records.tasks.of(town.subject(own[0])) is None, "a person admits it"


def test_the_story_goes_through_every_stage_in_order(found: Found):
    town = found()
    issue = town.labelled_issue()
    town.settle()

    story = list(dict.fromkeys(town.story(issue)))
    expected = ["queued", "select", "implement", "prove", "publish", "land", "merged", "propose"]
    assert story == expected
    assert "🔄" not in town.status(issue), "nothing is under way any more"


def test_looking_again_for_no_reason_changes_nothing(found: Found):
    town = found()
    issue = town.labelled_issue()
    town.settle()
    before = (len(town.story(issue)), town.status(issue), len(town.records.journal.rows()))
    calls = len(town.model.requests)

    town.sweep()
    town.queue.reconcile(town.subject(issue), "for no reason")
    town.settle()

    assert (len(town.story(issue)), town.status(issue), len(town.records.journal.rows())) == before
    assert len(town.model.requests) == calls
    merged_exactly_once(town, issue)
