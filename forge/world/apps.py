"""Verbs: registering an App, installing it, and its installation tokens."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from datetime import timedelta

from forge.jsontypes import JsonObject
from forge.render.accounts import render_account
from forge.render.apps import render_installation
from forge.render.nodes import node_id
from forge.world.entities import (
    Account,
    AccountKind,
    App,
    AppKey,
    Installation,
    Level,
    Repo,
    Token,
    TokenKind,
)
from forge.world.events import delivery, may_subscribe
from forge.world.people import create_user, token_value
from forge.world.world import World

TOKEN_LIFE = timedelta(hours=1)


def create_app(
    world: World,
    name: str,
    permissions: Mapping[str, Level],
    events: Iterable[str] = (),
    webhook_url: str | None = None,
    webhook_secret: str = "",
    owner: Account | None = None,
    key: AppKey | None = None,
) -> App:
    """Register an App with its bot user `<slug>[bot]` and, unless one is given, a fresh RSA key.

    Raises ValueError when an event needs a permission that is not asked for, as GitHub refuses it.
    """
    wanted = frozenset(events)
    granted = dict(permissions) | {"metadata": Level.READ}
    refused = sorted(event for event in wanted if not may_subscribe(granted, event))
    if refused:
        raise ValueError(f"Default events are not supported by permissions: {', '.join(refused)}")
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    with world.lock:
        bot = create_user(world, f"{slug}[bot]", AccountKind.BOT, name)
        number = world.new_id()
        app = App(
            id=number,
            slug=slug,
            name=name,
            owner=owner or _somebody(world),
            bot=bot,
            client_id="Iv23li" + secrets.token_hex(7),
            client_secret=secrets.token_hex(20),
            key=key or AppKey(),
            permissions=granted,
            events=wanted,
            hook_id=world.new_id(),
            webhook_url=webhook_url,
            webhook_secret=webhook_secret,
            created_at=world.now(),
            external_url=f"{world.urls.web}/apps/{slug}",
        )
        world.apps[number] = app
        return app


def install_app(
    world: World, app: App, account: Account, repos: Iterable[Repo] | None = None
) -> Installation:
    """Install an App in an account, on some of its repositories or (None) on all."""
    with world.lock:
        installation = Installation(
            id=world.new_id(),
            app=app,
            account=account,
            permissions=dict(app.permissions),
            events=app.events,
            created_at=world.now(),
            repos=None if repos is None else list(repos),
        )
        world.installations[installation.id] = installation
        _tell(world, "created", installation)
        return installation


def suspend_installation(world: World, installation: Installation, suspended: bool = True) -> None:
    """Suspend an installation (its tokens answer 403, its webhooks stop) or take that back."""
    with world.lock:
        installation.suspended_at = world.now() if suspended else None
        _tell(world, "suspend" if suspended else "unsuspend", installation)


def uninstall_app(world: World, installation: Installation) -> None:
    """Remove an installation; its tokens die with it."""
    with world.lock:
        del world.installations[installation.id]
        for token in world.tokens.values():
            if token.installation is installation:
                token.revoked = True
        _tell(world, "deleted", installation)


def mint_token(
    world: World,
    installation: Installation,
    permissions: Mapping[str, Level] | None = None,
    repos: Iterable[Repo] | None = None,
) -> Token:
    """An installation token that lives one hour, narrowed when asked.

    What is asked for must be within what was granted: the caller has checked it.
    """
    with world.lock:
        value = token_value(TokenKind.INSTALLATION)
        token = Token(
            value=value,
            kind=TokenKind.INSTALLATION,
            account=installation.app.bot,
            expires_at=world.now() + TOKEN_LIFE,
            installation=installation,
            permissions=dict(installation.permissions if permissions is None else permissions),
            repos=None if repos is None else list(repos),
        )
        world.tokens[value] = token
        return token


def installed_repos(world: World, installation: Installation) -> list[Repo]:
    """The repositories that an installation reaches, oldest first."""
    return [repo for repo in world.repos.values() if installation.covers(repo)]


def _tell(world: World, action: str, installation: Installation) -> None:
    if world.is_silent:
        return
    payload: JsonObject = {
        "action": action,
        "installation": render_installation(world.urls, installation),
        "repositories": [
            {
                "id": repo.id,
                "node_id": node_id("Repository", repo.id),
                "name": repo.name,
                "full_name": repo.full_name,
                "private": repo.private,
            }
            for repo in installed_repos(world, installation)
        ],
        "requester": None,
        "sender": render_account(world.urls, installation.account),
    }
    if installation.app.webhook_url is not None:
        app = installation.app
        world.send(delivery(world, app, "installation", action, payload, installation, None))


def _somebody(world: World) -> Account:
    people = (each for each in world.accounts.values() if each.kind is not AccountKind.BOT)
    found = next(people, None)
    if found is None:
        raise ValueError("an App needs an owner: create a user first")
    return found
