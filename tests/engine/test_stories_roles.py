"""The roles around a change: repair, blind review, the stronger model, and a long conversation."""

import pytest

from bot.cli.demo.sample import POLICY
from bot.domain.task import Ending
from bot.stages.clearing import CLEARED
from forge.model.wire import MessagesRequest, ToolResult
from forge.world.entities import Issue
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.outcomes import books_agree, journal_tells, merged_exactly_once
from tests.engine.players import (
    MISSING,
    Overtaxed,
    Particular,
    Reader,
    Slip,
    Stubborn,
    Untested,
)
from tests.engine.world import Town

pytestmark = [pytest.mark.sandbox, needs_sandbox]

NO_PROPOSALS = POLICY.replace("max_open: 1", "max_open: 0")
NO_REVIEW = f"{NO_PROPOSALS}models:\n  review: none\n"
NO_ESCALATION = f"{NO_PROPOSALS}models:\n  escalate: none\n"


def roles(town: Town, issue: Issue) -> list[str]:
    """Who was paid, in order."""
    return [charge.role for charge in town.records.ledger.charges(town.task(issue).id)]


def details(town: Town, issue: Issue) -> str:
    return "\n".join(mark.detail for mark in town.records.tasks.story(town.task(issue).id))


def cleared_in(request: MessagesRequest) -> int:
    """How many results of a request were cleared."""
    blocks = (block for message in request.messages for block in message.content)
    return sum(isinstance(block, ToolResult) and block.text == CLEARED for block in blocks)


def test_a_submission_with_a_red_test_is_told_why_and_repaired(found: Found):
    town = found(actor=Slip(), policy=NO_PROPOSALS)
    issue = town.labelled_issue()
    town.settle()

    merged_exactly_once(town, issue)
    books_agree(town)
    assert "not proven: " in details(town, issue)
    assert "escalate" not in roles(town, issue), "one failed proof is no reason yet"


def test_a_reviewer_sends_it_back_once_and_what_it_missed_is_added(found: Found):
    town = found(actor=Particular(), policy=NO_PROPOSALS)
    issue = town.labelled_issue()
    town.settle()

    merged_exactly_once(town, issue)
    books_agree(town)
    assert "the reviewer sends it back" in details(town, issue)
    assert "test_full_pages_stay_as_they_were" in town.file("tests/test_paging.py")
    assert roles(town, issue).count("review") == 1, "it is asked once"

    said = town.records.trajectory.of("maintainer/shelf", issue.number, 1)
    asked = "".join(one.text for one in said if (one.role, one.key[-5:]) == ("review", "asked"))
    assert "the 21st item needs a third page" in asked
    assert "return -(-items // per_page)" in asked
    assert "What was run:" in asked
    assert "I know this one." not in asked, "nothing of how it came about"


def test_a_reviewer_who_is_never_content_cannot_hold_a_proven_change_up_for_ever(found: Found):
    town = found(actor=Stubborn(), policy=NO_PROPOSALS)
    issue = town.labelled_issue()
    town.settle()

    merged_exactly_once(town, issue)
    assert roles(town, issue).count("review") == 1
    assert MISSING in town.records.trajectory.of("maintainer/shelf", issue.number, 1)[-2].text


def test_after_two_failed_proofs_the_stronger_model_ends_the_work(found: Found):
    town = found(actor=Overtaxed(), policy=NO_REVIEW)
    issue = town.labelled_issue()
    town.settle()

    merged_exactly_once(town, issue)
    books_agree(town)
    paid = roles(town, issue)
    assert paid == ["triage", *["implement"] * 3, *["escalate"] * 2]
    models = [request.model for request in town.model.requests]
    assert models[-2:] == ["claude-opus-5-5"] * 2
    taken_over = town.model.requests[-2].messages
    assert len(taken_over) == 1, "it begins a conversation of its own"
    assert "The last verdict" in taken_over[0].text


def test_without_a_stronger_model_the_same_one_goes_on_to_an_honest_failure(found: Found):
    town = found(actor=Untested(), policy=NO_ESCALATION)
    issue = town.labelled_issue()
    town.settle()

    assert town.task(issue).ending is Ending.FAILED
    assert set(roles(town, issue)) == {"triage", "implement"}
    journal_tells(town, issue, Ending.FAILED)


def test_a_conversation_that_grows_long_is_cleared_at_once_and_goes_on(found: Found):
    text = "".join(f"line {number}\n" for number in range(2_000))
    policy = NO_REVIEW.replace("change: 1.00", "change: 2.00")
    town = found(actor=Reader(), policy=policy, files={"big.txt": text})
    issue = town.labelled_issue()
    town.settle()

    merged_exactly_once(town, issue)
    books_agree(town)
    counts = [cleared_in(request) for request in town.model.requests]
    assert counts[-1] > 20, "most of what was read is gone"
    assert set(counts) == {0, counts[-1]}, "in one step: the cached prefix was broken once"
