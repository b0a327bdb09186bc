import json

import pytest

from bot.domain.changed_lines import Sketch
from bot.memory.judged import MergedChange, RefusedChange
from bot.memory.refusals import Gate, refusals_of
from tests.adapters.databases import NOW, SUBJECT, later
from tests.cli.commands import evolve, records_in


@pytest.fixture
def home(tmp_path):
    records = records_in(tmp_path)
    refused = ("too-large", "test-gutted")
    records.refusals.record(refusals_of(Gate.PATCH, refused, SUBJECT, 1, "a", NOW))
    records.refusals.record(refusals_of(Gate.PATCH, refused[:1], SUBJECT, 2, "b", NOW))
    records.database.dispose()
    return tmp_path


def test_each_rule_of_each_gate_is_listed_with_its_count(home):
    lines = evolve(home, "gates").stdout.splitlines()
    assert lines[0].startswith("patch  too-large  2  2026-")
    assert lines[1].startswith("patch  test-gutted  1  2026-")


def test_scripts_get_the_same_as_json(home):
    found = json.loads(evolve(home, "gates", "--json").stdout)["refusals"]
    assert [(one["gate"], one["rule"], one["count"]) for one in found] == [
        ("patch", "too-large", 2),
        ("patch", "test-gutted", 1),
    ]


def test_a_gate_that_refused_nothing_says_so(tmp_path):
    records_in(tmp_path).database.dispose()
    assert "No gate has refused anything" in evolve(tmp_path, "gates").stdout


def test_what_was_merged_later_after_all_stands_beside_it(home):
    records = records_in(home)
    records.refusals.record(refusals_of(Gate.PATCH, ("too-large",), SUBJECT, 1, "a", NOW))
    records.refusals.record(refusals_of(Gate.BUDGET, ("budget-day",), SUBJECT, 1, "call", NOW))
    lines = Sketch(frozenset(range(12)))
    records.judged.refused(RefusedChange(SUBJECT, 1, Gate.PATCH, "a", lines, NOW))
    records.judged.merged(MergedChange(SUBJECT, "head", lines, later(60)))
    records.database.dispose()
    shown = evolve(home, "gates").stdout.splitlines()
    assert shown[0].endswith("cannot be followed")
    assert shown[1].endswith("merged later 1 of 1 (21% to 100%)  with more 0 of 1")
    assert "nearly the same lines" in shown[2]
    told = json.loads(evolve(home, "gates", "--json").stdout)["refusals"][1]
    assert told["later_merged_as_it_was"]["count"] == 1
