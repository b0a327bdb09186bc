"""Pull requests, checks, approvals and merges on the forge."""

import pytest

from bot.kernel.authority import Permission
from bot.kernel.ci import Check, CheckState, Required
from bot.kernel.merge_gate import Approval
from bot.kernel.values import Sha
from bot.stages.approvals import reviewed
from bot.stages.github import Merged, MergeRefused, NotAllowed, PullState, TryLater
from bot.stages.look import Look
from bot.stages.talk import ReviewState
from forge.world import apps, checks, entities, people, protection, pulls, pushes, reviews
from tests.adapters.github_on_forge import Place, actor_of, permit

BRANCH = "evolve/1-1"


def opened(at: Place) -> tuple[int, Sha]:
    """A pull request of ours, and its head."""
    head = at.push(BRANCH)
    pull = at.github.ensure_pull(at.here, BRANCH, "main", "a change", "Closes #1")
    return pull.number, head


def test_a_pull_request_is_opened_once(at: Place):
    number, head = opened(at)
    pull = at.github.ensure_pull(at.here, BRANCH, "main", "a change", "Closes #1")
    assert (pull.number, pull.head, pull.state) == (number, head, PullState.OPEN)
    assert (pull.head_branch, pull.base_branch) == (BRANCH, "main")
    assert pull.head_repo == at.repo.full_name
    assert pull.author == actor_of(at.town.app.bot)
    assert pull.merge_sha is None
    assert len(at.world.pulls(at.repo)) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_pull_request_whose_answer_was_lost_is_there_once(at: Place, when: str):
    faults = at.town.forge.faults
    fail = faults.fail_after if when == "after" else faults.fail_before
    fail(502, method="POST", path="/pulls$")
    opened(at)
    assert len(at.world.pulls(at.repo)) == 1


def test_a_pull_request_without_a_branch_is_refused_with_the_reason(at: Place):
    with pytest.raises(NotAllowed, match="head"):
        at.github.ensure_pull(at.here, "evolve/9-9", "main", "t", "b")


def test_a_merged_pull_request_is_found_by_its_branch(at: Place):
    number, head = opened(at)
    at.github.merge(at.here, number, permit(head), "a change\n\ntrailers")
    pull = at.github.pull_of_branch(at.here, BRANCH)
    assert pull is not None
    assert (pull.number, pull.state) == (number, PullState.MERGED)
    assert at.github.ensure_pull(at.here, BRANCH, "main", "t", "b").number == number


def test_the_newest_pull_request_of_a_branch_counts(at: Place):
    number, _ = opened(at)
    pulls.close_pull(at.world, at.town.ada, at.world.pull(at.repo, number))
    newer = pulls.open_pull(at.world, at.town.app.bot, at.repo, BRANCH, "main", "again")
    found = at.github.pull_of_branch(at.here, BRANCH)
    assert found is not None
    assert found.number == newer.issue.number


def test_a_branch_without_a_pull_request_has_none(at: Place):
    assert at.github.pull_of_branch(at.here, "evolve/3-3") is None
    assert at.github.pull(at.here, 4711) is None


def test_only_our_open_pull_requests_are_ours(at: Place):
    number, _ = opened(at)
    pushes.push_commit_as(at.world, at.town.ada, at.repo, "hers", {"a": "b\n"}, "c")
    pulls.open_pull(at.world, at.town.ada, at.repo, "hers", "main", "hers")
    assert [one.number for one in at.github.our_open_pulls(at.here)] == [number]


def test_the_files_of_a_pull_request_name_both_sides_of_a_rename(at: Place):
    files = {"README.md": None, "docs/readme.md": "hello\n", "new.py": "x = 1\n"}
    pushes.push_commit_as(at.world, at.town.app.bot, at.repo, BRANCH, files, "c")
    pull = at.github.ensure_pull(at.here, BRANCH, "main", "t", "b")
    assert set(at.github.pull_files(at.here, pull.number)) == {
        "README.md",
        "docs/readme.md",
        "new.py",
    }


def test_exactly_the_permitted_commit_is_merged(at: Place):
    number, head = opened(at)
    outcome = at.github.merge(at.here, number, permit(head), "a change (#1)\n\nEvolve-Task: 1")
    assert isinstance(outcome, Merged)
    git = at.world.git(at.repo)
    assert git.branch("main") == outcome.sha
    assert at.github.file(at.here, "README.md", "main") == "changed\n"
    assert at.github.merge(at.here, number, permit(head), "again") == outcome


def test_a_head_that_moved_is_not_merged(at: Place):
    number, head = opened(at)
    at.push(BRANCH, "sneaked in\n")
    outcome = at.github.merge(at.here, number, permit(head), "m")
    assert isinstance(outcome, MergeRefused)
    assert outcome.status == 409
    assert at.github.file(at.here, "README.md", "main") == "hello\n"


def test_a_merge_that_rules_forbid_is_refused(at: Place):
    number, head = opened(at)
    protection.protect_branch(at.world, at.repo, "main", required_reviews=1, enforce_admins=True)
    outcome = at.github.merge(at.here, number, permit(head), "m")
    assert isinstance(outcome, MergeRefused)
    assert outcome.status == 405
    assert outcome.reason


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_merge_whose_answer_was_lost_is_made_once(at: Place, when: str):
    number, head = opened(at)
    faults = at.town.forge.faults
    fail = faults.fail_after if when == "after" else faults.fail_before
    fail(502, method="PUT", path="/merge$")
    outcome = at.github.merge(at.here, number, permit(head), "m")
    assert isinstance(outcome, Merged)
    assert at.world.git(at.repo).branch("main") == outcome.sha


def test_a_merge_that_is_lost_twice_is_left_for_later(at: Place):
    number, head = opened(at)
    at.town.forge.faults.fail_before(504, times=2, method="PUT", path="/merge$")
    with pytest.raises(TryLater):
        at.github.merge(at.here, number, permit(head), "m")
    assert at.github.file(at.here, "README.md", "main") == "hello\n"


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_pull_request_is_closed_once_and_its_branch_stays(at: Place, when: str):
    number, head = opened(at)
    faults = at.town.forge.faults
    fail = faults.fail_after if when == "after" else faults.fail_before
    fail(502, method="PATCH", path="/pulls/")
    for _ in range(2):
        at.github.ensure_pull_closed(at.here, number)
    pull = at.github.pull(at.here, number)
    assert pull is not None
    assert (pull.state, pull.head) == (PullState.CLOSED, head)
    assert at.world.git(at.repo).branch(BRANCH) == head


def test_to_close_what_is_merged_or_gone_changes_nothing(at: Place):
    number, head = opened(at)
    at.github.merge(at.here, number, permit(head), "m")
    for one in (number, 999):
        at.github.ensure_pull_closed(at.here, one)
    pull = at.github.pull(at.here, number)
    assert pull is not None
    assert pull.state is PullState.MERGED


def test_our_branch_is_deleted_and_missing_is_well(at: Place):
    at.push(BRANCH)
    at.github.delete_branch(at.here, BRANCH)
    at.github.delete_branch(at.here, BRANCH)
    assert at.world.git(at.repo).branch(BRANCH) is None


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_deletion_whose_answer_was_lost_is_done(at: Place, when: str):
    at.push(BRANCH)
    faults = at.town.forge.faults
    fail = faults.fail_after if when == "after" else faults.fail_before
    fail(502, method="DELETE")
    at.github.delete_branch(at.here, BRANCH)
    assert at.world.git(at.repo).branch(BRANCH) is None


def test_a_branch_that_is_not_ours_is_never_deleted(at: Place):
    with pytest.raises(NotAllowed, match="no branch of ours"):
        at.github.delete_branch(at.here, "main")
    assert at.world.git(at.repo).branch("main")


def ci_app(at: Place) -> entities.App:
    """Another App that reports checks."""
    granted = {"checks": entities.Level.WRITE}
    return apps.create_app(at.world, f"CI {at.repo.name}", granted, owner=at.town.org)


def test_checks_and_statuses_are_read_together_with_their_source(at: Place):
    _, head = opened(at)
    other = ci_app(at)
    run = checks.CheckReport(
        status=entities.CheckStatus.COMPLETED, conclusion=entities.CheckConclusion.SUCCESS
    )
    checks.create_check_run(at.world, other, at.repo, "test", head, run)
    going = checks.CheckReport(status=entities.CheckStatus.IN_PROGRESS)
    checks.create_check_run(at.world, other, at.repo, "lint", head, going)
    state = entities.StatusState
    checks.create_status(at.world, at.town.ada, at.repo, head, state.PENDING, "deploy")
    checks.create_status(at.world, at.town.ada, at.repo, head, state.ERROR, "deploy")
    checks.create_status(at.world, at.town.app.bot, at.repo, head, state.SUCCESS, "evolve")
    assert set(at.github.checks(at.here, head)) == {
        Check("test", other.id, CheckState.SUCCESS),
        Check("lint", other.id, CheckState.RUNNING),
        Check("deploy", None, CheckState.FAILURE),
        Check("evolve", at.town.app.id, CheckState.SUCCESS),
    }


def test_the_latest_run_of_a_check_counts(at: Place):
    _, head = opened(at)
    other = ci_app(at)
    for conclusion in (entities.CheckConclusion.FAILURE, entities.CheckConclusion.SUCCESS):
        done = checks.CheckReport(status=entities.CheckStatus.COMPLETED, conclusion=conclusion)
        checks.create_check_run(at.world, other, at.repo, "test", head, done)
    assert at.github.checks(at.here, head) == (Check("test", other.id, CheckState.SUCCESS),)


def test_checks_come_from_all_pages(at: Place):
    _, head = opened(at)
    other = ci_app(at)
    with at.world.silently():
        for number in range(120):
            report = checks.CheckReport(status=entities.CheckStatus.QUEUED)
            checks.create_check_run(at.world, other, at.repo, f"test {number}", head, report)
    assert len(at.github.checks(at.here, head)) == 120


def test_no_checks_are_none(at: Place):
    _, head = opened(at)
    assert at.github.checks(at.here, head) == ()


def test_required_checks_are_known_without_the_right_to_read_the_protection(at: Place):
    needed = (("ci / test", 15368), ("any", None))
    protection.protect_branch(at.world, at.repo, "main", required_checks=needed)
    found = at.github.required_checks(at.here, "main")
    assert set(found) == {Required("ci / test", 15368), Required("any")}


def test_required_checks_are_the_same_with_the_right_to_read_the_protection(at: Place):
    protection.protect_branch(at.world, at.repo, "main", required_checks=(("ci / test", 15368),))
    at.town.installation.permissions["administration"] = entities.Level.READ
    people.revoke_tokens(at.world, at.town.installation)
    try:
        assert at.github.required_checks(at.here, "main") == (Required("ci / test", 15368),)
    finally:
        del at.town.installation.permissions["administration"]


def test_a_branch_that_requires_nothing_requires_nothing(at: Place):
    assert at.github.required_checks(at.here, "main") == ()


def reviewer(at: Place, role: entities.Role) -> entities.Account:
    """A person with a role here."""
    person = people.create_user(at.world, f"{role.name.lower()}-{at.repo.name}")
    people.set_permission(at.world, at.repo, person, role)
    return person


def approvals(at: Place, number: int) -> tuple[Approval, ...]:
    """The approvals that stand, as one look reads them."""
    look = Look(at.github, at.here, frozenset())
    return reviewed(look.reviews_on(number), ReviewState.APPROVED, look)


def test_an_approval_tells_the_commit_and_the_permission_of_this_moment(at: Place):
    number, head = opened(at)
    grace = reviewer(at, entities.Role.WRITE)
    reviews.approve(at.world, grace, at.world.pull(at.repo, number))
    at.push(BRANCH, "later\n")
    people.set_permission(at.world, at.repo, grace, entities.Role.READ)
    (approval,) = approvals(at, number)
    assert approval.actor == actor_of(grace)
    assert approval.sha == head
    assert approval.permission is Permission.READ


def test_the_last_word_of_a_reviewer_counts(at: Place):
    number, _ = opened(at)
    pull = at.world.pull(at.repo, number)
    grace, alan = reviewer(at, entities.Role.WRITE), reviewer(at, entities.Role.MAINTAIN)
    reviews.approve(at.world, grace, pull)
    reviews.request_changes(at.world, grace, pull, "no")
    reviews.request_changes(at.world, alan, pull, "hm")
    reviews.approve(at.world, alan, pull)
    reviews.create_review(at.world, alan, pull, "COMMENT", "by the way")
    assert [one.actor.login for one in approvals(at, number)] == [alan.login]


def test_a_dismissed_approval_is_none(at: Place):
    number, _ = opened(at)
    grace = reviewer(at, entities.Role.WRITE)
    given = reviews.approve(at.world, grace, at.world.pull(at.repo, number))
    reviews.dismiss_review(at.world, at.town.ada, given)
    assert approvals(at, number) == ()


def test_an_approver_whose_permission_cannot_be_fetched_now_is_asked_about_later(at: Place):
    number, _ = opened(at)
    grace = reviewer(at, entities.Role.WRITE)
    reviews.approve(at.world, grace, at.world.pull(at.repo, number))
    at.town.forge.faults.fail_before(503, times=9, path="/permission$")
    with pytest.raises(TryLater):
        approvals(at, number)
