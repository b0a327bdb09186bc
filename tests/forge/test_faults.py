"""Faults on demand: lost and doubled webhooks, 5xx before and after, limits, slowness."""

import json

from forge.world.comments import comment
from forge.world.issues import open_issue
from tests.forge.client import Scene


def told(scene: Scene) -> list[str]:
    """What the receiver heard: the bodies of the comments, in order."""
    assert scene.forge.wait_idle()
    return [json.loads(one.body)["comment"]["body"] for one in scene.receiver.got]


def say(scene: Scene, *words: str) -> None:
    with scene.world.silently():
        issue = open_issue(scene.world, scene.ada, scene.repo, "x")
    for word in words:
        comment(scene.world, scene.ada, issue, word)


def test_a_dropped_delivery_is_recorded_as_failed_and_can_be_redelivered(scene: Scene) -> None:
    scene.forge.faults.hooks.drop("issue_comment")
    say(scene, "a", "b")
    assert told(scene) == ["b"]
    failed = scene.as_app("GET", "/app/hook/deliveries").json()[1]
    assert failed["status"] == "failed to connect to host"
    scene.as_app("POST", f"/app/hook/deliveries/{failed['id']}/attempts")
    assert told(scene) == ["b", "a"]


def test_a_lost_event_leaves_no_trace(scene: Scene) -> None:
    scene.forge.faults.hooks.lose("issue_comment")
    say(scene, "a", "b")
    assert told(scene) == ["b"]
    assert len(scene.as_app("GET", "/app/hook/deliveries").json()) == 1


def test_a_doubled_delivery_comes_twice_under_one_guid(scene: Scene) -> None:
    scene.forge.faults.hooks.double("issue_comment", "created")
    say(scene, "a", "b")
    assert told(scene) == ["a", "a", "b"]
    first, second, third = scene.receiver.got
    assert first.guid == second.guid != third.guid


def test_deliveries_are_delayed_by_a_number_of_steps(scene: Scene) -> None:
    scene.forge.faults.hooks.delay(by=2)
    say(scene, "a", "b", "c", "d")
    assert told(scene) == ["b", "c", "a", "d"]


def test_held_deliveries_come_when_released_in_either_order(scene: Scene) -> None:
    scene.forge.faults.hooks.hold(times=2)
    say(scene, "a", "b", "c")
    assert told(scene) == ["c"]
    assert scene.forge.faults.hooks.release(newest_first=True) == 2
    assert told(scene) == ["c", "b", "a"]


def test_a_receiver_that_is_down_is_a_failed_delivery(scene: Scene) -> None:
    scene.app.webhook_url = "http://127.0.0.1:9/nobody"
    say(scene, "a")
    assert scene.forge.wait_idle()
    (item,) = scene.as_app("GET", "/app/hook/deliveries").json()
    assert (item["status_code"], item["status"]) == (502, "failed to connect to host")


def test_a_failure_before_changes_nothing(scene: Scene) -> None:
    scene.forge.faults.fail_before(status=503, method="POST", path="/issues$")
    answer = scene.send("POST", scene.in_repo("/issues"), {"title": "x"})
    assert answer.status_code == 503
    assert scene.repo.issues == {}
    assert scene.send("POST", scene.in_repo("/issues"), {"title": "x"}).status_code == 201


def test_a_failure_after_has_done_what_was_asked(scene: Scene) -> None:
    scene.forge.faults.fail_after(method="POST", path="/issues$")
    answer = scene.send("POST", scene.in_repo("/issues"), {"title": "x"})
    assert answer.status_code == 502
    assert scene.repo.issues[1].title == "x"


def test_faults_meet_only_what_they_name(scene: Scene) -> None:
    scene.forge.faults.fail_before(method="POST", times=2)
    assert scene.get(scene.in_repo()).status_code == 200
    for expected in (502, 502, 201):
        answer = scene.send("POST", scene.in_repo("/issues"), {"title": "x"})
        assert answer.status_code == expected


def test_the_secondary_limit_says_when_to_come_back(scene: Scene) -> None:
    scene.forge.faults.secondary_limit(retry_after_s=7)
    answer = scene.send("POST", scene.in_repo("/issues"), {"title": "x"})
    assert answer.status_code == 403
    assert answer.headers["retry-after"] == "7"
    assert "secondary rate limit" in answer.json()["message"]
    assert scene.repo.issues == {}


def test_the_primary_limit_answers_403_with_nothing_remaining_until_the_reset(
    scene: Scene,
) -> None:
    scene.forge.faults.primary_limit()
    answer = scene.get(scene.in_repo())
    assert answer.status_code == 403
    assert answer.headers["x-ratelimit-remaining"] == "0"
    assert "API rate limit exceeded" in answer.json()["message"]
    reset = int(answer.headers["x-ratelimit-reset"])
    assert reset == scene.clock.now().timestamp() + 3600
    scene.forge.faults.primary_limit(spent=False)
    assert scene.get(scene.in_repo()).status_code == 403
    scene.clock.advance(hours=1)
    assert scene.get(scene.in_repo(), scene.token_of(scene.bob)).status_code == 200


def test_a_slow_answer_is_still_an_answer(scene: Scene) -> None:
    scene.forge.faults.slow(0.2)
    answer = scene.get(scene.in_repo())
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.2


def test_gateway_errors_are_no_json(scene: Scene) -> None:
    for status in (500, 502, 503, 504):
        scene.forge.faults.fail_before(status)
        answer = scene.get(scene.in_repo())
        assert answer.status_code == status
        assert answer.headers["content-type"].startswith("text/html")


def test_cleared_faults_are_forgotten_and_what_was_held_is_sent(scene: Scene) -> None:
    scene.forge.faults.hooks.hold()
    scene.forge.faults.fail_before()
    say(scene, "a")
    scene.forge.faults.clear()
    assert told(scene) == ["a"]
    assert scene.get(scene.in_repo()).status_code == 200
