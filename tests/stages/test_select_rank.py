"""Whole questions on whole repositories: what is ranked first, and why."""

from pathlib import Path

import pytest

from bot.stages.select.choose import choose, select
from bot.stages.select.corpus import open_corpus
from bot.stages.select.question import read_question
from bot.stages.select.rank import rank
from tests.stages.select_repos import Repository, repository

READER = '''class Reader:
    """Reads frames from a stream."""

    def read_frame(self, size):
        return self.stream.take(size)
'''
WRITER = '''class Writer:
    """Writes frames to a stream."""

    def write_frame(self, frame):
        self.stream.put(frame)
'''
UNRELATED = "def colour(name):\n    return PALETTE[name]\n"
FILES = {
    "net/reader.py": READER,
    "net/writer.py": WRITER,
    "ui/colour.py": UNRELATED,
    "tests/test_reader.py": "def test_read_frame():\n    assert Reader().read_frame(1)\n",
    "docs/reader.py": READER,
    "README.md": "Reader reads frames.",
}


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return repository(tmp_path)


def first(repo: Repository, base, question: str) -> str:
    return rank(open_corpus(repo.shelf(), base), read_question(question), 10).sources[0].path


def test_the_file_that_defines_what_is_asked_for_is_first(repo):
    base = repo.commit("first", FILES)
    assert first(repo, base, "read_frame loses bytes") == "net/reader.py"
    assert first(repo, base, "Writer: frames are written twice") == "net/writer.py"
    assert first(repo, base, "wrong colour in the palette") == "ui/colour.py"


def test_tests_and_docs_are_never_ranked_as_sources(repo):
    base = repo.commit("first", FILES)
    ranking = rank(open_corpus(repo.shelf(), base), read_question("Reader read_frame"), 10)
    assert {file.path for file in ranking.sources} == {
        "net/reader.py",
        "net/writer.py",
        "ui/colour.py",
    }


def test_the_test_that_exercises_a_chosen_file_comes_with_it(repo):
    base = repo.commit("first", FILES)
    ranking = rank(open_corpus(repo.shelf(), base), read_question("Reader read_frame"), 10)
    assert [file.path for file in ranking.tests] == ["tests/test_reader.py"]


def test_a_file_named_in_the_question_is_first(repo):
    base = repo.commit("first", FILES)
    assert first(repo, base, "Frames are slow\n\nsee ui/colour.py") == "ui/colour.py"


def test_commits_that_said_the_same_speak_for_the_files_they_touched(repo):
    same = {f"part{n}.py": f"def work{n}():\n    return {n}\n" for n in range(8)}
    repo.commit("first", same)
    repo.commit("Handle umlauts in usernames", {"part5.py": "def work5():\n    return 55\n"})
    base = repo.commit("Speed up", {"part2.py": "def work2():\n    return 22\n"})
    assert first(repo, base, "Usernames with umlauts are refused") == "part5.py"


def test_chances_fall_with_the_rank_and_add_up_to_one(repo):
    base = repo.commit("first", FILES)
    ranking = rank(open_corpus(repo.shelf(), base), read_question("read frames"), 10)
    chances = [file.chance for file in ranking.sources]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) == pytest.approx(1.0)


@pytest.mark.parametrize("question", ["", "\n", "the of and", "?!", "ÄÖÜ 漢字"])
def test_a_question_that_says_nothing_still_has_an_answer(repo, question):
    base = repo.commit("first", FILES)
    assert len(rank(open_corpus(repo.shelf(), base), read_question(question), 2).sources) == 2


def test_a_repository_without_sources_has_no_excerpts(repo):
    base = repo.commit("first", {"README.md": "words"})
    selection = select(repo.shelf(), base, "words", 1_000)
    assert selection.files == ()
    assert selection.paths == ("README.md",)


def test_binary_and_huge_files_are_left_out(repo):
    files = {"blob.py": b"frame\0frame", "huge.py": "frame = 1\n" * 60_000, "small.py": "frame = 1"}
    base = repo.commit("first", files)
    ranking = rank(open_corpus(repo.shelf(), base), read_question("frame"), 10)
    assert [file.path for file in ranking.sources] == ["small.py"]


def test_a_selection_holds_sources_then_tests_and_every_path(repo):
    base = repo.commit("first", FILES)
    selection = select(repo.shelf(), base, "Reader.read_frame loses bytes", 2_000)
    assert selection.files[0].path == "net/reader.py"
    assert selection.files[0].text == READER
    assert selection.files[-1].path == "tests/test_reader.py"
    assert selection.paths == tuple(sorted(FILES))


def test_a_part_of_the_budget_is_kept_for_tests(repo):
    big = "\n\n".join(f"def read_frame_{n}(a):\n    b = a\n    return b" for n in range(200))
    files = {"frames.py": big, "tests/test_frames.py": big.replace("def read", "def test_read")}
    base = repo.commit("first", files)
    chosen = choose(open_corpus(repo.shelf(), base), "read frame", 1_000, 5)
    assert 2_400 < sum(one.chars for one in chosen.sources) <= 3_200
    assert 400 < sum(one.chars for one in chosen.tests) <= 800


def test_the_same_question_has_the_same_answer_from_a_new_index(repo, tmp_path):
    repo.commit("first", FILES)
    base = repo.commit("Second", {"net/other.py": READER.replace("Reader", "Other")})
    warm = choose(open_corpus(repo.shelf(), base), "read a frame", 1_000, 5)
    other = Repository(repo.directory, tmp_path / "other.sqlite")
    assert choose(open_corpus(other.shelf(), base), "read a frame", 1_000, 5) == warm
