"""Setting an App up, looking at what is wrong with it, and working with a plain token."""

import pytest

from bot.adapters.github.adapter import RestGitHub
from bot.adapters.github.clients import Clients
from bot.adapters.github.credentials import AppCredential, TokenCredential
from bot.adapters.github.doctor import Level, probe
from bot.adapters.github.pacer import UNPACED
from bot.adapters.github.setup import convert
from bot.domain.subject import Repo, Subject
from bot.stages.github import NotAllowed
from forge.world import apps, entities, people
from tests.adapters.github_on_forge import MARKER, Place, Town
from tests.adapters.scripted_github import Asked, Says, scripted, talking_to

MADE = {
    "id": 12,
    "slug": "my-evolve",
    "owner": {"login": "ada"},
    "html_url": "https://github.com/apps/my-evolve",
    "pem": "-----BEGIN RSA PRIVATE KEY-----",
    "webhook_secret": "hush",
    "client_id": "Iv1",
    "client_secret": "quiet",
}


def test_a_code_becomes_credentials_whose_secrets_are_not_shown():
    def answer(asked: Asked) -> Says:
        assert "authorization" not in asked.headers
        return Says(201, MADE)

    with scripted(answer) as script:
        made = convert("c0de", script.url)
    assert script.asked[0].path == "/api/v3/app-manifests/c0de/conversions"
    assert (made.app_id, made.slug, made.owner) == (12, "my-evolve", "ada")
    assert made.webhook_secret == "hush"
    assert not any(secret in repr(made) for secret in ("hush", "quiet", "BEGIN"))


def test_a_used_code_is_refused():
    with (
        scripted(lambda _: Says(404, {"message": "Not Found"})) as script,
        pytest.raises(NotAllowed, match="404"),
    ):
        convert("old", script.url)


def test_a_healthy_app_has_no_fault(octo: Town):
    found = probe(AppCredential(octo.app.id, octo.app.private_key_pem), octo.forge.api_url)
    assert [one.what for one in found if one.level is Level.FAULT] == []
    assert any("evolve-bot" in one.what for one in found)


def test_an_app_without_permissions_events_hook_and_installation_is_told_so(octo: Town):
    bare = apps.create_app(octo.world, "Bare", {"contents": entities.Level.READ}, owner=octo.org)
    found = probe(AppCredential(bare.id, bare.private_key_pem), octo.forge.api_url)
    faults = " ".join(one.what for one in found if one.level is Level.FAULT)
    warnings = " ".join(one.what for one in found if one.level is Level.WARNING)
    assert "contents: write" in faults
    assert "nothing the bot may work on" in faults
    assert "issue_comment" in warnings
    assert "no webhook address" in warnings
    assert all(one.mend for one in found if one.level is not Level.GOOD)


def test_a_wrong_key_is_told_and_not_shown(octo: Town):
    other = apps.create_app(octo.world, "Other", {}, owner=octo.org)
    found = probe(AppCredential(octo.app.id, other.private_key_pem), octo.forge.api_url)
    assert [one.level for one in found] == [Level.FAULT]
    assert "401" in found[0].what
    assert "GITHUB_APP_PRIVATE_KEY" in found[0].mend


def test_a_key_that_is_none_is_told_and_not_shown(octo: Town):
    (found,) = probe(AppCredential(octo.app.id, "not a key: hush"), octo.forge.api_url)
    assert found.level is Level.FAULT
    assert "private key cannot be used" in found.what
    assert "hush" not in found.what


def test_a_github_that_is_not_there_is_told():
    (found,) = probe(TokenCredential("t"), "http://127.0.0.1:9")
    assert found.level is Level.FAULT
    assert "127.0.0.1:9" in found.mend


def test_a_persons_token_works_as_that_person(at: Place):
    people.set_permission(at.world, at.repo, at.town.ada, entities.Role.WRITE)
    credential = TokenCredential(people.create_user_token(at.world, at.town.ada))
    clients = Clients(credential, at.town.forge.api_url, pace=UNPACED, settle_s=0)
    try:
        github = RestGitHub(clients)
        here = Repo("octo", at.repo.name, 0)
        assert github.identity().user_id == at.town.ada.id
        github.ensure_comment(Subject(here, at.issue.number), MARKER, "queued")
        github.ensure_comment(Subject(here, at.issue.number), MARKER, "working")
        assert [one.body for one in at.issue.comments] == [f"working\n\n{MARKER}"]
        assert github.remote(here).token == credential.token
    finally:
        clients.close()


def test_an_installations_token_is_known_by_what_graphql_says(at: Place):
    credential = TokenCredential(apps.mint_token(at.world, at.town.installation).value)
    clients = Clients(credential, at.town.forge.api_url, pace=UNPACED, settle_s=0)
    try:
        ours = RestGitHub(clients).identity()
        assert (ours.user_id, ours.login) == (at.town.app.bot.id, at.town.app.bot.login)
    finally:
        clients.close()


def test_a_persons_token_works_where_that_person_may_push():
    def own(name: str, push: bool) -> dict[str, object]:
        return {"name": name, "owner": {"login": "ada"}, "permissions": {"push": push}}

    def answer(asked: Asked) -> Says:
        if asked.path.startswith("/api/v3/installation/"):
            return Says(403, {"message": "You must authenticate with an installation access token"})
        return Says(body=[own("mine", True), own("watched", False)])

    with talking_to(answer) as (github, _):
        assert github.repositories() == (Repo("ada", "mine", 0),)


def test_a_workflows_token_works_in_its_own_repository():
    one = {"name": "hello", "owner": {"login": "octo"}}
    with talking_to(lambda _: Says(body={"total_count": 1, "repositories": [one]})) as (github, _):
        assert github.repositories() == (Repo("octo", "hello", 0),)
