"""A repository that does not say how it is tested: what was found out and worked is used again."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.environments import EnvironmentCache
from bot.cli.demo.sample import POLICY
from bot.domain.lessons.lesson import (
    About,
    Active,
    Anchor,
    Draft,
    Lesson,
    Recipe,
    Retired,
    Sort,
    Source,
    Tally,
    Why,
)
from bot.domain.task import Ending
from bot.engine.skills import ANCHORED
from bot.stages.environment import Way
from forge.world.entities import Issue
from forge.world.pushes import push_commit_as
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.players import Hasty
from tests.engine.world import Town, town

pytestmark = [pytest.mark.sandbox, needs_sandbox]

SETUP = "mkdir -p .venv/bin && cp dev/python .venv/bin/python && chmod +x .venv/bin/python"
SILENT = POLICY.replace(
    "  command: python3 tests/run.py .evolve-report.xml\n", f"  setup: {SETUP}\n"
).replace("max_open: 1", "max_open: 0")
FILES = {
    "requirements.txt": "# nothing else is needed\n",
    "dev/python": "#!/bin/sh\nexec python3 tests/run.py .evolve-report.xml\n",
    ".gitignore": "__pycache__/\n.evolve-report.xml\n.venv/\n",
}
REPORT = ".evolve-report.xml"
COMMAND = ".venv/bin/python -m pytest -q --junitxml=.evolve-report.xml"
BROKEN = "no-such-runner --junitxml=.evolve-report.xml"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Town]:
    """A town whose service keeps environments, and whose policy names no test command."""
    with ExitStack() as up:
        built = up.enter_context(town(tmp_path / "town", Hasty(), SILENT, FILES))
        cache = EnvironmentCache(tmp_path / "environments", Way())
        built.bot.services = replace(built.services, environments=cache)
        yield built


def recipes(there: Town) -> list[Lesson]:
    return [one for one in there.records.lessons.all() if one.sort is Sort.SETUP]


def story(there: Town, issue: Issue) -> str:
    marks = there.records.tasks.story(there.task(issue).id)
    return "\n".join(mark.detail for mark in marks)


def planned(there: Town) -> Issue:
    """Another issue, of which only a plan is wanted: it is prepared, and no more."""
    issue = there.issue("A plan", "the 21st item needs a third page, and how would you do it?")
    there.say(issue, "/evolve plan")
    there.settle()
    return issue


def test_what_worked_is_used_again_until_its_files_change_or_it_fails(there: Town):
    issue = there.labelled_issue()
    there.settle()
    assert there.task(issue).ending is Ending.MERGED, there.status(issue)
    assert "detected: pip" in story(there, issue)
    (skill,) = recipes(there)
    assert skill.draft.recipe == Recipe(SETUP, COMMAND, REPORT)
    assert skill.tally == Tally(1, 1, 0)

    assert "as proven before" in story(there, planned(there))

    world, main = there.forge.world, there.repo.default_branch
    push_commit_as(world, there.maintainer, there.repo, main, {"tox.ini": "[x]\n"}, "by hand")
    assert "as proven before" not in story(there, planned(there)), "other files, another look"
    assert recipes(there)[0].standing == Active(), "nothing worked better yet"


def test_a_recipe_that_does_not_work_any_more_is_retired_and_found_out_anew(there: Town):
    here = there.subject(planned(there)).repo
    mirror = there.services.git.mirror(here.full)
    base = mirror.resolve(there.repo.default_branch)
    assert base is not None
    now = {entry.path: entry.sha for entry in mirror.list_tree(base)}
    broken = Draft(
        repo=here,
        sort=Sort.SETUP,
        text="It worked once.",
        about=About(),
        anchors=tuple(Anchor(path, now.get(path, "")) for path in ANCHORED),
        source=Source("once", 99, 1, "suite passed"),
        born=there.clock.now(),
        recipe=Recipe(SETUP, BROKEN, REPORT),
    )
    there.records.lessons.learn(broken)
    issue = there.labelled_issue()
    there.settle()
    assert "as proven before" in story(there, issue)
    assert there.task(issue).ending is Ending.FAILED
    (skill,) = recipes(there)
    assert isinstance(skill.standing, Retired)
    assert skill.standing.why is Why.OUTDONE

    there.say(issue, "/evolve retry")
    there.settle()
    assert there.task(issue).ending is Ending.MERGED, there.status(issue)
    assert recipes(there)[-1].draft.recipe == Recipe(SETUP, COMMAND, REPORT)
