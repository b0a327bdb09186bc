"""Merge queue, auto-merge and signatures on the forge, as GitHub has them, held to its events."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from forge.ci.runner import Mode
from forge.world.auto_merge import enable_auto_merge
from forge.world.checks import CheckReport, create_check_run
from forge.world.entities import (
    CheckConclusion,
    MergeMethod,
    MergeQueueRule,
    Pull,
    RequiredCheck,
    Role,
    Ruleset,
    State,
)
from forge.world.merging import merge_pull
from forge.world.people import set_permission
from forge.world.protection import protect_branch
from forge.world.pulls import close_pull, edit_pull, open_pull
from forge.world.pushes import delete_branch, push_commit_as
from forge.world.queue import advance, dequeue, enqueue
from forge.world.refusals import Refused
from forge.world.reviews import approve
from tests import oracle
from tests.forge.client import Scene
from tests.forge.gitclient import clone

WORKFLOW = "name: ci\njobs: {test: {steps: [{run: 'test ! -e bad'}]}}\n"
CHECK = "ci / test"


def ruleset(scene: Scene, **rules: object) -> None:
    bare = Ruleset(scene.world.new_id(), "r", "active", ("~DEFAULT_BRANCH",), scene.world.now())
    scene.repo.rulesets[bare.id] = replace(bare, **rules)


@pytest.fixture
def queued(scene: Scene) -> Scene:
    """A repository with CI whose default branch merges through a queue."""
    scene.app.permissions["merge_queues"] = scene.app.permissions["contents"]
    scene.installation.permissions["merge_queues"] = scene.app.permissions["contents"]
    scene.app.events |= {"merge_group", "create", "delete"}
    scene.installation.events = scene.app.events
    files = {".github/workflows/ci.yml": WORKFLOW}
    push_commit_as(scene.world, scene.ada, scene.repo, "main", files, "ci")
    ruleset(scene, merge_queue=MergeQueueRule(), checks=(RequiredCheck(CHECK),))
    return scene


def ready(scene: Scene, branch: str, files: dict[str, str]) -> Pull:
    """Bob's pull request, whose own CI is green."""
    push_commit_as(scene.world, scene.bob, scene.repo, branch, files, branch)
    pull = open_pull(scene.world, scene.bob, scene.repo, branch, "main", branch, "Closes #1.")
    assert scene.forge.wait_idle()
    return pull


def told(scene: Scene) -> list[tuple[str, str | None, str | None]]:
    """Event, action and reason of each delivery."""
    assert scene.forge.wait_idle()
    bodies = [(got.event, json.loads(got.body)) for got in scene.receiver.got]
    return [(event, body.get("action"), body.get("reason")) for event, body in bodies]


def test_ci_tests_the_queues_own_commit_and_the_base_moves_to_exactly_that(queued: Scene):
    pull = ready(queued, "one", {"a": "1"})
    entry = enqueue(queued.world, queued.bob, pull, pull.head_sha)
    assert entry.ref.startswith("refs/heads/gh-readonly-queue/main/pr-")
    assert queued.forge.wait_idle()
    git = queued.world.git(queued.repo)
    assert git.branch("main") == entry.head_sha
    assert pull.merged
    assert pull.merge_commit_sha == entry.head_sha
    assert git.ref(entry.ref) is None
    runs = [run.head_branch for run in queued.repo.workflow_runs]
    assert entry.ref.removeprefix("refs/heads/") in runs
    heard = told(queued)
    order = [
        ("pull_request", "enqueued", None),
        ("merge_group", "checks_requested", None),
        ("merge_group", "destroyed", "merged"),
        ("pull_request", "dequeued", "MERGE"),
        ("pull_request", "closed", None),
    ]
    assert [one for one in heard if one in order] == order


def test_what_conflicts_with_a_moved_base_is_taken_out_and_the_rest_stays_in_order(queued: Scene):
    files = [{"a": "1"}, {"x": "theirs"}, {"b": "1"}]
    pulls = [ready(queued, f"branch-{at}", changed) for at, changed in enumerate(files)]
    queued.forge.ci.mode = Mode.PAUSED
    for pull in pulls:
        enqueue(queued.world, queued.bob, pull)
    push_commit_as(queued.world, queued.ada, queued.repo, "main", {"x": "main\n"}, "x")
    advance(queued.world, queued.repo, "main")
    front, back = queued.repo.merge_queues["main"]
    assert [front.pull, back.pull] == [pulls[0], pulls[2]]
    assert front.base_sha == queued.world.git(queued.repo).branch("main")
    assert back.base_sha == front.head_sha
    queued.forge.ci.mode = Mode.NORMAL
    assert ("pull_request", "dequeued", "MERGE_CONFLICT") in told(queued)
    assert [pull.merged for pull in pulls] == [True, False, True]


def test_what_breaks_only_together_is_taken_out_and_the_rest_is_built_anew(queued: Scene):
    queued.forge.ci.mode = Mode.NORMAL
    first = ready(queued, "one", {"a": "1"})
    second = ready(queued, "two", {"b": "1"})
    queued.forge.ci.mode = Mode.PAUSED
    enqueue(queued.world, queued.bob, first)
    behind = enqueue(queued.world, queued.bob, second)
    assert behind.base_sha == queued.repo.merge_queues["main"][0].head_sha
    dequeue(queued.world, queued.bob, first)
    (left,) = queued.repo.merge_queues["main"]
    assert left.pull is second
    assert left.base_sha == queued.world.git(queued.repo).branch("main")
    queued.forge.ci.mode = Mode.NORMAL
    assert queued.forge.wait_idle()
    assert second.merged
    assert not first.merged
    assert ("merge_group", "destroyed", "invalidated") in told(queued)


def test_a_red_group_is_removed_and_says_why(queued: Scene):
    pull = ready(queued, "one", {"a": "1"})
    # On the base of today the change is red, though its own branch was green.
    queued.repo.rulesets.clear()
    push_commit_as(queued.world, queued.ada, queued.repo, "main", {"bad": "1"}, "bad")
    ruleset(queued, merge_queue=MergeQueueRule(), checks=(RequiredCheck(CHECK),))
    enqueue(queued.world, queued.bob, pull)
    assert queued.forge.wait_idle()
    assert pull.issue.state is State.OPEN
    assert ("pull_request", "dequeued", "CI_FAILURE") in told(queued)


def test_a_pull_request_that_is_closed_or_whose_branch_goes_leaves_the_queue(queued: Scene):
    one, two = ready(queued, "one", {"a": "1"}), ready(queued, "two", {"b": "1"})
    queued.forge.ci.mode = Mode.PAUSED
    enqueue(queued.world, queued.bob, one)
    enqueue(queued.world, queued.bob, two)
    close_pull(queued.world, queued.bob, one)
    delete_branch(queued.world, queued.bob, queued.repo, "two")
    assert queued.repo.merge_queues["main"] == []


@pytest.mark.parametrize(
    ("sha", "message"),
    [("0" * 40, "Head branch was modified"), (None, "already in the queue")],
)
def test_the_queue_refuses_in_words(queued: Scene, sha: str | None, message: str):
    pull = ready(queued, "one", {"a": "1"})
    queued.forge.ci.mode = Mode.PAUSED
    enqueue(queued.world, queued.bob, pull)
    with pytest.raises(Refused, match=message):
        enqueue(queued.world, queued.bob, pull, sha)


# ---- auto-merge


@pytest.fixture
def waiting(scene: Scene) -> Pull:
    """Bob's pull request, which a review keeps from being merged by itself."""
    scene.repo.allow_auto_merge = True
    protect_branch(scene.world, scene.repo, "main", required_reviews=1)
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"a": "1"}, "topic")
    pull = open_pull(scene.world, scene.bob, scene.repo, "topic", "main", "Topic")
    enable_auto_merge(scene.world, scene.bob, pull, MergeMethod.SQUASH, "T", "body")
    return pull


def test_auto_merge_waits_for_the_last_requirement(scene: Scene, waiting: Pull):
    shown = scene.get(scene.in_repo(f"/pulls/{waiting.number}")).json()["auto_merge"]
    assert (shown["merge_method"], shown["enabled_by"]["login"]) == ("squash", "bob")
    approve(scene.world, scene.ada, waiting)
    assert waiting.merged
    assert waiting.merged_by is scene.bob


def test_a_push_by_somebody_without_write_access_ends_auto_merge(scene: Scene, waiting: Pull):
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"b": "1"}, "b")
    assert waiting.auto_merge is not None
    set_permission(scene.world, scene.repo, scene.bob, Role.READ)
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"c": "1"}, "c")
    assert waiting.auto_merge is None


def test_another_base_ends_auto_merge(scene: Scene, waiting: Pull):
    push_commit_as(scene.world, scene.ada, scene.repo, "next", {"n": "1"}, "n")
    edit_pull(scene.world, scene.bob, waiting, base="next")
    assert waiting.auto_merge is None
    assert ("pull_request", "auto_merge_disabled", "The base branch changed") in told(scene)


def test_what_can_be_merged_now_is_in_clean_status(scene: Scene, waiting: Pull):
    waiting.auto_merge = None
    approve(scene.world, scene.ada, waiting)
    with pytest.raises(Refused, match="Pull request is in clean status"):
        enable_auto_merge(scene.world, scene.bob, waiting)


def test_a_branch_without_rules_has_no_auto_merge(scene: Scene, waiting: Pull):
    scene.repo.protections.clear()
    with pytest.raises(Refused, match="Protected branch rules not configured"):
        enable_auto_merge(scene.world, scene.bob, waiting)


# ---- signatures


def test_a_branch_that_demands_signatures_takes_no_push_without(scene: Scene, tmp_path: Path):
    url = str(scene.get(scene.in_repo()).json()["clone_url"])
    work = clone(url, tmp_path / "work", scene.token)
    ruleset(scene, signed=True, include=("refs/heads/evolve/*",))
    work.commit({"a": "1"})
    refused = work.git("push", "--quiet", "origin", "HEAD:refs/heads/evolve/1-1")
    assert refused.code != 0
    assert "Commits must have verified signatures" in refused.err
    assert work.git("push", "--quiet", "origin", "HEAD:refs/heads/other").code == 0


def test_a_signature_that_somebody_wrote_into_a_commit_verifies_nothing(
    scene: Scene, tmp_path: Path
):
    """Only what the forge signed is verified: a header proves nothing."""
    url = str(scene.get(scene.in_repo()).json()["clone_url"])
    work = clone(url, tmp_path / "work", scene.token)
    sha = work.commit({"a": "1"})
    text = work.git("cat-file", "commit", sha).out
    head, _, message = text.partition("\n\n")
    forged = tmp_path / "forged"
    forged.write_text(f"{head}\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n x\n\n{message}")
    made = work.git("hash-object", "-t", "commit", "-w", str(forged)).out.strip()
    assert work.git("push", "--quiet", "origin", f"{made}:refs/heads/forged").code == 0
    shown = scene.get(scene.in_repo(f"/commits/{made}")).json()["commit"]["verification"]
    assert (shown["verified"], shown["signature"]) == (False, None)
    ruleset(scene, signed=True)
    assert work.git("push", "--quiet", "origin", f"{made}:refs/heads/main").code != 0


def test_signed_commits_reach_such_a_branch_by_the_api_and_squashes_are_signed(scene: Scene):
    ruleset(scene, signed=True)
    base = scene.world.git(scene.repo).branch("main")
    tree = scene.world.git(scene.repo).commit(base or "").tree
    body = {"message": "m", "tree": tree, "parents": [base]}
    mine = scene.send("POST", scene.in_repo("/git/commits"), body).json()
    assert mine["verification"]["verified"]
    assert mine["author"]["email"] == scene.app.bot.email
    author = {"name": "x", "email": "x@example.com"}
    named = scene.send("POST", scene.in_repo("/git/commits"), body | {"author": author}).json()
    person = scene.send("POST", scene.in_repo("/git/commits"), body, scene.token_of(scene.bob))
    assert not named["verification"]["verified"]
    assert not person.json()["verification"]["verified"]
    move = scene.in_repo("/git/refs/heads/main")
    assert scene.send("PATCH", move, {"sha": named["sha"]}).status_code == 422
    assert scene.send("PATCH", move, {"sha": mine["sha"]}).status_code == 200


def test_a_pull_request_with_an_unsigned_commit_is_not_merged_there(scene: Scene):
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"a": "1"}, "t", signed=True)
    pull = open_pull(scene.world, scene.bob, scene.repo, "topic", "main", "Topic")
    ruleset(scene, signed=True)
    with pytest.raises(Refused, match="Rebase merges cannot be signed"):
        merge_pull(scene.world, scene.bob, pull, MergeMethod.REBASE)
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"b": "1"}, "plain")
    with pytest.raises(Refused, match="verified signatures"):
        merge_pull(scene.world, scene.bob, pull, MergeMethod.SQUASH)
    push_commit_as(
        scene.world, scene.bob, scene.repo, "topic", {"b": "2"}, "s", pull.base_sha, signed=True
    )
    made = merge_pull(scene.world, scene.bob, pull, MergeMethod.SQUASH)
    shown = scene.get(scene.in_repo(f"/commits/{made}")).json()["commit"]["verification"]
    assert (shown["verified"], shown["reason"]) == (True, "valid")


# ---- GitHub's own descriptions


@pytest.mark.oracle
def test_each_event_of_landing_is_as_its_description_says(queued: Scene):
    waits = ready(queued, "wait", {"w": "1"})
    queued.repo.allow_auto_merge = True
    queued.repo.rulesets.clear()
    protect_branch(queued.world, queued.repo, "main", required_reviews=1)
    enable_auto_merge(queued.world, queued.bob, waits)
    push_commit_as(queued.world, queued.ada, queued.repo, "next", {"n": "1"}, "n")
    edit_pull(queued.world, queued.bob, waits, base="next")
    queued.repo.protections.clear()
    ruleset(queued, merge_queue=MergeQueueRule(), checks=(RequiredCheck(CHECK),), signed=True)
    push_commit_as(queued.world, queued.bob, queued.repo, "one", {"a": "1"}, "t", signed=True)
    pull = open_pull(queued.world, queued.bob, queued.repo, "one", "main", "one")
    assert queued.forge.wait_idle()
    enqueue(queued.world, queued.bob, pull)
    assert queued.forge.wait_idle()
    assert pull.merged
    seen = set()
    for got in queued.receiver.got:
        body = json.loads(got.body)
        oracle.webhooks().webhook(got.event, body.get("action"), body)
        seen.add((got.event, body.get("action")))
    assert seen >= {
        ("merge_group", "checks_requested"),
        ("merge_group", "destroyed"),
        ("pull_request", "enqueued"),
        ("pull_request", "dequeued"),
        ("pull_request", "auto_merge_enabled"),
        ("pull_request", "auto_merge_disabled"),
    }


@pytest.mark.oracle
def test_each_answer_of_landing_is_as_its_description_says(scene: Scene):
    repo, owner = "/repos/{owner}/{repo}", scene.token_of(scene.ada)

    def hold(method: str, template: str, status: int, body: object = None, **path: str) -> dict:
        filled = template.format(owner="ada", repo="sums", **path)
        app = "/git/" in template or "check-runs" in template or "/rules/" in template
        answer = scene.send(method, filled, body, scene.token if app else owner)
        assert answer.status_code == status, answer.text
        value = answer.json() if answer.content else None
        oracle.rest().response(method, template, status, value)
        return value

    signatures = repo + "/branches/{branch}/protection/required_signatures"
    hold("GET", signatures, 404, branch="main")
    protect_branch(scene.world, scene.repo, "main")
    assert not hold("GET", signatures, 200, branch="main")["enabled"]
    assert hold("POST", signatures, 200, branch="main")["enabled"]
    protection = hold("GET", repo + "/branches/{branch}/protection", 200, branch="main")
    assert protection["required_signatures"]["enabled"]
    hold("DELETE", signatures, 204, branch="main")
    assert hold("PATCH", repo, 200, {"allow_auto_merge": True})["allow_auto_merge"]
    parameters = {
        "check_response_timeout_minutes": 60,
        "grouping_strategy": "ALLGREEN",
        "max_entries_to_build": 5,
        "max_entries_to_merge": 1,
        "merge_method": "SQUASH",
        "min_entries_to_merge": 1,
        "min_entries_to_merge_wait_minutes": 0,
    }
    made = {
        "name": "queue",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": [
            {"type": "required_signatures"},
            {"type": "merge_queue", "parameters": parameters},
        ],
    }
    hold("POST", repo + "/rulesets", 201, made)
    rules = hold("GET", repo + "/rules/branches/{branch}", 200, branch="main")
    assert [rule["type"] for rule in rules] == ["required_signatures", "merge_queue"]
    base = scene.world.git(scene.repo).branch("main")
    blob = hold("POST", repo + "/git/blobs", 201, {"content": "eA==", "encoding": "base64"})
    entry = {"path": "x", "mode": "100644", "type": "blob", "sha": blob["sha"]}
    tree = scene.world.git(scene.repo).commit(base or "").tree
    stored = hold("POST", repo + "/git/trees", 201, {"base_tree": tree, "tree": [entry]})
    body = {"message": "m", "tree": stored["sha"], "parents": [base]}
    commit = hold("POST", repo + "/git/commits", 201, body)
    assert commit["verification"]["verified"]
    one = {"commit_sha": commit["sha"]}
    hold("GET", repo + "/git/commits/{commit_sha}", 200, **one)
    ref = {"ref": "refs/heads/evolve/1-1", "sha": commit["sha"]}
    hold("POST", repo + "/git/refs", 201, ref)
    hold("POST", repo + "/git/refs", 422, ref)
    run = {"name": "evolve", "head_sha": commit["sha"], "external_id": "1-1"}
    output = {"title": "t", "summary": "s", "text": "x"}
    check = hold("POST", repo + "/check-runs", 201, run | {"output": output})
    done = {"conclusion": "success"}
    hold("PATCH", repo + "/check-runs/{check_run_id}", 200, done, check_run_id=str(check["id"]))
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"a": "1"}, "t", signed=True)
    protect_branch(scene.world, scene.repo, "main", required_reviews=1)
    scene.repo.rulesets.clear()
    pull = open_pull(scene.world, scene.bob, scene.repo, "topic", "main", "Topic")
    enable_auto_merge(scene.world, scene.bob, pull)
    hold("GET", repo + "/pulls/{pull_number}", 200, pull_number=str(pull.number))


def test_a_check_of_another_name_does_not_move_the_queue(queued: Scene):
    pull = ready(queued, "one", {"a": "1"})
    queued.forge.ci.mode = Mode.SILENT
    entry = enqueue(queued.world, queued.bob, pull)
    report = CheckReport(conclusion=CheckConclusion.SUCCESS)
    create_check_run(queued.world, queued.app, queued.repo, "other", entry.head_sha, report)
    assert not pull.merged
    create_check_run(queued.world, queued.app, queued.repo, CHECK, entry.head_sha, report)
    assert pull.merged
