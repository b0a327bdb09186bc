"""Pull requests, checks and git, held to GitHub's own description of its answers and events."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from forge.ci.runner import Mode
from forge.world.checks import create_status
from forge.world.entities import Pull, RequiredCheck, RequiredReviews, Ruleset, StatusState
from forge.world.line_comments import resolve_thread, unresolve_thread
from forge.world.merging import merge_pull
from forge.world.protection import protect_branch
from forge.world.pulls import close_pull, edit_pull, open_pull, reopen_pull, request_review
from forge.world.pushes import delete_branch, push_commit_as
from forge.world.reviews import approve, dismiss_review, line_comment, reply
from tests import oracle
from tests.forge.client import Scene

pytestmark = pytest.mark.oracle

REPO = "/repos/{owner}/{repo}"
WORKFLOW = "name: ci\njobs: {test: {steps: [{run: 'cat a'}]}}\n"


@dataclass
class Story:
    """A pull request with reviews, checks and statuses."""

    scene: Scene
    pull: Pull

    def hold(
        self, method: str, template: str, status: int, body: object = None, **path: object
    ) -> dict:
        """Call an endpoint as the App and hold the answer to its description."""
        query = path.pop("query", "")
        filled = {"owner": "ada", "repo": "sums"} | path
        token = self.scene.token
        if "protection" in template or "rulesets" in template:
            token = self.scene.token_of(self.scene.ada)
        answer = self.scene.send(method, template.format(**filled) + str(query), body, token)
        assert answer.status_code == status, answer.text
        value = answer.json() if answer.content else None
        oracle.rest().response(method, template, status, value)
        return value


@pytest.fixture
def story(scene: Scene) -> Story:
    scene.app.events |= {"create", "delete", "pull_request_review_thread", "workflow_run"}
    scene.installation.events = scene.app.events
    world, repo = scene.world, scene.repo
    push_commit_as(world, scene.ada, repo, "main", {".github/workflows/ci.yml": WORKFLOW}, "ci")
    push_commit_as(world, scene.bob, repo, "topic", {"a": "1\n2\n", "b": "1\n"}, "topic")
    pull = open_pull(world, scene.bob, repo, "topic", "main", "Topic", "why")
    request_review(world, scene.bob, pull, scene.ada)
    first = line_comment(world, scene.ada, pull, "a", 2, "hm")
    reply(world, scene.bob, first, "so?")
    dismiss_review(world, scene.ada, approve(world, scene.ada, pull, "fine"))
    create_status(world, scene.bob, repo, pull.head_sha, StatusState.SUCCESS, "lint")
    assert scene.forge.wait_idle()
    return Story(scene, pull)


def test_pull_requests(story: Story):
    hold, number = story.hold, story.pull.number
    one = {"pull_number": number}
    hold("GET", REPO + "/pulls", 200)
    hold("GET", REPO + "/pulls/{pull_number}", 200, **one)
    hold("PATCH", REPO + "/pulls/{pull_number}", 200, {"title": "Better"}, **one)
    hold("GET", REPO + "/pulls/{pull_number}/files", 200, **one)
    hold("GET", REPO + "/pulls/{pull_number}/commits", 200, **one)
    hold("GET", REPO + "/pulls/{pull_number}/requested_reviewers", 200, **one)
    hold(
        "POST",
        REPO + "/pulls/{pull_number}/requested_reviewers",
        422,
        {"reviewers": ["eve"]},
        **one,
    )
    asked = {"reviewers": ["ada"]}
    hold("POST", REPO + "/pulls/{pull_number}/requested_reviewers", 201, asked, **one)
    hold("DELETE", REPO + "/pulls/{pull_number}/requested_reviewers", 200, asked, **one)
    body = {"head": "topic", "base": "main", "title": "Again"}
    hold("POST", REPO + "/pulls", 422, body)
    hold("POST", REPO + "/pulls", 422, body | {"head": "nothing"})
    push_commit_as(story.scene.world, story.scene.bob, story.scene.repo, "two", {"c": "1"}, "c")
    hold("POST", REPO + "/pulls", 201, body | {"head": "two"})


def test_merging(story: Story):
    hold, one = story.hold, {"pull_number": story.pull.number}
    hold("PUT", REPO + "/pulls/{pull_number}/merge", 409, {"sha": "0" * 40}, **one)
    story.pull.draft = True
    hold("PUT", REPO + "/pulls/{pull_number}/merge", 405, **one)
    story.pull.draft = False
    hold("PUT", REPO + "/pulls/{pull_number}/merge", 200, **one)
    hold("GET", REPO + "/pulls/{pull_number}/merge", 204, **one)
    hold("GET", REPO + "/pulls/{pull_number}", 200, **one)


def test_reviews(story: Story):
    hold, one = story.hold, {"pull_number": story.pull.number}
    reviews = REPO + "/pulls/{pull_number}/reviews"
    hold("GET", reviews, 200, **one)
    comments = [{"path": "b", "line": 1, "body": "x"}]
    made = hold("POST", reviews, 200, {"comments": comments}, **one)
    review = one | {"review_id": made["id"]}
    hold("GET", reviews + "/{review_id}", 200, **review)
    hold("GET", reviews + "/{review_id}/comments", 200, **review)
    hold("PUT", reviews + "/{review_id}", 200, {"body": "y"}, **review)
    event = {"event": "REQUEST_CHANGES", "body": "no"}
    hold("POST", reviews + "/{review_id}/events", 200, event, **review)
    hold("PUT", reviews + "/{review_id}/dismissals", 200, {"message": "m"}, **review)
    own = {"comments": [{"path": "b", "line": 99, "body": "x"}], "event": "COMMENT"}
    hold("POST", reviews, 422, own, **one)


def test_comments_on_lines(story: Story):
    hold, one = story.hold, {"pull_number": story.pull.number}
    listed = hold("GET", REPO + "/pulls/{pull_number}/comments", 200, **one)
    hold("GET", REPO + "/pulls/comments", 200)
    body = {"body": "x", "path": "a", "line": 1, "commit_id": story.pull.head_sha}
    made = hold("POST", REPO + "/pulls/{pull_number}/comments", 201, body, **one)
    comment = {"comment_id": made["id"]}
    hold("GET", REPO + "/pulls/comments/{comment_id}", 200, **comment)
    hold("PATCH", REPO + "/pulls/comments/{comment_id}", 200, {"body": "y"}, **comment)
    replies = REPO + "/pulls/{pull_number}/comments/{comment_id}/replies"
    hold("POST", replies, 201, {"body": "z"}, **one, comment_id=listed[0]["id"])
    hold("POST", replies, 404, {"body": "z"}, **one, comment_id=listed[1]["id"])
    hold("DELETE", REPO + "/pulls/comments/{comment_id}", 204, **comment)


def test_checks(story: Story):
    hold, sha = story.hold, story.pull.head_sha
    note = {
        "path": "a",
        "start_line": 1,
        "end_line": 1,
        "annotation_level": "notice",
        "message": "m",
    }
    output = {"title": "t", "summary": "s", "annotations": [note]}
    body = {"name": "evolve", "head_sha": sha, "status": "in_progress"}
    made = hold("POST", REPO + "/check-runs", 201, body)
    run, suite = {"check_run_id": made["id"]}, {"check_suite_id": made["check_suite"]["id"]}
    hold("GET", REPO + "/check-runs/{check_run_id}", 200, **run)
    done = {"conclusion": "success", "output": output}
    hold("PATCH", REPO + "/check-runs/{check_run_id}", 200, done, **run)
    hold("GET", REPO + "/check-runs/{check_run_id}/annotations", 200, **run)
    hold("POST", REPO + "/check-runs/{check_run_id}/rerequest", 201, **run)
    hold("GET", REPO + "/commits/{ref}/check-runs", 200, ref=sha)
    hold("GET", REPO + "/commits/{ref}/check-suites", 200, ref="topic")
    hold("GET", REPO + "/check-suites/{check_suite_id}", 200, **suite)
    hold("GET", REPO + "/check-suites/{check_suite_id}/check-runs", 200, **suite)
    hold("POST", REPO + "/check-suites", 200, {"head_sha": sha})
    hold("POST", REPO + "/check-suites/{check_suite_id}/rerequest", 201, **suite)


def test_statuses(story: Story):
    hold, sha = story.hold, story.pull.head_sha
    hold("POST", REPO + "/statuses/{sha}", 201, {"state": "pending", "context": "x"}, sha=sha)
    hold("GET", REPO + "/commits/{ref}/statuses", 200, ref=sha)
    hold("GET", REPO + "/commits/{ref}/status", 200, ref=sha)


def test_refs_and_branches(story: Story):
    hold, sha = story.hold, story.pull.head_sha
    hold("POST", REPO + "/git/refs", 201, {"ref": "refs/heads/x", "sha": sha})
    hold("POST", REPO + "/git/refs", 422, {"ref": "refs/heads/x", "sha": sha})
    hold("GET", REPO + "/git/ref/{ref}", 200, ref="heads/x")
    hold("GET", REPO + "/git/ref/{ref}", 404, ref="heads/none")
    hold("GET", REPO + "/git/matching-refs/{ref}", 200, ref="heads/")
    hold("PATCH", REPO + "/git/refs/{ref}", 200, {"sha": sha}, ref="heads/x")
    hold("DELETE", REPO + "/git/refs/{ref}", 204, ref="heads/x")
    protect_branch(story.scene.world, story.scene.repo, "main", (("ci", None),), 1)
    hold("GET", REPO + "/branches", 200)
    hold("GET", REPO + "/branches/{branch}", 200, branch="main")
    hold("GET", REPO + "/branches/{branch}", 404, branch="none")


def test_commits_and_contents(story: Story):
    hold, sha = story.hold, story.pull.head_sha
    hold("GET", REPO + "/commits", 200)
    hold("GET", REPO + "/commits/{ref}", 200, ref=sha)
    hold("GET", REPO + "/commits/{commit_sha}/pulls", 200, commit_sha=sha)
    hold("GET", REPO + "/compare/{basehead}", 200, basehead="main...topic")
    hold("GET", REPO + "/contents/{path}", 200, path="README.md")
    hold("GET", REPO + "/contents/{path}", 200, path="")
    hold("GET", REPO + "/contents/{path}", 404, path="none")
    body = {"message": "m", "content": "MQ==", "branch": "topic"}
    hold("PUT", REPO + "/contents/{path}", 201, body, path="new")
    git = REPO + "/git"
    hold("GET", git + "/commits/{commit_sha}", 200, commit_sha=sha)
    hold("GET", git + "/trees/{tree_sha}", 200, tree_sha=sha, query="?recursive=1")
    blob = hold("POST", git + "/blobs", 201, {"content": "x"})
    hold("GET", git + "/blobs/{file_sha}", 200, file_sha=blob["sha"])
    entry = {"path": "x", "mode": "100644", "type": "blob", "sha": blob["sha"]}
    tree = hold("POST", git + "/trees", 201, {"tree": [entry], "base_tree": sha})
    made = {"message": "m", "tree": tree["sha"], "parents": [sha]}
    hold("POST", git + "/commits", 201, made)


def test_protection_and_rules(story: Story):
    hold, repo, branch = story.hold, story.scene.repo, {"branch": "main"}
    protection = REPO + "/branches/{branch}/protection"
    hold("GET", protection, 404, **branch)
    body = {
        "required_status_checks": {"strict": False, "contexts": ["ci"]},
        "enforce_admins": None,
        "required_pull_request_reviews": None,
        "restrictions": {"users": ["bob"], "teams": [], "apps": ["helper"]},
    }
    hold("PUT", protection, 200, body, **branch)
    protect_branch(story.scene.world, repo, "main", (("ci", 7),), 1)
    hold("GET", protection, 200, **branch)
    hold("DELETE", protection, 204, **branch)
    repo.rulesets[5] = Ruleset(
        id=5,
        name="guard",
        enforcement="active",
        include=("~ALL",),
        created_at=story.scene.world.now(),
        checks=(RequiredCheck("ci", 7), RequiredCheck("lint")),
        reviews=RequiredReviews(),
        block_deletions=True,
        block_force_pushes=True,
        linear_history=True,
    )
    hold("GET", REPO + "/rulesets", 200)
    hold("GET", REPO + "/rulesets/{ruleset_id}", 200, ruleset_id=5)
    assert len(hold("GET", REPO + "/rules/branches/{branch}", 200, **branch)) == 5


def test_runs_and_jobs(story: Story):
    hold = story.hold
    (run, *_) = hold("GET", REPO + "/actions/runs", 200)["workflow_runs"]
    hold("GET", REPO + "/actions/runs/{run_id}", 200, run_id=run["id"])
    (job,) = hold("GET", REPO + "/actions/runs/{run_id}/jobs", 200, run_id=run["id"])["jobs"]
    hold("GET", REPO + "/actions/jobs/{job_id}", 200, job_id=job["id"])
    hold("GET", REPO + "/actions/jobs/{job_id}/logs", 302, job_id=job["id"])
    again = (
        ("/actions/jobs/{job_id}/rerun", {"job_id": job["id"]}),
        ("/actions/runs/{run_id}/rerun-failed-jobs", {"run_id": run["id"]}),
        ("/actions/runs/{run_id}/rerun", {"run_id": run["id"]}),
    )
    for path, one in again:
        hold("POST", REPO + path, 201, **one)
        assert story.scene.forge.wait_idle()
    story.scene.forge.ci.mode = Mode.PAUSED
    hold("POST", REPO + "/actions/jobs/{job_id}/rerun", 201, job_id=job["id"])
    hold("POST", REPO + "/actions/jobs/{job_id}/rerun", 403, job_id=job["id"])
    query = "?filter=all"
    listed = hold("GET", REPO + "/actions/runs/{run_id}/jobs", 200, run_id=run["id"], query=query)
    assert listed["total_count"] == 4


def test_each_event_is_as_its_description_says(story: Story):
    scene, world, repo, pull = story.scene, story.scene.world, story.scene.repo, story.pull
    scene.forge.ci.mode = Mode.BROKEN
    deeds: list[Callable[[], object]] = [
        lambda: edit_pull(world, scene.bob, pull, "Other", "Body"),
        lambda: push_commit_as(world, scene.bob, repo, "topic", {"c": "1"}, "c"),
        lambda: resolve_thread(world, scene.ada, pull.threads[0]),
        lambda: unresolve_thread(world, scene.ada, pull.threads[0]),
        lambda: close_pull(world, scene.bob, pull),
        lambda: reopen_pull(world, scene.bob, pull),
        lambda: merge_pull(world, scene.ada, pull),
        lambda: delete_branch(world, scene.bob, repo, "topic"),
    ]
    for deed in deeds:
        deed()
    sha = world.git(repo).branch("main")
    made = story.hold("POST", REPO + "/check-runs", 201, {"name": "evolve", "head_sha": sha})
    story.hold("POST", REPO + "/check-runs/{check_run_id}/rerequest", 201, check_run_id=made["id"])
    assert scene.forge.wait_idle()
    seen = set()
    for got in scene.receiver.got:
        body = json.loads(got.body)
        action = body.get("action")
        oracle.webhooks().webhook(got.event, action, body)
        seen.add((got.event, action))
    assert seen >= {
        ("push", None),
        ("create", None),
        ("delete", None),
        ("status", None),
        ("check_suite", "requested"),
        ("check_suite", "completed"),
        ("check_run", "created"),
        ("check_run", "completed"),
        ("check_run", "rerequested"),
        ("pull_request", "opened"),
        ("pull_request", "edited"),
        ("pull_request", "synchronize"),
        ("pull_request", "closed"),
        ("pull_request", "reopened"),
        ("pull_request", "review_requested"),
        ("pull_request_review", "submitted"),
        ("pull_request_review", "dismissed"),
        ("pull_request_review_comment", "created"),
        ("pull_request_review_thread", "resolved"),
        ("pull_request_review_thread", "unresolved"),
        ("workflow_run", "requested"),
        ("workflow_run", "in_progress"),
        ("workflow_run", "completed"),
    }
