"""`evolve seed`: eight phases, for people and for scripts, also where nothing happened."""

import json

import pytest

from bot.domain.seed import Period, SeedPhase
from tests.adapters.databases import NOW, later
from tests.cli.commands import REPO, admitted, evolve, records_in


@pytest.fixture
def records(tmp_path):
    opened = records_in(tmp_path)
    yield opened
    opened.database.dispose()


def test_where_nothing_happened_every_phase_says_so(tmp_path, records):
    lines = evolve(tmp_path, "seed").stdout.splitlines()
    assert lines[:-1] == [f"{phase}  0" for phase in list(SeedPhase)[:-1]]
    assert lines[-1] == "improved  0; no parameter moved: no attempt was made yet"


def test_an_operator_who_switched_it_off_is_told_so(tmp_path, records):
    told = evolve(tmp_path, "seed", EVOLVE_TUNING="off").stdout
    assert told.splitlines()[-1] == "improved  0; no parameter moved: EVOLVE_TUNING is off"


def test_a_run_is_told_as_long_as_it_lasted_and_in_its_repository(tmp_path, records):
    admitted(records, 12)
    admitted(records, 13, at=later(100))
    records.happenings.ran(Period(NOW, later(60), REPO.full, "run-1"), (4, 5))
    records.happenings.ran(Period(NOW, later(600), REPO.full, "run-1"), ())
    document = json.loads(evolve(tmp_path, "seed", "--run", "run-1", "--json").stdout)
    assert document["until"] == later(60).isoformat()
    assert document["phases"]["perceived"]["issues_looked_at"] == 1
    assert document["phases"]["expanded"]["issues_proposed"] == 2


@pytest.mark.parametrize(
    "arguments", [("--since", "x"), ("--since", "0h"), ("--since", "8"), ("--run", "none")]
)
def test_what_cannot_be_meant_is_a_usage_error(tmp_path, records, arguments):
    assert evolve(tmp_path, "seed", *arguments).exit_code == 2


def test_only_a_run_has_a_period_that_is_kept(records):
    with pytest.raises(ValueError, match="an id and a repository"):
        records.happenings.ran(Period(NOW, later(60)), ())
