"""Pages that make and install an App: the web half of the manifest flow."""

import json
from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode, urlsplit

from forge.api.manifest import register
from forge.pages.html import page
from forge.world.apps import install_app
from forge.world.entities import Account, AccountKind, App
from forge.world.world import World

Form = Mapping[str, str]
"""The fields of a posted form."""

_CRUMBS = "<b><a href='/'>forge</a></b>"


def new_app_page() -> str:
    """What somebody sees who comes without a manifest."""
    return page(
        "New GitHub App",
        _CRUMBS,
        "<h1>Register a new App</h1><p>POST a form with <code>manifest</code> here.</p>",
    )


def make_app(world: World, owner: Account, form: Form, state: str | None) -> str:
    """Register the App of the posted manifest; answer where the browser goes next.

    The person at the browser is taken to agree at once. Raises ValueError with the reason when
    the manifest is not good.
    """
    try:
        manifest = json.loads(form.get("manifest", ""))
    except ValueError:
        raise ValueError("The manifest is not JSON") from None
    if not isinstance(manifest, dict):
        raise ValueError("The manifest must be an object")
    target = manifest.get("redirect_url")
    if not isinstance(target, str) or urlsplit(target).scheme not in ("http", "https"):
        raise ValueError("Redirect URL must be a web address")
    code = register(world, owner, manifest)
    query = {"code": code} | ({"state": state} if state else {})
    return f"{target}{'&' if urlsplit(target).query else '?'}{urlencode(query)}"


def app_page(world: World, app: App) -> str:
    """One App, with a button that installs it for each owner of repositories."""
    owners = {repo.owner.login: repo.owner for repo in world.repos.values()}
    forms = "".join(
        f"<form method=post action='/apps/{app.slug}/installations/new'>"
        f"<input type=hidden name=account value='{escape(login)}'>"
        f"<p><button>Install on {escape(login)}</button></p></form>"
        for login in owners
        if not _installed(world, app, owners[login])
    )
    done = "".join(
        f"<p>Installed on <b>{escape(one.account.login)}</b></p>"
        for one in world.installations.values()
        if one.app is app
    )
    return page(app.name, _CRUMBS, f"<h1>{escape(app.name)}</h1>{done}{forms}")


def install(world: World, app: App, form: Form) -> None:
    """Install an App on all repositories of an account; raises KeyError for an unknown one."""
    account = world.account(form.get("account", ""))
    if not _installed(world, app, account):
        install_app(world, app, account)


def signed_in(world: World) -> Account | None:
    """Who sits at the browser: the first user of the world."""
    people = (one for one in world.accounts.values() if one.kind is AccountKind.USER)
    return next(people, None)


def _installed(world: World, app: App, account: Account) -> bool:
    return any(one.app is app and one.account is account for one in world.installations.values())
