"""What a run takes next: in the queue's order, without what is breaking or too dear for it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.priority import best
from bot.domain.run import Kept, Next, Nothing, Order, Purse, Run, Why, pick, run_id
from bot.domain.subject import Repo, Subject
from bot.domain.task import Estimate, Task, TaskState
from bot.kernel.values import Kind, Risk, Usd

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ORDER = Order(Run("cycle:octo/hello:1", Usd.of("2.00")), 3)
TWO = Usd.of("2.00")


def task(
    number: int, risk: Risk = Risk.LOW, impact: int = 3, cost: str = "0.10", read: bool = True
) -> Task:
    estimate = Estimate(Kind.FIX, impact, risk, Usd.of(cost), "") if read else None
    return Task(
        id=number,
        subject=Subject(Repo("octo", "hello", 7), number),
        state=TaskState.QUEUED,
        pinned="p",
        admitted_by=1,
        admitted_login="ada",
        admitted_at=NOW - timedelta(minutes=number),
        attempt=1,
        cap=TWO,
        extra_budget=Usd(),
        votes=0,
        title=f"title of {number}",
        estimate=estimate,
    )


def taken(
    *queued: Task, run: Run = ORDER.run, left: Usd = TWO, dearest: Usd = Usd(), **held: Kept
) -> int | None:
    found = pick(queued, {int(k[1:]): v for k, v in held.items()}, run, Purse(left, dearest), NOW)
    return found.ranked.task.id if isinstance(found, Next) else None


def test_low_risk_and_high_impact_comes_first():
    assert taken(task(1, Risk.HIGH, 5), task(2, Risk.LOW, 3), task(3, Risk.LOW, 5)) == 3


def test_what_is_breaking_waits_for_a_person_who_may_have_it_taken():
    breaking = task(1, Risk.BREAKING, 5)
    found = pick((breaking,), {}, ORDER.run, Purse(TWO), NOW)
    assert isinstance(found, Nothing)
    ((_, kept),) = found.passed
    assert kept.why is Why.BREAKING
    assert taken(breaking, run=replace(ORDER.run, breaking=True)) == 1


def test_what_costs_more_than_is_left_is_passed_over_for_what_fits():
    dear, cheap = task(1, impact=5, cost="0.50"), task(2, impact=1, cost="0.20")
    assert taken(dear, cheap) == 1
    assert taken(dear, cheap, left=Usd.of("0.40")) == 2
    assert taken(dear, cheap, left=Usd()) is None


def test_what_a_task_of_the_run_really_cost_is_expected_of_the_next_one():
    cheap = task(1, cost="0.05")
    assert taken(cheap, left=Usd.of("0.30"), dearest=Usd.of("0.30")) == 1
    assert taken(cheap, left=Usd.of("0.29"), dearest=Usd.of("0.30")) is None


def test_what_is_held_for_everybody_is_left_with_that_reason():
    held = Kept(Why.HELD, "#4 must be reviewed first")
    assert taken(task(1), task(2, impact=1), _1=held) == 2
    found = pick((task(1),), {1: held}, ORDER.run, Purse(TWO), NOW)
    assert isinstance(found, Nothing)
    assert found.passed[0][1] == held


def test_a_time_and_a_repository_make_one_run_whatever_the_seconds_are_called():
    assert run_id("octo/hello", NOW) == "cycle:octo/hello:20261123T120000Z"
    assert run_id("octo/hello", NOW) != run_id("octo/other", NOW)


tasks = st.builds(
    task,
    st.integers(1, 10_000),
    st.sampled_from(list(Risk)),
    st.integers(1, 5),
    st.sampled_from(["0.01", "0.10", "0.70", "2.50"]),
    st.booleans(),
)


@given(st.lists(tasks, unique_by=lambda one: one.id), st.integers(0, 2 * 10**9), st.booleans())
def test_nothing_that_may_be_taken_stands_before_what_is_taken(queued, nano, breaking):
    run, left = replace(ORDER.run, breaking=breaking), Usd(nano)
    found = pick(queued, {}, run, Purse(left), NOW)
    ranked = [one.task for one in best(queued, NOW, {})]
    passed = [one.task for one, _ in found.passed]
    assert passed == ranked[: len(passed)]
    for one in passed:
        assert isinstance(pick((one,), {}, run, Purse(left), NOW), Nothing)
    if isinstance(found, Nothing):
        assert passed == ranked
    else:
        known = found.ranked.task.estimate
        assert known is None or breaking or known.risk is not Risk.BREAKING
        assert known is None or known.cost <= left
