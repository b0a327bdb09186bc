"""Merging: what is checked first, what each method makes, what follows."""

import json

import pytest

from forge.world.checks import CheckReport, create_check_run
from forge.world.entities import CheckConclusion, Level, MergeMethod, Pull, StateReason
from forge.world.issues import open_issue
from forge.world.merging import merge_pull
from forge.world.protection import protect_branch
from forge.world.pulls import open_pull
from forge.world.pushes import push_commit_as
from forge.world.reviews import approve, request_changes
from tests.forge.client import Scene


@pytest.fixture
def pull(scene: Scene) -> Pull:
    open_issue(scene.world, scene.eve, scene.repo, "a is missing")
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"a": "1\n"}, "add a")
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"b": "1\n"}, "add b")
    return open_pull(scene.world, scene.bob, scene.repo, "topic", "main", "Add", "Closes #1.")


def merge(scene: Scene, pull: Pull, token: str | None = None, **body: str):
    return scene.send("PUT", scene.in_repo(f"/pulls/{pull.number}/merge"), body, token)


def main(scene: Scene):
    git = scene.world.git(scene.repo)
    return git.commit(git.branch("main") or "")


def passed(scene: Scene, pull: Pull, name: str, conclusion: CheckConclusion):
    report = CheckReport(conclusion=conclusion)
    create_check_run(scene.world, scene.app, scene.repo, name, pull.head_sha, report)


def test_a_merge_of_the_expected_head_is_done_once(scene: Scene, pull: Pull):
    path = scene.in_repo(f"/pulls/{pull.number}/merge")
    assert scene.get(path).status_code == 404
    answer = merge(scene, pull, sha=pull.head_sha)
    assert answer.status_code == 200
    assert answer.json() == {
        "sha": main(scene).sha,
        "merged": True,
        "message": "Pull Request successfully merged",
    }
    assert main(scene).parents[1] == pull.head_sha
    assert main(scene).message == "Merge pull request #2 from ada/topic\n\nAdd"
    assert scene.get(path).status_code == 204
    again = merge(scene, pull)
    assert (again.status_code, again.json()["message"]) == (405, "Pull Request is not mergeable")
    read = scene.get(scene.in_repo(f"/pulls/{pull.number}")).json()
    assert (read["merged"], read["state"], read["merge_commit_sha"], read["commits"]) == (
        True,
        "closed",
        main(scene).sha,
        2,
    )
    assert read["merged_by"]["login"] == "helper[bot]"


def test_a_wrong_sha_is_answered_with_409(scene: Scene, pull: Pull):
    before = main(scene).sha
    answer = merge(scene, pull, sha="0" * 40)
    assert answer.status_code == 409
    assert answer.json()["message"] == ("Head branch was modified. Review and try the merge again.")
    assert main(scene).sha == before


def test_a_conflict_is_answered_with_405(scene: Scene, pull: Pull):
    push_commit_as(scene.world, scene.ada, scene.repo, "main", {"a": "2\n"}, "rival")
    answer = merge(scene, pull)
    assert (answer.status_code, answer.json()["message"]) == (405, "Pull Request is not mergeable")


def test_a_squash_makes_one_commit_with_the_given_words(scene: Scene, pull: Pull):
    base = main(scene).sha
    words = {"commit_title": "feat: add", "commit_message": "Evolve-Task: 1"}
    answer = merge(scene, pull, merge_method="squash", **words)
    assert answer.status_code == 200
    assert main(scene).parents == (base,)
    assert main(scene).message == "feat: add\n\nEvolve-Task: 1"
    assert main(scene).author.name == "bob"


def test_a_squash_without_words_lists_the_commits(scene: Scene, pull: Pull):
    merge_pull(scene.world, scene.ada, pull, MergeMethod.SQUASH)
    assert main(scene).message == "Add (#2)\n\n* add a\n\n* add b"


def test_a_rebase_keeps_the_commits(scene: Scene, pull: Pull):
    push_commit_as(scene.world, scene.ada, scene.repo, "main", {"z": "1\n"}, "meanwhile")
    assert merge(scene, pull, merge_method="rebase").status_code == 200
    log = scene.world.git(scene.repo).log("main", limit=3)
    assert [commit.message for commit in log] == ["add b", "add a", "meanwhile"]


def test_a_method_that_the_repository_does_not_allow_gets_405(scene: Scene, pull: Pull):
    scene.repo.allow_squash_merge = False
    answer = merge(scene, pull, merge_method="squash")
    assert answer.status_code == 405
    assert answer.json()["message"] == "Squash merges are not allowed on this repository."


def test_a_missing_and_a_failed_required_check_get_405(scene: Scene, pull: Pull):
    protect_branch(scene.world, scene.repo, "main", (("ci / test", scene.app.id),))
    missing = merge(scene, pull)
    assert missing.status_code == 405
    assert missing.json()["message"] == 'Required status check "ci / test" is expected.'
    read = scene.get(scene.in_repo(f"/pulls/{pull.number}")).json()
    assert (read["mergeable"], read["mergeable_state"]) == (True, "blocked")
    passed(scene, pull, "ci / test", CheckConclusion.FAILURE)
    assert merge(scene, pull).json()["message"] == ('Required status check "ci / test" is failing.')
    passed(scene, pull, "ci / test", CheckConclusion.SUCCESS)
    assert merge(scene, pull).status_code == 200


def test_a_required_check_counts_only_from_its_expected_app(scene: Scene, pull: Pull):
    protect_branch(scene.world, scene.repo, "main", (("ci / test", scene.forge.ci.app.id),))
    passed(scene, pull, "ci / test", CheckConclusion.SUCCESS)
    path = scene.in_repo(f"/statuses/{pull.head_sha}")
    scene.send("POST", path, {"state": "success", "context": "ci / test"})
    assert merge(scene, pull).status_code == 405


def test_a_check_that_is_not_required_only_makes_it_unstable(scene: Scene, pull: Pull):
    passed(scene, pull, "lint", CheckConclusion.FAILURE)
    read = scene.get(scene.in_repo(f"/pulls/{pull.number}")).json()
    assert (read["mergeable"], read["mergeable_state"]) == (True, "unstable")
    assert merge(scene, pull).status_code == 200


def test_a_missing_approval_gets_405_and_a_strangers_does_not_count(scene: Scene, pull: Pull):
    protect_branch(scene.world, scene.repo, "main", required_reviews=1)
    approve(scene.world, scene.eve, pull)
    answer = merge(scene, pull)
    assert answer.status_code == 405
    assert answer.json()["message"] == (
        "At least 1 approving review is required by reviewers with write access."
    )
    approve(scene.world, scene.ada, pull)
    assert merge(scene, pull).status_code == 200


def test_requested_changes_block_until_they_are_withdrawn(scene: Scene, pull: Pull):
    protect_branch(scene.world, scene.repo, "main", required_reviews=1)
    request_changes(scene.world, scene.ada, pull, "no")
    assert merge(scene, pull).status_code == 405
    approve(scene.world, scene.ada, pull)
    assert merge(scene, pull).status_code == 200


def test_stale_approvals_are_dismissed_by_a_push_where_the_branch_says_so(scene: Scene, pull: Pull):
    protect_branch(scene.world, scene.repo, "main", required_reviews=1, dismiss_stale=True)
    approve(scene.world, scene.ada, pull)
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"c": "1\n"}, "more")
    assert merge(scene, pull).status_code == 405


def test_a_branch_behind_a_strict_base_gets_405(scene: Scene, pull: Pull):
    protect_branch(scene.world, scene.repo, "main", (("ci", None),), strict=True)
    passed(scene, pull, "ci", CheckConclusion.SUCCESS)
    push_commit_as(scene.world, scene.ada, scene.repo, "main", {"z": "1\n"}, "meanwhile")
    read = scene.get(scene.in_repo(f"/pulls/{pull.number}")).json()
    assert read["mergeable_state"] == "behind"
    assert merge(scene, pull).status_code == 405


def test_an_admin_bypasses_rules_that_are_not_enforced_on_admins(scene: Scene, pull: Pull):
    protect_branch(scene.world, scene.repo, "main", required_reviews=1)
    assert merge(scene, pull, scene.token_of(scene.bob)).status_code == 405
    assert merge(scene, pull, scene.token_of(scene.ada)).status_code == 200


def test_a_draft_gets_405(scene: Scene, pull: Pull):
    pull.draft = True
    answer = merge(scene, pull)
    assert (answer.status_code, answer.json()["message"]) == (
        405,
        "Pull Request is still a draft",
    )


def test_merging_needs_write_on_contents(scene: Scene, pull: Pull):
    narrow = scene.token_with(pull_requests=Level.WRITE, contents=Level.READ)
    assert merge(scene, pull, narrow).status_code == 403
    assert merge(scene, pull, scene.token_of(scene.eve)).status_code == 403


def test_a_merge_into_the_default_branch_closes_the_issues_that_the_body_names(
    scene: Scene, pull: Pull
):
    merge_pull(scene.world, scene.ada, pull)
    issue = scene.repo.issues[1]
    assert (issue.state, issue.state_reason) == ("closed", StateReason.COMPLETED)
    assert issue.closed_by is scene.ada
    assert scene.forge.wait_idle()
    got = [(one.event, json.loads(one.body)) for one in scene.receiver.got]
    assert ("issues", "closed") in [(event, body.get("action")) for event, body in got]
    (closed,) = [
        body for event, body in got if event == "pull_request" and body["action"] == "closed"
    ]
    assert closed["pull_request"]["merged"] is True
    pushed = [body for event, body in got if event == "push"][-1]
    assert pushed["ref"] == "refs/heads/main"


def test_a_merge_into_another_branch_closes_no_issue(scene: Scene, pull: Pull):
    push_commit_as(scene.world, scene.ada, scene.repo, "next", {"n": "1"}, "next")
    push_commit_as(scene.world, scene.bob, scene.repo, "side", {"s": "1"}, "side")
    other = open_pull(scene.world, scene.bob, scene.repo, "side", "next", "Side", "fixes #1")
    merge_pull(scene.world, scene.ada, other)
    assert scene.repo.issues[1].state == "open"


def test_a_pushed_commit_closes_the_issue_that_its_message_names(scene: Scene):
    issue = open_issue(scene.world, scene.eve, scene.repo, "x")
    message = f"Fix\n\nResolves: #{issue.number}"
    sha = push_commit_as(scene.world, scene.bob, scene.repo, "main", {"x": "1"}, message)
    assert issue.state == "closed"
    assert issue.timeline[-1].commit_sha == sha


def test_a_pull_request_whose_commits_reach_the_base_by_a_push_is_merged(scene: Scene, pull: Pull):
    path = scene.in_repo("/git/refs/heads/main")
    assert scene.send("PATCH", path, {"sha": pull.head_sha}).status_code == 200
    assert pull.merged


def test_the_branch_goes_after_the_merge_where_the_repository_says_so(scene: Scene, pull: Pull):
    scene.repo.delete_branch_on_merge = True
    assert merge(scene, pull).status_code == 200
    assert scene.world.git(scene.repo).branch("topic") is None
