"""Texts as sums of word vectors: exact, and near where words mean nearly the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.similar.vectors import (
    DIMENSIONS,
    STEP_MOST,
    Meaning,
    cosine,
    meaning,
    nearness,
    pieces,
    word_meanings,
)

WORDS = st.sampled_from(
    ("reader", "loses", "drops", "line", "row", "password", "idempotent", "café", "HTTPServer")
)
TEXTS = st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=60)


def near(one: str, other: str) -> float:
    return cosine(meaning(one).vector(), meaning(other).vector())


@given(TEXTS, TEXTS)
def test_two_texts_one_after_the_other_are_the_sum_of_both_in_either_order(one, other):
    both = meaning(one) + meaning(other)
    assert meaning(f"{one} {other}") == both == meaning(f"{other} {one}")


@given(TEXTS, TEXTS)
def test_a_cosine_is_the_same_in_either_order_and_never_above_one(one, other):
    assert near(one, other) == near(other, one)
    assert abs(near(one, other)) <= 1.0 + 1e-9


@given(TEXTS, TEXTS)
def test_two_sums_are_as_near_as_their_vectors(one, other):
    assert nearness(meaning(one), meaning(other)) == pytest.approx(near(one, other))


@given(st.text(max_size=300))
def test_any_text_has_a_vector_within_what_its_words_can_add_up_to(text):
    said = meaning(text)
    assert all(abs(at) <= STEP_MOST * said.times for at in said.vector().at)
    assert len(said.vector().at) == DIMENSIONS


def test_words_that_mean_nearly_the_same_are_nearer_than_words_that_do_not():
    assert near("loses", "drops") > near("loses", "password") + 0.1
    assert near("row", "column") > near("row", "password") + 0.1
    assert near("crash", "traceback") > near("crash", "thumbnail")


@pytest.mark.parametrize("text", ["", "the of and", "404 %%% --", "x" * 100, "\u4e2d\u6587"])
def test_what_says_nothing_has_no_direction(text):
    assert meaning(text).vector().squared == 0
    assert near(text, "reader") == 0.0


def test_accents_and_capitals_say_nothing_and_compound_names_are_taken_apart():
    assert meaning("Café") == meaning("cafe")
    assert meaning("readRows") == meaning("read rows") == meaning("READ_ROWS")


def test_an_unknown_word_is_read_in_pieces():
    assert pieces("reader") == ("reader",)
    assert "".join(piece.removeprefix("##") for piece in pieces("deserialiser")) == "deserialiser"
    assert len(pieces("deserialiser")) > 1


def test_each_word_of_a_text_is_found_under_its_stem_once():
    found = word_meanings("Lines of a line, loses LOSES")
    assert set(found) == {"line", "lose"}
    assert all(one != Meaning() for one in found.values())
