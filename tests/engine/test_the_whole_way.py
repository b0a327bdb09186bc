"""A labelled issue becomes a proven, merged pull request, and every record agrees about it."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot.domain.task import Ending
from forge.world.entities import Issue
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.outcomes import (
    books_agree,
    journal_tells,
    merged_exactly_once,
    nothing_is_left_behind,
)
from tests.engine.world import Town
from tests.engine.world import town as founded

pytestmark = [pytest.mark.sandbox, needs_sandbox]


@dataclass(frozen=True, slots=True)
class Told:
    """A town in which the whole story has been told."""

    town: Town
    issue: Issue


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with founded(tmp_path_factory.mktemp("whole") / "town") as town:
        issue = town.labelled_issue()
        town.settle()
        yield Told(town, issue)


def test_a_labelled_issue_becomes_one_merged_pull_request(told: Told):
    merged_exactly_once(told.town, told.issue)


def test_every_record_agrees_about_it(told: Told):
    books_agree(told.town)
    journal_tells(told.town, told.issue, Ending.AWAITING_REVIEW, Ending.MERGED)
    assert told.town.records.failures.of(told.town.subject(told.issue)) == ()


def test_nothing_is_left_behind_but_the_merge(told: Told):
    nothing_is_left_behind(told.town)
    assert told.town.forge.world.git(told.town.repo).branch("evolve/1-1") is None


def test_the_pull_request_shows_its_proof(told: Told):
    body = told.town.pull().issue.body or ""
    assert "Closes #1" in body
    assert "❌ failed | ✅ passed" in body, "red on the base, green on the change"


def test_the_commit_says_which_task_it_belongs_to(told: Told):
    git = told.town.forge.world.git(told.town.repo)
    message = git.commit(told.town.pull().head_sha).message
    assert "Evolve-Task: maintainer/shelf#1 attempt 1" in message


def test_one_improvement_is_proposed_with_what_was_really_printed(told: Told):
    town = told.town
    own = [i for i in town.repo.issues.values() if i.pull is None and i.author is town.app.bot]
    assert [i.title for i in own] == ["A run of spaces becomes a run of dashes in an address"]
    assert "one--two" in (own[0].body or "")
    assert town.records.tasks.of(town.subject(own[0])) is None, "a person admits it"


def test_the_story_goes_through_every_stage_in_order(told: Told):
    story = list(dict.fromkeys(told.town.story(told.issue)))
    work = ["queued", "select", "implement", "prove", "publish", "land", "merged"]
    expected = [*work, "watch", "propose"]
    assert story == expected
    assert "🔄" not in told.town.status(told.issue), "nothing is under way any more"


def test_looking_again_for_no_reason_changes_nothing(told: Told):
    town, issue = told.town, told.issue

    def everything() -> tuple[object, ...]:
        records = town.records
        return town.story(issue), town.status(issue), records.journal.rows(), records.ledger.total()

    before, calls = everything(), len(town.model.requests)
    town.sweep()
    town.queue.reconcile(town.subject(issue), "for no reason")
    town.settle()

    assert everything() == before
    assert len(town.model.requests) == calls
    merged_exactly_once(town, issue)
