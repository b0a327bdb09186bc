"""`evolve run` as a process of its own, with no server: six issues, a cap, a kill, and a branch."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cli.demo.sample import FILES as SAMPLE
from bot.cli.demo.stage import CHECK_NAME, Stage
from bot.kernel.values import Usd
from forge.server import Forge
from forge.world.apps import mint_token
from forge.world.entities import Account, Issue, Repo
from forge.world.issues import open_issue
from forge.world.labels import add_label
from forge.world.people import create_repo
from forge.world.protection import protect_branch
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.six import FILES, NAMES, PATIENT, RIGHT, Chatty, body, title

pytestmark = [pytest.mark.sandbox, needs_sandbox, pytest.mark.timeout(600)]
"""Two whole changes in processes of their own: on a busy machine that takes minutes."""

BRANCH = "evolve-state"


def shelf(forge: Forge, owner: Account) -> Repo:
    files = {**SAMPLE, ".github/evolve.yml": PATIENT, **FILES}
    repo = create_repo(forge.world, owner, "shelf", files)
    protect_branch(forge.world, repo, "main", ((CHECK_NAME, forge.ci.app.id),))
    return repo


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with Stage(tmp_path, Chatty(), founding=shelf) as built:
        yield built


def six(stage: Stage) -> dict[str, Issue]:
    world, person = stage.forge.world, stage.maintainer
    issues = {
        name: open_issue(world, person, stage.repo, title(name), body(name)) for name in NAMES
    }
    for issue in issues.values():
        add_label(world, person, issue, "self-proposed")
    return issues


def begin(stage: Stage, home: Path, *options: str, **variables: str) -> subprocess.Popen[str]:
    environment = stage.environment() | {"EVOLVE_HOME": str(home)} | variables
    given = ("run", "--repo", "maintainer/shelf", "--json", "--state-branch", BRANCH, *options)
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *given],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def token_of_a_workflow(stage: Stage) -> dict[str, str]:
    """What a scheduled workflow has instead of an App: a token for this repository."""
    (installation,) = (
        one for one in stage.forge.world.installations.values() if one.app is stage.app
    )
    token = mint_token(stage.forge.world, installation, repos=[stage.repo])
    return {"GITHUB_TOKEN": token.value, "GITHUB_APP_ID": "", "GITHUB_APP_PRIVATE_KEY": ""}


def ended(process: subprocess.Popen[str]) -> tuple[int, dict[str, object], str]:
    out, said = process.communicate(timeout=500)
    return process.returncode, json.loads(out) if out else {}, said


def test_a_run_takes_the_right_two_of_six_within_its_budget_and_says_why(stage: Stage):
    """Killed in the middle, the next run goes on; a new machine, with a workflow's token instead of
    the App, knows all of it by the branch.
    """
    six(stage)
    home = stage.home / "one"
    first = begin(stage, home, "--max-changes", "2", "--budget", "2.00")
    assert first.stderr is not None
    for line in first.stderr:
        if " implement" in line:
            break
    first.kill()
    first.communicate()

    code, record, said = ended(begin(stage, home, "--max-changes", "2"))
    assert code == 0, said
    assert "was cut off and goes on" in said
    assert [one["title"] for one in record["taken"]] == [title(name) for name in RIGHT[:2]]
    for one, impact in zip(record["taken"], (5, 4), strict=True):
        assert f"impact {impact} / ($0.05 * low risk 1)" in one["why"]
        assert Usd.of(one["cost"]) > Usd.of("0.05"), "it billed more than it had estimated"
    left = {one["title"].partition(" ")[0]: one["rule"] for one in record["left"]}
    assert left == {"alpha": "enough", "carol": "breaking", "eagle": "enough", "fancy": "enough"}
    billed = Usd(int(stage.model.ledger.total.scaleb(9)))
    assert billed <= Usd.of(record["spent"]) <= Usd.of("2.00"), "what was cut off counts in full"
    assert len(stage.forge.world.pulls(stage.repo)) == record["published"] == 2

    code, again, said = ended(
        begin(stage, stage.home / "two", "--max-changes", "0", **token_of_a_workflow(stage))
    )
    assert code == 0, said
    assert "their chain holds" in said
    assert again["taken"] == []
    assert {pull["pull"] for pull in again["pulls"]} == {one["pull"] for one in record["taken"]}
    git = stage.forge.world.git(stage.repo)
    assert len(git.log(BRANCH)) == 2, "one commit a run"
    held = [git.read_file(BRANCH, name) for name in ("journal.jsonl", "memory.db")]
    keys = [stage.environment()[name] for name in ("ANTHROPIC_API_KEY", "GITHUB_WEBHOOK_SECRET")]
    keys += [line for line in stage.app.private_key_pem.splitlines() if len(line) > 40]
    assert all(content and key.encode() not in content for content in held for key in keys)
