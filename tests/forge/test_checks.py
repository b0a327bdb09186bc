"""Check runs, check suites and commit statuses, as Apps report and bots read them."""

import json

import pytest

from forge.world.apps import create_app, install_app, mint_token
from forge.world.entities import Level
from forge.world.pushes import push_commit_as
from tests.forge.client import Scene


@pytest.fixture
def sha(scene: Scene) -> str:
    return push_commit_as(scene.world, scene.bob, scene.repo, "topic", {"a": "1"}, "a")


def report(scene: Scene, sha: str, token: str | None = None, **fields: object):
    body = {"name": "evolve", "head_sha": sha} | fields
    return scene.send("POST", scene.in_repo("/check-runs"), body, token)


def actions(scene: Scene, event: str) -> list[str]:
    assert scene.forge.wait_idle()
    found = [json.loads(got.body) for got in scene.receiver.got if got.event == event]
    return [body["action"] for body in found]


def another_app(scene: Scene) -> str:
    permissions = {"checks": Level.WRITE}
    app = create_app(scene.world, "Other", permissions, owner=scene.ada)
    return mint_token(scene.world, install_app(scene.world, app, scene.ada)).value


def test_a_check_goes_from_queued_to_completed(scene: Scene, sha: str):
    made = report(scene, sha, external_id="task-1").json()
    assert (made["status"], made["conclusion"], made["external_id"]) == ("queued", None, "task-1")
    path = scene.in_repo(f"/check-runs/{made['id']}")
    assert scene.send("PATCH", path, {"status": "in_progress"}).json()["status"] == "in_progress"
    output = {"title": "Proven", "summary": "red, then green"}
    done = scene.send("PATCH", path, {"conclusion": "success", "output": output}).json()
    assert (done["status"], done["conclusion"]) == ("completed", "success")
    assert done["output"]["title"] == "Proven"
    assert scene.get(path).json() == done
    assert actions(scene, "check_run") == ["created", "completed"]
    assert actions(scene, "check_suite") == ["requested", "completed"]


def test_a_completed_check_must_say_how_it_ended(scene: Scene, sha: str):
    assert report(scene, sha, status="completed").status_code == 422
    assert report(scene, sha, conclusion="stale").status_code == 422
    assert report(scene, sha, conclusion="splendid").status_code == 422
    assert report(scene, sha, output={"title": "no summary"}).status_code == 422


def test_a_check_needs_a_commit_and_an_app(scene: Scene, sha: str):
    assert report(scene, "0" * 40).status_code == 422
    assert report(scene, sha, scene.token_of(scene.ada)).status_code == 403
    assert report(scene, sha, scene.token_with(checks=Level.READ)).status_code == 403


def test_an_app_changes_only_its_own_checks(scene: Scene, sha: str):
    made = report(scene, sha).json()
    path, other = scene.in_repo(f"/check-runs/{made['id']}"), another_app(scene)
    assert scene.send("PATCH", path, {"status": "in_progress"}, other).status_code == 403
    assert scene.get(path, other).status_code == 200


def test_the_checks_of_a_commit_are_filtered_and_only_the_latest_of_a_name_shown(
    scene: Scene, sha: str
):
    first = report(scene, sha, conclusion="failure").json()["id"]
    second = report(scene, sha, conclusion="success").json()["id"]
    foreign = report(scene, sha, another_app(scene), name="lint").json()

    def listed(query: str) -> list[int]:
        answer = scene.get(scene.in_repo(f"/commits/{sha}/check-runs?{query}")).json()
        assert answer["total_count"] == len(answer["check_runs"])
        return [run["id"] for run in answer["check_runs"]]

    assert listed("") == [foreign["id"], second]
    assert listed("filter=all&check_name=evolve") == [second, first]
    assert listed("status=queued") == [foreign["id"]]
    assert listed(f"app_id={foreign['app']['id']}") == [foreign["id"]]
    by_branch = scene.get(scene.in_repo("/commits/topic/check-runs")).json()
    assert by_branch["total_count"] == 2


def test_annotations_are_added_up(scene: Scene, sha: str):
    note = {
        "path": "a",
        "start_line": 1,
        "end_line": 1,
        "annotation_level": "warning",
        "message": "hm",
    }
    output = {"title": "t", "summary": "s", "annotations": [note]}
    made = report(scene, sha, output=output).json()
    path = scene.in_repo(f"/check-runs/{made['id']}")
    scene.send("PATCH", path, {"output": output})
    assert scene.get(path).json()["output"]["annotations_count"] == 2
    listed = scene.get(path + "/annotations").json()
    assert [one["message"] for one in listed] == ["hm", "hm"]
    many = output | {"annotations": [note] * 51}
    assert scene.send("PATCH", path, {"output": many}).status_code == 422


def test_a_rerequest_is_told_to_the_checks_own_app_alone(scene: Scene, sha: str):
    mine = report(scene, sha, conclusion="failure").json()
    other = another_app(scene)
    foreign = report(scene, sha, other, name="lint", conclusion="failure").json()
    path = scene.in_repo(f"/check-runs/{mine['id']}/rerequest")
    assert scene.send("POST", path).status_code == 201
    path = scene.in_repo(f"/check-runs/{foreign['id']}/rerequest")
    assert scene.send("POST", path, token=scene.token_of(scene.bob)).status_code == 201
    told = actions(scene, "check_run")
    assert told.count("rerequested") == 1
    suite = mine["check_suite"]["id"]
    assert scene.send("POST", scene.in_repo(f"/check-suites/{suite}/rerequest")).status_code == 201
    assert actions(scene, "check_suite")[-1] == "rerequested"


def test_an_app_cannot_have_the_checks_of_another_run_again(scene: Scene, sha: str):
    foreign = report(scene, sha, another_app(scene), conclusion="failure").json()
    path = scene.in_repo(f"/check-runs/{foreign['id']}/rerequest")
    assert scene.send("POST", path).status_code == 403
    suite = foreign["check_suite"]["id"]
    assert scene.send("POST", scene.in_repo(f"/check-suites/{suite}/rerequest")).status_code == 403


def test_the_suite_of_an_app_that_reports_nothing_stays_queued(scene: Scene, sha: str):
    answer = scene.get(scene.in_repo(f"/commits/{sha}/check-suites")).json()
    (suite,) = answer["check_suites"]
    assert (suite["app"]["id"], suite["status"], suite["conclusion"]) == (
        scene.app.id,
        "queued",
        None,
    )
    assert suite["head_branch"] == "topic"


def test_the_newest_status_of_a_context_counts(scene: Scene, sha: str):
    combined = scene.in_repo(f"/commits/{sha}/status")
    none = scene.get(combined).json()
    assert (none["state"], none["total_count"]) == ("pending", 0)
    path = scene.in_repo(f"/statuses/{sha}")
    for context, state in (("a", "pending"), ("a", "success"), ("b", "success")):
        made = scene.send("POST", path, {"state": state, "context": context})
        assert made.status_code == 201
    assert scene.get(combined).json()["state"] == "success"
    scene.send("POST", path, {"state": "error", "context": "b"})
    after = scene.get(combined).json()
    assert (after["state"], after["total_count"]) == ("failure", 2)
    listed = scene.get(scene.in_repo(f"/commits/{sha}/statuses")).json()
    assert [one["state"] for one in listed] == ["error", "success", "success", "pending"]
    assert scene.send("POST", path, {"state": "odd"}).status_code == 422
    unknown = scene.in_repo(f"/statuses/{'0' * 40}")
    assert scene.send("POST", unknown, {"state": "success"}).status_code == 422
    assert scene.forge.wait_idle()
    states = [json.loads(got.body)["state"] for got in scene.receiver.got if got.event == "status"]
    assert states == ["pending", "success", "success", "error"]
