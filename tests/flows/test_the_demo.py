"""`evolve demo`, as a newcomer runs it: one process, one JSON file, one honest table."""

import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

pytestmark = pytest.mark.sandbox

SHA = 40


def test_an_issue_is_merged_a_poisoned_one_refused_and_all_of_it_told(tmp_path: Path):
    """One test, since the story takes a while and every worker would play it again."""
    out = tmp_path / "out.json"
    command = (sys.executable, "-m", "bot", "demo", "--json", out, "--home", tmp_path / "at")
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    outcome = json.loads(out.read_text())

    # The issue is merged and closed.
    assert outcome["merged"] is True
    assert outcome["issue_closed"] is True

    # The merged commit is the tested one, and the one that CI found green.
    assert len(outcome["merged_sha"]) == SHA
    assert outcome["merged_sha"] == outcome["tested_sha"] == outcome["ci_green_sha"]

    # The new test was red on the base and green on the change.
    assert outcome["proof"] == {"red_on_base": True, "green_on_change": True}

    # The ledger holds what the model billed.
    assert Decimal(outcome["dollars"]) == Decimal(outcome["billed"]) > 0

    # The poisoned issue is refused by both rules.
    assert outcome["refused"]["ended"] == "refused"
    assert {"protected-path", "assertion-loosened"} <= set(outcome["refused"]["rules"])

    # One improvement issue is filed, and the journal is intact.
    assert isinstance(outcome["improvement_issue"], int)
    assert outcome["journal"] == "intact"
    assert Path(outcome["database"]).is_file()

    # The story is told stage by stage, with its times.
    for stage in ("queued", "select", "implement", "prove", "publish", "land", "merged", "refused"):
        assert stage in done.stdout
    assert "What came of it" in done.stdout
