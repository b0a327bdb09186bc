"""`evolve doctor`: what is missing, and how to mend it."""

import json
import stat
from io import StringIO

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from bot.adapters.bubblewrap import Bubblewrap
from bot.cli.doctor import doctor_command, observe, show, to_json
from bot.cli.fitness import Absent, Finding, Level, Observed, Present, diagnose, fit
from bot.settings import BadSettings, Problem, Settings, read_settings

HERE = Present("there")
ALL_THERE = Observed(HERE, HERE, HERE, HERE, ())
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n"
APP = {"GITHUB_APP_ID": "1", "GITHUB_APP_PRIVATE_KEY": KEY, "GITHUB_WEBHOOK_SECRET": "s"}
MODEL = {"ANTHROPIC_API_KEY": "k"}


def settings(tmp_path, **variables: str) -> Settings:
    read = read_settings({"EVOLVE_HOME": str(tmp_path / "home"), **variables})
    assert isinstance(read, Settings)
    return read


def missing(findings: tuple[Finding, ...]) -> list[str]:
    return [one.name for one in findings if one.level is Level.MISSING]


@pytest.fixture
def app() -> typer.Typer:
    one = typer.Typer()
    one.command()(doctor_command)
    return one


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """An environment with nothing in it, on a machine with no program at all."""
    for name in (*Settings.model_fields, *(f"{n}_file" for n in Settings.model_fields)):
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    return tmp_path


def test_an_empty_environment_names_each_missing_thing_and_exits_with_3(app, empty):
    result = CliRunner().invoke(app, ["--json"])
    assert result.exit_code == 3
    report = json.loads(result.stdout)
    assert report["fit"] is False
    found = {one["name"]: one for one in report["findings"]}
    needed = [
        "GITHUB_APP_ID",
        "GITHUB_APP_PRIVATE_KEY",
        "GITHUB_WEBHOOK_SECRET",
        "ANTHROPIC_API_KEY",
        "git",
        *(["sandbox"] if Bubblewrap().check() else []),
    ]
    assert [name for name, one in found.items() if one["level"] == "missing"] == needed
    assert all(len(found[name]["mend"]) > 20 for name in needed)
    assert "evolve setup" in found["GITHUB_APP_ID"]["mend"]
    assert "apt-get install" in found["git"]["mend"]


def test_looking_makes_nothing(app, empty):
    CliRunner().invoke(app, [])
    assert list(empty.iterdir()) == []


def test_a_log_gets_plain_lines_with_the_cure(app, empty):
    lines = CliRunner().invoke(app, []).stdout.splitlines()
    assert lines[0].startswith("missing GITHUB_APP_ID: not set -> run `evolve setup`")
    assert lines[-1].endswith(" missing: the bot cannot work here yet.")


def test_a_terminal_gets_a_table():
    console = Console(force_terminal=True, width=100, record=True, file=StringIO())
    show((Finding("git", Level.GOOD, "2.39"), Finding("[x]", Level.MISSING, "no", "mend")), console)
    text = console.export_text()
    assert "how to mend it" in text
    assert "[x]" in text
    assert "1 missing" in text


def test_a_whole_environment_is_fit(tmp_path):
    found = diagnose(settings(tmp_path, **APP, **MODEL), ALL_THERE)
    assert missing(found) == []
    assert json.loads(to_json(found))["fit"] is True
    console = Console(file=StringIO())
    show(found, console)
    assert console.file.getvalue().endswith("\nFit to work.\n")


def test_a_token_alone_is_not_enough(tmp_path):
    found = diagnose(settings(tmp_path, GITHUB_TOKEN="t", **MODEL), ALL_THERE)
    assert "GITHUB_APP_ID" in missing(found)


def test_half_an_app_is_not_enough(tmp_path):
    found = diagnose(settings(tmp_path, GITHUB_TOKEN="t", GITHUB_APP_ID="1", **MODEL), ALL_THERE)
    assert missing(found) == ["GITHUB_APP_PRIVATE_KEY", "GITHUB_WEBHOOK_SECRET"]


def test_serving_everybody_is_a_note_and_not_a_fault(tmp_path):
    found = diagnose(settings(tmp_path, **APP, **MODEL), ALL_THERE)
    assert [one.name for one in found if one.level is Level.NOTE] == ["EVOLVE_ALLOWED_OWNERS"]
    assert fit(found)


def test_wrong_settings_are_told_with_their_cure():
    bad = BadSettings((Problem("EVOLVE_PORT", "no number", "Write a port."),))
    found = diagnose(bad, observe(bad))
    assert found[0] == Finding("EVOLVE_PORT", Level.MISSING, "no number", "Write a port.")
    assert not fit(found)


PARTS = st.sampled_from([HERE, Absent("gone", "bring it back")])


@given(st.builds(Observed, PARTS, PARTS, PARTS, PARTS, st.just(())))
def test_it_is_fit_exactly_when_nothing_is_absent(seen):
    bot = read_settings({**APP, **MODEL, "EVOLVE_HOME": "/nonexistent"})
    absent = [one for one in (seen.git, seen.sandbox, seen.home, seen.database) if one != HERE]
    found = diagnose(bot, seen)
    assert fit(found) == (not absent)
    assert len(missing(found)) == len(absent)


def test_a_home_that_is_a_file_is_missing(tmp_path):
    (tmp_path / "home").write_text("")
    seen = observe(settings(tmp_path))
    assert isinstance(seen.home, Absent)
    assert isinstance(seen.database, Absent)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://u:pw@h/x", "mysql is not supported"),
        ("sqlite://", "must name a file"),
        ("hello:pw", "this is no database address"),
    ],
)
def test_a_database_that_cannot_be_used_is_missing_and_no_password_is_shown(tmp_path, url, reason):
    database = observe(settings(tmp_path, EVOLVE_DATABASE_URL=url)).database
    assert isinstance(database, Absent)
    assert reason in database.reason
    assert "pw" not in database.reason


def test_an_old_git_is_missing(tmp_path, monkeypatch):
    git = tmp_path / "git"
    git.write_text("#!/bin/sh\necho git version 2.30.2\n")
    git.chmod(git.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert observe(settings(tmp_path)).git == Absent(
        "git version 2.30.2 is too old",
        "install git 2.31 or newer: apt-get install git",
    )


def test_github_that_cannot_be_reached_is_missing(tmp_path):
    unreachable = settings(tmp_path, GITHUB_TOKEN="t", GITHUB_API_URL="http://127.0.0.1:9", **MODEL)
    (finding,) = observe(unreachable).github
    assert finding.level is Level.MISSING
    assert "127.0.0.1:9" in finding.mend


def test_no_secret_is_in_the_report(tmp_path):
    full = settings(tmp_path, **APP, ANTHROPIC_API_KEY="sk-ant-secret")
    assert "secret" not in to_json(diagnose(full, ALL_THERE)).replace("SECRET", "")
