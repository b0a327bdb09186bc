"""What people are spared: pull requests that get in each other's way, and ones nobody wants."""

import pytest

from bot.domain.task import Ending, TaskState
from forge.world.pulls import close_pull
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.flows.pull_requests import BY_HUMAN, Obliging, opened

pytestmark = [pytest.mark.sandbox, needs_sandbox]


def test_what_would_touch_the_file_of_an_open_pull_request_waits_until_that_one_has_ended(
    found: Found,
):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    first = opened(town)
    pull = town.pull()
    assert "tests/test_paging.py" in town.task(first).published.files
    second = town.labelled_issue()
    town.settle()

    held = town.task(second)
    assert held.state is TaskState.QUEUED
    assert "### On hold" in town.status(second)
    why = (
        f"{pull.number} is open and touches shelf/paging.py, too: this goes on once that has ended"
    )
    assert why in town.status(second)
    asked = len(town.model.requests)
    town.sweep()
    assert len(town.model.requests) == asked, "waiting costs nothing"

    close_pull(town.forge.world, town.maintainer, pull)
    town.settle()
    assert town.task(first).ending is Ending.STOPPED
    assert (town.task(second).state, town.task(second).attempt) == (TaskState.PUBLISHED, 1)
    assert len(town.pulls()) == 2
    stages = town.story(second)
    assert stages.count("held") == 1
    assert "implement" not in stages[: stages.index("held")]
    rows = town.records.trajectory.of(town.subject(second).repo.full, second.number, 1)
    assert [row.role for row in rows].count("triage") == 2, "asked and answered once"
