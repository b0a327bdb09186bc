"""Whose word about a pull request stands."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.authority import Actor
from bot.kernel.values import Sha
from bot.stages.talk import ReviewSaid, ReviewState, standing

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
GHOST = Actor(0, "ghost", is_bot=False)
PEOPLE = [GHOST, *(Actor(n, f"person-{n}", is_bot=False) for n in (1, 2, 3))]
REVIEWS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ReviewState)))


def said(*words: tuple[Actor, ReviewState]) -> tuple[ReviewSaid, ...]:
    return tuple(
        ReviewSaid(number, by, state, "", Sha("a" * 40), NOON)
        for number, (by, state) in enumerate(words, 1)
    )


@given(REVIEWS)
def test_the_last_word_of_each_person_that_decides_anything_stands(words):
    reviews = said(*words)
    expected = {}
    for one in reviews:
        if one.state is not ReviewState.COMMENTED and one.author != GHOST:
            expected[one.author] = one
    assert set(standing(reviews)) == set(expected.values())


@given(REVIEWS)
def test_no_comment_changes_what_stands(words):
    silent = [word for word in words if word[1] is not ReviewState.COMMENTED]
    assert [(one.author, one.state) for one in standing(said(*words))] == [
        (one.author, one.state) for one in standing(said(*silent))
    ]


def test_a_deleted_account_neither_approves_nor_objects():
    assert standing(said((GHOST, ReviewState.APPROVED))) == ()
    assert standing(said((GHOST, ReviewState.CHANGES_REQUESTED))) == ()
