"""`/evolve plan`, issues that are too big, and the planner: what is said, and nothing is done."""

import pytest

from bot.cli.demo.sample import POLICY
from bot.domain.task import Bond, Ending, Filed
from bot.kernel.values import Usd
from forge.actors import HonestActor, NothingNeededActor
from forge.ci.runner import Mode
from forge.world.entities import Issue
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.outcomes import (
    books_agree,
    journal_tells,
    merged_exactly_once,
    nothing_is_left_behind,
)
from tests.engine.players import TWO_PARTS, Hasty, Planner, Splitter
from tests.engine.power import Moment
from tests.engine.world import Town

pytestmark = [pytest.mark.sandbox, needs_sandbox]

NO_PROPOSALS = POLICY.replace("max_open: 1", "max_open: 0")
PLANNED = f"{NO_PROPOSALS}models:\n  plan: claude-opus-5-5\n"


def planned(town: Town) -> Issue:
    """An issue for which only a plan was asked."""
    issue = town.issue()
    town.say(issue, "/evolve plan")
    town.settle()
    return issue


def own_issues(town: Town) -> list[Issue]:
    """The issues that the bot filed, oldest first."""
    ours = (one for one in town.repo.issues.values() if one.author is town.app.bot)
    return sorted((one for one in ours if one.pull is None), key=lambda one: one.number)


def test_a_plan_is_an_answer_with_its_price_and_nothing_is_written(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    issue = planned(town)

    status = town.status(issue)
    assert town.task(issue).ending is Ending.ANSWERED
    assert "This is the plan that was asked for. Nothing was changed." in status
    assert "**Estimate** fix, impact 4 of 5, low risk, about $0.10" in status
    assert "> Show it with a test, then change shelf/paging.py." in status
    assert "`/evolve` does it" in status
    assert "publish" not in status, "what a plan never comes to is not announced"
    assert len(town.model.requests) == 1
    assert town.forge.world.git(town.repo).branch(f"evolve/{issue.number}-1") is None
    assert (town.pulls(), own_issues(town)) == ([], [])
    journal_tells(town, issue, Ending.ANSWERED)
    books_agree(town)
    nothing_is_left_behind(town)


def test_after_the_plan_the_change_is_made_when_it_is_asked_for(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    issue = planned(town)
    town.say(issue, "/evolve")
    town.settle()

    merged_exactly_once(town, issue)
    journal_tells(town, issue, Ending.ANSWERED, Ending.AWAITING_REVIEW, Ending.MERGED)


def test_a_plan_is_made_also_while_reviewers_have_enough_to_read(found: Found):
    town = found(actor=Hasty(), policy=f"{NO_PROPOSALS}open_prs: 1\n")
    town.forge.ci.mode = Mode.PAUSED
    town.labelled_issue()
    town.settle()
    assert len(town.pulls()) == 1

    assert town.task(planned(town)).ending is Ending.ANSWERED


@pytest.mark.parametrize(
    ("actor", "ending", "said"),
    [
        (HonestActor(()), Ending.ANSWERED, "A question first: What should behave differently"),
        (NothingNeededActor("It works."), Ending.NOTHING_NEEDED, "It works."),
    ],
    ids=["question", "nothing needed"],
)
def test_a_plan_of_what_is_no_change_says_so(found: Found, actor, ending: Ending, said: str):
    town = found(actor=actor)
    issue = planned(town)

    assert town.task(issue).ending is ending
    assert said in town.status(issue)
    assert "**Plan**" not in town.status(issue)
    assert "`/evolve plan` plans again" in town.status(issue)


def test_a_plan_that_does_not_fit_the_budget_is_continued_as_a_plan(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS.replace("change: 1.00", "change: 0.0001"))
    issue = planned(town)
    assert town.task(issue).ending is Ending.OVER_BUDGET
    assert town.model.requests == ()

    town.say(issue, "/evolve continue $1")
    town.settle()
    assert town.task(issue).ending is Ending.ANSWERED
    assert town.pulls() == []


def test_what_is_too_big_is_filed_in_parts_that_wait_for_a_person(found: Found):
    town = found(actor=Splitter(), policy=NO_PROPOSALS)
    issue = planned(town)

    one, two = own_issues(town)
    assert [(one.title, two.title)] == [tuple(title for title, _ in TWO_PARTS)]
    assert issue.sub_issues == [one, two]
    assert [label.name for label in (*one.labels, *two.labels)] == []
    assert f"Part of #{issue.number}." in (one.body or "")
    status = town.status(issue)
    assert town.task(issue).ending is Ending.ANSWERED
    assert "It asks for two things at once." in status
    assert f"- #{one.number}\n- #{two.number}" in status
    assert town.pulls() == []
    assert len(town.model.requests) == 1, "the parts wait for a person"


def test_a_split_is_not_filed_twice_however_often_it_is_asked_for(found: Found):
    town = found(actor=Splitter(), policy=NO_PROPOSALS)
    issue = planned(town)
    for command in ("/evolve plan", "/evolve", "/evolve plan"):
        town.say(issue, command)
        town.settle()

    assert len(own_issues(town)) == 2
    assert "was split already" in town.status(issue)
    assert len(town.model.requests) == 2, "only `/evolve` asked the model again"


def test_the_power_fails_after_every_step_and_each_part_is_filed_once(found: Found):
    town = found(actor=Splitter(), policy=NO_PROPOSALS)
    town.grid.at_every_step = Moment.BEFORE_KEEPING
    issue = planned(town)

    assert {"file part 1", "file part 2", "conclude"} <= set(town.grid.happened)
    assert issue.sub_issues == own_issues(town)
    assert len(own_issues(town)) == 2


def test_where_github_knows_no_sub_issues_the_parts_are_a_task_list(found: Found):
    town = found(actor=Splitter(), policy=NO_PROPOSALS)
    town.forge.faults.fail_before(404, times=9, path="/sub_issues$")
    issue = planned(town)

    one, two = own_issues(town)
    assert issue.sub_issues == []
    status = town.status(issue)
    assert f"- [ ] #{one.number}\n- [ ] #{two.number}" in status
    assert "did not link" in status
    filed = [part.filed for part in town.task(issue).parts]
    assert filed == [Filed(one.number, Bond.LISTED), Filed(two.number, Bond.LISTED)]


def test_what_is_too_big_for_a_change_is_told_in_parts_and_nothing_is_filed(found: Found):
    town = found(actor=Splitter(), policy=NO_PROPOSALS)
    issue = town.labelled_issue()
    town.settle()

    status = town.status(issue)
    assert town.task(issue).ending is Ending.BLOCKED
    assert "- Count the last page: It is lost." in status
    assert "`/evolve plan` files the parts" in status
    assert own_issues(town) == []


def test_a_planner_writes_the_plan_in_a_conversation_of_its_own(found: Found):
    town = found(actor=Planner(), policy=PLANNED)
    issue = town.labelled_issue()
    town.settle()

    merged_exactly_once(town, issue)
    books_agree(town)
    asked = [request.model for request in town.model.requests]
    assert asked[:3] == ["claude-haiku-5-5", "claude-opus-5-5", "claude-sonnet-5-5"]
    opening = town.model.requests[2].messages[0].text
    assert "Test first: 21 items need a third page." in opening
    assert "> Test first: 21 items need a third page." in town.status(issue)
    charges = town.records.ledger.charges(town.task(issue).id)
    (charge,) = [one for one in charges if one.role == "plan"]
    assert charge.charged > Usd()
    said = town.records.trajectory.of("maintainer/shelf", issue.number, 1)
    assert [one.key for one in said if one.role == "plan"] == ["plan.1:asked", "plan.1:answered"]


def test_a_planner_without_a_plan_holds_nobody_up(found: Found):
    town = found(actor=Hasty(), policy=PLANNED)
    issue = town.issue()
    town.say(issue, "/evolve plan")
    town.settle()

    assert town.task(issue).ending is Ending.ANSWERED
    assert "> Show it with a test, then change shelf/paging.py." in town.status(issue)
    assert "triage's plan stays" in town.status(issue)
    assert len(town.model.requests) == 2
