"""Running CI again, what goes wrong in it without the change being at fault, failed tests."""

import json

import pytest

from forge.ci.runner import Mode
from forge.world.entities import Level
from forge.world.pushes import push_commit_as
from tests.forge.client import Scene

FLAKY = """
name: ci
jobs:
  test:
    steps:
      - run: echo attempt $GITHUB_RUN_ATTEMPT
      - run: test "$GITHUB_RUN_ATTEMPT" = 2
  lint:
    steps:
      - run: exit 1
"""
REPORTING = """
name: ci
jobs:
  test:
    steps:
      - run: cp report-of-today.xml report.xml && exit 1
      - uses: mikepenz/action-junit-report@v5
        if: always()
        with:
          report_paths: "repor?.xml"
"""
REPORT = """<testsuites><testsuite>
<testcase classname="tests.test_sums" name="test_add" file="tests/test_sums.py" line="1">
<failure message="assert 3 == 4">def test_add():
tests/test_sums.py:7: in test_add
sums.py:3: AssertionError</failure></testcase>
<testcase classname="tests.test_sums" name="test_fine"/>
</testsuite></testsuites>"""


def commit(scene: Scene, workflow: str, **files: str) -> str:
    wanted = {".github/workflows/ci.yml": workflow, **files}
    sha = push_commit_as(scene.world, scene.bob, scene.repo, "topic", wanted, "c")
    assert scene.forge.wait_idle()
    return sha


def checks(scene: Scene, sha: str) -> dict[str, dict]:
    listed = scene.get(scene.in_repo(f"/commits/{sha}/check-runs")).json()["check_runs"]
    return {one["name"]: one for one in listed}


def jobs(scene: Scene, sha: str, query: str = "") -> dict[str, list[int]]:
    (run,) = scene.get(scene.in_repo(f"/actions/runs?head_sha={sha}")).json()["workflow_runs"]
    found: dict[str, list[int]] = {}
    for job in scene.get(scene.in_repo(f"/actions/runs/{run['id']}/jobs{query}")).json()["jobs"]:
        found.setdefault(job["name"], []).append(job["run_attempt"])
    return found


def again(scene: Scene, job: int) -> int:
    status = scene.send("POST", scene.in_repo(f"/actions/jobs/{job}/rerun")).status_code
    assert scene.forge.wait_idle()
    return status


def test_a_job_runs_again_as_another_attempt_of_its_run(scene: Scene):
    sha = commit(scene, FLAKY)
    before = checks(scene, sha)
    assert before["ci / test"]["conclusion"] == "failure"
    assert again(scene, before["ci / test"]["id"]) == 201
    after = checks(scene, sha)
    assert after["ci / test"]["conclusion"] == "success"
    assert after["ci / test"]["id"] != before["ci / test"]["id"]
    assert after["ci / lint"]["id"] == before["ci / lint"]["id"]
    assert jobs(scene, sha) == {"test": [2], "lint": [1]}
    assert jobs(scene, sha, "?filter=all") == {"test": [1, 2], "lint": [1]}
    old = scene.get(scene.in_repo(f"/actions/jobs/{before['ci / test']['id']}")).json()
    assert (old["run_attempt"], old["conclusion"]) == (1, "failure")


def test_the_failed_jobs_of_a_run_or_all_of_them_run_again(scene: Scene):
    sha = commit(scene, FLAKY)
    (run,) = scene.get(scene.in_repo("/actions/runs")).json()["workflow_runs"]
    path = scene.in_repo(f"/actions/runs/{run['id']}")
    for verb, attempts in (
        ("rerun-failed-jobs", {"test": [2], "lint": [2]}),
        ("rerun-failed-jobs", {"test": [2], "lint": [3]}),
        ("rerun", {"test": [4], "lint": [4]}),
    ):
        assert scene.send("POST", f"{path}/{verb}").status_code == 201
        assert scene.forge.wait_idle()
        assert jobs(scene, sha) == attempts


def test_a_run_that_is_under_way_or_old_does_not_run_again(scene: Scene):
    sha = commit(scene, FLAKY)
    job = checks(scene, sha)["ci / lint"]["id"]
    scene.forge.ci.mode = Mode.PAUSED
    assert again(scene, job) == 201
    assert again(scene, job) == 403
    scene.forge.ci.mode = Mode.NORMAL
    assert scene.forge.wait_idle()
    scene.clock.advance(days=31)
    scene._token.clear()
    assert again(scene, job) == 403


def test_running_again_needs_the_permission_to_write_actions(scene: Scene):
    sha = commit(scene, FLAKY)
    path = scene.in_repo(f"/actions/jobs/{checks(scene, sha)['ci / test']['id']}/rerun")
    answer = scene.send("POST", path, token=scene.token_with(actions=Level.READ))
    assert answer.status_code == 403
    assert answer.headers["x-accepted-github-permissions"] == "actions=write"


def test_a_person_asks_for_another_run_by_the_check(scene: Scene):
    sha = commit(scene, FLAKY)
    first = checks(scene, sha)["ci / test"]
    bob = scene.token_of(scene.bob)
    path = scene.in_repo(f"/check-runs/{first['id']}/rerequest")
    assert scene.send("POST", path, token=bob).status_code == 201
    assert scene.forge.wait_idle()
    assert jobs(scene, sha) == {"test": [2], "lint": [1]}
    path = scene.in_repo(f"/check-suites/{first['check_suite']['id']}/rerequest")
    assert scene.send("POST", path, token=bob).status_code == 201
    assert scene.forge.wait_idle()
    assert jobs(scene, sha) == {"test": [3], "lint": [3]}


def test_runs_are_told_from_request_to_completion(scene: Scene):
    scene.app.events |= {"workflow_run"}
    scene.installation.events = scene.app.events
    sha = commit(scene, FLAKY)
    again(scene, checks(scene, sha)["ci / test"]["id"])
    told = [json.loads(got.body) for got in scene.receiver.got if got.event == "workflow_run"]
    assert [(one["action"], one["workflow_run"]["run_attempt"]) for one in told] == [
        ("requested", 1),
        ("in_progress", 1),
        ("completed", 1),
        ("requested", 2),
        ("completed", 2),
    ]


@pytest.mark.parametrize(
    ("fault", "conclusion", "words", "has_log"),
    [
        ("cancelled", "cancelled", "The operation was canceled.", True),
        ("lost_runner", "failure", "The hosted runner lost communication", False),
        ("out_of_time", "timed_out", "exceeded the maximum execution time", True),
    ],
)
def test_a_job_may_end_without_the_change_being_at_fault(
    scene: Scene, fault: str, conclusion: str, words: str, has_log: bool
):
    getattr(scene.forge.faults.ci, fault)(job="^test$")
    sha = commit(scene, FLAKY)
    check = checks(scene, sha)["ci / test"]
    assert check["conclusion"] == conclusion
    (note,) = scene.get(scene.in_repo(f"/check-runs/{check['id']}/annotations")).json()
    assert words in note["message"]
    log = scene.get(scene.in_repo(f"/actions/jobs/{check['id']}/logs"))
    assert log.status_code == (302 if has_log else 404)
    again(scene, check["id"])
    assert checks(scene, sha)["ci / test"]["conclusion"] == "success"


def test_a_flaky_job_fails_in_its_first_attempt_alone(scene: Scene):
    scene.forge.faults.ci.flaky("FAILED test_clock.py::test_now", times=2)
    steady = "name: ci\njobs: {test: {steps: [{run: echo fine}]}}"
    sha = commit(scene, steady)
    check = checks(scene, sha)["ci / test"]
    assert check["conclusion"] == "failure"
    link = scene.get(scene.in_repo(f"/actions/jobs/{check['id']}/logs")).headers["location"]
    assert "fine\n" in (log := scene.client.http.get(link).text)
    assert "FAILED test_clock.py::test_now" in log
    again(scene, check["id"])
    assert checks(scene, sha)["ci / test"]["conclusion"] == "success"


def test_where_the_log_is_no_credential_is_taken(scene: Scene):
    sha = commit(scene, FLAKY)
    job = checks(scene, sha)["ci / test"]["id"]
    path = scene.in_repo(f"/actions/jobs/{job}/logs")
    link = scene.get(path).headers["location"]
    token = {"Authorization": f"Bearer {scene.token}"}
    assert scene.client.http.get(link, headers=token).status_code == 400
    scene.clock.advance(days=91)
    scene._token.clear()
    assert scene.get(path).status_code == 410


def test_failed_tests_of_a_report_become_annotations(scene: Scene):
    sha = commit(scene, REPORTING, **{"report-of-today.xml": REPORT})
    check = checks(scene, sha)["ci / test"]
    first, last = scene.get(scene.in_repo(f"/check-runs/{check['id']}/annotations")).json()
    assert (first["path"], first["start_line"], first["annotation_level"]) == (
        "sums.py",
        3,
        "failure",
    )
    assert (first["title"], first["message"]) == ("tests.test_sums.test_add", "assert 3 == 4")
    assert last["message"] == "Process completed with exit code 1."


@pytest.mark.parametrize("report", ["<testsuites", "<!DOCTYPE x><testsuites/>", "<other/>"])
def test_a_report_that_is_none_makes_no_annotations(scene: Scene, report: str):
    sha = commit(scene, REPORTING, **{"report-of-today.xml": report})
    check = checks(scene, sha)["ci / test"]
    assert check["output"]["annotations_count"] == 1


def test_a_report_step_without_a_condition_is_skipped_after_a_failure(scene: Scene):
    sha = commit(
        scene, REPORTING.replace("if: always()", "id: x"), **{"report-of-today.xml": REPORT}
    )
    assert checks(scene, sha)["ci / test"]["output"]["annotations_count"] == 1
