"""action.yml and the workflow around it: least permissions, no secret in inputs, one at a time."""

import json
import re
from importlib.metadata import distribution
from pathlib import Path
from typing import cast

import pytest
import yaml
from jsonschema.validators import validator_for
from typer.testing import CliRunner

from bot.cli.app import app
from tests.pages import ROOT, text_of

ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
WORKFLOW = yaml.safe_load((ROOT / ".github/workflows/evolve.yml").read_text())
SHOWN = re.findall(r"```yaml\n(.*?)```", text_of(ROOT / "docs/install.md"), re.DOTALL)


TAKES = {
    "actions/checkout": {"persist-credentials", "fetch-depth", "ref"},
    "actions/setup-python": {"python-version", "cache"},
}
"""Inputs that we may give, by the `action.yml` of each."""


def errors(document: dict[object, object], kind: str) -> list[str]:
    """What SchemaStore's schema in check-jsonschema says against one of GitHub's files."""
    # Found without an import: the package is a command, and brings the whole of it.
    place = f"check_jsonschema/builtin_schemas/vendor/{kind}.json"
    schema = json.loads(Path(str(distribution("check-jsonschema").locate_file(place))).read_text())
    # YAML 1.1 reads the word `on` as true.
    named = {"on" if key is True else key: value for key, value in document.items()}
    checker = validator_for(schema)(schema)
    return [f"{one.json_path}: {one.message}" for one in checker.iter_errors(named)]


def test_the_action_is_one_by_githubs_schema():
    assert errors(ACTION, "github-actions") == []
    wrong = {**ACTION, "runs": {"using": "composite", "steps": [{"run": "true"}]}}
    assert errors(wrong, "github-actions"), "the schema sees a step that names no shell"


@pytest.mark.parametrize(
    "text",
    [
        *(one.read_text() for one in sorted((ROOT / ".github/workflows").glob("*.yml"))),
        *SHOWN,
    ],
)
def test_a_workflow_is_one_by_githubs_schema_and_calls_what_there_is(text):
    workflow = yaml.safe_load(text)
    assert errors(workflow, "github-workflows") == []
    assert errors({**workflow, "permissions": {"everything": "write"}}, "github-workflows")
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    for step in (one for one in steps if "uses" in one):
        ours = step["uses"] == "./" or "evolve-bot@" in step["uses"]
        takes = set(ACTION["inputs"]) if ours else TAKES[step["uses"].partition("@")[0]]
        assert set(step.get("with", {})) <= takes


def test_what_the_workflow_and_the_action_refer_to_is_there():
    text = (ROOT / ".github/workflows/evolve.yml").read_text()
    given = set(re.findall(r"inputs\.([a-z-]+)", text))
    assert given == set(WORKFLOW[True]["workflow_dispatch"]["inputs"])
    assert set(re.findall(r"inputs\.([a-z-]+)", (ROOT / "action.yml").read_text())) == set(
        ACTION["inputs"]
    )
    (run,) = (step for step in ACTION["runs"]["steps"] if step["name"] == "Run")
    used = set(re.findall(r"\$\{?([A-Z_]+)", run["run"])) - {"GITHUB_ACTION_PATH"}
    assert used <= set(run["env"])


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
    assert workflow[True]["schedule"] == [{"cron": "17 */8 * * *"}]
    assert workflow["concurrency"] == {"group": "evolve", "cancel-in-progress": False}
    assert workflow["jobs"]["run"]["timeout-minutes"] <= 90
    assert set(workflow["permissions"]) == set(WORKFLOW["permissions"])
    assert "write-all" not in str(workflow)


def test_what_installs_the_bot_sees_no_secret():
    (install,) = (step for step in ACTION["runs"]["steps"] if step["name"] == "Install")
    for name in cast("dict[str, str]", used()["env"]):
        assert install["env"][name] == "", "a step of the action is given what its caller is given"


USED = re.compile(
    r"^ *(?:- )?uses: (?!\./)(?P<what>\S+?)@(?P<at>\S+)(?P<told> *# v[0-9.]+)?$", re.M
)


@pytest.mark.parametrize("name", ["evolve.yml", "ci.yml"])
def test_a_workflow_with_secrets_or_our_code_uses_others_by_commit(name):
    found = list(USED.finditer((ROOT / ".github/workflows" / name).read_text()))
    assert found
    for one in found:
        assert re.fullmatch("[0-9a-f]{40}", one["at"]), f"{one['what']} may be another tomorrow"
        assert one["told"], "people read the version beside it"
