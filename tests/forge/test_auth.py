"""Who may call what: App JWTs, installation tokens, user tokens, nobody."""

from collections.abc import Callable

import jwt

from forge.world.apps import create_app, mint_token, suspend_installation, uninstall_app
from forge.world.entities import Level
from forge.world.issues import open_issue
from forge.world.people import create_repo, create_user, revoke_tokens
from tests.forge.client import Scene


def test_a_good_jwt_names_its_app_by_id_or_client_id(scene: Scene) -> None:
    assert scene.as_app("GET", "/app").json()["slug"] == "helper"
    by_client = scene.jwt(issuer=scene.app.client_id)
    assert scene.get("/app", by_client).json()["id"] == scene.app.id


JWTS: list[tuple[str, Callable[[Scene], str], int, str]] = [
    ("expired", lambda s: s.jwt(-700, -60), 401, "'Expiration time' claim ('exp') must be"),
    ("too long", lambda s: s.jwt(0, 700), 401, "too far in the future"),
    ("from the future", lambda s: s.jwt(300, 500), 401, "'Issued at' claim ('iat') must be"),
    ("another key", lambda s: s.jwt(key=other_key(s)), 401, "could not be decoded"),
    ("unknown issuer", lambda s: s.jwt(issuer="1"), 404, "Integration not found"),
    ("no times", lambda s: bare(s, iss=str(s.app.id)), 401, "'Expiration time'"),
    ("garbage", lambda _: "a.b.c", 401, "could not be decoded"),
    ("hmac", lambda s: jwt.encode({"iss": str(s.app.id)}, "k" * 32), 401, "could not be decoded"),
]


def other_key(scene: Scene) -> str:
    return create_app(scene.world, "Other", {}).private_key_pem


def bare(scene: Scene, **claims: object) -> str:
    return jwt.encode(claims, scene.app.private_key_pem, algorithm="RS256")


def test_a_bad_jwt_is_refused_and_says_why(scene: Scene) -> None:
    for name, make, status, message in JWTS:
        answer = scene.get("/app", make(scene))
        assert answer.status_code == status, name
        assert message in answer.json()["message"], name


def test_an_installation_token_is_no_jwt_and_the_other_way_round(scene: Scene) -> None:
    assert scene.get("/app").status_code == 401
    assert scene.get(scene.in_repo("/issues"), scene.jwt()).status_code == 403


def test_a_minted_token_works_for_an_hour_of_the_worlds_clock(scene: Scene) -> None:
    path = f"/app/installations/{scene.installation.id}/access_tokens"
    made = scene.as_app("POST", path)
    assert made.status_code == 201
    token = made.json()["token"]
    assert token.startswith("ghs_")
    assert made.json()["expires_at"] == "2026-11-01T13:00:00Z"
    assert made.json()["permissions"]["issues"] == "write"
    scene.clock.advance(minutes=59)
    assert scene.get(scene.in_repo(), token).status_code == 200
    scene.clock.advance(minutes=1)
    answer = scene.get(scene.in_repo(), token)
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


def test_a_token_can_be_narrowed_and_not_widened(scene: Scene) -> None:
    path = f"/app/installations/{scene.installation.id}/access_tokens"
    narrow = scene.as_app("POST", path, {"permissions": {"issues": "read"}}).json()
    issue = scene.send("POST", scene.in_repo("/issues"), {"title": "x"}, narrow["token"])
    assert issue.status_code == 403
    assert issue.json()["message"] == "Resource not accessible by integration"
    for asked in ({"issues": "admin"}, {"members": "read"}):
        refused = scene.as_app("POST", path, {"permissions": asked})
        assert refused.status_code == 422
        assert "not granted" in refused.json()["message"]
    elsewhere = scene.as_app("POST", path, {"repositories": ["nowhere"]})
    assert elsewhere.status_code == 422


def test_a_token_narrowed_to_a_repository_reaches_that_one_alone(scene: Scene) -> None:
    other = create_repo(scene.world, scene.ada, "other", private=True)
    scene.installation.repos = None
    path = f"/app/installations/{scene.installation.id}/access_tokens"
    token = scene.as_app("POST", path, {"repository_ids": [scene.repo.id]}).json()["token"]
    listed = scene.get("/installation/repositories", token).json()
    assert [one["full_name"] for one in listed["repositories"]] == ["ada/sums"]
    assert scene.get(f"/repos/{other.full_name}", token).status_code == 404


def test_another_apps_installation_is_not_found(scene: Scene) -> None:
    other = create_app(scene.world, "Other", {})
    foreign = scene.jwt(key=other.private_key_pem, issuer=str(other.id))
    path = f"/app/installations/{scene.installation.id}"
    assert scene.get(path, foreign).status_code == 404
    assert scene.send("POST", path + "/access_tokens", token=foreign).status_code == 404
    assert scene.get(scene.in_repo("/installation"), foreign).status_code == 404


def test_unknown_revoked_and_orphaned_tokens_are_bad_credentials(scene: Scene) -> None:
    assert scene.get(scene.in_repo(), "ghs_unknown").status_code == 401
    first = scene.token
    revoke_tokens(scene.world, scene.installation)
    assert scene.get(scene.in_repo(), first).status_code == 401
    second = mint_token(scene.world, scene.installation).value
    assert scene.send("DELETE", "/installation/token", token=second).status_code == 204
    assert scene.get(scene.in_repo(), second).status_code == 401
    third = mint_token(scene.world, scene.installation).value
    uninstall_app(scene.world, scene.installation)
    assert scene.get(scene.in_repo(), third).status_code == 401


def test_a_suspended_installation_is_refused(scene: Scene) -> None:
    token = scene.token
    suspend_installation(scene.world, scene.installation)
    assert scene.get(scene.in_repo(), token).status_code == 403
    path = f"/app/installations/{scene.installation.id}/access_tokens"
    assert scene.as_app("POST", path).status_code == 403


def test_a_private_repository_is_not_found_by_those_who_may_not_see_it(scene: Scene) -> None:
    scene.repo.private = True
    path = scene.in_repo()
    assert scene.get(path).status_code == 200
    assert scene.get(path, scene.token_of(scene.bob)).status_code == 200
    assert scene.get(path, scene.token_of(scene.eve)).status_code == 404
    assert scene.client.call("GET", path).status_code == 404


def test_anybody_reads_what_is_public_and_nobody_writes_unnamed(scene: Scene) -> None:
    open_issue(scene.world, scene.ada, scene.repo, "x")
    assert scene.client.call("GET", scene.in_repo("/issues/1")).status_code == 200
    answer = scene.client.call("POST", scene.in_repo("/issues"), body={"title": "x"})
    assert answer.status_code == 401


def test_a_permission_is_asked_of_the_kind_of_subject(scene: Scene) -> None:
    open_issue(scene.world, scene.ada, scene.repo, "x")
    path = scene.in_repo("/issues/1/comments")
    pulls_only = scene.token_with(pull_requests=Level.WRITE)
    assert scene.send("POST", path, {"body": "x"}, pulls_only).status_code == 403
    reader = scene.token_with(issues=Level.READ)
    assert scene.get(path, reader).status_code == 200
    refused = scene.send("POST", path, {"body": "x"}, reader)
    assert refused.status_code == 403
    assert "issues=write" in refused.headers["x-accepted-github-permissions"]


def test_a_stranger_comments_but_does_not_label(scene: Scene) -> None:
    open_issue(scene.world, scene.ada, scene.repo, "x")
    eve = scene.token_of(scene.eve)
    said = scene.send("POST", scene.in_repo("/issues/1/comments"), {"body": "/evolve"}, eve)
    assert said.status_code == 201
    assert said.json()["author_association"] == "NONE"
    labels = scene.in_repo("/issues/1/labels")
    assert scene.send("POST", labels, {"labels": ["bug"]}, eve).status_code == 403
    closed = scene.send("PATCH", scene.in_repo("/issues/1"), {"state": "closed"}, eve)
    assert closed.status_code == 403


def test_a_users_token_acts_as_the_user(scene: Scene) -> None:
    bob = scene.token_of(scene.bob)
    assert scene.get("/user", bob).json()["login"] == "bob"
    assert scene.get("/user").status_code == 403
    made = scene.send("POST", scene.in_repo("/issues"), {"title": "x"}, bob).json()
    assert made["user"]["login"] == "bob"
    assert made["performed_via_github_app"] is None


def test_what_an_app_writes_is_its_bots_and_names_the_app(scene: Scene) -> None:
    made = scene.send("POST", scene.in_repo("/issues"), {"title": "x"}).json()
    assert made["user"]["login"] == "helper[bot]"
    assert made["user"]["type"] == "Bot"
    assert made["performed_via_github_app"]["id"] == scene.app.id


def test_the_permission_of_a_collaborator_has_both_names(scene: Scene) -> None:
    def shown(login: str) -> tuple[str, str]:
        found = scene.get(scene.in_repo(f"/collaborators/{login}/permission")).json()
        return found["permission"], found["role_name"]

    assert shown("ada") == ("admin", "admin")
    assert shown("bob") == ("write", "write")
    assert shown("eve") == ("read", "read")
    create_user(scene.world, "tri")
    put = scene.token_of(scene.ada)
    path = scene.in_repo("/collaborators/tri")
    assert scene.send("PUT", path, {"permission": "triage"}, put).status_code == 204
    assert shown("tri") == ("read", "triage")


def test_an_apps_bot_is_no_user_to_the_permission_endpoint(scene: Scene) -> None:
    path = scene.in_repo("/collaborators/helper[bot]/permission")
    answer = scene.get(path)
    assert (answer.status_code, answer.json()["message"]) == (404, "helper[bot] is not a user")
