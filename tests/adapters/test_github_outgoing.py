"""What leaves us."""

from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.github.outgoing import LONGEST, body_with, clean, fitting, same, title_line
from bot.kernel.text import find_secrets

MARKER = "<!-- evolve:task-12-1 -->"
TOKEN = "ghs_" + "a1B2" * 10


def test_no_secret_leaves_in_any_text():
    assert TOKEN not in clean(f"the log said {TOKEN}")
    assert TOKEN not in body_with(MARKER, f"the log said {TOKEN}\n{MARKER}")


def test_the_marker_is_added_when_the_body_lacks_it():
    assert body_with(MARKER, "hello") == f"hello\n\n{MARKER}"
    assert body_with(MARKER, f"{MARKER}\nhello") == f"{MARKER}\nhello"


def test_a_body_that_is_too_long_is_cut_and_keeps_its_marker():
    text = body_with(MARKER, f"{MARKER}\n" + "x" * 100_000)
    assert len(text) <= LONGEST
    assert text.count(MARKER) == 1
    assert "cut" in text


def test_a_broken_character_does_not_stop_the_rest():
    assert clean("a\ud800b") == "a?b"


def test_line_ends_and_trailing_space_are_no_difference():
    assert same("a\r\nb\n", "a\nb")
    assert not same("a b", "a  b")


def test_a_title_is_one_line_that_fits():
    assert title_line("a\nb  c ") == "a b c"
    assert len(title_line("x" * 300)) == 256


@given(st.text(), st.text(max_size=100))
def test_every_body_holds_its_marker_fits_and_has_no_secret(body, tail):
    text = body_with(MARKER, body + TOKEN + tail)
    assert MARKER in text
    assert len(text) <= LONGEST
    assert not find_secrets(text)


@given(st.text(min_size=200), st.integers(100, 199))
def test_fitting_is_never_longer_than_its_room(text, room):
    assert len(fitting(text, room)) <= room
