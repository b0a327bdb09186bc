"""What can reach the test run that judges it is looked at by a person."""

import pytest

from bot.domain.risk import risk_of_diff
from bot.kernel.patch_gate import FileChange, Mode
from bot.kernel.values import Risk


def change(path: str, before: str, after: str) -> FileChange:
    return FileChange(path, path, before.encode(), after.encode(), Mode.REGULAR, Mode.REGULAR)


def test_an_ordinary_line_is_low():
    assert risk_of_diff((change("a.py", "x = 1\n", "x = 2\n"),), frozenset()) is Risk.LOW


@pytest.mark.parametrize(
    "line",
    ["import atexit", "os._exit(0)", "print(sys.argv)", "open('junit.xml')", "process.exit(0)"],
)
def test_code_that_can_end_or_see_its_own_run_is_high(line):
    changed = change("a.py", "x = 1\n", f"x = 1\n{line}\n")
    assert risk_of_diff((changed,), frozenset()) is Risk.HIGH
    assert risk_of_diff((changed,), frozenset({"a.py"})) is Risk.LOW


def test_what_was_there_before_does_not_count():
    kept = change("a.py", "import atexit\nx = 1\n", "import atexit\nx = 2\n")
    assert risk_of_diff((kept,), frozenset()) is Risk.LOW
