"""The index: what is read again, what is forgotten, and what happens to a damaged file."""

import sqlite3
import threading
from array import array
from pathlib import Path

import pytest

from bot.adapters.git.command import GitError
from bot.adapters.index import sqlite
from bot.adapters.index.library import SqliteLibrary
from bot.adapters.index.source import git_directory, head
from bot.adapters.index.sqlite import SqliteIndex
from bot.kernel.values import Sha
from bot.stages.select.choose import choose
from bot.stages.select.corpus import open_corpus
from bot.stages.select.port import Document, Segment
from bot.stages.select.segment import read_blobs
from tests.stages.select_repos import Repository, repository

ONE, TWO, THREE = Sha("1" * 40), Sha("2" * 40), Sha("3" * 40)
TEXTS = {ONE: b"def alpha(): beta", TWO: b"beta gamma", THREE: b"beta alpha alpha"}


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return repository(tmp_path)


@pytest.fixture
def index(tmp_path: Path) -> SqliteIndex:
    return SqliteIndex(tmp_path / "index.sqlite")


class Reading:
    """Builds segments from `TEXTS`, and remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[Sha, ...]] = []

    def __call__(self, first: int, missing: tuple[Sha, ...]) -> Segment:
        self.asked.append(missing)
        return read_blobs(first, missing, (TEXTS[key] for key in missing))


def counted(index: SqliteIndex, term: str) -> dict[Sha, int]:
    """How often a term occurs in each document."""
    keys = {number: key for key, (number, _) in index.documents().items()}
    return {keys[p >> 8]: p & 255 for p in index.postings([term]).get(term, ())}


def test_only_keys_that_are_new_are_read(index):
    reading = Reading()
    index.ensure([ONE, TWO], reading)
    index.ensure([ONE, TWO, THREE], reading)
    index.ensure([THREE, ONE], reading)
    assert reading.asked == [(ONE, TWO), (THREE,)]


def test_postings_of_later_additions_join_the_earlier_ones(index):
    index.ensure([ONE, TWO], Reading())
    index.ensure([THREE], Reading())
    assert counted(index, "alpha") == {ONE: 1, THREE: 2}
    assert counted(index, "beta") == {ONE: 1, TWO: 1, THREE: 1}
    assert index.postings(["nowhere"]) == {}


def test_what_was_indexed_is_there_for_the_next_process(index, tmp_path):
    index.ensure([ONE], Reading())
    index.close()
    again = SqliteIndex(tmp_path / "index.sqlite")
    assert counted(again, "=alpha") == {ONE: 1}
    assert again.documents().keys() == {ONE}


def test_a_build_that_fails_leaves_nothing_behind(index):
    def failing(first: int, missing: tuple[Sha, ...]) -> Segment:
        raise GitError("gone")

    with pytest.raises(GitError):
        index.ensure([ONE], failing)
    assert index.documents() == {}
    index.ensure([ONE], Reading())
    assert counted(index, "beta") == {ONE: 1}


def test_two_that_want_the_same_keys_at_once_read_them_once(tmp_path):
    reading = Reading()

    def work() -> None:
        mine = SqliteIndex(tmp_path / "index.sqlite")
        mine.ensure([ONE, TWO, THREE], reading)
        mine.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reading.asked == [(ONE, TWO, THREE)]
    assert counted(SqliteIndex(tmp_path / "index.sqlite"), "alpha") == {ONE: 1, THREE: 2}


def test_many_that_open_a_file_at_once_make_it_once(tmp_path):
    def work(path: Path, begin: threading.Barrier, failed: list[Exception]) -> None:
        begin.wait()
        try:
            SqliteIndex(path).close()
        except sqlite3.Error as error:
            failed.append(error)

    failed: list[Exception] = []
    for number in range(30):
        begin = threading.Barrier(8)
        given = (tmp_path / f"{number}.sqlite", begin, failed)
        threads = [threading.Thread(target=work, args=given) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert failed == []


def test_a_file_that_is_in_use_is_not_taken_for_a_damaged_one(index, tmp_path, monkeypatch):
    index.ensure([ONE], Reading())
    monkeypatch.setattr(sqlite, "VERSION", sqlite.VERSION + 1)
    monkeypatch.setattr(sqlite, "_WAIT_S", 0.0)
    other = sqlite3.connect(tmp_path / "index.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        SqliteIndex(tmp_path / "index.sqlite")
    other.close()
    assert counted(index, "beta") == {ONE: 1}
    assert (tmp_path / "index.sqlite").exists()


def test_a_count_larger_than_a_posting_can_hold_is_cut(index):
    segment = read_blobs(1, [ONE], [b"word " * 1_000])
    assert [p & 255 for p in segment.postings["word"]] == [255]


def test_cuts_are_kept(index):
    index.keep_cuts({"a": array("I", [1, 7])})
    assert index.cuts(["a", "b"]) == {"a": array("I", [1, 7])}


def test_a_damaged_file_is_made_anew(tmp_path):
    path = tmp_path / "index.sqlite"
    path.write_bytes(b"this is no database, but long enough to be taken for a header of one" * 20)
    index = SqliteIndex(path)
    index.ensure([ONE], Reading())
    assert counted(index, "beta") == {ONE: 1}


def test_a_file_of_another_version_is_made_anew(index, tmp_path, monkeypatch):
    index.ensure([ONE], Reading())
    index.close()
    monkeypatch.setattr(sqlite, "VERSION", sqlite.VERSION + 1)
    assert SqliteIndex(tmp_path / "index.sqlite").documents() == {}


def test_what_is_of_other_commits_is_forgotten_when_it_is_most(index, monkeypatch):
    monkeypatch.setattr(sqlite, "_SPARE", 0)
    index.ensure([ONE, TWO, THREE], Reading())
    index.trim(3)
    assert len(index.documents()) == 3
    monkeypatch.setattr(sqlite, "_HOARD", 2)
    index.trim(1)
    assert index.documents() == {}
    index.ensure([TWO], Reading())
    assert min(number for number, _ in index.documents().values()) == 4
    assert counted(index, "beta") == {TWO: 1}


def test_documents_that_are_no_text_are_known_but_empty(index):
    index.ensure([ONE], lambda first, _: Segment((Document(ONE, 0, ""),), {}))
    assert index.documents() == {ONE: (1, 0)}


def test_a_source_reads_files_blobs_and_commits(repo):
    repo.commit("First\n\nbody é", {"a.py": "one", "dir/b é.py": b"two\n\0"})
    tip = repo.commit("Second", {"a.py": "three"})
    source = repo.source()
    files = source.files(tip)
    assert list(files) == ["a.py", "dir/b é.py"]
    assert list(source.read_blobs(list(files.values()))) == [b"three", b"two\n\0"]
    second, first = source.read_commits(source.recent(tip, 10))
    assert (second.message.strip(), second.paths) == ("Second", ("a.py",))
    assert first.message.strip() == "First\n\nbody é"
    assert first.paths == ("a.py", "dir/b é.py")


@pytest.mark.parametrize("message", ["", "\x01\x02", "\n\n", "é \x01" + "0" * 40 + "\x02x\n.py"])
def test_no_message_confuses_the_reading_of_commits(repo, message):
    repo.commit("first", {"a.py": "one"})
    repo.commit(message, {"b.py": "two", "0" * 40: "named as an object"})
    repo.commit(message, {})
    tip = repo.commit("last", {"c.py": "three"})
    source = repo.source()
    paths = [past.paths for past in source.read_commits(source.recent(tip, 10))]
    assert paths == [("c.py",), (), ("0" * 40, "b.py"), ("a.py",)]


def test_a_source_asked_for_what_is_no_object_id_refuses(repo):
    tip = repo.commit("first", {"a.py": "one"})
    for wrong in ("--all", f"{tip}^", "main"):
        with pytest.raises(GitError):
            repo.source().files(Sha(wrong))
        with pytest.raises(GitError):
            repo.source().recent(Sha(wrong), 1)


def test_only_changed_blobs_are_read_for_the_next_commit(repo):
    first = repo.commit("first", {f"f{n}.py": f"value = {n}" for n in range(20)})
    shelf = repo.shelf()
    open_corpus(shelf, first)
    before = shelf.index.documents()
    second = repo.commit("second", {"f3.py": "value = 33"})
    open_corpus(shelf, second)
    added = shelf.index.documents().keys() - before.keys()
    assert added == {second, repo.source().files(second)["f3.py"]}


def test_an_older_commit_is_answered_as_it_was(repo):
    first = repo.commit("first", {"a.py": "def alpha():\n    return 1", "b.py": "x = 1"})
    second = repo.commit("second", {"a.py": "y = 1", "b.py": "def alpha():\n    return 1"})
    shelf = repo.shelf()
    at = [choose(open_corpus(shelf, base), "alpha", 500, 1) for base in (second, first)]
    assert [chosen.sources[0].path for chosen in at] == ["b.py", "a.py"]


def test_a_library_opens_the_shelf_beside_the_mirror(tmp_path):
    made = repository(tmp_path)
    base = made.commit("first", {"a.py": "x = 1"})
    (tmp_path / "mirrors/octo").mkdir(parents=True)
    made.directory.rename(tmp_path / "mirrors/octo/hello.git")
    library = SqliteLibrary(tmp_path / "index", tmp_path / "mirrors")
    with library.open("octo/hello") as shelf:
        assert open_corpus(shelf, base).sources == ("a.py",)
    assert [path.suffix for path in (tmp_path / "index").iterdir()] == [".sqlite"]


def test_a_mirror_that_is_not_there_is_refused(tmp_path):
    library = SqliteLibrary(tmp_path / "index", tmp_path / "mirrors")
    with pytest.raises(GitError, match="no git repository"), library.open("octo/hello"):
        pass


def test_a_repository_without_a_commit_has_no_head(repo):
    with pytest.raises(GitError):
        head(git_directory(repo.directory))


def test_the_index_is_a_plain_database(index, tmp_path):
    index.ensure([ONE], Reading())
    index.close()
    database = sqlite3.connect(tmp_path / "index.sqlite")
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    database.close()
