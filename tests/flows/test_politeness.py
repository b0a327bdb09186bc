"""What people are spared: pull requests that get in each other's way, and ones nobody wants."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.task import Ending, TaskState
from forge.world.entities import State
from forge.world.pulls import close_pull
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.world import Town
from tests.flows.pull_requests import BY_HUMAN, Obliging, on_the_pull, opened

pytestmark = [pytest.mark.sandbox, needs_sandbox]


def test_what_would_touch_the_file_of_an_open_pull_request_waits_until_that_one_has_ended(
    found: Found,
):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    first = opened(town)
    pull = town.pull()
    published = town.task(first).published
    assert published is not None
    assert published.files == ("shelf/paging.py", "tests/test_paging.py")
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


def test_who_lets_a_pull_request_wait_is_reminded_once_and_then_it_is_closed(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    issue = opened(town)
    pull = town.pull()
    days_pass(town, 6)
    assert on_the_pull(town) == []

    days_pass(town, 8)
    (told,) = on_the_pull(town)
    assert told.count("@") == told.count("@maintainer, this has waited for 8 days") == 1
    assert "must approve" in told
    assert "closed in 13 days" in told
    days_pass(town, 20)
    assert on_the_pull(town) == [told]
    assert pull.issue.state is State.OPEN

    days_pass(town, 22)
    (_, last) = on_the_pull(town)
    assert "Closed: 22 days without a word from anybody" in last
    assert f"`/evolve retry` on #{issue.number}" in last
    assert "What should have been different?" not in last
    assert (pull.issue.state, pull.merged) == (State.CLOSED, False)
    assert town.forge.world.git(town.repo).branch(pull.head_ref) == pull.head_sha
    assert town.task(issue).ending is Ending.STOPPED
    assert "nobody said anything, so it was closed" in town.status(issue)

    days_pass(town, 0)
    sorry = town.say(pull.issue, "Sorry, I was away.")
    again = town.say(issue, "/evolve retry")
    town.settle()
    assert town.reactions(sorry) == [], "that is no reason why it was closed"
    assert town.reactions(again) == ["eyes"]
    assert len(town.pulls()) == 2


def days_pass(town: Town, days: int) -> None:
    """The bot looks around when it is so many days from now; GitHub's own clock stays.

    GitHub would refuse an App whose clock is far from its own.
    """
    now = town.clock.now() + timedelta(days=days)
    town.bot.services = replace(town.services, clock=lambda: now)
    town.sweep()
