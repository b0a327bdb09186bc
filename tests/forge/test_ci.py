"""The CI service: runs what the repository says, reports as checks of its own App."""

import json

import pytest

from forge.ci.runner import Mode
from forge.ci.workflow import BadWorkflow, read_workflow
from forge.world.entities import CheckStatus, Level
from forge.world.forks import fork_repo
from forge.world.pulls import open_pull
from forge.world.pushes import push_commit_as
from tests.forge.client import Scene

WORKFLOW = """
name: ci
on: [push]
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: Show
        run: cat value && env
      - run: test "$(cat value)" = good
"""


@pytest.fixture
def scene_with_ci(scene: Scene) -> Scene:
    files = {".github/workflows/ci.yml": WORKFLOW, "value": "good\n"}
    with scene.world.silently():
        push_commit_as(scene.world, scene.ada, scene.repo, "main", files, "ci")
    assert scene.forge.wait_idle()
    scene.receiver.got.clear()
    return scene


def runs(scene: Scene, sha: str) -> list[dict]:
    return scene.get(scene.in_repo(f"/commits/{sha}/check-runs")).json()["check_runs"]


def push(scene: Scene, value: str, branch: str = "topic") -> str:
    files = {"value": value + "\n"}
    return push_commit_as(scene.world, scene.bob, scene.repo, branch, files, value)


def test_a_push_is_tested_and_reported_by_the_services_own_app(scene_with_ci: Scene):
    scene = scene_with_ci
    with scene.world.silently():
        push(scene, "bad")
    scene.receiver.got.clear()
    sha = push(scene, "good")
    assert scene.forge.wait_idle()
    (run,) = runs(scene, sha)
    assert (run["name"], run["status"], run["conclusion"]) == ("ci / test", "completed", "success")
    assert run["app"]["id"] == scene.forge.ci.app.id
    assert run["app"]["id"] != scene.app.id
    told = [
        json.loads(got.body)["action"]
        for got in scene.receiver.got
        if got.event == "check_run" and json.loads(got.body)["check_run"]["head_sha"] == sha
    ]
    assert told == ["created", "completed"]


def test_a_failure_has_its_annotation_its_job_and_its_log(scene_with_ci: Scene):
    scene = scene_with_ci
    sha = push(scene, "bad")
    assert scene.forge.wait_idle()
    (run,) = runs(scene, sha)
    assert (run["conclusion"], run["output"]["title"]) == (
        "failure",
        'Run test "$(cat value)" = good failed',
    )
    notes = scene.get(scene.in_repo(f"/check-runs/{run['id']}/annotations")).json()
    assert [note["message"] for note in notes] == ["Process completed with exit code 1."]
    (listed,) = scene.get(scene.in_repo(f"/actions/runs?head_sha={sha}")).json()["workflow_runs"]
    assert (listed["conclusion"], listed["event"]) == ("failure", "push")
    (job,) = scene.get(scene.in_repo(f"/actions/runs/{listed['id']}/jobs")).json()["jobs"]
    assert job["id"] == run["id"]
    assert [step["conclusion"] for step in job["steps"]] == ["success", "failure"]
    found = scene.get(scene.in_repo(f"/actions/jobs/{job['id']}/logs"))
    assert found.status_code == 302
    log = scene.client.http.get(found.headers["location"])
    assert log.status_code == 200
    assert "Z bad\n" in log.text
    assert log.text.endswith("Z ##[error]Process completed with exit code 1.\n")
    scene.clock.advance(minutes=2)
    assert scene.client.http.get(found.headers["location"]).status_code == 403


def test_the_log_of_a_job_needs_the_actions_permission(scene_with_ci: Scene):
    scene = scene_with_ci
    sha = push(scene, "good")
    assert scene.forge.wait_idle()
    (run,) = runs(scene, sha)
    path = scene.in_repo(f"/actions/jobs/{run['id']}/logs")
    narrow = scene.token_with(checks=Level.READ)
    assert scene.get(path, narrow).status_code == 403
    assert scene.get(path).status_code == 302


def test_no_secret_is_in_the_environment_of_a_step(
    scene_with_ci: Scene, monkeypatch: pytest.MonkeyPatch
):
    scene = scene_with_ci
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-secret")
    push(scene, "good")
    assert scene.forge.wait_idle()
    assert all("sk-secret" not in job.log for run in scene.repo.workflow_runs for job in run.jobs)


def test_a_commit_is_tested_once_however_many_branches_have_it(scene_with_ci: Scene):
    scene = scene_with_ci
    sha = push(scene, "good")
    body = {"ref": "refs/heads/twin", "sha": sha}
    assert scene.send("POST", scene.in_repo("/git/refs"), body).status_code == 201
    assert scene.forge.wait_idle()
    assert len(runs(scene, sha)) == 1


def test_a_merge_is_tested_on_the_base_branch(scene_with_ci: Scene):
    scene = scene_with_ci
    push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"extra": "1"}, "extra")
    pull = open_pull(scene.world, scene.bob, scene.repo, "topic", "main", "Topic")
    merged = scene.send("PUT", scene.in_repo(f"/pulls/{pull.number}/merge")).json()["sha"]
    assert scene.forge.wait_idle()
    (run,) = runs(scene, merged)
    assert run["conclusion"] == "success"


def test_while_paused_checks_are_queued_and_then_run(scene_with_ci: Scene):
    scene = scene_with_ci
    scene.forge.ci.mode = Mode.PAUSED
    sha = push(scene, "good")
    assert scene.forge.wait_idle()
    assert [run["status"] for run in runs(scene, sha)] == ["queued"]
    scene.forge.ci.mode = Mode.NORMAL
    assert scene.forge.wait_idle()
    assert [run["conclusion"] for run in runs(scene, sha)] == ["success"]


def test_a_broken_machine_fails_without_a_log(scene_with_ci: Scene):
    scene = scene_with_ci
    scene.forge.ci.mode = Mode.BROKEN
    sha = push(scene, "good")
    assert scene.forge.wait_idle()
    (run,) = runs(scene, sha)
    assert (run["conclusion"], run["output"]["title"]) == ("failure", "Infrastructure failure")
    assert scene.get(scene.in_repo(f"/actions/jobs/{run['id']}/logs")).status_code == 404


def test_a_silent_service_never_reports(scene_with_ci: Scene):
    scene = scene_with_ci
    scene.forge.ci.mode = Mode.SILENT
    sha = push(scene, "good")
    scene.forge.ci.mode = Mode.NORMAL
    assert scene.forge.wait_idle()
    assert runs(scene, sha) == []


def test_a_step_that_takes_too_long_is_killed_with_its_children(scene: Scene):
    slow = WORKFLOW.replace("cat value && env", "sleep 600 & sleep 600")
    scene.forge.ci.timeout_seconds = 0.2
    sha = push_commit_as(
        scene.world,
        scene.bob,
        scene.repo,
        "slow",
        {".github/workflows/ci.yml": slow},
        "slow",
    )
    assert scene.forge.wait_idle()
    (run,) = runs(scene, sha)
    assert run["conclusion"] == "timed_out"


def test_an_unreadable_workflow_is_a_failed_check(scene: Scene):
    sha = push_commit_as(
        scene.world, scene.bob, scene.repo, "bad", {".github/workflows/ci.yml": "jobs: 3"}, "bad"
    )
    assert scene.forge.wait_idle()
    (run,) = runs(scene, sha)
    assert (run["conclusion"], run["output"]["summary"]) == ("failure", "no jobs are defined")


def test_a_commit_without_a_workflow_has_no_check(scene: Scene):
    sha = push(scene, "good")
    assert scene.forge.wait_idle()
    assert runs(scene, sha) == []


def test_a_pull_request_from_a_fork_is_tested_in_the_base_repository(scene_with_ci: Scene):
    scene = scene_with_ci
    fork = fork_repo(scene.world, scene.eve, scene.repo)
    push_commit_as(scene.world, scene.eve, fork, "topic", {"extra": "1"}, "x")
    assert scene.forge.wait_idle()
    pull = open_pull(scene.world, scene.eve, scene.repo, "eve:topic", "main", "From a fork")
    assert scene.forge.wait_idle()
    (run,) = runs(scene, pull.head_sha)
    assert (run["conclusion"], run["pull_requests"]) == ("success", [])
    found = scene.get(scene.in_repo(f"/commits/{pull.head_sha}/pulls")).json()
    assert [one["head"]["label"] for one in found] == ["eve:topic"]
    with scene.world.silently():
        push_commit_as(scene.world, scene.eve, fork, "topic", {"extra": "2"}, "y")
    assert pull.head_sha == scene.world.git(fork).branch("topic")
    assert scene.world.git(scene.repo).kind(pull.head_sha) == "commit"


def test_steps_say_more_with_workflow_commands(scene: Scene):
    speaking = WORKFLOW.replace(
        "cat value && env", 'echo "::error file=a.py,line=3,title=Oh::it broke"'
    )
    sha = push_commit_as(
        scene.world, scene.bob, scene.repo, "x", {".github/workflows/ci.yml": speaking}, "x"
    )
    assert scene.forge.wait_idle()
    (run,) = runs(scene, sha)
    first = scene.get(scene.in_repo(f"/check-runs/{run['id']}/annotations")).json()[0]
    assert (first["path"], first["start_line"], first["title"], first["message"]) == (
        "a.py",
        3,
        "Oh",
        "it broke",
    )


@pytest.mark.parametrize(
    "content",
    [b"[", b"jobs: {}", b"jobs: {a: {}}", b"jobs: {a: {steps: [3]}}", b"\xff", b"[1]"],
)
def test_a_workflow_that_makes_no_sense_is_refused(content: bytes):
    with pytest.raises(BadWorkflow):
        read_workflow(content)


def test_a_stopped_service_leaves_the_check_unfinished(scene: Scene):
    slow = WORKFLOW.replace("cat value && env", "sleep 600")
    push_commit_as(
        scene.world, scene.bob, scene.repo, "slow", {".github/workflows/ci.yml": slow}, "slow"
    )
    scene.forge.ci.stop()
    states = [run.status for suite in scene.repo.suites for run in suite.runs]
    assert CheckStatus.COMPLETED not in states
