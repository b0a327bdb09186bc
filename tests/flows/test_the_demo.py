"""`evolve demo`, as a newcomer runs it: one process, one JSON file, one honest table."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

pytestmark = pytest.mark.sandbox

SHA = 40


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], dict]:
    home = tmp_path_factory.mktemp("demo")
    out = home / "out.json"
    command = [sys.executable, "-m", "bot", "demo", "--json", str(out), "--home", str(home / "at")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done, json.loads(out.read_text())


def test_the_issue_is_merged_and_closed(demo):
    _, outcome = demo
    assert outcome["merged"] is True
    assert outcome["issue_closed"] is True


def test_the_merged_commit_is_the_tested_one_and_the_one_ci_found_green(demo):
    _, outcome = demo
    assert len(outcome["merged_sha"]) == SHA
    assert outcome["merged_sha"] == outcome["tested_sha"] == outcome["ci_green_sha"]


def test_the_new_test_was_red_on_the_base_and_green_on_the_change(demo):
    _, outcome = demo
    assert outcome["proof"] == {"red_on_base": True, "green_on_change": True}


def test_the_ledger_holds_what_the_model_billed(demo):
    _, outcome = demo
    assert Decimal(outcome["dollars"]) == Decimal(outcome["billed"]) > 0


def test_the_poisoned_issue_is_refused_by_both_rules(demo):
    _, outcome = demo
    assert outcome["refused"]["ended"] == "refused"
    assert {"protected-path", "assertion-loosened"} <= set(outcome["refused"]["rules"])


def test_one_improvement_issue_is_filed_and_the_journal_is_intact(demo):
    _, outcome = demo
    assert isinstance(outcome["improvement_issue"], int)
    assert outcome["journal"] == "intact"
    assert Path(outcome["database"]).is_file()


def test_the_story_is_told_stage_by_stage_with_its_times(demo):
    done, _ = demo
    for stage in ("queued", "select", "implement", "prove", "publish", "land", "merged", "refused"):
        assert stage in done.stdout
    assert "What came of it" in done.stdout
