"""The `evolve` command itself: its list of commands, and help that does not load the bot."""

import subprocess
import sys

import pytest

from bot.cli.app import LATER
from tests.cli.commands import evolve

HEAVY = (
    "dbos",
    "sqlalchemy",
    "anthropic",
    "githubkit",
    "fastapi",
    "pydantic",
    "forge",
    "bot.kernel",
)


def test_help_lists_every_command_and_loads_none(tmp_path):
    script = (
        "import sys\nfrom bot.cli.app import app\n"
        "try:\n    app(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
    for name, _, summary in LATER:
        assert f"{name} " in done.stdout
        assert summary.split()[0] in done.stdout


@pytest.mark.parametrize("name", [name for name, _, _ in LATER])
def test_each_command_has_help_of_its_own_under_its_own_name(tmp_path, name):
    result = evolve(tmp_path, name, "--help")
    assert result.exit_code == 0, result.output
    assert f"evolve {name} " in result.stdout


@pytest.mark.parametrize("wrong", [("nothing-such",), ("queue", "--nothing-such"), ("budget", "x")])
def test_wrong_usage_exits_with_2(tmp_path, wrong):
    assert evolve(tmp_path, *wrong).exit_code == 2
