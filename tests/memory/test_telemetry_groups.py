"""What became of groups of attempts: what is undecided is in no share of merges."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.statistics import Figure, Share
from bot.kernel.values import Kind, Usd
from bot.memory.telemetry import By, Fate, Size, effects, grouped, results_of, told
from bot.memory.telemetry.groups import NOBODY
from tests.memory.attempts import CONTROL, NOW, TREATED, course, several

COUNTS = st.integers(0, 12)


@given(COUNTS, COUNTS, COUNTS)
def test_what_is_undecided_is_no_failure(merged: int, failed: int, undecided: int):
    with_them = results_of(several(merged, failed, undecided), NOW)
    without = results_of(several(merged, failed), NOW)
    assert with_them.attempts == merged + failed + undecided
    assert with_them.merged == without.merged == Share(merged, merged + failed)
    assert with_them.usd_a_merge == without.usd_a_merge
    assert with_them.merges_a_usd == without.merges_a_usd


def test_a_merge_has_survived_after_seven_days_and_is_undecided_before():
    old, young = course(1), course(2, merged=NOW - timedelta(days=6, hours=23))
    back = course(3, merged=NOW - timedelta(hours=3), reverted=True)
    failed = course(4, Fate.NOT_MERGED)
    found = results_of([old, young, back, failed], NOW)
    assert found.survived == Share(1, 2), "the young one may still be taken back"
    assert found.reverted == Share(1, 3)
    assert results_of([young], NOW + timedelta(hours=1)).survived == Share(1, 1)


def test_what_failed_is_paid_by_what_was_merged():
    found = results_of(several(2, 2), NOW)
    assert found.cost == Usd.of(4)
    assert found.usd_a_merge is not None
    assert found.usd_a_merge.value == pytest.approx(2.0)
    assert found.merges_a_usd is not None
    assert found.merges_a_usd.value == pytest.approx(0.5)


def test_hours_to_the_merge_are_counted_where_the_admission_is_known():
    known, unknown = course(1), course(2, admitted=None)
    assert results_of([known, unknown], NOW).hours == Figure(pytest.approx(2.0), None)


def test_an_attempt_is_in_every_group_that_it_belongs_to():
    both = course(1, lessons=(4, 9), models=frozenset({"small", "large"}))
    plain = course(2, Fate.NOT_MERGED, kind=Kind.DOCS, models=frozenset(), version="2")
    found = [both, plain]
    assert set(grouped(found, By.LESSON, NOW)) == {"4", "9", NOBODY}
    assert set(grouped(found, By.MODEL, NOW)) == {"small", "large", NOBODY}
    assert list(grouped(found, By.KIND, NOW)) == ["docs", "fix"]
    assert set(grouped(found, By.SIZE, NOW)) == {Size.TINY, Size.UNKNOWN}
    assert set(grouped(found, By.VERSION, NOW)) == {"1", "2"}
    assert set(grouped(found, By.ROLE, NOW)) == {"implement"}
    assert set(grouped(found, By.AREA, NOW)) == {"src"}
    assert set(grouped(found, By.PROMPT, NOW)) == {"p"}


@given(COUNTS, COUNTS, COUNTS, st.sampled_from(By))
def test_groups_of_one_key_each_add_up(merged: int, failed: int, undecided: int, by: By):
    found = grouped(several(merged, failed, undecided), by, NOW)
    assert sum(one.attempts for one in found.values()) == merged + failed + undecided


def arms(treated: tuple[int, int], control: tuple[int, int]):
    made = [*several(*treated, arms=TREATED), *several(*control, arms=CONTROL)]
    return effects(made, NOW)[0]


@given(st.tuples(COUNTS, COUNTS), st.tuples(COUNTS, COUNTS))
def test_an_effect_has_the_sign_of_what_was_seen_and_the_other_way_round_the_other(one, other):
    there, back = arms(one, other), arms(other, one)
    if there.merge_rate is None:
        assert back.merge_rate is None
        return
    assert back.merge_rate is not None
    expected = one[0] / sum(one) - other[0] / sum(other)
    assert there.merge_rate.value == pytest.approx(expected)
    assert back.merge_rate.value == pytest.approx(-expected)
    assert told(there.merge_rate) == told(back.merge_rate)
    assert (there.wanted == 0) == told(there.merge_rate)


def test_a_large_effect_is_told_and_a_small_one_says_how_many_more_it_takes():
    clear, faint = arms((90, 10), (50, 50)), arms((12, 8), (11, 9))
    assert told(clear.merge_rate)
    assert clear.wanted == 0
    assert told(clear.merges_a_usd)
    assert not told(faint.merge_rate)
    assert faint.wanted > 100


def test_without_anybody_on_one_side_nothing_is_told():
    alone = arms((9, 1), (0, 0))
    assert alone.merge_rate is None
    assert not told(alone.merge_rate)
    assert alone.wanted > 0


def test_undecided_attempts_are_in_no_arms_share():
    made = [*several(2, 1, 40, arms=TREATED), *several(1, 1, 3, arms=CONTROL)]
    found = effects(made, NOW)[0]
    assert (found.treated.merged, found.control.merged) == (Share(2, 3), Share(1, 2))


def test_each_experiment_goes_by_its_own_arm():
    mixed = replace(course(), arms=replace(TREATED, table=CONTROL.table))
    lessons, table, order = effects([mixed], NOW)
    assert [one.treated.attempts for one in (lessons, table, order)] == [1, 0, 1]
