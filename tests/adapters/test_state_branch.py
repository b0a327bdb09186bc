"""The state branch: what is carried, what stays behind, and what is refused on the way back."""

import sqlite3
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.database.carry import Packed, Spoilt, pack, unpack
from bot.adapters.git import GitMirrors
from bot.adapters.git.state import Saved, StateBranch
from bot.cli.remembered import Anchor, NoMemory, Remembered
from bot.compose import Records, open_records
from bot.domain.task import Ending, TaskState
from bot.kernel.budget import Caps, Usage
from bot.kernel.values import Usd
from bot.memory.journal import GENESIS, Entry, Intact, verify
from bot.memory.ledger import Reservation, Scope
from bot.settings import Settings, read_settings
from bot.stages.workspace import Pushed, Remote, Signature
from tests.adapters.databases import NOW, REPO, later
from tests.cli.commands import admitted, records_in

KEY = "a-key-that-nobody-may-see"
BOT = Signature("bot", "bot@example.org")


def entry(number: int) -> Entry:
    return Entry(
        key=f"octo/hello#{number}/1/merged",
        timestamp=NOW,
        repo="octo/hello",
        issue=number,
        attempt=1,
        observation="title",
        proposed_action="",
        outcome="merged: well",
        lessons=(),
        agent="0.1.0",
        prompt_hash="p",
        models=("m",),
        tokens=1,
        cost_nano=1,
        diff_hash="",
        pull=None,
    )


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
        (
            "DROP TRIGGER journal_entries_no_update;"
            " UPDATE journal_entries SET outcome = 'failed' WHERE id = 2",
            "row 2",
        ),
        (
            "DROP TRIGGER journal_entries_no_delete; DELETE FROM journal_entries WHERE id = 2",
            "row 3",
        ),
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


def test_what_is_no_database_is_refused(tmp_path):
    assert isinstance(unpack(b"SQLite format 3\0 and no more", tmp_path / "evolve.db"), Spoilt)


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    place = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", str(place)], check=True)
    return Remote(place.as_uri(), "")


def memory(home: Path) -> Remembered:
    """One machine's view of the branch."""
    settings = read_settings({"EVOLVE_HOME": str(home), "ANTHROPIC_API_KEY": KEY})
    assert isinstance(settings, Settings)
    branch = StateBranch(GitMirrors(home / "state", ("file",)), "octo/hello", "evolve-state")
    return Remembered(branch, "evolve-state", settings, BOT)


def journal_in(remote: Remote, branch: str) -> list[str]:
    asked = ["git", "-C", remote.url.removeprefix("file://"), "show", f"{branch}:journal.jsonl"]
    done = subprocess.run(asked, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def commits(remote: Remote) -> int:
    asked = ["git", "-C", remote.url.removeprefix("file://"), "rev-list", "--count", "evolve-state"]
    return int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)


def test_a_run_writes_one_commit_however_often_it_saves_and_the_next_one_reads_it(
    records, tmp_path, remote
):
    here = memory(tmp_path / "here")
    assert "no branch" in here.restore(remote)
    here.save(remote, "run 1", NOW)
    records.journal.append(entry(4))
    here.save(remote, "run 1", NOW)
    assert commits(remote) == 1

    there = memory(tmp_path / "there")
    assert "4 rows" in there.restore(remote)
    there.save(remote, "run 2", NOW)
    assert commits(remote) == 2


def test_of_two_runs_that_begin_at_once_the_slower_one_is_told_before_it_does_anything(
    records, tmp_path, remote
):
    first, second = memory(tmp_path / "here"), memory(tmp_path / "here")
    first.restore(remote)
    second.restore(remote)
    first.claim(remote, "run 1", NOW)
    with pytest.raises(NoMemory, match=r"another run was faster .* Nothing was done"):
        second.claim(remote, "run 2", NOW)
    assert commits(remote) == 1


def test_a_run_that_is_under_way_keeps_others_away_until_it_ends_or_is_silent_for_long(
    records, tmp_path, remote
):
    first, second = memory(tmp_path / "here"), memory(tmp_path / "there")
    first.restore(remote)
    first.claim(remote, "run 1", NOW)
    first.save(remote, "run 1", later(20 * 60))
    second.restore(remote)
    with pytest.raises(NoMemory, match="run 1 is under way"):
        second.claim(remote, "run 2", later(49 * 60))
    second.claim(remote, "run 2", later(51 * 60))
    second.release(remote, "run 2", later(52 * 60))
    third = memory(tmp_path / "third")
    third.restore(remote)
    third.claim(remote, "run 3", later(52 * 60))


def test_a_run_that_was_cut_off_goes_on_with_its_own_claim(records, tmp_path, remote):
    for minute in (0, 1):
        again = memory(tmp_path / "here")
        again.restore(remote)
        again.claim(remote, "run 1", later(60 * minute))


def test_a_claim_that_nobody_could_have_made_is_none(records, tmp_path, remote):
    first = memory(tmp_path / "here")
    first.restore(remote)
    first.claim(remote, "run 1", later(24 * 3600))
    second = memory(tmp_path / "there")
    second.restore(remote)
    second.claim(remote, "run 2", NOW)


def test_what_the_slower_of_two_remembers_is_kept_in_a_branch_beside(records, tmp_path, remote):
    slow, fast = memory(tmp_path / "here"), memory(tmp_path / "there")
    slow.restore(remote)
    slow.claim(remote, "cycle:octo/hello:1", NOW)
    fast.restore(remote)
    fast.claim(remote, "cycle:octo/hello:2", later(3600))
    records.journal.append(entry(4))
    with pytest.raises(NoMemory, match="is kept in the branch evolve-state-1"):
        slow.save(remote, "cycle:octo/hello:1", later(3601))
    assert commits(remote) == 2
    assert len(journal_in(remote, "evolve-state")) == 3
    assert len(journal_in(remote, "evolve-state-1")) == 4


def test_a_branch_that_was_set_back_is_refused_by_what_a_pull_request_tells_of_it(
    records, tmp_path, remote
):
    here = memory(tmp_path / "here")
    here.restore(remote)
    here.save(remote, "run 1", NOW)
    last = records.journal.append(entry(4))
    known, lost = (Anchor(pull, later(1), head) for pull, head in ((7, GENESIS), (8, last.hash)))
    foreign = Anchor(9, later(-1), "e" * 64)
    there = memory(tmp_path / "there")
    with pytest.raises(NoMemory, match=r"#8 .* set back.*delete the branch") as refused:
        there.restore(remote, (known, lost, foreign))
    assert "activity?ref=evolve-state" in str(refused.value)
    assert not there.database.exists()
    assert "3 rows" in there.restore(remote, (known, foreign))


def test_a_branch_whose_journal_was_altered_is_refused_and_says_what_to_do(
    records, tmp_path, remote
):
    here = memory(tmp_path / "here")
    here.restore(remote)
    here.save(remote, "run 1", NOW)
    saved = here.branch.pull(remote, ("memory.db", "journal.jsonl"))
    assert isinstance(saved, Saved)
    altered = dict(saved.files)
    altered["journal.jsonl"] = altered["journal.jsonl"].replace(b"merged", b"failed", 1)
    how = {"parent": saved.tip, "expected": saved.tip}
    assert isinstance(here.branch.push(remote, altered, "no", BOT, 1, **how), Pushed)
    with pytest.raises(NoMemory, match=r"not as the bot left it.*delete the branch"):
        memory(tmp_path / "there").restore(remote)


def test_a_database_that_tells_another_story_is_neither_used_nor_replaced(
    records, tmp_path, remote
):
    here = memory(tmp_path / "here")
    here.restore(remote)
    here.save(remote, "run 1", NOW)
    (tmp_path / "there").mkdir()
    other = records_in(tmp_path / "there")
    other.journal.append(entry(9))
    other.database.dispose()
    with pytest.raises(NoMemory, match="another story"):
        memory(tmp_path / "there").restore(remote)


def test_a_known_secret_in_the_database_is_not_pushed(records, tmp_path, remote):
    here = memory(tmp_path / "here")
    here.restore(remote)
    records.controls.pause("octo/hello", KEY, NOW)
    with pytest.raises(NoMemory, match="secret"):
        here.save(remote, "run 1", NOW)


def test_a_remote_that_does_not_answer_is_not_taken_for_an_empty_one(tmp_path):
    nowhere = Remote((tmp_path / "nowhere.git").as_uri(), "")
    with pytest.raises(NoMemory, match="could not be read"):
        memory(tmp_path / "here").restore(nowhere)
