"""The state branch: saved and claimed with a lease, and refused where it is not as it was left."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.git import GitMirrors
from bot.adapters.git.state import Saved, StateBranch
from bot.cli.remembered import Anchor, NoMemory, Remembered
from bot.domain.subject import Repo
from bot.memory.journal import GENESIS
from bot.memory.tasks import StageMark
from bot.settings import Settings, read_settings
from bot.stages.workspace import Pushed, Remote, Signature
from tests.adapters.databases import NOW, later
from tests.adapters.entries import entry
from tests.cli.commands import admitted, records_in

KEY = "a-key-that-nobody-may-see"
BOT = Signature("bot", "bot@example.org")


@pytest.fixture
def records(tmp_path: Path):
    (tmp_path / "here").mkdir()
    opened = records_in(tmp_path / "here")
    for number in (1, 2, 3):
        opened.journal.append(entry(number))
    yield opened
    opened.database.dispose()


@pytest.fixture
def remote(tmp_path: Path) -> Remote:
    place = tmp_path / "remote.git"
    subprocess.run(["git", "init", "-q", "--bare", str(place)], check=True)
    return Remote(place.as_uri(), "")


def memory(home: Path, repo: str = "octo/hello") -> Remembered:
    """One machine's view of the branch."""
    settings = read_settings({"EVOLVE_HOME": str(home), "ANTHROPIC_API_KEY": KEY})
    assert isinstance(settings, Settings)
    branch = StateBranch(GitMirrors(home / "state", ("file",)), repo, "evolve-state")
    return Remembered(branch, repo, "evolve-state", settings, BOT)


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


def test_a_database_that_remembers_other_repositories_is_not_put_into_the_branch_of_one(
    records, tmp_path, remote
):
    here = memory(tmp_path / "here")
    here.restore(remote)
    admitted(records, 5, Repo("octo", "private", 7))
    with pytest.raises(NoMemory, match=r"octo/private.*EVOLVE_HOME of its own"):
        here.claim(remote, "run 1", NOW)
    assert here.branch.pull(remote, ("memory.db",)) is None


def test_what_the_branch_told_already_under_an_old_name_goes_on(records, tmp_path, remote):
    here = memory(tmp_path / "here")
    here.restore(remote)
    here.release(remote, "run 1", NOW)
    renamed = memory(tmp_path / "there", "octo/greeting")
    renamed.restore(remote)
    renamed.claim(remote, "run 2", NOW)


def test_a_secret_is_seen_wherever_the_pages_of_the_file_part_it(records, tmp_path, remote):
    task, long = admitted(records, 7), "".join(f"{number:04}" for number in range(1000))
    settings = read_settings({"EVOLVE_HOME": str(tmp_path / "here"), "ANTHROPIC_API_KEY": long})
    assert isinstance(settings, Settings)
    here = replace(memory(tmp_path / "here"), settings=settings)
    here.restore(remote)
    records.tasks.mark(StageMark(task.id, 1, "select", f"{'x' * 3000}{long}", NOW))
    with pytest.raises(NoMemory, match="secret"):
        here.save(remote, "run 1", NOW)


@pytest.mark.parametrize("there", [b"", b"no database " * 500])
def test_a_database_here_that_cannot_be_read_is_told_with_what_to_do(
    records, tmp_path, remote, there
):
    """A process that was cut off before its first table leaves an empty one."""
    here = memory(tmp_path / "here")
    here.restore(remote)
    here.release(remote, "run 1", NOW)
    second = memory(tmp_path / "there")
    second.database.parent.mkdir(exist_ok=True)
    second.database.write_bytes(there)
    with pytest.raises(NoMemory, match=r"cannot be trusted: .*Move .* away"):
        second.restore(remote)
