"""What the bot does once its pull request is merged, or was closed without a merge."""

import re

import pytest

from bot.cli.demo.sample import WORKFLOW
from bot.domain.lessons.lesson import Active, Retired, Sort, Tally
from bot.domain.task import Ending
from bot.memory.journal import GENESIS, Intact, verify
from forge.git.objects import ZERO
from forge.world.entities import Role
from forge.world.pulls import close_pull, reopen_pull
from forge.world.pushes import move_ref, push_commit_as
from tests.adapters.sandboxes import needs_sandbox
from tests.engine.conftest import Found
from tests.engine.world import Town
from tests.flows.pull_requests import BY_BOT, BY_HUMAN, NEGATIVE, Obliging, opened
from tests.flows.remembering import lesson, taught

pytestmark = [pytest.mark.sandbox, needs_sandbox]

ONLY_ON_MAIN = """import os, pathlib, sys
on_main = os.environ["GITHUB_REF"] == "refs/heads/main"
if on_main and "-(-" in pathlib.Path("shelf/paging.py").read_text():
    print("the release job does not like it")
    sys.exit(1)
"""
TURNS_RED = {
    ".github/workflows/ci.yml": WORKFLOW + "      - run: python3 ci/release.py\n",
    "ci/release.py": ONLY_ON_MAIN,
}
"""CI that is green on any branch, and red on main once the change is there."""


def green_before(town: Town) -> None:
    """CI has passed on the default branch."""
    push(town, {"NOTES.md": "notes\n"})
    town.settle()


def push(town: Town, files: dict[str, str]) -> None:
    push_commit_as(town.forge.world, town.maintainer, town.repo, "main", files, "by hand")


def test_a_merge_that_turns_the_base_red_is_taken_back_by_a_pull_request(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT, files=TURNS_RED)
    green_before(town)
    before = town.issue("Before", "Nobody works on it.")
    known = taught(town, before, "Count the last page.")
    issue = opened(town, pulls=2)
    first, revert = town.pulls()
    assert (first.merged, revert.merged) == (True, False)
    assert town.task(issue).ending is Ending.MERGED
    assert revert.head_ref == f"evolve/revert-{issue.number}-1"
    assert f"Reverts #{first.number}" in revert.issue.body
    assert "`ci / test` passed on" in revert.issue.body
    text = town.forge.world.git(town.repo).read_file(revert.head_sha, "shelf/paging.py")
    assert text is not None
    assert NEGATIVE not in text.decode()
    assert "takes it back" in town.status(issue)
    outcomes = [row.entry.outcome for row in town.records.journal.rows()]
    assert any("turned red" in outcome for outcome in outcomes)

    assert lesson(town, known).tally == Tally(1, 0, 1)
    (practice,) = [one for one in town.records.lessons.all() if one.sort is Sort.WORKED]
    assert isinstance(practice.standing, Retired)
    assert practice.standing.note == "the merge was taken back"
    (warning,) = [one for one in town.records.lessons.all() if "turned red" in one.text]
    assert warning.standing == Active()

    push(town, {"README.md": "# another\n"})
    town.sweep()
    assert len(town.pulls()) == 2, "once"


def test_a_branch_of_somebody_else_under_the_name_of_the_revert_is_not_taken_for_it(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT, files=TURNS_RED)
    green_before(town)
    world, branch = town.forge.world, "evolve/revert-1-1"
    main = town.forge.world.git(town.repo).branch("main")
    assert main is not None
    move_ref(world, town.maintainer, town.repo, f"refs/heads/{branch}", ZERO, main)
    push_commit_as(world, town.maintainer, town.repo, branch, {"evil.py": "x = 1\n"}, "trust me")
    issue = opened(town)
    assert town.pull().merged
    assert "a person must" in town.status(issue)
    outcomes = [row.entry.outcome for row in town.records.journal.rows()]
    assert any("does not come off cleanly" in outcome for outcome in outcomes)


def test_a_base_that_was_red_before_is_not_blamed_on_the_merge(found: Found):
    on_main = {"ci/release.py": ONLY_ON_MAIN.replace('and "-(-" in', 'and "items" in')}
    town = found(actor=Obliging(), policy=BY_BOT, files=TURNS_RED | on_main)
    green_before(town)
    issue = opened(town)
    assert town.task(issue).ending is Ending.MERGED
    assert "CI is red on the merge commit, as it was before" in town.status(issue)


def test_a_merge_on_which_ci_passes_is_watched_no_longer(found: Found):
    town = found(actor=Obliging(), policy=BY_BOT)
    green_before(town)
    issue = opened(town)
    assert "CI passes on the merge commit" in town.status(issue)
    assert town.records.watches.open_in(town.subject(issue).repo) == ()


def test_who_closes_it_unmerged_is_asked_why_once_and_the_answer_is_remembered(found: Found):
    town = found(actor=Obliging(), policy=BY_HUMAN)
    issue = opened(town)
    pull = town.pull()
    close_pull(town.forge.world, town.maintainer, pull)
    town.settle()
    (question,) = town.our_comments(pull.issue)
    assert "What should have been different?" in question

    rita = town.user("rita", Role.READ)
    town.say(pull.issue, "I hate it.", rita)
    answer = town.say(pull.issue, "Pages must be counted in the database.")
    town.settle()
    town.sweep()
    assert town.reactions(answer) == ["+1"]
    failed = town.records.failures.of(town.subject(issue))
    told = [one.reason for one in failed if "closed unmerged" in one.reason]
    assert told == ["closed unmerged by people: Pages must be counted in the database."]
    (lesson,) = [row.entry.lessons for row in town.records.journal.rows() if row.entry.lessons]
    assert lesson == ("Pages must be counted in the database.",)

    reopen_pull(town.forge.world, town.maintainer, pull)
    town.settle()
    town.sweep()
    told = [body for body in town.our_comments(pull.issue) if body != question]
    assert len(told) == 1, "said once"
    assert f"`/evolve retry` on #{issue.number} has it done anew" in told[0]
    close_pull(town.forge.world, town.maintainer, pull)

    town.say(issue, "/evolve retry")
    town.settle()
    asked = [str(request.messages[0].text) for request in town.model.requests]
    assert any("Pages must be counted in the database." in text for text in asked)
    assert not any("I hate it." in text for text in asked)

    told = re.search(r"journal head\W+([0-9a-f]{64})", town.pulls()[-1].issue.body)
    assert told is not None
    assert told[1] != GENESIS
    assert isinstance(verify(town.records.journal.stream(), told[1]), Intact)
