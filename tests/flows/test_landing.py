"""How a proven change gets into the base branch, and what people see of its state meanwhile."""

from dataclasses import replace

import pytest

from bot.domain.labels import StateLabel
from bot.domain.task import Ending, TaskState
from bot.domain.wording.proof_check import CHECK_NAME
from forge.world.checks import create_status
from forge.world.entities import (
    Issue,
    MergeQueueRule,
    RequiredCheck,
    Role,
    Ruleset,
    StatusState,
)
from forge.world.pushes import push_commit_as
from forge.world.queue import dequeue, entry_of
from forge.world.reviews import approve, request_changes
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.world import CHECK_NAME as CI
from tests.engine.world import Town
from tests.flows.pull_requests import (
    BY_BOT,
    BY_HUMAN,
    NEGATIVE,
    Obliging,
    let_ci_run,
    opened,
    opened_before_ci,
)

pytestmark = [pytest.mark.sandbox, needs_sandbox]


def demand(town: Town, **rules) -> None:
    """A ruleset on the default branch."""
    world = town.forge.world
    bare = Ruleset(world.new_id(), "rules", "active", ("~DEFAULT_BRANCH",), world.now())
    made = replace(bare, **rules)
    town.repo.rulesets[made.id] = made


def state_labels(issue) -> list[str]:
    return sorted(label.name for label in issue.labels if label.name.startswith("evolve: "))


def test_a_branch_with_a_merge_queue_gets_the_change_through_the_queue(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT)
    demand(town, merge_queue=MergeQueueRule(), checks=(RequiredCheck(CI),))
    issue = opened(town)
    town.sweep()
    assert town.task(issue).ending is Ending.MERGED, town.status(issue)
    assert "merge queue" in town.status(issue)
    assert "taken back" not in town.status(issue)
    assert NEGATIVE in town.file("shelf/paging.py")


def waiting_in_the_queue(found: Found) -> tuple[Town, Issue]:
    """A change in the queue, where a check that a person sets on the pull request never reports."""
    town = found(actor=Obliging(), policy=BY_BOT)
    demand(town, merge_queue=MergeQueueRule(), checks=(RequiredCheck(CI), RequiredCheck("seen")))
    issue = opened(town)
    create_status(
        town.forge.world,
        town.maintainer,
        town.repo,
        town.pull().head_sha,
        StatusState.SUCCESS,
        "seen",
    )
    town.settle()
    assert entry_of(town.pull()) is not None, town.status(issue)
    return town, issue


def test_a_reader_neither_moves_it_in_the_queue_nor_keeps_it_there_when_it_must_leave(
    found: Found,
):
    town, issue = waiting_in_the_queue(found)
    place = entry_of(town.pull())
    town.say(town.pull().issue, "/evolve", town.user("rita", Role.READ))
    town.settle()
    assert entry_of(town.pull()) is place, "it stands where it stood"

    town.say(issue, "/evolve pause")
    town.settle()
    assert entry_of(town.pull()) is None
    town.say(issue, "/evolve resume")
    town.settle()
    assert entry_of(town.pull()) is not None, town.status(issue)
    town.say(issue, "/evolve pause")
    town.settle()
    assert entry_of(town.pull()) is None, "the second time as well"


def test_what_was_taken_out_of_the_queue_is_not_put_back(found: Found):
    town, issue = waiting_in_the_queue(found)
    dequeue(town.forge.world, town.maintainer, town.pull())
    town.settle()
    town.sweep()
    assert entry_of(town.pull()) is None
    assert "taken out of GitHub's merge queue" in town.status(issue)
    assert state_labels(issue) == [StateLabel.NEEDS_HUMAN]


def test_where_signatures_are_demanded_github_makes_the_commit_of_the_proven_tree(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT)
    demand(town, signed=True)
    issue = opened(town)
    assert town.task(issue).ending is Ending.MERGED, town.status(issue)
    published = town.task(issue).published
    assert published is not None
    assert published.tested == town.pull().head_sha
    commit = town.forge.world.git(town.repo).commit(town.pull().head_sha)
    assert "Evolve-Task" in commit.message


def test_a_revision_is_signed_as_well(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    demand(town, signed=True)
    issue = opened(town)
    request_changes(town.forge.world, town.maintainer, town.pull(), "The plain way, please.")
    town.settle()
    assert town.task(issue).state is TaskState.PUBLISHED, town.status(issue)
    approve(town.forge.world, town.maintainer, town.pull())
    town.settle()
    assert town.task(issue).ending is Ending.MERGED, town.status(issue)


def test_a_repository_that_asks_for_it_gets_a_sign_off(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN, files={".github/dco.yml": "require: {}\n"})
    opened(town)
    bot = town.app.bot
    message = town.forge.world.git(town.repo).commit(town.pull().head_sha).message
    address = f"{bot.id}+{bot.login}@users.noreply.github.com"
    assert f"Signed-off-by: {bot.login} <{address}>" in message


def test_the_squashed_commit_says_what_it_does_and_how_it_was_made(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT)
    opened(town)
    merged = town.pull().merge_commit_sha
    assert merged is not None
    message = town.forge.world.git(town.repo).commit(merged).message
    title, _, body = message.partition("\n")
    assert title.endswith(f"(#{town.pull().number})")
    assert len(title) <= 72
    assert "rounded down" in body
    assert f"Evolve-Task: {town.repo.owner.login}/shelf#1 attempt 1" in body


def test_the_label_tells_the_state_and_there_is_only_one(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    issue = opened_before_ci(town)
    assert state_labels(issue) == [StateLabel.REVIEW]
    let_ci_run(town)
    assert state_labels(issue) == [StateLabel.NEEDS_HUMAN]
    assert "needs a person" in town.status(issue)
    label = next(one for one in town.repo.labels.values() if one.name == StateLabel.NEEDS_HUMAN)
    assert (label.color, label.description) == (
        StateLabel.NEEDS_HUMAN.colour,
        StateLabel.NEEDS_HUMAN.description,
    )
    approve(town.forge.world, town.maintainer, town.pull())
    town.settle()
    assert state_labels(issue) == [StateLabel.DONE]


def test_the_proof_is_a_check_on_the_pull_request(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT)
    issue = opened_before_ci(town)
    head = town.pull().head_sha
    (ours,) = [run for suite in town.repo.suites for run in suite.runs if run.name == CHECK_NAME]
    assert ours.head_sha == head
    assert ours.conclusion == "success"
    assert "1 test red on the base, green here" in (ours.title or "")
    assert "test_a_last_page_that_is_not_full_is_counted" in (ours.summary or "")
    assert not town.pull().merged, "our own check never counts"
    assert "waiting for CI" in town.status(issue)


def test_who_asked_for_it_is_asked_to_review_it(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    wilma = town.user("wilma", Role.WRITE)
    issue = town.issue()
    town.say(issue, "/evolve", wilma)
    town.settle()
    assert town.pull().requested_reviewers == [wilma]


def test_auto_merge_is_taken_back_when_the_branch_moves(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT)
    town.repo.allow_auto_merge = True
    demand(town, checks=(RequiredCheck("a check that comes late"),))
    issue = opened(town)
    assert not town.pull().merged, town.status(issue)
    branch, world = town.pull().head_ref, town.forge.world
    push_commit_as(world, town.maintainer, town.repo, branch, {"x.py": "x = 1\n"}, "by hand")
    town.settle()
    assert town.pull().auto_merge is None
