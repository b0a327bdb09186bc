"""action.yml and the workflow around it: least permissions, no secret in inputs, one at a time."""

import re
from typing import cast

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli.app import app
from tests.pages import ROOT, text_of

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/evolve.yml").read_text())
SHOWN = re.findall(r"```yaml\n(.*?)```", text_of(ROOT / "docs/install.md"), re.DOTALL)


def scripts() -> str:
    return "\n".join(step["run"] for step in ACTION["runs"]["steps"])


def used() -> dict[str, object]:
    """The step of the workflow that uses the action."""
    (step,) = (one for one in WORKFLOW["jobs"]["run"]["steps"] if one.get("uses") == "./")
    return cast("dict[str, object]", step)


def test_the_action_passes_options_that_there_are():
    told = CliRunner().invoke(app, ["run", "--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
    listed = set(re.findall(r"--[a-z-]+", told))
    options = re.findall(r"--[a-z-]+", scripts().partition("evolve=")[2])
    assert len(options) >= 6
    assert set(options) <= listed


def test_what_is_given_from_outside_reaches_the_shell_by_environment_only():
    assert "${{" not in scripts()
    assert not [name for name in ACTION["inputs"] if "key" in name or "secret" in name]


def test_the_workflow_gives_inputs_that_there_are_and_secrets_by_environment():
    step = used()
    assert set(cast("dict[str, str]", step["with"])) <= set(ACTION["inputs"])
    assert "secrets." not in str(step["with"])
    assert "ANTHROPIC_API_KEY" in cast("dict[str, str]", step["env"])


def workflows() -> list[dict[object, object]]:
    return [WORKFLOW, *(yaml.safe_load(one) for one in SHOWN)]


@pytest.mark.parametrize("workflow", workflows())
def test_a_workflow_runs_every_eight_hours_one_at_a_time_and_ends(workflow):
    # YAML 1.1 reads the word `on` as true.
    assert workflow[True]["schedule"] == [{"cron": "17 */8 * * *"}]
    assert workflow["concurrency"] == {"group": "evolve", "cancel-in-progress": False}
    assert workflow["jobs"]["run"]["timeout-minutes"] <= 90
    assert set(workflow["permissions"]) == set(WORKFLOW["permissions"])
    assert "write-all" not in str(workflow)
