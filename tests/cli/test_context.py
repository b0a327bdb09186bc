"""`evolve context` as a person runs it."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli.context import context_command
from tests.stages.select_repos import Repository, repository

LONG = "\n\n".join(f"def read_frame_{n}(a):\n    b = a\n    return b" for n in range(300))
FILES = {
    "net/reader.py": "class Reader:\n    def read_frame(self):\n        return 1\n",
    "net/writer.py": "class Writer:\n    def write(self):\n        return 2\n",
    "net/long.py": LONG,
    "tests/test_reader.py": "def test_read_frame():\n    assert Reader().read_frame()\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    made = repository(tmp_path)
    made.commit("first", FILES)
    return made


def context(repo: Repository, question: str, *options: str) -> Result:
    """The command on its own, with a home below the repository's folder."""
    app = typer.Typer()
    app.command()(context_command)
    file = repo.directory.with_name("question.md")
    file.write_text(question)
    arguments = ["--repo", str(repo.directory), "--query-file", str(file), *options]
    home = str(repo.directory.with_name("home"))
    return CliRunner().invoke(app, arguments, env={"EVOLVE_HOME": home})


def test_each_line_is_a_path_and_its_lines(repo):
    result = context(repo, "Reader.read_frame returns 1")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "net/reader.py:1-4"
    assert "tests/test_reader.py:1-3" in result.stdout


def test_top_bounds_the_sources(repo):
    result = context(repo, "read_frame", "--top", "1")
    sources = {line.rpartition(":")[0] for line in result.stdout.splitlines()}
    assert len(sources - {"tests/test_reader.py"}) == 1


def test_tokens_bound_what_is_printed(repo):
    few, many = (context(repo, "read_frame", "--tokens", n).stdout for n in ("500", "20000"))
    assert 0 < len(few.splitlines()) < len(many.splitlines())


def test_the_index_is_kept_under_the_home(repo):
    context(repo, "read_frame")
    (kept,) = (repo.directory.parent / "home/index").glob("*.sqlite")
    assert kept.stat().st_size > 0


def test_the_second_answer_is_the_same(repo):
    assert context(repo, "read_frame").stdout == context(repo, "read_frame").stdout


def test_a_work_tree_is_as_good_as_a_bare_clone(repo, tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {repo.directory}\n")
    other = Repository(tree, repo.place)
    assert context(other, "Reader").stdout == context(repo, "Reader").stdout


def test_a_folder_that_is_no_repository_is_refused_with_a_reason(tmp_path):
    (tmp_path / "plain").mkdir()
    result = context(Repository(tmp_path / "plain", tmp_path), "Reader")
    assert result.exit_code == 1
    assert "no git repository" in result.output


def test_a_repository_without_a_commit_is_refused(tmp_path):
    assert context(repository(tmp_path), "Reader").exit_code == 1


def test_a_question_file_that_is_missing_is_a_usage_error(repo, tmp_path):
    app = typer.Typer()
    app.command()(context_command)
    arguments = ["--repo", str(repo.directory), "--query-file", str(tmp_path / "none")]
    assert CliRunner().invoke(app, arguments).exit_code == 2
