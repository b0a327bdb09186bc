"""Conflict markers that a resolution left behind."""

import pytest

from bot.domain.markers import left_markers
from bot.kernel.patch_gate import FileChange, Mode

CONFLICT = "a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\nd\n"


def edit(before: str | None, after: str | None) -> tuple[FileChange, ...]:
    sides = [None if text is None else text.encode() for text in (before, after)]
    modes = [Mode.ABSENT if text is None else Mode.REGULAR for text in (before, after)]
    return (FileChange("notes.md", "notes.md", *sides, *modes),)


@pytest.mark.parametrize("left", ["<<<<<<< ours", "||||||| base", ">>>>>>> theirs"])
def test_a_marker_that_was_left_is_named_with_its_file(left: str):
    (breach,) = left_markers(edit("a\n", f"a\n{left}\n"))
    assert breach.rule == "conflict-marker"
    assert "notes.md" in breach.detail
    assert left.split()[0] in breach.detail


@pytest.mark.parametrize("before", [None, "a\n"])
def test_a_whole_conflict_is_one_breach(before: str | None):
    assert len(left_markers(edit(before, CONFLICT))) == 1


def test_what_was_there_before_and_what_only_looks_like_it_is_left_alone():
    assert left_markers(edit(CONFLICT, CONFLICT + "e\n")) == ()
    assert left_markers(edit("a\n", "Title\n=======\n\n>> quoted\n  <<<<<<< in a manual\n")) == ()
    assert left_markers(edit(CONFLICT, None)) == ()
