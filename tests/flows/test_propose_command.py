"""`evolve propose`: what it prints, what it files, and how it ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.demo.cast import DASHES
from forge.actors import HonestActor
from tests.adapters.sandboxes import needs_sandbox
from tests.cli.commands import evolve, words
from tests.engine.conftest import Found
from tests.engine.world import Town

ROOT = Path(__file__).resolve().parents[2]


def run(town: Town, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, with nothing else in its environment."""
    environment = {
        "PATH": os.environ["PATH"],
        "EVOLVE_HOME": str(town.home),
        "GITHUB_API_URL": town.forge.api_url,
        "GITHUB_APP_ID": str(town.app.id),
        "GITHUB_APP_PRIVATE_KEY": town.app.private_key_pem,
        "ANTHROPIC_API_KEY": town.model.api_key,
        "ANTHROPIC_BASE_URL": town.model.url,
    }
    command = (sys.executable, "-m", "bot", "propose", *arguments)
    return subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=90
    )


@pytest.mark.sandbox
@needs_sandbox
def test_it_says_what_it_would_file_and_files_it(found: Found):
    town = found(actor=HonestActor((), (DASHES,)))
    here = ("--repo", "Maintainer/SHELF")
    dry = run(town, *here, "--dry-run")
    assert dry.returncode == 0, dry.stderr
    assert f"Would file: {DASHES.title}" in dry.stdout
    assert "  |     AssertionError: one--two" in dry.stdout
    assert "Quota: nobody has closed one yet, so at most 1 may be open." in dry.stdout
    assert "Found: no test reaches lines 7 to 7 of page_count in shelf/paging.py" in dry.stdout
    assert "The model cost $0.0" in dry.stdout
    assert "reproducing the evidence, 2 of 2" in dry.stderr
    assert len(town.repo.issues) == 0

    filed = run(town, *here, "--json", "--budget", "0.50")
    assert filed.returncode == 0, filed.stderr
    told = json.loads(filed.stdout)
    assert told["ideas"] == [{"outcome": "filed", "issue": 1, "title": DASHES.title}]
    assert float(told["usd"]) > 0

    books = evolve(town.home, "budget")
    assert "proposals" in books.stdout
    assert evolve(town.home, "telemetry").exit_code == 0

    nowhere = run(town, "--repo", "octo/nowhere")
    assert nowhere.returncode == 1
    assert "octo/nowhere is not among the repositories" in nowhere.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--repo", "shelf"),
        ("--repo", "a/b", "--budget", "much"),
        ("--repo", "a/b", "--budget", "0"),
        ("--repo", "a/b", "--most", "9"),
        (),
    ],
)
def test_wrong_usage_is_told_before_anything_is_done(tmp_path: Path, arguments: tuple[str, ...]):
    assert evolve(tmp_path, "propose", *arguments).exit_code == 2


def test_without_credentials_it_says_what_is_missing(tmp_path: Path):
    unfit = evolve(tmp_path, "propose", "--repo", "a/b")
    assert unfit.exit_code == 3
    assert "ANTHROPIC_API_KEY" in words(unfit.stderr)
