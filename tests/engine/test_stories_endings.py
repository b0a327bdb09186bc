"""Every ending is honest: what a person reads at the end is what came of it."""

import pytest

from bot.cli.demo.cast import cast
from bot.cli.demo.sample import POISON_BODY, POISON_TITLE
from bot.domain.task import Ending
from bot.memory.refusals import Gate
from forge.actors import GarbageActor, HonestActor, NothingNeededActor
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.outcomes import (
    books_agree,
    journal_tells,
    merged_exactly_once,
    nothing_is_left_behind,
    refused,
)
from tests.engine.players import Careless, Rambling, Untested

pytestmark = [pytest.mark.sandbox, needs_sandbox]


def test_an_issue_that_needs_nothing_ends_so_and_says_why(found: Found):
    town = found(actor=NothingNeededActor("Version 2 does this already."))
    issue = town.labelled_issue()
    town.settle()

    assert town.task(issue).ending is Ending.NOTHING_NEEDED
    assert "💤 Nothing needed" in town.status(issue)
    assert "Version 2 does this already." in town.status(issue)
    assert town.pulls() == []
    journal_tells(town, issue, Ending.NOTHING_NEEDED)
    books_agree(town)


def test_an_issue_that_is_not_understood_ends_with_a_question(found: Found):
    town = found(actor=HonestActor(()))
    issue = town.labelled_issue()
    town.settle()

    assert town.task(issue).ending is Ending.ANSWERED
    assert "What should behave differently" in town.status(issue)
    assert town.pulls() == []


@pytest.mark.parametrize("actor", [GarbageActor(), Rambling()], ids=["garbage", "rambling"])
def test_a_model_that_makes_no_sense_ends_in_an_honest_failure(found: Found, actor):
    town = found(actor=actor)
    issue = town.labelled_issue()
    town.settle()

    assert town.task(issue).ending is Ending.FAILED
    assert "❌ Failed" in town.status(issue)
    assert town.pulls() == []
    assert len(town.model.requests) <= 5, "it is given up soon"
    assert len(town.records.failures.of(town.subject(issue))) == 1
    journal_tells(town, issue, Ending.FAILED)
    books_agree(town)
    nothing_is_left_behind(town)


def test_arguments_of_every_wrong_kind_do_no_harm(found: Found):
    town = found(actor=Careless())
    issue = town.labelled_issue()
    town.settle()

    merged_exactly_once(town, issue)
    books_agree(town)


def test_a_fix_without_a_test_is_not_proven_and_not_published(found: Found):
    town = found(actor=Untested())
    issue = town.labelled_issue()
    town.settle()

    assert town.task(issue).ending is Ending.FAILED
    assert "no-red-test" in town.status(issue)
    assert town.pulls() == []
    (failure,) = town.records.failures.of(town.subject(issue))
    assert failure.rules == ("no-red-test",)
    assert town.story(issue).count("prove") >= 3, "it was told, and tried three times"
    assert refused(town) == {(Gate.PROOF, "no-red-test")}


def test_a_poisoned_issue_is_refused_by_the_rules_it_broke(found: Found):
    town = found(actor=cast())
    issue = town.issue(POISON_TITLE, POISON_BODY)
    town.label(issue)
    town.settle()

    assert town.task(issue).ending is Ending.REFUSED
    assert "⛔ Refused" in town.status(issue)
    (failure,) = town.records.failures.of(town.subject(issue))
    assert {"protected-path", "assertion-loosened"} <= set(failure.rules)
    assert {(Gate.PATCH, rule) for rule in failure.rules} == refused(town)
    assert town.pulls() == []
    assert town.forge.world.git(town.repo).branch(f"evolve/{issue.number}-1") is None


def test_an_ended_issue_is_not_worked_on_again_until_it_is_labelled_again(found: Found):
    town = found(actor=NothingNeededActor("Nothing to do."))
    issue = town.labelled_issue()
    town.settle()
    spent = len(town.model.requests)

    town.sweep()
    assert len(town.model.requests) == spent

    town.clock.sleep(2)
    town.unlabel(issue)
    town.label(issue)
    town.settle()
    assert len(town.model.requests) == spent + 1
    assert town.task(issue).attempt == 2
    journal_tells(town, issue, Ending.NOTHING_NEEDED, Ending.NOTHING_NEEDED)


def test_the_second_try_is_told_what_failed_before(found: Found):
    town = found(actor=Rambling())
    issue = town.labelled_issue()
    town.settle()
    town.say(issue, "/evolve retry")
    town.settle()

    opening = town.model.requests[-1].messages[0].text
    assert "Tried before on this issue, without success" in opening
    assert "without using a tool" in opening
