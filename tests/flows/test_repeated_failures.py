"""What failed is not paid for again: a similar issue is refused before a strong model is asked."""

import pytest

from bot.cli.demo.sample import BUG_BODY, BUG_TITLE
from bot.domain.task import Ending
from forge.world.entities import Issue
from forge.world.pulls import close_pull
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.players import Untested
from tests.engine.world import Town
from tests.flows.pull_requests import BY_HUMAN, Obliging, commits_of, opened

pytestmark = [pytest.mark.sandbox, needs_sandbox]


def again(town: Town) -> Issue:
    """Somebody else's issue about the same, in other words."""
    issue = town.issue(f"Wrong: {BUG_TITLE.lower()}", f"I see this too.\n\n{BUG_BODY}")
    town.label(issue)
    town.settle()
    return issue


def test_a_similar_issue_is_refused_until_a_person_insists_and_the_model_is_told(found: Found):
    town = found(actor=Untested())
    first = town.labelled_issue()
    town.settle()
    (failure,) = town.records.failures.of(town.subject(first))
    assert failure.telling
    assert failure.paths == ("shelf/paging.py",)
    assert failure.symbols
    assert all(failure.blobs)

    asked = len(town.model.requests)
    second = again(town)
    assert town.task(second).ending is Ending.BLOCKED
    status = town.status(second)
    assert "Something similar failed" in status
    assert f"#&#8203;{first.number}, attempt 1" in status
    assert "/evolve retry" in status
    assert len(town.model.requests) == asked + 1, "triage alone was paid"
    assert not town.records.failures.of(town.subject(second))[0].telling

    town.say(second, "/evolve retry")
    town.settle()
    assert town.task(second).ending is Ending.FAILED
    assert "similar" in town.story(second)
    assert any(f"similar, #{first.number}" in str(one) for one in town.model.requests)


def test_what_people_closed_after_a_revision_is_not_proposed_again_in_other_words(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    first = opened(town)
    pull = town.pull()
    town.say(pull.issue, "/evolve write it without the double minus")
    town.settle()
    assert len(commits_of(town)) == 2
    close_pull(town.forge.world, town.maintainer, pull)
    town.settle()
    town.say(pull.issue, "Pages must be counted in the database.")
    town.settle()

    second = again(town)
    assert town.task(second).ending is Ending.BLOCKED
    status = town.status(second)
    assert f"#&#8203;{first.number}, attempt 1" in status
    assert "Pages must be counted in the database." in status
