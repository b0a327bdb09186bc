"""What a role costs and does: each call counted once, each attempt held against its like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.task import Ending
from bot.kernel.values import Usd
from bot.memory.ledger import ChargeState, counted
from bot.memory.telemetry import (
    NOT_PROVEN,
    SENT_BACK,
    Fate,
    Group,
    Share,
    casts_of,
    telemetry,
)
from tests.memory.pasts import Past

ROLES = ("triage", "plan", "implement", "escalate", "review")
NOBODY = Group(0, Share(0, 0), Share(0, 0))


PUBLISHED, MERGED = ("awaiting review",), ("awaiting review", "merged")


@pytest.fixture
def past() -> Past:
    return Past()


def test_what_is_open_counts_in_full_what_was_settled_as_charged_and_what_was_released_not(past):
    past.attempt("review", endings=PUBLISHED)
    past.charge("review", 1, ChargeState.OPEN)
    past.charge("review", 1, ChargeState.RELEASED)
    report = past.of("review")
    assert (report.calls, report.cost) == (2, Usd.of("0.60"))
    assert (report.input_tokens, report.output_tokens) == (44, 2)


def test_a_planner_is_held_against_changes_written_without_one(past):
    past.attempt("triage", "plan", "implement", endings=MERGED)
    past.attempt("triage", "implement", endings=("failed",))
    past.attempt("triage", "plan", endings=("answered",))
    past.attempt("triage", endings=("nothing needed",))
    report = past.of("plan")
    assert report.having == Group(1, Share(1, 1), Share(1, 1))
    assert report.lacking == Group(1, Share(0, 1), Share(0, 1))


def test_a_reviewer_is_held_against_proven_changes_and_its_word_is_followed(past):
    past.attempt("implement", "review", endings=MERGED)
    past.attempt("implement", "review", marks=(SENT_BACK,), endings=MERGED)
    past.attempt("implement", "review", marks=(SENT_BACK,), endings=("failed",))
    past.attempt("implement", endings=PUBLISHED)
    past.attempt("implement", endings=("failed",))
    report = past.of("review")
    assert report.having == Group(3, Share(3, 3), Share(2, 3))
    assert report.lacking == Group(1, Share(1, 1), Share(0, 0)), "its pull request is still open"
    assert report.sent_back == Group(2, Share(2, 2), Share(1, 2))


def test_a_stronger_model_is_held_against_changes_that_failed_as_often_without_it(past):
    failed = (f"{NOT_PROVEN}: red", f"{NOT_PROVEN}: no-red-test")
    past.attempt("implement", "escalate", marks=failed, endings=MERGED)
    past.attempt("implement", "escalate", marks=failed, endings=("over budget",))
    past.attempt("implement", marks=failed, endings=("failed",))
    past.attempt("implement", marks=failed[:1], endings=MERGED)
    report = past.of("escalate")
    assert report.having == Group(2, Share(1, 2), Share(1, 2))
    assert report.lacking == Group(1, Share(0, 1), Share(0, 1))
    assert report.sent_back == NOBODY


def test_work_between_attempts_costs_and_has_no_attempts(past):
    past.attempt("implement", endings=MERGED)
    past.charge("propose", 1, attempt=0)
    report = past.of("propose")
    assert (report.calls, report.having, report.lacking.attempts) == (1, NOBODY, 1)


def test_an_attempt_that_was_published_and_then_stopped_is_not_merged(past):
    past.attempt("implement", endings=("awaiting review", "stopped"))
    past.attempt("implement", endings=())
    first, second = casts_of(past.charges, past.entries, past.marks, past.subjects)
    assert (first.fate, first.proven) == (Fate.NOT_MERGED, True)
    assert (second.fate, second.proven) == (Fate.UNDECIDED, False)


attempts = st.lists(
    st.tuples(
        st.lists(st.sampled_from(ROLES), min_size=1, max_size=8),
        st.lists(st.sampled_from((SENT_BACK, f"{NOT_PROVEN}: x", "y")), max_size=4),
        st.lists(st.sampled_from(list(Ending)), max_size=2),
    ),
    max_size=8,
)


@given(attempts)
def test_every_call_is_counted_once_and_no_attempt_on_both_sides(made):
    past = Past()
    for roles, marks, endings in made:
        past.attempt(*roles, marks=tuple(marks), endings=tuple(endings))
    reports = telemetry(past.charges, past.entries, past.marks, past.subjects)
    assert sum(report.calls for report in reports) == len(past.charges)
    spent = sum((counted(charge) for charge in past.charges), Usd())
    assert sum((report.cost for report in reports), Usd()) == spent
    for report in reports:
        assert report.having.attempts + report.lacking.attempts <= len(made)
        assert report.sent_back.attempts <= report.having.attempts
        for group in (report.having, report.lacking, report.sent_back):
            assert group.merged.count <= group.merged.of <= group.attempts
            assert group.proven.count <= group.proven.of == group.attempts


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [(8, 10, 0.4902, 0.9433), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (1, 2, 0.0945, 0.9055)],
)
def test_the_interval_is_wilsons(count: int, of: int, low: float, high: float):
    assert Share(count, of).interval == pytest.approx((low, high), abs=1e-4)


def test_nothing_of_nothing_has_no_interval():
    assert Share(0, 0).interval is None


@given(st.integers(1, 10_000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_holds_its_share_and_shrinks_with_more_trials(trial):
    count, of = trial
    interval, more = Share(count, of).interval, Share(10 * count, 10 * of).interval
    other = Share(of - count, of).interval
    assert interval is not None
    assert more is not None
    assert other is not None
    low, high = interval
    assert 0 <= low <= count / of + 1e-12
    assert count / of - 1e-12 <= high <= 1
    assert more[1] - more[0] < high - low
    assert other == pytest.approx((1 - high, 1 - low)), "what is no success is a failure"
