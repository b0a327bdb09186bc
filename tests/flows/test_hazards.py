"""What goes wrong around pull requests and does no harm; pushes and crashes are told elsewhere."""

import pytest

from bot.domain.task import Ending
from forge.world.entities import Role
from forge.world.forks import fork_repo
from forge.world.people import create_user
from forge.world.pulls import open_pull
from forge.world.pushes import push_commit_as
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.outcomes import merged_exactly_once
from tests.flows.pull_requests import BY_BOT, BY_HUMAN, Obliging, let_ci_run, opened_before_ci

pytestmark = [pytest.mark.sandbox, needs_sandbox]


def test_a_merge_that_github_refuses_since_the_head_moved_is_looked_at_again(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT)
    issue = opened_before_ci(town)
    town.forge.faults.fail_before(409, method="PUT", path="/merge$")
    let_ci_run(town)
    merged_exactly_once(town, issue)


def test_a_merge_whose_answer_is_lost_is_not_repeated(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT)
    issue = opened_before_ci(town)
    town.forge.faults.fail_after(502, method="PUT", path="/merge$")
    let_ci_run(town)
    merged_exactly_once(town, issue)


def test_a_fork_with_a_branch_of_the_bots_name_is_neither_worked_on_nor_merged(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    issue = opened_before_ci(town)
    ours, world = town.pull(), town.forge.world
    eve = create_user(world, "eve")
    fork = fork_repo(world, eve, town.repo)
    files = {"shelf/extra.py": "x = 1\n"}
    push_commit_as(world, eve, fork, ours.head_ref, files, "mine")
    theirs = open_pull(world, eve, town.repo, f"eve:{ours.head_ref}", "main", "Mine", "")
    paid = len(town.model.requests)
    let_ci_run(town)
    town.say(theirs.issue, "/evolve merge this", town.user("wilma", Role.WRITE))
    town.settle()
    town.sweep()

    assert len(town.model.requests) == paid
    assert not theirs.merged
    assert town.our_comments(theirs.issue) == []
    published = town.task(issue).published
    assert published is not None
    assert published.pull == ours.number
    assert town.task(issue).ending is not Ending.MERGED


def test_what_the_bot_writes_itself_leads_to_nothing_more(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    issue = opened_before_ci(town)
    let_ci_run(town)
    said, paid = len(issue.comments), len(town.model.requests)
    for _ in range(3):
        town.sweep()
    assert (len(issue.comments), len(town.model.requests)) == (said, paid)
