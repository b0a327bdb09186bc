"""Which tasks wait for which pull requests, and how a plan says what it touches."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.holding import Full, Overlap, hold_of, touched
from bot.domain.task import Task, TaskState, Wish
from bot.domain.wording.holding import hold_line
from tests.domain.deciding import PUBLISHED, TASK

PATHS = ("Makefile", "README.md", "docs/README.md", "shelf/paging.py", "web/[id].tsx", "web/run")
MINE = replace(TASK, touches=("shelf/paging.py", "tests/test_paging.py"))
OTHER_STATES = [state for state in TaskState if state is not TaskState.ENDED]


def published(*files: str, number: int = 13, state: TaskState = TaskState.PUBLISHED) -> Task:
    assert PUBLISHED.published is not None
    opened = replace(PUBLISHED.published, pull=number, files=files)
    return replace(PUBLISHED, id=number, state=state, published=opened)


@pytest.mark.parametrize(
    ("plan", "paths"),
    [
        ("Show it with a test, then change shelf/paging.py.", ["shelf/paging.py"]),
        ("In ./shelf/paging.py:8 round up", ["shelf/paging.py"]),
        ("paging.py rounds down", ["shelf/paging.py"]),
        ("Say so in README.md", ["README.md"]),
        ("Say so in docs/README.md, too", ["docs/README.md"]),
        ("`Makefile`: one target more; `web/[id].tsx` stays", ["Makefile", "web/[id].tsx"]),
        ("The Makefile may stay, and we run what is there", []),
        ("other/paging.py, shelf.paging and the folder shelf/", []),
        ("Files: none named", []),
    ],
)
def test_a_plan_touches_the_paths_that_it_names(plan, paths):
    assert list(touched(plan, PATHS)) == paths


def test_an_end_that_fits_two_paths_names_neither():
    assert touched("change README.md", ("a/README.md", "b/README.md")) == ()


@given(st.text(), st.lists(st.text(min_size=1)))
def test_whatever_a_plan_says_it_touches_only_what_is_there(plan, paths):
    assert set(touched(plan, paths)) <= set(paths)


@pytest.mark.parametrize("state", [TaskState.PUBLISHED, TaskState.REVISING])
def test_a_task_waits_for_the_pull_request_that_touches_its_file(state):
    hold = hold_of(MINE, [published("shelf/paging.py", "a.py", state=state)])
    assert hold == Overlap(13, ("shelf/paging.py",))
    assert "#13 is open and touches shelf/paging.py, too" in hold_line(hold)


def test_it_waits_for_no_other_files_and_for_nothing_that_has_ended():
    assert hold_of(MINE, [published("a.py")]) is None
    assert hold_of(MINE, [published("shelf/paging.py", state=TaskState.ENDED)]) is None
    assert hold_of(replace(MINE, touches=()), [published("shelf/paging.py")]) is None


@pytest.mark.parametrize("state", [TaskState.WORKING, TaskState.PUBLISHED, TaskState.REVISING])
def test_there_are_no_more_pull_requests_than_the_policy_allows(state):
    others = [published("a.py", number=number, state=state) for number in (13, 14)]
    assert hold_of(replace(MINE, open_prs=3), others) is None
    hold = hold_of(replace(MINE, open_prs=2), others)
    assert hold == Full(2)
    assert hold_line(hold) == "2 pull requests of mine must be reviewed first."


def test_a_plan_opens_none_and_waits_for_none_nor_does_anybody_wait_for_it():
    others = [published("shelf/paging.py")]
    assert hold_of(replace(MINE, wish=Wish.PLAN, open_prs=1), others) is None
    planning = replace(TASK, id=20, wish=Wish.PLAN, state=TaskState.WORKING)
    assert hold_of(replace(MINE, open_prs=1), [planning]) is None


@given(st.sampled_from(OTHER_STATES), st.integers(1, 3))
def test_a_task_never_waits_for_itself(state, limit):
    itself = replace(published(*MINE.touches), id=MINE.id, state=state)
    assert hold_of(replace(MINE, open_prs=limit), [itself]) is None


def test_of_many_files_a_few_are_told():
    files = tuple(f"f{number}.py" for number in range(5))
    assert "f0.py, f1.py, f2.py and 2 more, too" in hold_line(Overlap(13, files))
