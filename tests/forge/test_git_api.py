"""Refs, branches, commits, files and comparisons by REST."""

import base64
from urllib.parse import quote

import pytest

from forge.world.entities import Level, Ruleset
from forge.world.protection import protect_branch
from forge.world.pulls import open_pull
from forge.world.pushes import push_commit_as
from tests.forge.client import Scene


@pytest.fixture
def base(scene: Scene) -> str:
    return scene.world.git(scene.repo).branch("main") or ""


def test_a_ref_is_made_moved_and_deleted(scene: Scene, base: str):
    refs = scene.in_repo("/git/refs")
    made = scene.send("POST", refs, {"ref": "refs/heads/evolve/1-1", "sha": base})
    assert made.status_code == 201
    again = scene.send("POST", refs, {"ref": "refs/heads/evolve/1-1", "sha": base})
    assert (again.status_code, again.json()["message"]) == (422, "Reference already exists")
    read = scene.get(scene.in_repo("/git/ref/heads/evolve/1-1")).json()
    assert read["object"]["sha"] == base
    ahead = push_commit_as(scene.world, scene.bob, scene.repo, "evolve/1-1", {"a": "1"}, "a")
    moved = refs + "/heads/evolve/1-1"
    backwards = scene.send("PATCH", moved, {"sha": base})
    assert backwards.json()["message"] == "Update is not a fast forward"
    assert scene.send("PATCH", moved, {"sha": base, "force": True}).status_code == 200
    assert scene.send("PATCH", moved, {"sha": ahead}).json()["object"]["sha"] == ahead
    assert scene.send("DELETE", moved).status_code == 204
    assert scene.send("DELETE", moved).status_code == 422
    assert scene.get(scene.in_repo("/git/ref/heads/evolve/1-1")).status_code == 404


@pytest.mark.parametrize(
    ("ref", "sha"),
    [
        ("heads/x", None),
        ("refs/x", None),
        ("refs/heads/a..b", None),
        ("refs/heads/a b", None),
        ("refs/heads/main/x", None),
        ("refs/heads/x", "0" * 40),
    ],
)
def test_a_ref_that_git_would_not_have_gets_422(scene: Scene, base: str, ref: str, sha: str | None):
    answer = scene.send("POST", scene.in_repo("/git/refs"), {"ref": ref, "sha": sha or base})
    assert answer.status_code == 422


def test_matching_refs_start_with_what_was_asked(scene: Scene):
    for branch in ("evolve/1-1", "evolve/12-1", "other"):
        push_commit_as(scene.world, scene.bob, scene.repo, branch, {"a": branch}, "a")
    found = scene.get(scene.in_repo("/git/matching-refs/heads/evolve/1-")).json()
    assert [ref["ref"] for ref in found] == ["refs/heads/evolve/1-1"]


def test_a_read_only_token_moves_no_ref(scene: Scene, base: str):
    body = {"ref": "refs/heads/x", "sha": base}
    token = scene.token_with(contents=Level.READ)
    assert scene.send("POST", scene.in_repo("/git/refs"), body, token).status_code == 403


def test_the_default_branch_and_protected_ones_are_not_deleted(scene: Scene):
    push_commit_as(scene.world, scene.bob, scene.repo, "kept", {"a": "1"}, "a")
    protect_branch(scene.world, scene.repo, "kept")
    for branch in ("main", "kept"):
        assert scene.send("DELETE", scene.in_repo(f"/git/refs/heads/{branch}")).status_code == 422


def test_branches_say_what_protects_them(scene: Scene, base: str):
    push_commit_as(scene.world, scene.bob, scene.repo, "feature/x", {"a": "1"}, "a")
    protect_branch(scene.world, scene.repo, "main", (("ci", 7),), 1)
    listed = scene.get(scene.in_repo("/branches")).json()
    assert [(one["name"], one["protected"]) for one in listed] == [
        ("feature/x", False),
        ("main", True),
    ]
    one = scene.get(scene.in_repo("/branches/main")).json()
    assert one["commit"]["sha"] == base
    assert one["protection"]["required_status_checks"]["checks"] == [{"context": "ci", "app_id": 7}]
    assert scene.get(scene.in_repo("/branches/feature/x")).status_code == 200
    assert scene.get(scene.in_repo("/branches/none")).json()["message"] == "Branch not found"


def test_protection_is_read_set_and_removed(scene: Scene):
    path = scene.in_repo("/branches/main/protection")
    missing = scene.get(path)
    assert (missing.status_code, missing.json()["message"]) == (404, "Branch not protected")
    body = {
        "required_status_checks": {"strict": True, "contexts": [], "checks": [{"context": "ci"}]},
        "enforce_admins": True,
        "required_pull_request_reviews": {"required_approving_review_count": 2},
        "restrictions": None,
    }
    assert scene.send("PUT", path, body).status_code == 403
    owner = scene.token_of(scene.ada)
    assert scene.send("PUT", path, {"enforce_admins": True}, owner).status_code == 422
    assert scene.send("PUT", path, body, owner).status_code == 200
    read = scene.get(path).json()
    assert read["required_status_checks"]["checks"] == [{"context": "ci", "app_id": None}]
    assert read["required_pull_request_reviews"]["required_approving_review_count"] == 2
    assert scene.send("DELETE", path, None, owner).status_code == 204
    assert scene.get(path).status_code == 404


def test_the_rules_of_a_branch_come_from_the_active_rulesets_that_match_it(scene: Scene):
    owner = scene.token_of(scene.ada)
    body = {
        "name": "guard",
        "enforcement": "active",
        "conditions": {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}},
        "rules": [
            {"type": "non_fast_forward"},
            {
                "type": "required_status_checks",
                "parameters": {
                    "strict_required_status_checks_policy": False,
                    "required_status_checks": [{"context": "ci", "integration_id": 7}],
                },
            },
        ],
    }
    made = scene.send("POST", scene.in_repo("/rulesets"), body, owner)
    assert made.status_code == 201
    rules = scene.get(scene.in_repo("/rules/branches/main")).json()
    assert [rule["type"] for rule in rules] == ["non_fast_forward", "required_status_checks"]
    assert {rule["ruleset_id"] for rule in rules} == {made.json()["id"]}
    assert scene.get(scene.in_repo("/rules/branches/feature/x")).json() == []
    idle = Ruleset(1, "idle", "disabled", ("~ALL",), scene.world.now(), block_deletions=True)
    scene.repo.rulesets[1] = idle
    assert scene.get(scene.in_repo("/rules/branches/feature/x")).json() == []


def test_a_comparison_says_how_two_commits_stand(scene: Scene, base: str):
    push_commit_as(scene.world, scene.bob, scene.repo, "feature/x", {"a": "1\n"}, "a")
    push_commit_as(scene.world, scene.ada, scene.repo, "main", {"z": "1\n"}, "z")
    found = scene.get(scene.in_repo("/compare/main...feature/x")).json()
    assert (found["status"], found["ahead_by"], found["behind_by"]) == ("diverged", 1, 1)
    assert found["merge_base_commit"]["sha"] == base
    assert [file["filename"] for file in found["files"]] == ["a"]
    same = scene.get(scene.in_repo("/compare/ada:main...ada:main")).json()
    assert (same["status"], same["commits"]) == ("identical", [])
    assert scene.get(scene.in_repo("/compare/main...nothing")).status_code == 404


def test_commits_are_listed_and_one_shows_its_files(scene: Scene, base: str):
    sha = push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"a": "1\n"}, "a")
    listed = scene.get(scene.in_repo("/commits?sha=topic")).json()
    assert [commit["sha"] for commit in listed] == [sha, base]
    assert [it["sha"] for it in scene.get(scene.in_repo("/commits?path=a&sha=topic")).json()] == [
        sha
    ]
    one = scene.get(scene.in_repo("/commits/topic")).json()
    assert (one["sha"], one["stats"]["additions"], one["files"][0]["filename"]) == (sha, 1, "a")
    first = scene.get(scene.in_repo(f"/commits/{base}")).json()
    assert first["files"][0]["status"] == "added"
    assert scene.get(scene.in_repo("/commits/nothing")).status_code == 422


def test_contents_are_files_directories_or_not_there(scene: Scene):
    files = {"pkg/a.py": "a = 1\n", "pkg/sub/b.py": ""}
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", files, "a")
    path = scene.in_repo("/contents/pkg/a.py")
    assert scene.get(path).status_code == 404
    one = scene.get(path + "?ref=topic").json()
    assert base64.b64decode(one["content"]) == b"a = 1\n"
    assert scene.get(path + "?ref=topic", accept="application/vnd.github.raw").text == "a = 1\n"
    inside = scene.get(scene.in_repo("/contents/pkg?ref=topic")).json()
    assert [(it["type"], it["path"]) for it in inside] == [
        ("file", "pkg/a.py"),
        ("dir", "pkg/sub"),
    ]
    root = scene.get(scene.in_repo("/contents/?ref=topic")).json()
    assert [it["name"] for it in root] == ["README.md", "pkg"]
    assert scene.get(path + "?ref=nothing").status_code == 404


def test_a_file_is_put_only_over_the_one_that_was_seen(scene: Scene):
    path = scene.in_repo("/contents/a.txt")
    body = {"message": "m", "content": base64.b64encode(b"1").decode(), "branch": "main"}
    made = scene.send("PUT", path, body)
    assert made.status_code == 201
    assert scene.send("PUT", path, body).status_code == 422
    assert scene.send("PUT", path, body | {"sha": "0" * 40}).status_code == 409
    seen = made.json()["content"]["sha"]
    assert scene.send("PUT", path, body | {"sha": seen}).status_code == 200
    removal = {"message": "m", "sha": seen}
    assert scene.send("DELETE", path, removal).status_code == 200
    assert scene.get(path).status_code == 404


def test_a_commit_is_built_from_blobs_and_trees(scene: Scene, base: str):
    git = scene.in_repo("/git")
    blob = scene.send("POST", git + "/blobs", {"content": "MQ==", "encoding": "base64"}).json()
    entries = [
        {"path": "a/b", "mode": "100755", "type": "blob", "sha": blob["sha"]},
        {"path": "c", "mode": "100644", "type": "blob", "content": "2"},
        {"path": "README.md", "mode": "100644", "type": "blob", "sha": None},
    ]
    tree = scene.send("POST", git + "/trees", {"base_tree": base, "tree": entries}).json()
    made = {"message": "built", "tree": tree["sha"], "parents": [base]}
    commit = scene.send("POST", git + "/commits", made)
    assert commit.status_code == 201
    assert commit.json()["author"]["name"] == "Helper"
    read = scene.get(f"{git}/trees/{commit.json()['sha']}?recursive=1").json()
    assert [(it["path"], it["mode"]) for it in read["tree"]] == [
        ("a", "040000"),
        ("a/b", "100755"),
        ("c", "100644"),
    ]
    got = scene.get(f"{git}/blobs/{blob['sha']}").json()
    assert base64.b64decode(got["content"]) == b"1"
    bad = [{"path": "../x", "mode": "100644", "type": "blob", "content": "x"}]
    assert scene.send("POST", git + "/trees", {"tree": bad}).status_code == 422
    assert scene.send("POST", git + "/commits", made | {"tree": base}).status_code == 422


def test_the_pull_requests_of_a_commit_are_found_by_its_sha(scene: Scene, base: str):
    first = push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"a": "1"}, "a")
    head = push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"b": "1"}, "b")
    pull = open_pull(scene.world, scene.bob, scene.repo, "topic", "main", "Topic")
    for sha in (first, head):
        found = scene.get(scene.in_repo(f"/commits/{sha}/pulls")).json()
        assert [one["number"] for one in found] == [pull.number]
    assert scene.get(scene.in_repo(f"/commits/{base}/pulls")).json() == []


@pytest.mark.parametrize("revision", ["main~1", "main^", "HEAD@{1}", ":/m", "--all", "a..b"])
def test_the_operators_of_gits_revisions_are_not_understood(scene: Scene, revision: str):
    assert scene.get(scene.in_repo(f"/commits/{quote(revision)}")).status_code == 422
    body = {"head": revision, "base": "main", "title": "x"}
    assert scene.send("POST", scene.in_repo("/pulls"), body).status_code == 422


def test_an_app_without_the_workflows_permission_puts_no_workflow(scene: Scene):
    path = scene.in_repo("/contents/.github/workflows/ci.yml")
    body = {"message": "m", "content": "MQ=="}
    assert scene.send("PUT", path, body).status_code == 403
    assert scene.send("PUT", path, body, scene.token_of(scene.bob)).status_code == 201


def test_a_page_beyond_the_last_is_empty(scene: Scene):
    assert scene.get(scene.in_repo("/branches?per_page=1&page=2")).json() == []
