"""Money: what is spent is known to the cent, caps hold, and nothing paid for is lost."""

import pytest

from bot.cli.demo.sample import POLICY
from bot.domain.task import Ending
from bot.kernel.values import Usd
from bot.memory.ledger import ChargeState
from bot.memory.refusals import Gate
from forge.actors import NothingNeededActor
from forge.model import CutStream, EndedStream, Endpoint, Garbage, Overload, RateLimit, ServerError
from forge.world.entities import Issue, Role
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.outcomes import books_agree, dollars, journal_tells, merged_exactly_once, refused
from tests.engine.players import Hasty
from tests.engine.world import Town

pytestmark = [pytest.mark.sandbox, needs_sandbox]

NO_PROPOSALS = POLICY.replace("max_open: 1", "max_open: 0")
TIGHT = NO_PROPOSALS.replace("change: 1.00", "change: 0.05")


def states(town: Town) -> list[ChargeState]:
    return [charge.state for charge in town.records.ledger.charges()]


def over_budget(town: Town) -> Issue:
    issue = town.labelled_issue()
    town.settle()
    assert town.task(issue).ending is Ending.OVER_BUDGET
    return issue


def test_at_the_cap_the_work_ends_and_the_status_offers_to_go_on(found: Found):
    town = found(actor=Hasty(), policy=TIGHT)
    issue = over_budget(town)

    assert "💸 Over budget" in town.status(issue)
    assert "/evolve continue" in town.status(issue)
    assert "$0.05" in town.status(issue)
    assert town.pulls() == []
    assert len(town.model.requests) == 1, "triage fits, the change does not"
    assert dollars(town.model.ledger.total) < Usd.of("0.05")
    journal_tells(town, issue, Ending.OVER_BUDGET)
    books_agree(town)
    assert refused(town) == {(Gate.BUDGET, "budget-change")}


def test_continue_allows_more_and_the_work_goes_on_to_the_merge(found: Found):
    town = found(actor=Hasty(), policy=TIGHT)
    issue = over_budget(town)
    said = town.say(issue, "/evolve continue $1")
    town.settle()

    assert town.reactions(said) == ["eyes"]
    merged_exactly_once(town, issue)
    assert town.task(issue).extra_budget == Usd.of("1.00")
    journal_tells(town, issue, Ending.OVER_BUDGET, Ending.AWAITING_REVIEW, Ending.MERGED)
    books_agree(town)


def test_continue_by_somebody_who_may_not_write_allows_nothing(found: Found):
    town = found(actor=Hasty(), policy=TIGHT)
    issue = over_budget(town)
    calls = len(town.model.requests)
    town.say(issue, "/evolve continue $1000", by=town.user("rita", Role.READ))
    town.settle()

    assert town.task(issue).extra_budget == Usd()
    assert town.task(issue).ending is Ending.OVER_BUDGET
    assert len(town.model.requests) == calls


def test_there_is_nothing_to_continue_when_nothing_is_over_budget(found: Found):
    town = found(actor=NothingNeededActor("Nothing to do."))
    issue = town.labelled_issue()
    town.settle()
    town.say(issue, "/evolve continue $5")
    town.settle()

    assert "nothing to continue" in town.status(issue)
    assert town.task(issue).extra_budget == Usd()


def test_a_storm_of_rate_limits_is_waited_out_and_nothing_is_lost(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    town.model.faults.next(*[RateLimit(7)] * 5, Overload(), ServerError())
    town.model.faults.next(*[RateLimit(3)] * 3, endpoint=Endpoint.COUNT_TOKENS)
    issue = town.labelled_issue()
    town.settle()

    merged_exactly_once(town, issue)
    books_agree(town)
    assert states(town).count(ChargeState.RELEASED) == 7, "each refusal gives its money back"
    assert town.clock.ahead >= 5 * 7 + 3 * 3, "it waited as long as it was told"
    assert ChargeState.OPEN not in states(town)


def test_answers_that_are_lost_on_the_way_count_as_spent_and_the_work_goes_on(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    lost = {2: CutStream(5), 4: EndedStream(5), 5: Garbage()}
    town.model.faults.rule(lambda e, n: lost.get(n) if e is Endpoint.MESSAGES else None)
    issue = town.labelled_issue()
    town.settle()

    merged_exactly_once(town, issue)
    books_agree(town)
    rows = town.records.ledger.charges()
    assert [number for number, row in enumerate(rows, 1) if row.state is ChargeState.OPEN] == [
        *lost
    ]
    for row, charge in zip(rows, town.model.ledger.charges, strict=True):
        assert max(row.reserved, row.charged) >= dollars(charge.usd)


def test_answers_that_are_always_lost_end_in_an_honest_failure(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    town.model.faults.rule(lambda e, n: Garbage() if e is Endpoint.MESSAGES else None)
    issue = town.labelled_issue()
    town.settle()

    assert town.task(issue).ending is Ending.FAILED
    assert "no answer" in town.status(issue)
    assert len(town.model.requests) <= 4
    books_agree(town)


def test_a_model_that_stays_away_ends_in_an_honest_failure_and_costs_nothing(found: Found):
    town = found(actor=Hasty(), policy=NO_PROPOSALS)
    town.model.faults.rule(lambda e, n: Overload() if e is Endpoint.MESSAGES else None)
    issue = town.labelled_issue()
    town.settle()

    assert town.task(issue).ending is Ending.FAILED
    assert "busy" in town.status(issue)
    assert town.records.ledger.total() == Usd()
    assert "**Cost** $0.00" in town.status(issue)
