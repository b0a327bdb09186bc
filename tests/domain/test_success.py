"""The chance of success: between what is believed and what was seen, and never a wall."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.priority import AGE_PER_DAY, LEAST_COST, MOST_VOTES, VOTE, best, score
from bot.domain.subject import Repo
from bot.domain.success import (
    NOTHING_YET,
    SUCCESS,
    Experience,
    Tally,
    experience_of,
    moved,
)
from bot.domain.task import Estimate
from bot.kernel.values import Kind, Risk, Usd
from tests.domain.test_priority import BUSY, CALM, NOW, OTHER, task

TALLIES = st.integers(0, 300).flatmap(lambda of: st.builds(Tally, st.integers(0, of), st.just(of)))
KINDS = st.sampled_from(Kind)
EXPERIENCES = st.builds(
    Experience,
    st.dictionaries(st.tuples(st.sampled_from([BUSY, CALM, OTHER]), KINDS), TALLIES, max_size=8),
)


def seen(repo: Repo, kind: Kind, merged: int, decided: int) -> Experience:
    return Experience({(repo, kind): Tally(merged, decided)})


@given(st.floats(0, 1), TALLIES)
def test_a_belief_moves_towards_what_is_seen_and_not_beyond_it(believed: float, tally: Tally):
    found = moved(believed, tally)
    share = tally.merged / tally.decided if tally.decided else believed
    assert min(believed, share) - 1e-9 <= found <= max(believed, share) + 1e-9


@given(st.floats(0, 1), TALLIES)
def test_a_merge_never_lowers_it_and_a_failure_never_raises_it(believed: float, tally: Tally):
    assert moved(believed, tally + Tally(1, 1)) >= moved(believed, tally) - 1e-9
    assert moved(believed, tally + Tally(0, 1)) <= moved(believed, tally) + 1e-9


@given(KINDS)
def test_before_anything_is_decided_the_prior_holds(kind: Kind):
    assert NOTHING_YET.chance(BUSY, kind).value == pytest.approx(SUCCESS[kind])


@given(EXPERIENCES, KINDS)
def test_a_chance_is_never_nought_and_never_certain(experience: Experience, kind: Kind):
    assert 0 < experience.chance(BUSY, kind).value < 1


def test_a_new_repository_begins_as_its_owners_others_went_and_a_strangers_do_not_count():
    failing = seen(CALM, Kind.FIX, 0, 20)
    assert failing.chance(BUSY, Kind.FIX).value == pytest.approx(4 * 0.75 / 24)
    assert failing.chance(OTHER, Kind.FIX).value == pytest.approx(0.75)
    assert failing.chance(BUSY, Kind.DOCS).value == pytest.approx(0.9)


def test_four_of_its_own_weigh_as_much_as_all_the_rest():
    elsewhere = seen(CALM, Kind.FIX, 0, 1_000_000).tallies
    both = Experience({**elsewhere, (BUSY, Kind.FIX): Tally(4, 4)})
    assert both.chance(BUSY, Kind.FIX).value == pytest.approx(0.5, abs=1e-4)
    assert both.chance(BUSY, Kind.FIX).here == Tally(4, 4)


def test_a_repositorys_own_are_not_counted_a_second_time_as_its_owners():
    alone = seen(BUSY, Kind.FIX, 0, 4)
    assert alone.chance(BUSY, Kind.FIX).value == pytest.approx(moved(0.75, Tally(0, 4)))
    moved_house = Experience(
        {(BUSY, Kind.FIX): Tally(0, 2), (replace(BUSY, installation=9), Kind.FIX): Tally(0, 2)}
    )
    assert moved_house.chance(BUSY, Kind.FIX) == alone.chance(BUSY, Kind.FIX)


def test_it_is_counted_from_what_is_decided():
    decided = [(BUSY, Kind.FIX, True), (BUSY, Kind.FIX, False), (CALM, Kind.DOCS, True)]
    assert experience_of(decided).tallies == {
        (BUSY, Kind.FIX): Tally(1, 2),
        (CALM, Kind.DOCS): Tally(1, 1),
    }


def test_the_explanation_says_how_many_of_how_many_here():
    told = score(task(1), NOW, seen(BUSY, Kind.FIX, 7, 11)).explanation
    assert "67% likely to succeed as a fix (7 of 11 here) * impact 4" in told


def test_what_failed_here_goes_behind_what_was_merged():
    docs = Estimate(Kind.DOCS, 4, Risk.LOW, Usd.of("0.40"), "")
    queue = [task(1), task(2, estimate=docs)]
    learnt = Experience({(BUSY, Kind.FIX): Tally(9, 9), (BUSY, Kind.DOCS): Tally(0, 9)})
    assert [one.task.id for one in best(queue, NOW, {})] == [2, 1]
    assert [one.task.id for one in best(queue, NOW, {}, learnt)] == [1, 2]


MOST_WORTH = 5 / (LEAST_COST.nano / 10**9)
STARVED = timedelta(days=(MOST_WORTH + VOTE * MOST_VOTES) / AGE_PER_DAY + 1)


@given(
    EXPERIENCES,
    KINDS,
    KINDS,
    st.sampled_from(Risk),
    st.integers(0, 10_000),
    st.integers(1, 5),
)
def test_whatever_is_learnt_no_kind_starves(experience, old, new, risk, votes, impact):
    """What waited so long goes before everything new, however badly its kind went."""
    hopeless = Estimate(old, 1, Risk.BREAKING, Usd.of(1000), "")
    fresh = Estimate(new, impact, risk, Usd(), "")
    waited = task(1, estimate=hopeless, admitted_at=NOW - STARVED)
    queue = [task(2, estimate=fresh, votes=votes), waited]
    assert best(queue, NOW, {}, experience)[0].task.id == 1
