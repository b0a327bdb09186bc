"""Figures from few trials: each interval holds its estimate, and narrows with more trials."""

from math import exp, log
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.statistics import (
    Figure,
    Pairs,
    Share,
    Times,
    difference,
    student,
    trials_needed,
)

DOLLARS = st.floats(0.01, 5.0)
TRIALS = st.lists(st.tuples(DOLLARS, st.booleans()), min_size=1, max_size=60)
SHARES = st.integers(1, 400).flatmap(lambda of: st.builds(Share, st.integers(0, of), st.just(of)))


def pairs(trials) -> Pairs:
    found = Pairs()
    for dollars, merged in trials:
        found.add(dollars, float(merged))
    return found


@pytest.mark.parametrize(
    ("freedom", "value"),
    [
        (1, 12.7062),
        (2, 4.3027),
        (3, 3.1824),
        (5, 2.5706),
        (10, 2.2281),
        (30, 2.0423),
        (120, 1.9799),
    ],
)
def test_students_quantiles_are_those_of_the_tables(freedom: int, value: float):
    assert student(freedom) == pytest.approx(value, rel=2e-3)


def test_one_trial_has_no_spread():
    with pytest.raises(ValueError, match="single trial"):
        student(0)


@given(TRIALS)
def test_a_ratio_is_the_sums_and_its_interval_holds_it(trials):
    found = pairs(trials).x_a_y()
    merges = sum(merged for _, merged in trials)
    if merges == 0:
        assert found is None
        return
    assert found is not None
    assert found.value == pytest.approx(sum(dollars for dollars, _ in trials) / merges)
    if found.interval is not None:
        low, high = found.interval
        assert 0 <= low <= found.value <= high


@given(TRIALS)
def test_what_costs_twice_as_much_has_twice_the_ratio(trials):
    once, twice = pairs(trials).x_a_y(), pairs([(2 * d, m) for d, m in trials]).x_a_y()
    if once is None or twice is None:
        assert once is twice
        return
    assert twice.value == pytest.approx(2 * once.value)
    assert (once.interval is None) == (twice.interval is None)
    if once.interval and twice.interval:
        assert twice.interval == pytest.approx([2 * end for end in once.interval], abs=1e-6)


def test_from_one_trial_a_ratio_has_no_interval_and_from_rare_merges_none_either():
    assert pairs([(1.0, True)]).x_a_y() == Figure(1.0, None)
    rare = pairs([(1.0, True), *[(1.0, False)] * 5]).x_a_y()
    assert rare == Figure(6.0, None), "the share of merges may be nought"


def test_fiellers_interval_is_that_of_the_book():
    """Means 10 and 5 with variances of means 1 and 0.25, no covariance, t = 2: by hand."""
    made = Pairs()
    for x, y in ((10 + s * a, 5 + r * b) for s in (1, -1) for r in (1, -1) for a, b in ((3, 1.5),)):
        made.add(x, y)
    found, square = made.x_a_y(), student(3) ** 2
    var_x, var_y = 9 / 3, 2.25 / 3
    assert found is not None
    lead, middle, last = 25 - square * var_y, 50.0, 100 - square * var_x
    root = (middle**2 - lead * last) ** 0.5
    assert found.interval == pytest.approx(((middle - root) / lead, (middle + root) / lead))


def test_the_true_price_of_a_merge_is_within_nineteen_of_twenty_intervals():
    chance, held, rounds = Random(7), 0, 600
    for _ in range(rounds):
        made = Pairs()
        for _ in range(40):
            made.add(exp(chance.gauss(-1, 0.5)), float(chance.random() < 0.6))
        found = made.x_a_y()
        assert found is not None
        assert found.interval is not None
        held += found.interval[0] <= exp(-1 + 0.125) / 0.6 <= found.interval[1]
    assert 0.92 <= held / rounds <= 0.98


@given(st.lists(st.floats(1, 1e7), min_size=1, max_size=50))
def test_the_usual_time_lies_between_the_shortest_and_the_longest(times):
    made = Times()
    for seconds in times:
        made.add(seconds)
    found = made.usual()
    assert found is not None
    assert min(times) * 0.999 <= found.value <= max(times) * 1.001
    assert (found.interval is None) == (len(times) == 1)
    if found.interval is not None:
        assert found.interval[0] <= found.value <= found.interval[1]


def test_times_are_averaged_by_their_logarithms():
    made = Times()
    for seconds in (1.0, 100.0):
        made.add(seconds)
    found = made.usual()
    assert found is not None
    assert found.value == pytest.approx(10)
    assert found.interval is not None
    reach = student(1) * log(10)
    assert found.interval[1] == pytest.approx(10 * exp(reach))
    assert Times().usual() is None


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090)],
)
def test_a_difference_of_shares_is_newcombes_tenth(one, other, low: float, high: float):
    """His examples (a) and (b), 1998."""
    first, second = Share(*one).figure, Share(*other).figure
    assert first is not None
    assert second is not None
    assert difference(first, second).interval == pytest.approx((low, high), abs=1e-4)


@given(SHARES, SHARES)
def test_a_difference_has_its_sign_and_its_mirror(one: Share, other: Share):
    a, b = one.figure, other.figure
    assert a is not None
    assert b is not None
    found, mirrored = difference(a, b), difference(b, a)
    assert found.value == pytest.approx(-mirrored.value)
    assert found.interval is not None
    assert mirrored.interval is not None
    low, high = found.interval
    assert low <= found.value <= high
    assert mirrored.interval == pytest.approx((-high, -low))


def test_nothing_can_be_subtracted_from_what_has_no_interval():
    assert difference(Figure(2.0, None), Figure(1.0, (0.5, 1.5))) == Figure(1.0, None)


@given(SHARES, SHARES)
def test_an_even_split_tells_equals_soonest_and_the_sides_may_be_swapped(one: Share, other: Share):
    assert trials_needed(one, one, 0.5) <= trials_needed(one, one, 0.9)
    assert trials_needed(one, other, 0.5) == trials_needed(other, one, 0.5)


def test_a_larger_difference_is_told_sooner():
    half = Share(500, 1000)
    needed = [trials_needed(half, Share(count, 1000), 0.5) for count in (500, 600, 700, 900)]
    assert needed == sorted(needed, reverse=True)
    assert needed[0] == pytest.approx(3140, abs=10), "five points, the least that is looked for"


def test_the_trials_needed_are_those_of_the_textbook():
    """60% against 75%, both from large samples: 150 a side (Fleiss 1981, without correction)."""
    assert trials_needed(Share(6000, 10_000), Share(7500, 10_000), 0.5) == pytest.approx(300, abs=8)
