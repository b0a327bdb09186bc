"""The issue side of the API and its webhooks, held to GitHub's own descriptions."""

import json

import pytest

from forge.world.apps import install_app, suspend_installation, uninstall_app
from forge.world.comments import comment, delete_comment, edit_comment
from forge.world.entities import ReactionContent
from forge.world.issues import close_issue, edit_issue, open_issue, reopen_issue, set_assignees
from forge.world.labels import add_label, create_label, delete_label, edit_label, remove_label
from forge.world.people import create_org, create_repo
from forge.world.reactions import react
from forge.world.sub_issues import add_sub_issue
from tests.forge.client import Scene
from tests.oracle import examples, rest, webhooks

pytestmark = pytest.mark.oracle

R = "/repos/{owner}/{repo}"
I = R + "/issues/{issue_number}"  # noqa: E741
C = R + "/issues/comments/{comment_id}"


def story(scene: Scene) -> int:
    """An issue to which everything happened; answers its comment's id."""
    world, ada, bob = scene.world, scene.ada, scene.bob
    issue = open_issue(world, ada, scene.repo, "one", "body", ["bug"], [bob])
    two = open_issue(world, bob, scene.repo, "two", "because of #1")
    add_sub_issue(world, ada, issue, two)
    written = comment(world, bob, issue, "hello")
    comment(world, scene.app.bot, issue, "by an App")
    react(world, bob, issue, ReactionContent.ROCKET)
    react(world, ada, written, ReactionContent.EYES)
    edit_issue(world, bob, issue, title="uno", body="cuerpo")
    edit_comment(world, bob, written, "hello again")
    remove_label(world, ada, issue, "bug")
    add_label(world, scene.app.bot, issue, "self-proposed")
    close_issue(world, ada, issue)
    reopen_issue(world, ada, issue)
    set_assignees(world, ada, issue, [])
    return written.id


READS = [
    (R, "", 200),
    (R + "/issues", "/issues?state=all", 200),
    (I, "/issues/1", 200),
    (I + "/comments", "/issues/1/comments", 200),
    (I + "/sub_issues", "/issues/1/sub_issues", 200),
    (I + "/labels", "/issues/1/labels", 200),
    (I + "/reactions", "/issues/1/reactions", 200),
    (I + "/timeline", "/issues/1/timeline", 200),
    (I + "/events", "/issues/1/events", 200),
    (R + "/issues/events", "/issues/events", 200),
    (R + "/issues/comments", "/issues/comments", 200),
    (C, "/issues/comments/{comment}", 200),
    (C + "/reactions", "/issues/comments/{comment}/reactions", 200),
    (R + "/labels", "/labels", 200),
    (R + "/labels/{name}", "/labels/self-proposed", 200),
    (R + "/collaborators/{username}/permission", "/collaborators/bob/permission", 200),
    (R + "/collaborators", "/collaborators", 200),
    (I, "/issues/99", 404),
    (R + "/collaborators/{username}/permission", "/collaborators/nobody/permission", 404),
]


def test_what_is_read_in_a_repository_fits(scene: Scene) -> None:
    written = story(scene)
    for template, path, status in READS:
        answer = scene.get(scene.in_repo(path.replace("{comment}", str(written))))
        assert answer.status_code == status, path
        assert answer.json(), path
        rest().response("GET", template, status, answer.json())


def test_what_is_written_in_a_repository_fits(scene: Scene) -> None:
    written = story(scene)
    part, two = open_issue(scene.world, scene.bob, scene.repo, "part"), scene.repo.issues[2]
    parts = "/issues/1/sub_issues"
    writes = [
        ("POST", I + "/sub_issues", parts, {"sub_issue_id": part.id}, 201),
        ("POST", I + "/sub_issues", parts, {"sub_issue_id": part.id}, 422),
        ("POST", I + "/sub_issues", "/issues/3/sub_issues", {"sub_issue_id": two.id}, 422),
        ("POST", I + "/sub_issues", parts, {"sub_issue_id": 999_999}, 404),
        ("POST", R + "/issues", "/issues", {"title": "t", "labels": ["bug"]}, 201),
        ("POST", R + "/issues", "/issues", {"title": ""}, 422),
        ("PATCH", I, "/issues/1", {"state": "closed", "state_reason": "not_planned"}, 200),
        ("POST", I + "/labels", "/issues/1/labels", {"labels": ["new"]}, 200),
        ("PUT", I + "/labels", "/issues/1/labels", {"labels": ["bug"]}, 200),
        ("DELETE", I + "/labels/{name}", "/issues/1/labels/bug", None, 200),
        ("DELETE", I + "/labels/{name}", "/issues/1/labels/bug", None, 404),
        ("POST", I + "/comments", "/issues/1/comments", {"body": "hi"}, 201),
        ("PATCH", C, f"/issues/comments/{written}", {"body": "ho"}, 200),
        ("POST", I + "/reactions", "/issues/1/reactions", {"content": "eyes"}, 201),
        ("POST", I + "/reactions", "/issues/1/reactions", {"content": "eyes"}, 200),
        ("POST", C + "/reactions", f"/issues/comments/{written}/reactions", {"content": "+1"}, 201),
        ("POST", R + "/labels", "/labels", {"name": "x", "color": "ff0000"}, 201),
        ("POST", R + "/labels", "/labels", {"name": "x", "color": "ff0000"}, 422),
        ("PATCH", R + "/labels/{name}", "/labels/x", {"new_name": "y"}, 200),
        ("DELETE", R + "/labels/{name}", "/labels/y", None, 204),
    ]
    for method, template, path, body, status in writes:
        answer = scene.send(method, scene.in_repo(path), body)
        assert answer.status_code == status, (method, path, answer.text)
        rest().response(method, template, status, answer.json() if answer.content else None)


def test_what_an_app_reads_about_itself_fits(scene: Scene) -> None:
    story(scene)
    assert scene.forge.wait_idle()
    number = scene.installation.id
    newest = scene.as_app("GET", "/app/hook/deliveries").json()[0]["id"]
    reads = [
        ("/app", "/app"),
        ("/app/installations/{installation_id}", f"/app/installations/{number}"),
        (R + "/installation", scene.in_repo("/installation")),
        ("/users/{username}/installation", "/users/ada/installation"),
        ("/app/hook/config", "/app/hook/config"),
        ("/app/hook/deliveries", "/app/hook/deliveries"),
        ("/app/hook/deliveries/{delivery_id}", f"/app/hook/deliveries/{newest}"),
        ("/apps/{app_slug}", "/apps/helper"),
        ("/rate_limit", "/rate_limit"),
        ("/meta", "/meta"),
        ("/users/{username}", "/users/helper[bot]"),
    ]
    for template, path in reads:
        answer = scene.as_app("GET", path)
        assert answer.status_code == 200, (path, answer.text)
        rest().response("GET", template, 200, answer.json())
    # the list's own description wants an account that is a user *and* an enterprise
    for installation in scene.as_app("GET", "/app/installations").json():
        rest().check(installation, "components", "schemas", "installation")


def test_tokens_and_what_they_reach_fit(scene: Scene) -> None:
    template = "/app/installations/{installation_id}/access_tokens"
    path = f"/app/installations/{scene.installation.id}/access_tokens"
    answer = scene.as_app("POST", path, {"repositories": ["sums"]})
    rest().response("POST", template, 201, answer.json())
    answer = scene.as_app("POST", path, {"repositories": ["other"]})
    rest().response("POST", template, 422, answer.json())
    listed = scene.get("/installation/repositories")
    rest().response("GET", "/installation/repositories", 200, listed.json())
    me = scene.get("/user", scene.token_of(scene.bob))
    rest().response("GET", "/user", 200, me.json())
    redelivered = scene.as_app("GET", "/app/hook/deliveries/999999")
    rest().response("GET", "/app/hook/deliveries/{delivery_id}", 404, redelivered.json())


def test_the_webhooks_fit(scene: Scene) -> None:
    story(scene)
    world, ada, repo = scene.world, scene.ada, scene.repo
    label = create_label(world, ada, repo, "fresh")
    edit_label(world, ada, repo, label, name="fresher", color="ff0000", description="d")
    delete_label(world, ada, repo, label)
    gone = comment(world, ada, repo.issues[1], "gone")
    delete_comment(world, ada, gone)
    assert scene.forge.wait_idle()
    seen = set()
    for got in scene.receiver.got:
        payload = json.loads(got.body)
        webhooks().webhook(got.event, payload["action"], payload)
        seen.add((got.event, payload["action"]))
    assert seen >= {
        *(("issues", action) for action in ("opened", "edited", "labeled", "unlabeled")),
        *(("issues", action) for action in ("closed", "reopened", "assigned", "unassigned")),
        *(("issue_comment", action) for action in ("created", "edited", "deleted")),
        *(("label", action) for action in ("created", "edited", "deleted")),
    }


def test_the_webhooks_of_an_installation_fit(scene: Scene) -> None:
    suspend_installation(scene.world, scene.installation)
    suspend_installation(scene.world, scene.installation, suspended=False)
    uninstall_app(scene.world, scene.installation)
    install_app(scene.world, scene.app, scene.ada)
    assert scene.forge.wait_idle()
    told = [json.loads(one.body) for one in scene.receiver.got]
    actions = [payload["action"] for payload in told]
    assert actions == ["suspend", "unsuspend", "deleted", "created"]
    for payload in told:
        webhooks().webhook("installation", payload["action"], payload)


def test_the_webhooks_of_an_organisations_repository_fit(scene: Scene) -> None:
    org = create_org(scene.world, "acme")
    repo = create_repo(scene.world, org, "tool", {"README.md": "x"})
    scene.installation.repos = [repo]
    open_issue(scene.world, scene.ada, repo, "x")
    assert scene.forge.wait_idle()
    (got,) = scene.receiver.got
    payload = json.loads(got.body)
    assert payload["organization"]["login"] == "acme"
    webhooks().webhook("issues", "opened", payload)


@pytest.mark.parametrize("event", ["issues", "issue_comment", "label"])
def test_payloads_have_the_members_that_every_published_example_has(
    scene: Scene, event: str
) -> None:
    story(scene)
    assert scene.forge.wait_idle()
    published = [example for name, example in examples() if name == event]
    shared = set.intersection(*(set(example) for example in published)) - {"organization"}
    ours = [json.loads(one.body) for one in scene.receiver.got if one.event == event]
    assert ours
    for payload in ours:
        assert shared <= set(payload)
