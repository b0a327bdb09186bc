"""Actors that mean well: real files, real test runs, every turn through the strict API."""

from dataclasses import replace
from pathlib import Path

from forge.actors import Edit, HonestActor, SlipThenRepairActor
from tests.forge.test_actors.repository import ISSUE, SUB, TESTS
from tests.forge.test_actors.stage import CHANGE, TEST_COMMAND, PutOn, opening


def test_the_honest_actor_looks_sees_red_changes_sees_green_and_submits(
    staged: PutOn, root: Path
) -> None:
    stage = staged(HonestActor((SUB,)))
    played = stage.play(opening(ISSUE), CHANGE)
    assert played.tools[0] == "view"
    assert played.tools.index("view") < played.tools.index("edit")
    assert played.exits == [1, 0]
    assert played.arguments("run")[0]["command"] == TEST_COMMAND
    assert played.tools[-1] == "submit"
    assert played.arguments("submit")[0]["tests"] == ["test_calc.py"]
    assert "a - b" in (root / "calc.py").read_text()
    assert "sub(3, 1) == 2" in (root / "test_calc.py").read_text()


def test_an_actor_may_create_the_test_file(staged: PutOn, root: Path) -> None:
    (root / "test_calc.py").unlink()
    source = "from calc import sub\n\nassert sub(3, 1) == 2\n"
    problem = replace(SUB, tests=(Edit("test_calc.py", "", source),))
    stage = staged(HonestActor((problem,)))
    played = stage.play(opening(ISSUE), CHANGE)
    assert played.exits == [1, 0]
    assert (root / "test_calc.py").read_text() == source


def test_what_is_already_done_is_not_done_again(staged: PutOn) -> None:
    stage = staged(HonestActor((SUB,)))
    stage.play(opening(ISSUE), CHANGE)
    again = stage.play(opening(ISSUE), CHANGE)
    assert "edit" not in again.tools
    assert again.tools[-1] == "submit"


def test_the_honest_actor_does_not_submit_what_stays_red(staged: PutOn, root: Path) -> None:
    (root / "test_calc.py").write_text(TESTS + "assert sub(1, 1) == 5\n")
    stage = staged(HonestActor((SUB,)))
    played = stage.play(opening(ISSUE), CHANGE)
    assert "submit" not in played.tools
    assert "red" in played.last_words


def test_the_honest_actor_stops_when_the_file_is_not_as_expected(staged: PutOn, root: Path) -> None:
    (root / "calc.py").write_text("def sub(a, b):\n    return NotImplemented\n")
    stage = staged(HonestActor((SUB,)))
    played = stage.play(opening(ISSUE), CHANGE)
    assert "calc.py is not as I expected" in played.last_words


def test_a_refused_submission_is_checked_again_and_handed_in_once_more(staged: PutOn) -> None:
    stage = staged(HonestActor((SUB,)), "The base tests could not run.")
    played = stage.play(opening(ISSUE), CHANGE)
    assert played.tools.count("submit") == 2
    assert played.exits == [1, 0, 0]


def test_a_slip_is_seen_in_the_red_test_and_repaired(staged: PutOn, root: Path) -> None:
    actor = SlipThenRepairActor((SUB,), wrong="    return b - a\n")
    stage = staged(actor)
    played = stage.play(opening(ISSUE), CHANGE)
    assert played.exits == [1, 1, 0]
    assert played.tools[-1] == "submit"
    assert (root / "calc.py").read_text().endswith("    return a - b\n")


def test_a_slip_that_holds_the_right_text_is_repaired_too(staged: PutOn, root: Path) -> None:
    actor = SlipThenRepairActor((SUB,), wrong="    a = 0\n    return a - b\n")
    stage = staged(actor)
    played = stage.play(opening(ISSUE), CHANGE)
    assert played.exits == [1, 1, 0]
    assert "a = 0" not in (root / "calc.py").read_text()
