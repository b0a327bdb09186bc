"""Webhooks: who hears, signed how, recorded where, redelivered when asked."""

import hashlib
import hmac
import json

import pytest

from forge.world.apps import (
    create_app,
    install_app,
    suspend_installation,
    uninstall_app,
)
from forge.world.comments import comment
from forge.world.entities import Issue, Level
from forge.world.issues import open_issue
from forge.world.labels import add_label
from forge.world.people import create_repo
from tests.forge.client import Scene


def opened(scene: Scene, title: str = "x") -> Issue:
    return open_issue(scene.world, scene.ada, scene.repo, title)


def test_a_delivery_has_githubs_headers_and_is_signed_over_the_raw_body(scene: Scene) -> None:
    opened(scene, "größer 🎉")
    assert scene.forge.wait_idle()
    (got,) = scene.receiver.got
    expected = hmac.new(b"s3cret", got.body, hashlib.sha256).hexdigest()
    assert got.headers["x-hub-signature-256"] == f"sha256={expected}"
    assert got.event == "issues"
    assert len(got.guid) == 36
    assert got.headers["content-type"] == "application/json"
    assert got.headers["user-agent"].startswith("GitHub-Hookshot/")
    assert got.headers["x-github-hook-id"] == str(scene.app.hook_id)
    assert got.headers["x-github-hook-installation-target-id"] == str(scene.app.id)
    assert got.headers["x-github-hook-installation-target-type"] == "integration"


def test_the_payload_shows_the_state_at_the_moment_of_the_event(scene: Scene) -> None:
    scene.forge.faults.hooks.hold("issues", "opened")
    issue = opened(scene)
    add_label(scene.world, scene.bob, issue, "bug")
    assert scene.forge.wait_idle()
    scene.forge.faults.hooks.release()
    assert scene.forge.wait_idle()
    labeled, late = (json.loads(one.body) for one in scene.receiver.got)
    assert labeled["label"]["name"] == "bug"
    assert labeled["sender"]["login"] == "bob"
    assert labeled["installation"]["id"] == scene.installation.id
    assert labeled["repository"]["full_name"] == "ada/sums"
    assert late["action"] == "opened"
    assert late["issue"]["labels"] == []


def test_only_subscribed_apps_that_are_installed_hear(scene: Scene) -> None:
    world, url = scene.world, scene.receiver.url
    deaf = create_app(world, "Deaf", {"issues": Level.READ}, ["label"], url, "d")
    absent = create_app(world, "Absent", {"issues": Level.READ}, ["issues"], url, "a")
    elsewhere = create_repo(world, scene.ada, "elsewhere")
    with world.silently():
        install_app(world, deaf, scene.ada)
        install_app(world, absent, scene.ada, [elsewhere])
    opened(scene)
    assert scene.forge.wait_idle()
    assert len(scene.receiver.got) == 1
    assert deaf.deliveries == absent.deliveries == []


def test_an_app_without_the_permission_may_not_subscribe(scene: Scene) -> None:
    with pytest.raises(ValueError, match="not supported by permissions: check_run"):
        create_app(scene.world, "Greedy", {"issues": Level.READ}, ["issues", "check_run"])


def test_a_suspended_installation_hears_nothing_of_the_repository(scene: Scene) -> None:
    suspend_installation(scene.world, scene.installation)
    opened(scene)
    assert scene.forge.wait_idle()
    assert scene.receiver.events == ["installation"]


def test_installing_and_uninstalling_is_told_without_a_subscription(scene: Scene) -> None:
    app = create_app(scene.world, "Fresh", {}, [], scene.receiver.url, "f")
    installation = install_app(scene.world, app, scene.ada, [scene.repo])
    uninstall_app(scene.world, installation)
    assert scene.forge.wait_idle()
    told = [json.loads(one.body) for one in scene.receiver.got]
    assert [one["action"] for one in told] == ["created", "deleted"]
    assert told[0]["repositories"][0]["full_name"] == "ada/sums"


def test_a_delivery_is_recorded_with_what_came_back(scene: Scene) -> None:
    scene.receiver.status = 500
    opened(scene)
    assert scene.forge.wait_idle()
    (item,) = scene.as_app("GET", "/app/hook/deliveries").json()
    assert (item["event"], item["action"], item["status_code"]) == ("issues", "opened", 500)
    assert item["status"] == "Invalid HTTP Response: 500"
    whole = scene.as_app("GET", f"/app/hook/deliveries/{item['id']}").json()
    assert whole["request"]["payload"]["issue"]["number"] == 1
    assert whole["request"]["headers"]["X-GitHub-Event"] == "issues"
    assert whole["response"]["payload"] == "thanks"


def test_nothing_is_redelivered_by_itself_and_on_demand_under_the_same_guid(scene: Scene) -> None:
    scene.receiver.status = 503
    opened(scene)
    assert scene.forge.wait_idle()
    assert len(scene.receiver.got) == 1
    scene.receiver.status = 202
    (item,) = scene.as_app("GET", "/app/hook/deliveries").json()
    answer = scene.as_app("POST", f"/app/hook/deliveries/{item['id']}/attempts")
    assert answer.status_code == 202
    assert scene.forge.wait_idle()
    first, second = scene.receiver.got
    assert first.guid == second.guid
    assert first.body == second.body
    newest, oldest = scene.as_app("GET", "/app/hook/deliveries").json()
    assert (newest["redelivery"], oldest["redelivery"]) == (True, False)
    assert newest["status"] == "OK"


def test_deliveries_are_paged_by_cursor_and_kept_three_days(scene: Scene) -> None:
    issue = opened(scene)
    for number in range(4):
        comment(scene.world, scene.ada, issue, f"comment {number}")
    assert scene.forge.wait_idle()
    seen: list[int] = []
    path = "/app/hook/deliveries?per_page=2"
    while path:
        answer = scene.as_app("GET", path)
        seen += [item["id"] for item in answer.json()]
        path = answer.links.get("next", {}).get("url", "").removeprefix(scene.forge.api_url)
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)
    scene.clock.advance(days=3, seconds=1)
    assert scene.as_app("GET", "/app/hook/deliveries").json() == []


def test_the_apps_hook_can_be_pointed_elsewhere(scene: Scene) -> None:
    shown = scene.as_app("GET", "/app/hook/config").json()
    assert shown["url"] == scene.receiver.url
    assert "s3cret" not in json.dumps(shown)
    new = {"url": scene.receiver.url + "/new", "secret": "other"}
    assert scene.as_app("PATCH", "/app/hook/config", new).json()["url"] == new["url"]
    opened(scene)
    assert scene.forge.wait_idle()
    (got,) = scene.receiver.got
    expected = hmac.new(b"other", got.body, hashlib.sha256).hexdigest()
    assert got.headers["x-hub-signature-256"] == f"sha256={expected}"


def test_an_app_without_an_address_is_sent_nothing(scene: Scene) -> None:
    scene.app.webhook_url = None
    opened(scene)
    assert scene.forge.wait_idle()
    assert scene.app.deliveries == []
