"""The issue side of the REST API: status codes, paging, validators, limits."""

import httpx

from forge.world.comments import comment
from forge.world.issues import close_issue, open_issue
from forge.world.labels import add_label
from tests.forge.client import Scene


def numbers(answer: httpx.Response) -> list[int]:
    assert answer.status_code == 200
    return [one["number"] for one in answer.json()]


def test_a_list_is_paged_by_its_link_header(scene: Scene) -> None:
    for title in "abcde":
        open_issue(scene.world, scene.ada, scene.repo, title)
    first = scene.get(scene.in_repo("/issues?per_page=2&direction=asc"))
    assert numbers(first) == [1, 2]
    assert set(first.links) == {"next", "last"}
    second = scene.get(first.links["next"]["url"].removeprefix(scene.forge.api_url))
    assert numbers(second) == [3, 4]
    assert set(second.links) == {"prev", "first", "next", "last"}
    last = scene.get(second.links["last"]["url"].removeprefix(scene.forge.api_url))
    assert numbers(last) == [5]
    assert set(last.links) == {"prev", "first"}
    assert "link" not in scene.get(scene.in_repo("/issues?per_page=500")).headers


def test_lists_are_filtered_and_sorted(scene: Scene) -> None:
    world, repo = scene.world, scene.repo
    one = open_issue(world, scene.ada, repo, "one", labels=["bug", "question"])
    scene.clock.advance(minutes=1)
    two = open_issue(world, scene.bob, repo, "two", labels=["bug"])
    scene.clock.advance(minutes=1)
    open_issue(world, scene.eve, repo, "three")
    close_issue(world, scene.ada, two)
    scene.clock.advance(minutes=1)
    comment(world, scene.ada, one, "bump")
    issues = scene.in_repo("/issues")
    assert numbers(scene.get(issues)) == [3, 1]
    assert numbers(scene.get(issues + "?state=all")) == [3, 2, 1]
    assert numbers(scene.get(issues + "?state=closed")) == [2]
    assert numbers(scene.get(issues + "?state=all&labels=bug")) == [2, 1]
    assert numbers(scene.get(issues + "?state=all&labels=bug,question")) == [1]
    assert numbers(scene.get(issues + "?creator=eve")) == [3]
    assert numbers(scene.get(issues + "?state=all&sort=updated")) == [1, 3, 2]
    assert numbers(scene.get(issues + "?state=all&since=2026-11-01T12:03:00Z")) == [1]
    assert scene.get(issues + "?state=none").status_code == 422


def test_an_unchanged_answer_is_304_and_costs_nothing(scene: Scene) -> None:
    open_issue(scene.world, scene.ada, scene.repo, "x")
    first = scene.get(scene.in_repo("/issues/1"))
    etag, left = first.headers["etag"], first.headers["x-ratelimit-remaining"]
    again = scene.get(scene.in_repo("/issues/1"), **{"If-None-Match": etag})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["x-ratelimit-remaining"] == left
    scene.clock.advance(seconds=1)
    add_label(scene.world, scene.ada, scene.repo.issues[1], "bug")
    changed = scene.get(scene.in_repo("/issues/1"), **{"If-None-Match": etag})
    assert changed.status_code == 200
    assert int(changed.headers["x-ratelimit-remaining"]) == int(left) - 1


def test_every_answer_has_githubs_headers(scene: Scene) -> None:
    answer = scene.get(scene.in_repo())
    assert answer.headers["x-ratelimit-limit"] == "5000"
    assert answer.headers["x-ratelimit-used"] == "1"
    assert answer.headers["x-github-request-id"]
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert scene.client.call("GET", scene.in_repo()).headers["x-ratelimit-limit"] == "60"


def test_the_rate_limit_can_be_asked_for_free(scene: Scene) -> None:
    scene.get(scene.in_repo())
    for _ in range(2):
        assert scene.get("/rate_limit").json()["rate"]["used"] == 1


def test_errors_are_in_githubs_shape(scene: Scene) -> None:
    missing = scene.get(scene.in_repo("/issues/9"))
    assert missing.status_code == 404
    assert missing.json()["message"] == "Not Found"
    assert missing.json()["status"] == "404"
    assert missing.json()["documentation_url"].startswith("https://docs.github.com/")
    unknown = scene.get("/no/such/path")
    assert (unknown.status_code, unknown.json()["message"]) == (404, "Not Found")


def test_a_body_that_is_no_json_is_400(scene: Scene) -> None:
    path = scene.forge.api_url + scene.in_repo("/issues")
    headers = {"Authorization": f"token {scene.token}"}
    broken = scene.client.http.post(path, content=b"{", headers=headers)
    assert (broken.status_code, broken.json()["message"]) == (400, "Problems parsing JSON")
    listed = scene.client.http.post(path, content=b"[]", headers=headers)
    assert listed.json()["message"] == "Body should be a JSON object"


BAD_ISSUES = [
    {},
    {"title": ""},
    {"title": ["x"]},
    {"title": "x" * 257},
    {"title": "x", "body": 3},
    {"title": "x", "body": "x" * 65537},
    {"title": "x", "labels": "bug"},
    {"title": "x", "assignees": ["nobody"]},
]


def test_a_bad_issue_is_422_and_takes_no_number(scene: Scene) -> None:
    for body in BAD_ISSUES:
        assert scene.send("POST", scene.in_repo("/issues"), body).status_code == 422, body
    assert scene.repo.next_number == 1


def test_an_issue_goes_through_its_life(scene: Scene) -> None:
    made = scene.send(
        "POST", scene.in_repo("/issues"), {"title": "t", "body": "b", "labels": ["bug", "new"]}
    )
    assert made.status_code == 201
    assert made.headers["location"] == made.json()["url"]
    assert [label["name"] for label in made.json()["labels"]] == ["bug", "new"]
    path = scene.in_repo("/issues/1")
    closed = scene.send("PATCH", path, {"state": "closed", "state_reason": "not_planned"}).json()
    assert (closed["state"], closed["state_reason"]) == ("closed", "not_planned")
    assert closed["closed_by"]["login"] == "helper[bot]"
    opened = scene.send("PATCH", path, {"state": "open", "title": "T", "body": None}).json()
    assert (opened["state_reason"], opened["closed_at"]) == ("reopened", None)
    assert (opened["title"], opened["body"]) == ("T", "")
    events = [one["event"] for one in scene.get(path + "/timeline").json()]
    assert events == ["labeled", "labeled", "closed", "renamed", "reopened"]


def test_strangers_labels_are_dropped(scene: Scene) -> None:
    eve = scene.token_of(scene.eve)
    made = scene.send(
        "POST", scene.in_repo("/issues"), {"title": "t", "labels": ["self-proposed"]}, eve
    )
    assert made.status_code == 201
    assert made.json()["labels"] == []


def test_the_timeline_names_who_labelled(scene: Scene) -> None:
    issue = open_issue(scene.world, scene.eve, scene.repo, "x")
    add_label(scene.world, scene.bob, issue, "self-proposed")
    scene.send("POST", scene.in_repo("/issues/1/labels"), {"labels": ["bug"]})
    bob, app = scene.get(scene.in_repo("/issues/1/timeline")).json()
    assert (bob["actor"]["login"], bob["label"]["name"]) == ("bob", "self-proposed")
    assert bob["performed_via_github_app"] is None
    assert app["actor"]["id"] == scene.app.bot.id
    assert app["performed_via_github_app"]["slug"] == "helper"


def test_labels_of_a_repository(scene: Scene) -> None:
    path = scene.in_repo("/labels")
    made = scene.send("POST", path, {"name": "a/b c", "color": "FF0000", "description": "d"})
    assert made.status_code == 201
    assert made.json()["url"].endswith("/labels/a%2Fb%20c")
    again = scene.send("POST", path, {"name": "A/B C", "color": "ff0000"})
    assert again.status_code == 422
    assert again.json()["errors"] == [
        {"resource": "Label", "field": "name", "code": "already_exists"}
    ]
    assert scene.send("POST", path, {"name": "x", "color": "#ff0000"}).status_code == 422
    assert scene.get(path + "/a%2Fb%20c").json()["color"] == "ff0000"
    assert scene.send("DELETE", path + "/a%2Fb%20c").status_code == 204
    assert scene.get(path + "/a%2Fb%20c").status_code == 404


def test_labels_on_an_issue(scene: Scene) -> None:
    open_issue(scene.world, scene.ada, scene.repo, "x")
    path = scene.in_repo("/issues/1/labels")

    def names(answer: httpx.Response) -> list[str]:
        assert answer.status_code == 200
        return [label["name"] for label in answer.json()]

    assert names(scene.send("POST", path, {"labels": ["bug"]})) == ["bug"]
    assert names(scene.send("POST", path, ["new"])) == ["bug", "new"]
    assert names(scene.send("PUT", path, {"labels": ["new", "wontfix"]})) == ["new", "wontfix"]
    assert names(scene.send("DELETE", path + "/NEW")) == ["wontfix"]
    gone = scene.send("DELETE", path + "/new")
    assert (gone.status_code, gone.json()["message"]) == (404, "Label does not exist")
    assert scene.send("DELETE", path).status_code == 204
    assert names(scene.get(path)) == []


def test_comments_are_written_edited_listed_since_and_deleted(scene: Scene) -> None:
    issue = open_issue(scene.world, scene.ada, scene.repo, "x")
    comment(scene.world, scene.eve, issue, "old")
    scene.clock.advance(minutes=5)
    path = scene.in_repo("/issues/1/comments")
    made = scene.send("POST", path, {"body": "new"})
    assert made.status_code == 201
    own = scene.in_repo(f"/issues/comments/{made.json()['id']}")
    scene.clock.advance(minutes=5)
    edited = scene.send("PATCH", own, {"body": "newer"}).json()
    assert (edited["body"], edited["created_at"], edited["updated_at"]) == (
        "newer",
        "2026-11-01T12:05:00Z",
        "2026-11-01T12:10:00Z",
    )
    recent = scene.get(scene.in_repo("/issues/comments?since=2026-11-01T12:06:00Z")).json()
    assert [one["body"] for one in recent] == ["newer"]
    assert len(scene.get(path).json()) == 2
    assert scene.send("DELETE", own).status_code == 204
    assert scene.get(own).status_code == 404
    for bad in ({}, {"body": " "}, {"body": "x" * 65537}, {"body": 1}):
        assert scene.send("POST", path, bad).status_code == 422


def test_a_stranger_edits_only_their_own_comment(scene: Scene) -> None:
    issue = open_issue(scene.world, scene.ada, scene.repo, "x")
    mine = comment(scene.world, scene.eve, issue, "mine")
    theirs = comment(scene.world, scene.ada, issue, "theirs")
    eve = scene.token_of(scene.eve)
    for written, status in ((mine, 200), (theirs, 403)):
        path = scene.in_repo(f"/issues/comments/{written.id}")
        assert scene.send("PATCH", path, {"body": "edited"}, eve).status_code == status


def test_a_locked_conversation_is_closed_to_strangers(scene: Scene) -> None:
    issue = open_issue(scene.world, scene.ada, scene.repo, "x")
    issue.locked = True
    path = scene.in_repo("/issues/1/comments")
    refused = scene.send("POST", path, {"body": "x"}, scene.token_of(scene.eve))
    assert refused.status_code == 403
    assert scene.send("POST", path, {"body": "x"}, scene.token_of(scene.bob)).status_code == 201


def test_a_reaction_is_made_once_and_taken_back(scene: Scene) -> None:
    issue = open_issue(scene.world, scene.ada, scene.repo, "x")
    written = comment(scene.world, scene.ada, issue, "/evolve")
    for path in ("/issues/1/reactions", f"/issues/comments/{written.id}/reactions"):
        path = scene.in_repo(path)
        made = scene.send("POST", path, {"content": "eyes"})
        again = scene.send("POST", path, {"content": "eyes"})
        assert (made.status_code, again.status_code) == (201, 200)
        assert made.json()["id"] == again.json()["id"]
        assert scene.send("POST", path, {"content": "shrug"}).status_code == 422
        assert len(scene.get(path).json()) == 1
        number = made.json()["id"]
        other = scene.send("DELETE", f"{path}/{number}", token=scene.token_of(scene.eve))
        assert other.status_code == 403
        assert scene.send("DELETE", f"{path}/{number}").status_code == 204
        assert scene.get(path).json() == []


def test_an_issue_has_one_parent_and_no_circle(scene: Scene) -> None:
    one, two, three = (open_issue(scene.world, scene.ada, scene.repo, t) for t in "abc")

    def add(parent: int, child: int, **more: object) -> int:
        path = scene.in_repo(f"/issues/{parent}/sub_issues")
        return scene.send("POST", path, {"sub_issue_id": child, **more}).status_code

    assert add(1, two.id) == 201
    assert add(2, three.id) == 201
    for parent, child in ((1, two.id), (1, one.id), (3, one.id), (1, three.id)):
        assert add(parent, child) == 422
    assert add(1, three.id, replace_parent=True) == 201
    assert add(1, two.number) == 404, "the number is not the id"
    assert numbers(scene.get(scene.in_repo("/issues/1/sub_issues"))) == [2, 3]
    assert numbers(scene.get(scene.in_repo("/issues/2/sub_issues"))) == []
    whole = scene.get(scene.in_repo("/issues/1")).json()
    assert whole["sub_issues_summary"]["total"] == 2
    assert scene.get(scene.in_repo("/issues/3")).json()["parent_issue_url"] == whole["url"]


def test_a_manifest_code_is_worth_its_secrets_once(scene: Scene) -> None:
    from forge.api.manifest import register

    manifest = {
        "name": "Evolver",
        "url": "https://example.com",
        "hook_attributes": {"url": "https://example.com/hook"},
        "default_permissions": {"issues": "write"},
        "default_events": ["issues"],
    }
    code = register(scene.world, scene.ada, manifest)
    path = f"/app-manifests/{code}/conversions"
    made = scene.client.call("POST", path)
    assert made.status_code == 201
    assert made.json()["pem"].startswith("-----BEGIN RSA PRIVATE KEY-----")
    assert made.json()["webhook_secret"]
    own = scene.jwt(key=made.json()["pem"], issuer=str(made.json()["id"]))
    assert scene.get("/app", own).json()["events"] == ["issues"]
    assert scene.client.call("POST", path).status_code == 404
