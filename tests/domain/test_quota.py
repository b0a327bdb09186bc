"""How many improvement issues may be open follows how many of the last ones people wanted."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.proposing.quota import (
    DISLIKE,
    REMEMBERED,
    REST,
    Closed,
    acceptance,
    allowance,
    quota,
)

NOW = datetime(2026, 5, 1, tzinfo=UTC)
counts = st.integers(0, 200)
limits = st.integers(0, 50)


def closed(*wanted: bool, last: datetime = NOW) -> list[Closed]:
    """Issues that were closed one a day, the last one then."""
    return [Closed(one, last - timedelta(days=n)) for n, one in enumerate(reversed(wanted))]


def test_nobody_has_said_anything_yet():
    assert quota(5, 0, 0) == 5


def test_each_rejection_takes_some_and_a_clear_dislike_takes_all():
    assert [quota(5, 0, rejected) for rejected in range(8)] == [5, 3, 3, 2, 2, 1, 1, 0]


@given(limits, counts, counts)
def test_there_are_never_more_than_the_policy_allows(most: int, accepted: int, rejected: int):
    assert 0 <= quota(most, accepted, rejected) <= most
    assert 0.0 < acceptance(accepted, rejected) <= 1.0


@given(limits, counts, counts)
def test_an_acceptance_never_takes_one_away_and_a_rejection_never_gives_one(most, yes, no):
    assert quota(most, yes + 1, no) >= quota(most, yes, no) >= quota(most, yes, no + 1)


@given(st.integers(1, 50), counts, counts)
def test_there_is_always_room_for_one_until_a_clear_dislike(most, yes, no):
    assert (quota(most, yes, no) >= 1) == (acceptance(yes, no) >= DISLIKE)


@given(st.integers(1, 50), st.lists(st.booleans(), max_size=60))
def test_whatever_happened_all_is_forgiven_when_people_accept_again(most, history):
    after = closed(*history, *[True] * REMEMBERED)
    assert allowance(most, after, NOW).most == most


@given(limits, st.lists(st.booleans(), max_size=60), st.integers(-5, 100))
def test_the_allowance_is_the_quota_of_the_latest_or_a_trial(most, history, days):
    latest = history[-REMEMBERED:]
    plain = quota(most, sum(latest), len(latest) - sum(latest))
    allowed = allowance(most, closed(*history), NOW + timedelta(days=days)).most
    assert allowed in {plain, 1 if most and not plain else plain}
    assert allowed <= most


def test_who_is_disliked_rests_and_then_tries_one():
    disliked = closed(*[False] * 7)
    resting = allowance(5, disliked, NOW + REST - timedelta(seconds=1))
    assert resting.most == 0
    assert "resting until 2026-05-31" in resting.explanation
    tried = allowance(5, disliked, NOW + REST)
    assert tried.most == 1
    again = allowance(5, closed(*[False] * 8, last=NOW + REST), NOW + REST)
    assert again.most == 0, "the trial was rejected, too"
    assert allowance(5, closed(*[False] * 7, True), NOW).most == 2, "the trial was wanted"


def test_no_rest_ever_overrules_the_policy():
    assert allowance(0, closed(*[False] * 9), NOW + 2 * REST).most == 0


def test_the_sum_is_told():
    told = allowance(5, closed(True, False, False), NOW).explanation
    assert told.startswith("of the last 3 closed ones people wanted 1: 60% expected of the next")
    assert told.endswith("at most 3 of 5 may be open")
