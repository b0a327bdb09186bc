import json

import pytest

from bot.cli.metrics import refusals_metric
from bot.memory.refusals import Gate, RefusalCount, refusals_of
from tests.adapters.databases import NOW, SUBJECT
from tests.cli.commands import evolve, records_in
from webhooks.metrics import exposition


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


def test_prometheus_gets_one_counter_by_gate_and_rule():
    metric = refusals_metric((RefusalCount(Gate.MERGE, "ci-red", 4, NOW),))
    text = exposition((metric,)).decode()
    assert 'evolve_gate_refusals_total{gate="merge",rule="ci-red"} 4\n' in text
