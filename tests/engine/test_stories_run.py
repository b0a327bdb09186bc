"""`evolve run`: the best tasks first, up to so many changes, and never above the run's cap."""

from dataclasses import replace

import pytest

from bot.domain.run import Order, Record, Run, Why, run_id
from bot.domain.subject import Subject
from bot.domain.task import Ending, TaskState
from bot.engine.dispatch import dispatch
from bot.engine.queue import look_id
from bot.engine.run_taking import BEGUN
from bot.engine.subjects import subjects_of
from bot.engine.tickets import take_best
from bot.kernel.values import Usd
from forge.model import Endpoint, Garbage
from forge.world.entities import Issue
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.outcomes import books_agree, dollars
from tests.engine.power import Cut, Moment, PowerCut
from tests.engine.process import Interrupted
from tests.engine.six import (
    FILES,
    NAMES,
    PATIENT,
    RIGHT,
    Hurried,
    Surprised,
    Wordy,
    body,
    title,
)
from tests.engine.world import Town

RIGHT_AND_BREAKING = ("bravo", "carol", "delta")
pytestmark = [pytest.mark.sandbox, needs_sandbox]


def six(town: Town) -> dict[str, Issue]:
    issues = {name: town.issue(title(name), body(name)) for name in NAMES}
    for issue in issues.values():
        town.label(issue)
    return issues


def ordered(town: Town, cap: str, changes: int) -> Order:
    return Order(Run(run_id(town.installed.full, town.clock.now()), Usd.of(cap)), changes)


def work(town: Town) -> None:
    """What `settle` does, but nobody starts the process again."""
    while town.forge.wait_idle(20) and (
        dispatch(town.services, town.queue) or town.queue.run_next(town.services)
    ):
        pass


def reconcile_now(town: Town, subject: Subject) -> None:
    """A look that issues no ticket."""
    town.queue.under(Run("cycle:x:1", Usd.of("2.00"))).reconcile(subject, "now")
    town.queue.run_next(town.services, look_id(subject, "now"))


def run(town: Town, cap: str, changes: int = 3) -> Record:
    """The forge's webhooks are not read: a run needs none."""
    order = ordered(town, cap, changes)
    town.queue.cycle(town.installed, order)
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
    record = run(town, "2.00")

    first, second = record.taken
    assert first.pull is not None
    assert first.cost > Usd.of("0.05") * 10, "it was estimated at five cents"
    assert (second.pull, second.ending) == (None, Ending.OVER_BUDGET)
    assert "cap: run" in second.reason
    billed = dollars(town.model.ledger.total)
    assert billed == record.spent == town.records.ledger.total()
    assert Usd.of("1.70") < billed <= Usd.of("2.00"), "the cap of the run is what stops it"
    assert {one.rule for one in record.left} == {Why.DEAR, Why.BREAKING}


def test_beside_a_run_no_ticket_takes_a_task_and_what_comes_in_is_read_before_it_is_taken(
    found: Found,
):
    town = found(actor=Hurried(), policy=PATIENT, files=FILES)
    bravo, carol, delta = (town.issue(title(name), body(name)) for name in RIGHT_AND_BREAKING)
    town.label(bravo)

    def more() -> None:
        for issue in (carol, delta):
            town.label(issue)
            town.settle()
            town.queue.ticket(town.task(issue))
        town.settle()
        assert {town.task(one).state for one in (carol, delta)} == {TaskState.QUEUED}

    town.plug_in(lambda model: Interrupted(model, 3, more))
    record = run(town, "2.00")

    assert [one.issue for one in record.taken] == [bravo.number, delta.number]
    assert [(one.issue, one.rule) for one in record.left] == [(carol.number, Why.BREAKING)]
    assert {one.scope.run for one in town.records.ledger.charges()} == {record.run}
    assert record.spent == dollars(town.model.ledger.total)


def test_a_ticket_of_a_run_takes_no_task_but_the_one_that_the_run_has_claimed(found: Found):
    town = found(policy=PATIENT, files=FILES)
    six(town)
    for subject in subjects_of(town.services, town.installed):
        reconcile_now(town, subject)
    under = replace(town.services, run=Run("cycle:x:1", Usd.of("2.00")))
    assert len(town.records.tasks.queued()) == len(NAMES)
    assert take_best(under, town.queue, "cycle:x:1/1") is None
    assert take_best(under, town.queue, "ticket:of-before:1:1") is None
    best = town.records.tasks.queued()[0]
    town.records.tasks.claim("cycle:x:1/1", best.id, town.clock.now())
    mine = take_best(under, town.queue, "cycle:x:1/1")
    assert mine is not None
    assert mine.id == best.id


def test_what_triage_could_not_tell_is_left_and_that_is_a_problem(found: Found):
    town = found(actor=Hurried(), policy=PATIENT, files=FILES)
    issue = town.issue(title("bravo"), body("bravo"))
    town.label(issue)
    town.model.faults.rule(lambda end, n: Garbage() if end is Endpoint.MESSAGES else None)
    record = run(town, "2.00")

    assert (record.taken, town.pulls()) == ((), [])
    assert [(one.issue, one.rule) for one in record.left] == [(issue.number, Why.UNREAD)]
    assert f"#{issue.number} was not read" in record.problems[0]
    assert dollars(town.model.ledger.total) <= record.spent <= Usd.of("2.00")


def test_what_was_being_worked_on_is_waited_for_and_is_one_of_the_changes(found: Found):
    town = found(actor=Hurried(), policy=PATIENT, files=FILES)
    bravo, delta = (town.issue(title(name), body(name)) for name in ("bravo", "delta"))
    town.grid.cuts = [Cut("commit", Moment.BEFORE_THE_WORK)]
    town.label(bravo)
    with pytest.raises(PowerCut):
        work(town)
    town.restart()
    assert town.task(bravo).state is TaskState.WORKING
    town.label(delta)
    order = ordered(town, "2.00", 1)
    town.queue.cycle(town.installed, order)
    town.queue.run_next(town.services, order.run.id)
    record = town.queue.record(order.run.id)

    (only,) = record.taken
    assert (only.issue, only.why) == (bravo.number, BEGUN)
    assert [(one.issue, one.rule) for one in record.left] == [(delta.number, Why.FULL)]
    assert record.published == len(town.pulls()) == 1


def test_a_change_that_turns_out_to_be_breaking_is_put_back_for_a_person(found: Found):
    town = found(actor=Surprised(), policy=PATIENT, files=FILES)
    bravo = town.issue(title("bravo"), body("bravo"))
    town.label(bravo)
    record = run(town, "2.00")

    assert [(one.issue, one.rule) for one in record.left] == [(bravo.number, Why.BREAKING)]
    assert town.pulls() == []
    assert town.task(bravo).state is TaskState.QUEUED
    assert "waits for a person" in town.records.tasks.story(town.task(bravo).id)[-1].detail


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
    assert "at most 1 may be open" in again.proposed
    assert again.spent == Usd()
