"""Whose fault a red check seems to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.blame import NOT_THE_CODE, Blame, blame
from bot.kernel.ci import CheckState

FILES = ("shelf/paging.py", "a.py")


@pytest.mark.parametrize("state", sorted(NOT_THE_CODE))
def test_a_check_that_never_came_to_an_end_is_the_machines_fault(state):
    assert blame(state, "shelf/paging.py:3: boom", FILES) is Blame.INFRASTRUCTURE


@pytest.mark.parametrize(
    "said",
    [
        'File "/home/runner/work/shelf/shelf/paging.py", line 7, in page_count',
        "shelf/paging.py:7:5: F841 unused",
        "(shelf/paging.py) did not type-check",
    ],
)
def test_a_failure_that_names_a_changed_file_is_the_changes_fault(said):
    assert blame(CheckState.FAILURE, said, FILES) is Blame.CHANGE


@pytest.mark.parametrize(
    "said", ["xshelf/paging.pyc", "shelf/paging.python", "data.py", "shelf/other.py:1: boom", ""]
)
def test_a_failure_that_only_looks_like_it_points_elsewhere(said):
    assert blame(CheckState.FAILURE, said, FILES) is Blame.ELSEWHERE


@pytest.mark.parametrize(
    "said",
    [
        "##[error]The hosted runner: ubuntu-1 lost communication with the server.",
        "pip: Connection reset by peer",
        "npm ERR! code ECONNRESET",
        "received unexpected HTTP status: 503 Service Unavailable; status code: 503",
        "Error: No space left on device : '/home/runner'",
    ],
)
def test_words_of_machines_and_networks_are_known(said):
    assert blame(CheckState.FAILURE, said, FILES) is Blame.INFRASTRUCTURE


def test_a_changed_file_beside_words_of_the_network_is_still_the_change():
    said = "shelf/paging.py:7: requests.exceptions: Read timed out"
    assert blame(CheckState.FAILURE, said, FILES) is Blame.CHANGE


@given(st.text(max_size=200), st.sampled_from(CheckState))
def test_any_text_is_judged(said, state):
    assert blame(state, said, FILES) in Blame
