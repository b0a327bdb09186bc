"""An attempt in a repository whose tests need a set-up, from the label to the merge."""

from collections.abc import Callable, Generator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.environments import EnvironmentCache
from bot.cli.demo.cast import DASHES, PAGES
from bot.cli.demo.sample import POLICY
from bot.domain.task import Ending
from bot.stages.environment import Way
from forge.actors import Actor, HonestActor
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.outcomes import merged_exactly_once, nothing_is_left_behind, nothing_was_spent
from tests.engine.world import Town, town

pytestmark = [pytest.mark.sandbox, needs_sandbox]

COMMAND = "python3 tests/run.py .evolve-report.xml"
NEEDING = POLICY.replace(COMMAND, f"test -e made/thing && {COMMAND}").replace(
    "max_open: 1", "max_open: 0"
)
SETUP = "  setup: mkdir made && echo x > made/thing\n"
FAILING = "  setup: echo there is no such package; exit 4\n"

Build = Callable[[str, Actor | None], Town]


@pytest.fixture
def build(tmp_path: Path) -> Generator[Build]:
    """A town whose service keeps environments."""
    with ExitStack() as up:

        def one(setup: str, actor: Actor | None = None) -> Town:
            policy = NEEDING.replace("test:\n", f"test:\n{setup}")
            built = up.enter_context(town(tmp_path / "town", actor, policy))
            cache = EnvironmentCache(tmp_path / "environments", Way())
            built.bot.services = replace(built.services, environments=cache)
            return built

        yield one


def test_a_change_is_proven_in_the_environment_and_merged(build: Build):
    there = build(SETUP, None)
    issue = there.labelled_issue()
    there.settle()

    merged_exactly_once(there, issue)
    nothing_is_left_behind(there)


def test_a_set_up_that_fails_blocks_the_attempt_before_anything_is_paid(build: Build):
    there = build(FAILING, None)
    issue = there.labelled_issue()
    there.settle()

    assert there.task(issue).ending is Ending.BLOCKED
    assert "exit code 4" in there.status(issue)
    assert "there is no such package" in there.status(issue)
    nothing_was_spent(there)
    assert there.pulls() == []


def test_an_environment_that_vanished_is_made_again(build: Build, tmp_path: Path):
    there = build(SETUP, None)
    root = tmp_path / "environments"

    def evict() -> None:
        for content in list(root.rglob("content.json")):
            content.parent.rename(tmp_path / "gone")

    issue = there.labelled_issue()
    there.meanwhile(evict)
    there.settle()

    assert (tmp_path / "gone").exists()
    merged_exactly_once(there, issue)


def test_a_change_of_dependencies_is_blocked_before_it_is_written(build: Build):
    """Its set-up would run what the model wrote, with network."""
    problem = replace(PAGES, kind="dependency")
    there = build(SETUP, HonestActor((problem,), (DASHES,)))
    issue = there.labelled_issue()
    there.settle()

    assert there.task(issue).ending is Ending.BLOCKED
    assert "dependency change is not possible here" in there.status(issue)
    assert len(there.model.requests) == 1, "triage, and no more"


def test_a_service_that_keeps_no_environments_says_so(build: Build):
    there = build(SETUP, None)
    there.bot.services = replace(there.services, environments=None)
    issue = there.labelled_issue()
    there.settle()

    assert there.task(issue).ending is Ending.BLOCKED
    assert "this service runs none" in there.status(issue)
    nothing_was_spent(there)
