"""`evolve run`: the best tasks first, up to so many changes, and never above the run's cap."""

import pytest

from bot.domain.run import Order, Record, Run, Why, run_id
from bot.domain.task import Ending
from bot.kernel.values import Usd
from forge.world.entities import Issue
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.outcomes import books_agree, dollars
from tests.engine.power import Moment, PowerCut
from tests.engine.six import FILES, NAMES, PATIENT, RIGHT, Hurried, Wordy, body, title
from tests.engine.world import Town

pytestmark = [pytest.mark.sandbox, needs_sandbox]


def six(town: Town) -> dict[str, Issue]:
    issues = {name: town.issue(title(name), body(name)) for name in NAMES}
    for issue in issues.values():
        town.label(issue)
    return issues


def run(town: Town, cap: str, changes: int = 3, **how: int) -> Record:
    """The forge's webhooks are not read: a run needs none."""
    repo = town.installed
    order = Order(Run(run_id(repo.full, town.clock.now()), Usd.of(cap)), changes, **how)
    town.queue.cycle(repo, order)
    busy = True
    while busy:
        try:
            busy = town.queue.run_next(town.services)
        except PowerCut:
            town.outages += 1
            town.restart()
    assert town.queue.failures == []
    return town.queue.record(order.run.id)


def test_the_right_three_of_six_are_taken_in_their_order_and_the_others_say_why_not(found: Found):
    town = found(actor=Hurried(), policy=PATIENT, files=FILES)
    issues = six(town)
    record = run(town, "2.00")

    assert [one.title for one in record.taken] == [title(name) for name in RIGHT]
    assert [one.place for one in record.considered] == [1, 2, 3, 4, 5, 6]
    assert all("score" in one.why for one in record.taken)
    assert len(town.pulls()) == record.published == 3
    rules = {one.issue: one.rule for one in record.left}
    why = {"alpha": Why.FULL, "carol": Why.BREAKING, "eagle": Why.FULL}
    assert rules == {issues[name].number: rule for name, rule in why.items()}
    assert record.problems == ()
    spent = sum((one.cost for one in record.taken), Usd())
    assert spent <= record.spent == town.records.ledger.spent_in(record.run)
    assert dollars(town.model.ledger.total) == record.spent


def test_a_model_that_bills_far_more_than_it_estimated_never_passes_the_cap(found: Found):
    town = found(actor=Wordy(), policy=PATIENT, files=FILES)
    six(town)
    record = run(town, "0.60")

    estimated = Usd.of("0.05")
    assert all(one.cost > estimated for one in record.taken if one.pull is not None)
    assert dollars(town.model.ledger.total) == record.spent <= Usd.of("0.60")
    assert record.published < 3
    assert [one.ending for one in record.taken].count(Ending.OVER_BUDGET) <= 1, (
        "it learns the price"
    )
    assert {one.rule for one in record.left} == {Why.DEAR, Why.BREAKING}


def test_cut_after_every_step_a_run_takes_and_pays_as_if_it_had_been_left_alone(found: Found):
    town = found(actor=Hurried(), policy=PATIENT, files=FILES)
    bravo, carol = (town.issue(title(name), body(name)) for name in ("bravo", "carol"))
    for issue in (bravo, carol):
        town.label(issue)
    town.grid.at_every_step = Moment.BEFORE_KEEPING
    record = run(town, "2.00", changes=1)

    assert town.outages > 20
    assert [(one.issue, one.pull) for one in record.taken] == [(bravo.number, town.pull().number)]
    assert [(one.issue, one.rule) for one in record.left] == [(carol.number, Why.BREAKING)]
    assert record.spent == town.records.ledger.total() <= Usd.of("2.00")
    books_agree(town)


def test_where_there_is_nothing_to_do_a_run_proposes_and_the_next_one_spends_nothing(
    found: Found,
):
    town = found(actor=Hurried(), policy=PATIENT)
    record = run(town, "2.00")

    assert (record.taken, record.left, record.problems) == ((), (), ())
    assert record.proposed.startswith("filed #")
    town.clock.sleep(60)
    again = run(town, "2.00")
    assert "1 of at most 1" in again.proposed
    assert again.spent == Usd()
