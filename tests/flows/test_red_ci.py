"""CI is red on the bot's pull request."""

import pytest

from bot.domain.lessons.lesson import Active, Sort
from bot.domain.task import Ending, TaskState
from forge.world.pushes import push_commit_as
from forge.world.reviews import approve
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.outcomes import books_agree
from tests.flows.pull_requests import (
    BY_BOT,
    PICKY,
    PLAIN,
    Obliging,
    Stubborn,
    commits_of,
    file_on_the_pull,
    opened,
)

pytestmark = [pytest.mark.sandbox, needs_sandbox]


def test_a_failure_of_the_change_is_repaired_in_a_commit_of_its_own_and_then_merged(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT, files=PICKY)
    issue = opened(town)

    assert town.task(issue).ending is Ending.MERGED, town.status(issue)
    assert PLAIN in town.file("shelf/paging.py")
    body = town.pull().issue.body
    assert "Since it was opened" in body
    assert "Written without the double minus." in body
    assert "rounded down" in body, "what the whole change does is still said"
    assert "🔄" not in town.status(issue)
    books_agree(town)
    (learned,) = [one for one in town.records.lessons.all() if one.sort is Sort.WRONG]
    assert learned.standing == Active(), "it was right, as the merge shows"
    assert learned.text.startswith("CI failed in ci / test on ")
    assert learned.text.endswith("after a change of shelf/paging.py.")


def test_what_the_repair_was_told_is_what_ci_said(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT, files=PICKY)
    opened(town)
    asked = [str(request.messages[0].text) for request in town.model.requests]
    told = next(text for text in asked if "Its CI fails" in text)
    assert "too clever: write it without a double minus" in told
    assert "0000000Z" not in told, "no times of the log"


def test_ci_is_repaired_three_times_and_then_a_person_is_asked(found: Found):
    town = found(actor=Stubborn(), policy=BY_BOT, files=PICKY)
    issue = opened(town)

    assert town.task(issue).state is TaskState.PUBLISHED
    assert len(commits_of(town)) == 4
    assert "repaired 3 times, and CI is still red" in town.status(issue)
    assert not town.pull().merged

    approve(town.forge.world, town.maintainer, town.pull())
    town.settle()
    assert not town.pull().merged, "red is red, whoever approves"


def test_what_fails_on_the_base_too_is_not_repaired_here(found: Found):
    broken = {**PICKY, "ci/lint.py": "import sys\nprint('shelf/paging.py:1: no')\nsys.exit(1)\n"}
    town = found(actor=Obliging(), policy=BY_BOT, files=PICKY)
    push_commit_as(
        town.forge.world,
        town.maintainer,
        town.repo,
        "main",
        {"ci/lint.py": broken["ci/lint.py"]},
        "a broken linter",
    )
    issue = opened(town)

    assert commits_of(town) == ["The last page is missing when it is not full"]
    assert "the base fails it, too" in town.status(issue)


def test_the_repair_is_on_top_of_the_first_commit(found: Found):
    human = BY_BOT.replace("merge: bot", "merge: human")
    town = found(actor=Obliging(), policy=human, files=PICKY)
    opened(town)
    assert commits_of(town) == [
        "The last page is missing when it is not full",
        "make CI pass: The last page is missing when it is not full",
    ]
    assert PLAIN in file_on_the_pull(town, "shelf/paging.py")


def test_a_flaky_check_is_run_once_more_and_nothing_is_changed_or_paid_for_it(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT)
    town.forge.faults.ci.flaky("tests/other.py::test_sometimes failed")
    issue = opened(town)
    assert town.task(issue).ending is Ending.MERGED, town.status(issue)
    assert commits_of(town) == ["The last page is missing when it is not full"]
    assert not any("Its CI fails" in str(r.messages[0].text) for r in town.model.requests)
    assert "run again" in town.status(issue)


def test_a_machine_that_is_lost_is_not_repaired(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT)
    town.forge.faults.ci.lost_runner()
    issue = opened(town)
    assert town.task(issue).ending is Ending.MERGED, town.status(issue)
    assert not any("Its CI fails" in str(r.messages[0].text) for r in town.model.requests)
