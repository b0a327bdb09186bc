"""Merge queue, auto-merge and what a branch demands, on the forge."""

from dataclasses import replace

import pytest

from bot.kernel.values import Sha
from bot.stages.github import NotAllowed, PullState
from bot.stages.landing import Enqueued, LandingRules, MergeRefused, MergeRoad
from forge.world import checks, protection, pulls, reviews
from forge.world.entities import CheckConclusion, MergeQueueRule, RequiredCheck, Ruleset
from tests.adapters.github_on_forge import Place, permit

BRANCH = "evolve/1-1"


def opened(at: Place) -> tuple[int, Sha]:
    """A pull request of ours, and its head."""
    head = at.push(BRANCH)
    return at.github.ensure_pull(at.here, BRANCH, "main", "a change", "Closes #1").number, head


def demand(at: Place, **rules: object) -> Ruleset:
    """A ruleset on the default branch."""
    bare = Ruleset(at.world.new_id(), "r", "active", ("~DEFAULT_BRANCH",), at.world.now())
    made = replace(bare, **rules)
    at.repo.rulesets[made.id] = made
    return made


def queue(at: Place) -> None:
    """The default branch merges through a queue, in which `test` must pass."""
    demand(at, merge_queue=MergeQueueRule(), checks=(RequiredCheck("test"),))


def report(at: Place, sha: str, conclusion: CheckConclusion, name: str = "test") -> None:
    app = at.town.forge.ci.app
    checks.create_check_run(
        at.world, app, at.repo, name, sha, checks.CheckReport(conclusion=conclusion)
    )


def queued_commit(at: Place) -> str:
    """The commit that the queue wants tested now."""
    return at.repo.merge_queues["main"][0].head_sha


# ---- what a branch demands


def test_a_plain_branch_demands_nothing(at: Place):
    expected = LandingRules(MergeRoad.DIRECT, auto_merge=False, signed=False, dco=False)
    assert at.github.landing_rules(at.here, "main") == expected


def test_rulesets_tell_of_the_queue_and_of_signatures(at: Place):
    demand(at, merge_queue=MergeQueueRule(), signed=True)
    at.repo.allow_auto_merge = True
    expected = LandingRules(MergeRoad.QUEUE, auto_merge=True, signed=True, dco=False)
    assert at.github.landing_rules(at.here, "main") == expected


def test_a_classic_protection_tells_of_signatures_without_the_right_to_administer(at: Place):
    protection.protect_branch(at.world, at.repo, "main", signed=True)
    assert at.github.landing_rules(at.here, "main").signed


def test_a_branch_that_is_not_there_yet_has_its_rules_already(at: Place):
    demand(at, signed=True, include=("refs/heads/evolve/*",))
    assert at.github.landing_rules(at.here, "evolve/9-1").signed
    assert not at.github.landing_rules(at.here, "main").signed


def test_a_required_check_named_dco_asks_for_a_sign_off(at: Place):
    protection.protect_branch(at.world, at.repo, "main", (("DCO", None),))
    assert at.github.landing_rules(at.here, "main").dco


# ---- the merge queue


def test_the_permitted_commit_is_queued_once_and_merged_when_its_group_is_green(at: Place):
    number, head = opened(at)
    queue(at)
    report(at, head, CheckConclusion.SUCCESS)
    assert at.github.enqueue(at.here, number, permit(head)) == Enqueued()
    assert at.github.enqueue(at.here, number, permit(head)) == Enqueued()
    assert len(at.repo.merge_queues["main"]) == 1
    group = queued_commit(at)
    report(at, group, CheckConclusion.SUCCESS)
    pull = at.github.pull(at.here, number)
    assert pull is not None
    assert (pull.state, pull.merge_sha) == (PullState.MERGED, group)
    assert at.world.git(at.repo).branch("main") == group


def test_a_direct_merge_past_the_queue_is_refused(at: Place):
    number, head = opened(at)
    queue(at)
    report(at, head, CheckConclusion.SUCCESS)
    outcome = at.github.merge(at.here, number, permit(head), "m")
    assert outcome == MergeRefused(405, "Changes must be made through the merge queue")


def test_a_red_group_leaves_the_queue_unmerged(at: Place):
    number, head = opened(at)
    queue(at)
    report(at, head, CheckConclusion.SUCCESS)
    at.github.enqueue(at.here, number, permit(head))
    report(at, queued_commit(at), CheckConclusion.FAILURE)
    assert at.repo.merge_queues["main"] == []
    pull = at.github.pull(at.here, number)
    assert pull is not None
    assert pull.state is PullState.OPEN


def test_another_head_than_the_permitted_one_is_not_queued(at: Place):
    number, _ = opened(at)
    queue(at)
    outcome = at.github.enqueue(at.here, number, permit(Sha("a" * 40)))
    assert isinstance(outcome, MergeRefused)
    assert outcome.status == 409


def test_a_head_that_moves_in_the_queue_is_taken_out(at: Place):
    number, head = opened(at)
    queue(at)
    report(at, head, CheckConclusion.SUCCESS)
    at.github.enqueue(at.here, number, permit(head))
    at.push(BRANCH, "more\n")
    assert at.repo.merge_queues["main"] == []


def test_what_its_own_checks_forbid_is_not_queued_and_the_reason_is_told(at: Place):
    number, head = opened(at)
    queue(at)
    outcome = at.github.enqueue(at.here, number, permit(head))
    assert outcome == MergeRefused(405, 'Required status check "test" is expected.')


def test_a_branch_without_a_queue_refuses(at: Place):
    number, head = opened(at)
    outcome = at.github.enqueue(at.here, number, permit(head))
    assert outcome == MergeRefused(405, "A merge queue is not enabled for main")


def test_taking_out_of_the_queue_twice_is_a_success(at: Place):
    number, head = opened(at)
    queue(at)
    report(at, head, CheckConclusion.SUCCESS)
    at.github.enqueue(at.here, number, permit(head))
    assert at.github.is_queued(at.here, number)
    at.github.dequeue(at.here, number)
    at.github.dequeue(at.here, number)
    assert not at.github.is_queued(at.here, number)
    assert at.repo.merge_queues["main"] == []


def test_without_the_permission_the_queue_says_what_is_missing(
    at: Place, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delitem(at.town.installation.permissions, "merge_queues")
    number, head = opened(at)
    queue(at)
    report(at, head, CheckConclusion.SUCCESS)
    with pytest.raises(NotAllowed, match="merge_queues: write"):
        at.github.enqueue(at.here, number, permit(head))


# ---- auto-merge


def waits_for_a_review(at: Place) -> tuple[int, Sha]:
    at.repo.allow_auto_merge = True
    protection.protect_branch(at.world, at.repo, "main", required_reviews=1)
    return opened(at)


def test_auto_merge_merges_by_squash_once_the_last_requirement_is_met(at: Place):
    number, head = waits_for_a_review(at)
    assert at.github.ensure_auto_merge(at.here, number, permit(head), "fix: it\n\nTrailer: x")
    assert at.github.ensure_auto_merge(at.here, number, permit(head), "fix: it\n\nTrailer: x")
    reviews.approve(at.world, at.town.ada, at.world.pull(at.repo, number))
    pull = at.github.pull(at.here, number)
    assert pull is not None
    assert pull.merge_sha is not None
    commit = at.world.git(at.repo).commit(pull.merge_sha)
    assert (commit.message, len(commit.parents)) == ("fix: it\n\nTrailer: x", 1)


def test_a_repository_that_does_not_allow_auto_merge_is_told_apart(at: Place):
    number, head = waits_for_a_review(at)
    at.repo.allow_auto_merge = False
    assert not at.github.ensure_auto_merge(at.here, number, permit(head), "m")


def test_what_could_be_merged_now_is_not_left_to_auto_merge(at: Place):
    number, head = waits_for_a_review(at)
    reviews.approve(at.world, at.town.ada, at.world.pull(at.repo, number))
    assert not at.github.ensure_auto_merge(at.here, number, permit(head), "m")


def test_auto_merge_is_not_enabled_for_another_head(at: Place):
    number, _ = waits_for_a_review(at)
    assert not at.github.ensure_auto_merge(at.here, number, permit(Sha("a" * 40)), "m")


def test_auto_merge_is_switched_off_once_or_more(at: Place):
    number, head = waits_for_a_review(at)
    at.github.ensure_auto_merge(at.here, number, permit(head), "m")
    at.github.ensure_no_auto_merge(at.here, number)
    at.github.ensure_no_auto_merge(at.here, number)
    reviews.approve(at.world, at.town.ada, at.world.pull(at.repo, number))
    pull = at.github.pull(at.here, number)
    assert pull is not None
    assert pull.state is PullState.OPEN


def test_a_closed_pull_request_is_none_of_githubs_to_merge(at: Place):
    number, head = waits_for_a_review(at)
    pulls.close_pull(at.world, at.town.ada, at.world.pull(at.repo, number))
    assert not at.github.ensure_auto_merge(at.here, number, permit(head), "m")


def test_a_pull_request_that_is_not_there_is_named(at: Place):
    with pytest.raises(NotAllowed, match="99"):
        at.github.enqueue(at.here, 99, permit(Sha("a" * 40)))
