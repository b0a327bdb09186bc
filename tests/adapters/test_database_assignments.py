"""Assignments are kept as they were drawn."""

from dataclasses import replace
from pathlib import Path

from bot.adapters.database.assignments import SqlAssignments
from bot.adapters.database.engine import open_database
from bot.domain.experiment import Arm, Arms, Tuning
from bot.domain.pathway import Pathway
from bot.kernel.values import Kind, Risk, Usd
from bot.memory.assignments import Assignment
from tests.adapters.databases import NOW, SUBJECT, fresh_url

ONE = Assignment(
    task=3,
    attempt=1,
    subject=SUBJECT,
    ordinal=0,
    at=NOW,
    kind=Kind.FIX,
    area="src",
    risk=Risk.LOW,
    expected=Usd.of("0.25"),
    arms=Arms(Arm.TREATED, Arm.CONTROL, Arm.TREATED),
    tuning=Tuning(recall=2, escalate_after=1, reviewed=False),
    lessons=(4, 9),
    trial="2/trial",
    indexed=120,
    shown=5,
)


def test_an_assignment_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    kept = SqlAssignments(open_database(fresh_url(tmp_path)))
    assert kept.record(ONE) == ONE
    assert kept.of(3, 1) == ONE
    assert kept.of(3, 2) is None
    assert kept.all() == (ONE,)
    assert kept.next_ordinal(SUBJECT) == 1


def test_the_first_draw_holds(tmp_path: Path) -> None:
    kept = SqlAssignments(open_database(fresh_url(tmp_path)))
    kept.record(ONE)
    again = replace(ONE, arms=Arms(Arm.CONTROL, Arm.CONTROL, Arm.CONTROL), ordinal=1)
    assert kept.record(again) == ONE


def test_the_size_is_added_once_the_change_is_published(tmp_path: Path) -> None:
    kept = SqlAssignments(open_database(fresh_url(tmp_path)))
    kept.record(ONE)
    kept.sized(3, 1, 12, Pathway.TOOL)
    assert kept.of(3, 1) == replace(ONE, lines=12, pathway=Pathway.TOOL)
