"""What a revision may take from the change that people have looked at."""

from bot.domain.risk.reasons import Sign
from bot.domain.risk.revising import risk_of_revising
from bot.kernel.patch_gate import FileChange, Mode
from bot.kernel.protected import TEST_GLOBS
from bot.kernel.values import Risk

TWO = "def test_one():\n    assert f(1) == 2\n\n\ndef test_two():\n    assert f(2) == 3\n"
ONE = TWO.partition("\n\n\ndef test_two")[0] + "\n"


def edit(before: str | None, after: str | None, path="tests/test_f.py", to: str | None = None):
    sides = [None if text is None else text.encode() for text in (before, after)]
    modes = [Mode.ABSENT if text is None else Mode.REGULAR for text in (before, after)]
    return (FileChange(to or path, path, *sides, *modes),)


def signs(since: tuple[FileChange, ...], undone: int = 0) -> list[tuple[Sign, Risk]]:
    return [(one.sign, one.risk) for one in risk_of_revising(since, TEST_GLOBS, undone)]


def test_a_test_that_the_pull_request_held_is_not_taken_back_unseen():
    for since in (edit(TWO, ONE), edit(TWO, None), edit(TWO, TWO, to="notes.txt")):
        assert signs(since) == [(Sign.HARNESS, Risk.MEDIUM)]


def test_more_tests_and_other_code_bring_no_risk():
    assert signs(edit(ONE, TWO)) == []
    assert signs(edit(None, TWO)) == []
    assert signs(edit("x = 1\n", "x = 2\n", path="f.py")) == []


def test_an_ask_that_was_left_undone_is_looked_at_by_a_person():
    assert signs((), undone=1) == [(Sign.SAID, Risk.MEDIUM)]
