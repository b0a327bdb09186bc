"""Branches move under the bot: its own by somebody else's hand, and the base."""

import pytest

from bot.domain.task import Ending, TaskState
from forge.actors import Script, Talk, call, use
from forge.world.entities import Role
from forge.world.pushes import push_commit_as
from forge.world.reviews import approve, request_changes
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.world import Town
from tests.flows.pull_requests import (
    BY_BOT,
    BY_HUMAN,
    NEGATIVE,
    PLAIN,
    Obliging,
    commits_of,
    file_on_the_pull,
    let_ci_run,
    opened,
    opened_before_ci,
    submit,
)

pytestmark = [pytest.mark.sandbox, needs_sandbox]
PATH = "shelf/paging.py"


def push(town: Town, files: dict[str, str], branch: str = "main") -> str:
    return push_commit_as(town.forge.world, town.maintainer, town.repo, branch, files, "by hand")


def test_what_somebody_pushes_to_the_branch_is_proven_and_waits_for_a_person(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT)
    issue = opened_before_ci(town)
    sha = push(town, {"shelf/extra.py": "x = 1\n"}, town.pull().head_ref)
    let_ci_run(town)

    assert town.pull().head_sha == sha, "nothing was written over it"
    published = town.task(issue).published
    assert published is not None
    assert published.tested == sha
    assert not town.pull().merged
    assert "a person with write access must approve" in town.status(issue)

    approve(town.forge.world, town.user("wilma", Role.WRITE), town.pull())
    town.settle()
    assert town.task(issue).ending is Ending.MERGED


def test_what_somebody_pushes_and_does_not_hold_is_left_as_it_is(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT)
    issue = opened_before_ci(town)
    wrong = {PATH: "def page_count(items, per_page):\n    return 0\n"}
    sha = push(town, wrong, town.pull().head_ref)
    let_ci_run(town)
    assert town.pull().head_sha == sha
    assert not town.pull().merged
    assert "could not be proven" in town.status(issue)


def test_the_bot_builds_on_what_somebody_pushed(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    opened(town)
    push(town, {"shelf/extra.py": "x = 1\n"}, town.pull().head_ref)
    town.settle()
    request_changes(town.forge.world, town.maintainer, town.pull(), "The plain way, please.")
    town.settle()
    assert PLAIN in file_on_the_pull(town, PATH)
    assert file_on_the_pull(town, "shelf/extra.py") == "x = 1\n"
    assert commits_of(town)[1] == "by hand"


def test_a_push_while_the_bot_works_on_the_branch_is_not_lost(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    issue = opened(town)
    request_changes(town.forge.world, town.maintainer, town.pull(), "The plain way, please.")
    branch = town.pull().head_ref
    town.meanwhile(lambda: push(town, {"shelf/extra.py": "x = 1\n"}, branch), call=1)
    town.settle()
    assert file_on_the_pull(town, "shelf/extra.py") == "x = 1\n"
    assert PLAIN in file_on_the_pull(town, PATH), "and what was asked is done on top of it"
    assert town.task(issue).state is TaskState.PUBLISHED


def test_a_conflict_with_the_base_is_resolved_and_proven_again(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    issue = opened(town)
    line = "return items // per_page"
    push(town, {PATH: town.file(PATH).replace(f"{line}\n", f"{line}  # for now\n")})
    town.settle()

    assert NEGATIVE in file_on_the_pull(town, PATH)
    assert "<<<<" not in file_on_the_pull(town, PATH)
    assert commits_of(town) == ["The last page is missing when it is not full"]
    published = town.task(issue).published
    assert published is not None
    assert published.tested == town.pull().head_sha

    approve(town.forge.world, town.maintainer, town.pull())
    town.settle()
    assert town.task(issue).ending is Ending.MERGED


class Hurried(Obliging):
    """Hands a conflict in as it is, and resolves it when that is refused."""

    def change(self, talk: Talk) -> Script:
        if "Its base moved" in talk.opening:
            yield use("Quick.", call("run", command=f"echo '# done' >> {PATH}"))
            yield use("Handed in.", submit("Both sides hold."))
        yield from super().change(talk)


def test_conflict_markers_that_are_left_in_a_file_are_refused_before_anything_is_run(found: Found):
    town = found(actor=Hurried(), policy=BY_HUMAN)
    issue = opened(town)
    line = "return items // per_page"
    push(town, {PATH: town.file(PATH).replace(f"{line}\n", f"{line}  # for now\n")})
    town.settle()
    marks = town.records.tasks.story(town.task(issue).id)
    assert "the patch gate refuses: conflict-marker" in [mark.detail for mark in marks]
    assert "<<<<" not in file_on_the_pull(town, PATH)
