"""From the open pull request to its end: CI, people's reviews, pauses, and other people's hands."""

import pytest

from bot.cli.demo.sample import POLICY, WORKFLOW
from bot.domain.task import Ending, TaskState
from forge.ci.runner import Mode
from forge.world.entities import Issue, Role, State
from forge.world.issues import close_issue
from forge.world.pulls import close_pull
from forge.world.pushes import push_commit_as
from forge.world.reviews import approve, create_review
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.outcomes import journal_tells, merged_exactly_once, merges
from tests.engine.players import Hasty
from tests.engine.world import Town

pytestmark = [pytest.mark.sandbox, needs_sandbox]

BY_BOT = POLICY.replace("max_open: 1", "max_open: 0")
BY_HUMAN = BY_BOT.replace("merge: bot", "merge: human")
RED = WORKFLOW.replace("python3 tests/run.py", "python3 tests/run.py && false")


def published(town: Town) -> Issue:
    """An issue whose pull request is open while CI has not said anything yet."""
    town.forge.ci.mode = Mode.PAUSED
    issue = town.labelled_issue()
    town.settle()
    town.sweep()
    assert town.task(issue).state is TaskState.PUBLISHED, town.task(issue).reason
    assert not town.pull().merged
    assert "waiting for CI" in town.status(issue)
    return issue


def let_ci_run(town: Town) -> None:
    town.forge.ci.mode = Mode.NORMAL
    town.settle()


def test_where_people_merge_the_bot_waits_for_an_approval_of_exactly_this_commit(found: Found):
    town = found(actor=Hasty(), policy=BY_HUMAN)
    issue = town.labelled_issue()
    town.settle()
    pull = town.pull()
    assert not pull.merged
    assert f"a person with write access must approve {pull.head_sha[:12]}" in town.status(issue)

    create_review(town.forge.world, town.maintainer, pull, "APPROVE", commit_sha=pull.base_sha)
    town.settle()
    assert not pull.merged, "that was another commit"

    approve(town.forge.world, town.user("rita", Role.READ), pull)
    town.settle()
    assert not pull.merged, "that was somebody without write access"

    approve(town.forge.world, town.user("wilma", Role.WRITE), pull)
    town.settle()
    merged_exactly_once(town, issue)


def test_red_ci_asks_a_person_and_is_never_merged_even_when_approved(found: Found):
    town = found(actor=Hasty(), policy=BY_BOT, files={".github/workflows/ci.yml": RED})
    issue = town.labelled_issue()
    town.settle()

    assert not town.pull().merged
    assert "mend what failed: ci / test" in town.status(issue)

    approve(town.forge.world, town.maintainer, town.pull())
    town.settle()
    assert not town.pull().merged
    assert issue.state is State.OPEN


def test_a_pause_stops_merging_until_it_is_taken_back(found: Found):
    town = found(actor=Hasty(), policy=BY_BOT)
    issue = published(town)
    said = town.say(issue, "/evolve pause")
    let_ci_run(town)

    assert town.reactions(said) == ["+1"]
    assert not town.pull().merged
    assert "merging is paused" in town.status(issue)

    town.say(issue, "/evolve resume")
    town.settle()
    merged_exactly_once(town, issue)


def test_a_pause_keeps_new_work_from_starting_until_it_is_taken_back(found: Found):
    town = found(actor=Hasty(), policy=BY_BOT)
    other = town.issue("Something else", "Nothing to do with it.")
    town.say(other, "/evolve pause")
    town.settle()
    issue = town.labelled_issue()
    town.settle()
    assert town.records.tasks.of(town.subject(issue)) is None
    assert town.model.requests == ()

    town.say(other, "/evolve resume")
    town.settle()
    town.sweep()
    merged_exactly_once(town, issue)


def test_a_commit_that_somebody_adds_to_the_branch_is_not_merged(found: Found):
    town = found(actor=Hasty(), policy=BY_BOT)
    issue = published(town)
    files = {"shelf/extra.py": "x = 1\n"}
    branch = town.pull().head_ref
    push_commit_as(town.forge.world, town.maintainer, town.repo, branch, files, "one more")
    let_ci_run(town)

    assert not town.pull().merged
    assert "a person with write access must approve" in town.status(issue)
    assert merges(town) == 0


def test_a_pull_request_that_a_person_closes_ends_the_task(found: Found):
    town = found(actor=Hasty(), policy=BY_HUMAN)
    issue = town.labelled_issue()
    town.settle()
    close_pull(town.forge.world, town.maintainer, town.pull())
    town.settle()

    assert town.task(issue).ending is Ending.STOPPED
    assert "closed without a merge" in town.status(issue)
    assert issue.state is State.OPEN
    journal_tells(town, issue, Ending.AWAITING_REVIEW, Ending.STOPPED)


def test_a_policy_that_breaks_while_the_pull_request_is_open_is_told_and_nothing_is_lost(
    found: Found,
):
    town = found(actor=Hasty(), policy=BY_HUMAN)
    issue = town.labelled_issue()
    town.settle()
    world, path = town.forge.world, ".github/evolve.yml"
    push_commit_as(world, town.maintainer, town.repo, "main", {path: "merge: maybe\n"}, "oops")
    town.settle()

    assert town.task(issue).state is TaskState.PUBLISHED
    assert any("Line 1" in body for body in town.our_comments(issue))

    push_commit_as(world, town.maintainer, town.repo, "main", {path: BY_HUMAN}, "mended")
    approve(world, town.maintainer, town.pull())
    town.settle()
    assert town.task(issue).ending is Ending.MERGED
    assert town.pull().merged


def test_an_issue_that_is_closed_before_the_merge_stops_it(found: Found):
    town = found(actor=Hasty(), policy=BY_BOT)
    issue = published(town)
    close_issue(town.forge.world, town.maintainer, issue)
    let_ci_run(town)

    assert town.task(issue).ending is Ending.STOPPED
    assert not town.pull().merged


def test_somebody_elses_branch_of_that_name_is_left_alone(found: Found):
    town = found(actor=Hasty(), policy=BY_BOT)
    issue = town.issue()
    theirs = {"notes.txt": "mine\n"}
    branch = f"evolve/{issue.number}-1"
    sha = push_commit_as(
        town.forge.world, town.maintainer, town.repo, branch, theirs, "my own work"
    )
    town.label(issue)
    town.settle()

    assert town.task(issue).ending is Ending.BLOCKED
    assert "somebody else pushed" in town.status(issue)
    assert town.forge.world.git(town.repo).branch(branch) == sha
    assert town.pulls() == []


def test_no_more_pull_requests_than_reviewers_can_read(found: Found):
    town = found(actor=Hasty(), policy=f"{BY_HUMAN}open_prs: 1\n")
    first = town.labelled_issue()
    town.settle()
    second = town.labelled_issue()
    town.settle()

    assert town.task(second).state is TaskState.QUEUED
    assert "On hold" in town.status(second)
    assert "1 pull request of mine must be reviewed first" in town.status(second)

    approve(town.forge.world, town.maintainer, town.pull())
    town.settle()
    assert town.task(first).ending is Ending.MERGED
    assert town.task(second).state is not TaskState.QUEUED, "its turn has come"
