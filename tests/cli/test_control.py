"""`evolve pause` and `evolve resume`: the kill switch."""

import pytest

from bot.domain.subject import Repo
from tests.cli.commands import REPO, evolve, records_in, words

OTHER = Repo("octo", "other", 7)


@pytest.fixture
def records(tmp_path):
    opened = records_in(tmp_path)
    yield opened
    opened.database.dispose()


def test_everything_is_paused_and_goes_on_again(tmp_path, records):
    result = evolve(tmp_path, "pause")
    assert (result.exit_code, result.stdout) == (0, "Paused everything; `evolve resume` goes on.\n")
    assert records.controls.paused(REPO) == records.controls.paused(OTHER) == "the operator"
    assert evolve(tmp_path, "resume").exit_code == 0
    assert records.controls.paused(REPO) is None


def test_one_repository_is_paused_whatever_the_case_of_its_name(tmp_path, records):
    assert evolve(tmp_path, "pause", "--repo", "Octo/Hello").exit_code == 0
    assert records.controls.paused(REPO) == "the operator"
    assert records.controls.paused(OTHER) is None
    assert evolve(tmp_path, "resume", "--repo", "octo/hello").exit_code == 0
    assert records.controls.paused(REPO) is None


def test_pausing_twice_changes_nothing(tmp_path, records):
    for _ in range(2):
        assert evolve(tmp_path, "pause").exit_code == 0
    assert evolve(tmp_path, "resume").exit_code == 0
    assert records.controls.paused(REPO) is None


def test_a_repository_does_not_go_on_while_everything_is_paused(tmp_path, records):
    evolve(tmp_path, "pause")
    result = evolve(tmp_path, "resume", "--repo", "octo/hello")
    assert result.exit_code == 1
    assert "the operator paused everything; run `evolve resume`" in result.stderr
    assert records.controls.paused(REPO) == "the operator"


def test_resuming_everything_leaves_a_repository_paused_by_its_name(tmp_path, records):
    evolve(tmp_path, "pause", "--repo", "octo/hello")
    result = evolve(tmp_path, "resume")
    assert "stays so" in result.stdout
    assert records.controls.paused(REPO) == "the operator"


@pytest.mark.parametrize("name", ["hello", "a/b/c", "/b", "a/", "a /b"])
def test_what_is_no_repository_is_wrong_usage(tmp_path, name):
    result = evolve(tmp_path, "pause", "--repo", name)
    assert result.exit_code == 2
    assert f"write OWNER/NAME, not {name!r}" in words(result.stderr)
