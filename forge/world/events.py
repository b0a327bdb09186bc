"""From an event to deliveries: who hears of it, with which headers and body."""

from __future__ import annotations

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

from forge.jsontypes import JsonObject
from forge.render.accounts import render_account
from forge.render.nodes import node_id
from forge.render.repos import render_repo
from forge.world.entities import Account, App, Delivery, Installation, Level, Repo

if TYPE_CHECKING:
    from forge.world.world import World

ALWAYS = frozenset({"installation", "installation_repositories", "ping"})
"""Events that every App gets without subscribing."""

NEEDED: dict[str, tuple[str, ...]] = {
    "check_run": ("checks",),
    "check_suite": ("checks",),
    "create": ("contents",),
    "delete": ("contents",),
    "issue_comment": ("issues", "pull_requests"),
    "issues": ("issues",),
    "label": ("metadata",),
    "merge_group": ("merge_queues",),
    "pull_request": ("pull_requests",),
    "pull_request_review": ("pull_requests",),
    "pull_request_review_comment": ("pull_requests",),
    "pull_request_review_thread": ("pull_requests",),
    "push": ("contents",),
    "repository": ("metadata",),
    "status": ("statuses",),
    "workflow_job": ("actions",),
    "workflow_run": ("actions",),
}
"""The permissions of which an App needs one (read) to subscribe to an event.

Source: "Webhook events and payloads" in GitHub's documentation.
"""


def may_subscribe(permissions: dict[str, Level], event: str) -> bool:
    """Whether an App with these permissions may subscribe to an event that GitHub knows."""
    held = {*permissions, "metadata"}
    return any(name in held for name in NEEDED.get(event, ()))


def deliveries_of(
    world: World,
    event: str,
    action: str | None,
    repo: Repo,
    sender: Account,
    payload: JsonObject,
    only: App | None,
) -> Iterator[Delivery]:
    """One delivery for each App that hears of an event in a repository."""
    head: JsonObject = {"action": action} if action is not None else {}
    tail: JsonObject = {
        "repository": render_repo(world.urls, repo),
        "sender": render_account(world.urls, sender),
    }
    if repo.owner.kind == "Organization":
        tail["organization"] = render_organization(world, repo.owner)
    for installation in tuple(world.installations.values()):
        if installation.suspended_at is not None or not installation.covers(repo):
            continue
        if installation.app.webhook_url is None:
            continue
        if only is None:
            hears = event in installation.events and may_subscribe(installation.permissions, event)
        else:
            hears = installation.app is only
        if hears:
            linked = {"id": installation.id, "node_id": node_id("Installation", installation.id)}
            body = {**head, **payload, **tail, "installation": linked}
            yield delivery(world, installation.app, event, action, body, installation, repo)


def render_organization(world: World, owner: Account) -> JsonObject:
    """The `organization` member of payloads from repositories of an organisation."""
    base = f"{world.urls.api}/orgs/{owner.login}"
    return {
        "login": owner.login,
        "id": owner.id,
        "node_id": node_id("Organization", owner.id),
        "url": base,
        "repos_url": f"{base}/repos",
        "events_url": f"{base}/events",
        "hooks_url": f"{base}/hooks",
        "issues_url": f"{base}/issues",
        "members_url": f"{base}/members{{/member}}",
        "public_members_url": f"{base}/public_members{{/member}}",
        "avatar_url": f"{world.urls.web}/avatars/{owner.login}",
        "description": "",
    }


def signature(secret: str, body: bytes) -> str:
    """The value of `X-Hub-Signature-256`: HMAC-SHA256 over the raw body."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def delivery(
    world: World,
    app: App,
    event: str,
    action: str | None,
    payload: JsonObject,
    installation: Installation | None,
    repo: Repo | None,
) -> Delivery:
    """A signed delivery under a new GUID. The GUID is derived, so that runs can be compared."""
    number = world.new_id()
    guid = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{world.urls.web}/deliveries/{app.id}/{number}"))
    body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
    headers = {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": f"GitHub-Hookshot/{hashlib.sha256(app.slug.encode()).hexdigest()[:7]}",
        "X-GitHub-Delivery": guid,
        "X-GitHub-Event": event,
        "X-GitHub-Hook-ID": str(app.hook_id),
        "X-GitHub-Hook-Installation-Target-ID": str(app.id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
    }
    if app.webhook_secret:
        headers["X-Hub-Signature-256"] = signature(app.webhook_secret, body)
    return Delivery(
        id=number,
        guid=guid,
        app=app,
        event=event,
        action=action,
        installation_id=installation.id if installation else None,
        repository_id=repo.id if repo else None,
        body=body,
        headers=headers,
        created_at=world.now(),
        url=app.webhook_url or "",
    )
