"""`evolve sandbox`: the bot's own sandbox, with the command's own exit code."""

import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

from bot.stages.sandbox import Exited, Job, Limits
from tests.adapters.sandboxes import SANDBOX, needs_sandbox
from tests.cli.commands import evolve, words

pytestmark = [pytest.mark.sandbox, needs_sandbox]

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("code", [0, 1, 3, 42])
def test_the_exit_code_of_the_command_is_passed_on(tmp_path, code):
    assert evolve(tmp_path, "sandbox", "--", "sh", "-c", f"exit {code}").exit_code == code


def test_the_options_of_the_command_are_its_own(tmp_path):
    result = evolve(tmp_path, "sandbox", "--", "printf", "%s|", "--dir", "--help", "--")
    assert result.stdout == "--dir|--help|--|"


def test_output_is_passed_on_as_it_is(tmp_path):
    result = evolve(tmp_path, "sandbox", "--", "printf", r"\377\n")
    assert result.stdout_bytes == b"\xff\n"


def test_nothing_of_this_machine_is_there(tmp_path):
    (tmp_path / "secret").write_text("x")
    script = f"cat {tmp_path}/secret; env; id -u; ls -A /work; cat < /dev/tcp/1.1.1.1/80"
    result = evolve(
        tmp_path, "sandbox", "--", "bash", "-c", script, ANTHROPIC_API_KEY="sk-ant-nobody-sees"
    )
    assert result.exit_code != 0
    assert "No such file" in result.stdout
    assert "Network is unreachable" in result.stdout
    assert "sk-ant-nobody-sees" not in result.stdout
    assert "1000" in result.stdout.splitlines()


def test_it_works_in_the_directory_it_is_given(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    (work / "in").write_text("hello")
    home = tmp_path / "home"
    result = evolve(home, "sandbox", "--dir", str(work), "--", "sh", "-c", "pwd; cp in out")
    assert (result.exit_code, result.stdout) == (0, "/work\n")
    assert (work / "out").read_text() == "hello"


def test_nothing_is_left_behind(tmp_path):
    script = "mkdir -p a/b && touch a/b/c && chmod 000 a"
    assert evolve(tmp_path, "sandbox", "--", "sh", "-c", script).exit_code == 0
    assert list((tmp_path / "work").iterdir()) == []


def test_the_time_limit_ends_it_with_124(tmp_path):
    result = evolve(tmp_path, "sandbox", "--seconds", "1", "--", "sleep", "60")
    assert result.exit_code == 124
    assert "killed after 1 s" in result.stderr


@pytest.mark.parametrize("forbidden", ["/", "/usr/lib", "/etc", sys.prefix])
def test_the_system_is_never_handed_over(tmp_path, forbidden):
    result = evolve(tmp_path, "sandbox", "--dir", forbidden, "--", "true")
    assert result.exit_code == 2


def test_the_home_of_the_bot_and_what_holds_it_are_never_handed_over(tmp_path):
    home = tmp_path / "home"
    (home / "credentials").mkdir(parents=True)
    for place in (tmp_path, home, home / "credentials"):
        assert evolve(home, "sandbox", "--dir", str(place), "--", "true").exit_code == 2


def test_a_git_directory_never_enters(tmp_path):
    work = tmp_path / "work"
    (work / ".git").mkdir(parents=True)
    result = evolve(tmp_path / "home", "sandbox", "--dir", str(work), "--", "true")
    assert result.exit_code == 2
    assert "without it" in words(result.stderr)


def test_a_home_that_cannot_be_used_exits_with_3(tmp_path):
    (tmp_path / "home").write_text("a file")
    result = evolve(tmp_path / "home", "sandbox", "--", "true")
    assert result.exit_code == 3
    assert "EVOLVE_HOME" in result.stderr


def test_where_there_is_no_sandbox_it_exits_with_3_and_says_what_to_do(tmp_path):
    # Inside a sandbox no other can be made: there the command is run as a person would.
    command = ("python3", "-m", "bot", "sandbox", "--", "true")
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    mounts = ((Path(sysconfig.get_path("purelib")), "/packages"),)
    env = (("PYTHONPATH", "/work:/packages"), ("EVOLVE_HOME", "/tmp/evolve"))
    outcome = SANDBOX.run(Job(command, tmp_path, Limits(), env=env, mounts=mounts))
    assert isinstance(outcome, Exited)
    told = outcome.output.decode()
    assert outcome.code == 3, told
    assert told.startswith("There is no sandbox here: ")
    assert "evolve doctor" in told
