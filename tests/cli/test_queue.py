"""`evolve queue`: the order in which free workers take tasks, and why."""

import json

import pytest

from bot.domain.revision import Cause, Wanted
from bot.domain.subject import Repo
from bot.domain.task import Estimate
from bot.kernel.values import Kind, Risk, Usd
from bot.memory.tasks import StageMark
from tests.adapters.databases import NOW
from tests.adapters.test_database_revisions import PUBLISHED
from tests.cli.commands import admitted, evolve, records_in


@pytest.fixture
def home(tmp_path):
    return tmp_path


@pytest.fixture
def records(home):
    opened = records_in(home)
    yield opened
    opened.database.dispose()


def queue(home):
    result = evolve(home, "queue", "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)["queue"]


def test_an_empty_queue_says_how_to_fill_it(home):
    result = evolve(home, "queue")
    assert result.exit_code == 0
    assert "label an issue" in result.stdout


def test_the_cheap_fix_is_next_and_the_reason_is_its_score(home, records):
    slow, quick = admitted(records, 1), admitted(records, 2)
    records.tasks.estimate(slow.id, Estimate(Kind.FEATURE, 1, Risk.HIGH, Usd.of("1.50"), "big"))
    records.tasks.estimate(quick.id, Estimate(Kind.FIX, 5, Risk.LOW, Usd.of("0.10"), "small"))
    first, second = queue(home)
    assert (first["place"], first["issue"], first["title"]) == (1, "octo/hello#2", "title of 2")
    assert first["why"].startswith("#2 is next: its repository's turn, score ")
    assert (second["place"], second["issue"]) == (2, "octo/hello#1")


def test_a_task_that_is_worked_on_shows_its_stage(home, records):
    task = admitted(records, 1)
    records.tasks.claim("ticket", task.id, NOW)
    records.tasks.mark(StageMark(task.id, 1, "prove", "the suites", NOW))
    (only,) = queue(home)
    assert (only["place"], only["state"], only["why"]) == (None, "working", "prove")


def test_a_pull_request_that_is_worked_on_again_is_shown(home, records):
    task = admitted(records, 1)
    records.tasks.claim("ticket", task.id, NOW)
    records.tasks.publish(task.id, 1, PUBLISHED)
    assert queue(home) == []
    records.revisions.ask(task, Wanted(Cause.REPAIR, PUBLISHED.tested), NOW)
    (only,) = queue(home)
    assert (only["place"], only["state"]) == (None, "revising")


def test_a_paused_task_has_no_place_and_says_who_paused_it(home, records):
    admitted(records, 1)
    admitted(records, 2, Repo("octo", "other", 7))
    records.controls.pause("octo/hello", "ada", NOW)
    ready, paused = queue(home)
    assert (ready["issue"], ready["place"]) == ("octo/other#2", 1)
    assert (paused["issue"], paused["place"], paused["why"]) == (
        "octo/hello#1",
        None,
        "paused by ada",
    )


def test_a_held_task_says_what_it_waits_for(home, records):
    task = admitted(records, 1)
    records.tasks.mark(StageMark(task.id, 1, "held", "3 pull requests wait for review", NOW))
    (only,) = queue(home)
    assert (only["state"], only["why"]) == ("held", "3 pull requests wait for review")


def test_a_log_gets_one_line_for_each_task(home, records):
    admitted(records, 1)
    (line,) = evolve(home, "queue").stdout.splitlines()
    assert line.startswith("1  queued  octo/hello#1  title of 1  #1 is next: ")


def test_a_database_that_cannot_be_used_exits_with_3_and_keeps_its_password(home):
    url = "mysql://user:pass-word@host/name"
    result = evolve(home, "queue", EVOLVE_DATABASE_URL=url)
    assert result.exit_code == 3
    assert "evolve doctor" in result.stderr
    assert "pass-word" not in result.output


def test_a_file_that_is_no_database_exits_with_3(home):
    (home / "evolve.db").write_bytes(b"this is a letter to my aunt" * 100)
    result = evolve(home, "queue")
    assert result.exit_code == 3
    assert "evolve doctor" in result.stderr
