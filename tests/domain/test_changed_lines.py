"""The same change is known again by its lines, also when it is large."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.changed_lines import KEPT_MOST, Sketch, alike, contained, sketch_of
from bot.kernel.patch_gate import FileChange, Mode

WORDS = st.lists(st.sampled_from("abcdefgh"), max_size=30)


def change(before: str | None, after: str | None, path: str = "src/a.py") -> FileChange:
    modes = [Mode.ABSENT if text is None else Mode.REGULAR for text in (before, after)]
    old, new = (None if text is None else text.encode() for text in (before, after))
    return FileChange(path, path, old, new, modes[0], modes[1])


def sketch(before: str | None, after: str | None, path: str = "src/a.py") -> Sketch:
    return sketch_of([change(before, after, path)])


def test_a_change_is_alike_itself_wherever_its_lines_stand_and_however_they_are_indented():
    once = sketch("one\ntwo\n", "one\nTWO\nthree\n")
    moved = sketch("zero\none\ntwo\n", "  one\nzero\n\n   TWO\nthree")
    assert len(once.hashes) == 3
    assert alike(once, moved) == 1.0


def test_what_adds_a_test_holds_the_change_and_is_not_the_same():
    bare = sketch("one\n", "two\n")
    tested = sketch_of([change("one\n", "two\n"), change(None, "test\nof it\n", "tests/a.py")])
    assert contained(bare, tested) == 1.0
    assert alike(bare, tested) == 0.5


def test_the_same_line_in_another_file_is_another_line():
    assert contained(sketch("", "x\n"), sketch("", "x\n", "src/b.py")) == 0.0


def test_a_line_that_is_added_twice_counts_twice():
    assert len(sketch("", "x\nx\n").hashes) == 2
    assert contained(sketch("", "x\nx\n"), sketch("", "x\n")) == 0.5


def test_nothing_changed_is_like_nothing():
    empty = sketch("same\n", "same\n")
    assert (alike(empty, empty), contained(empty, empty)) == (0.0, 0.0)


def test_a_large_change_is_kept_as_a_sample_and_still_known_again():
    lines = [f"line {n}" for n in range(10_000)]
    whole = sketch(None, "\n".join(lines))
    half = sketch(None, "\n".join(lines[:5_000]))
    nearly = sketch(None, "\n".join([*lines[:9_500], *(f"other {n}" for n in range(500))]))
    assert len(whole.hashes) == KEPT_MOST
    assert alike(whole, whole) == 1.0
    assert 0.44 < contained(whole, half) < 0.56
    assert contained(half, whole) == 1.0
    assert 0.86 < alike(whole, nearly) < 0.95, "9,500 of 10,500"


@given(WORDS, WORDS, WORDS)
def test_shares_are_shares_and_being_alike_is_mutual(before, one, other):
    a = sketch("\n".join(before), "\n".join(one))
    b = sketch("\n".join(before), "\n".join(other))
    assert 0 <= alike(a, b) == alike(b, a) <= min(contained(a, b), contained(b, a)) <= 1
