"""The App manifest flow: a manifest becomes an App, a code becomes its credentials.

The web half, `POST /settings/apps/new`, is in `forge.pages.manifest` and calls `register`.
"""

import secrets

from forge.api.call import Call
from forge.api.http import Needs, Reply, Router, not_found
from forge.jsontypes import JsonObject
from forge.render.apps import render_app
from forge.world.apps import create_app
from forge.world.entities import Account, Level
from forge.world.world import World

router = Router()


def register(world: World, owner: Account, manifest: JsonObject) -> str:
    """Make the App that a manifest describes; answer the code, good for one conversion.

    Raises ValueError with GitHub's reason when the manifest is not good.
    """
    name, address = manifest.get("name"), manifest.get("url")
    if not isinstance(name, str) or not name.strip():
        raise ValueError("Name can't be blank")
    if not isinstance(address, str):
        raise ValueError("Homepage URL can't be blank")
    hook, events = manifest.get("hook_attributes"), manifest.get("default_events", [])
    hook_url = hook.get("url") if isinstance(hook, dict) else None
    asked = manifest.get("default_permissions", {})
    if not isinstance(asked, dict) or not isinstance(events, list):
        raise ValueError("default_permissions must be an object and default_events a list")
    if any(level not in ("read", "write", "admin") for level in asked.values()):
        raise ValueError("Default permission records must be read, write or admin")
    if any(name.strip().lower() == app.name.lower() for app in world.apps.values()):
        raise ValueError("Name is already taken")
    with world.lock:
        app = create_app(
            world,
            name,
            {str(key): Level[str(level).upper()] for key, level in asked.items()},
            [str(event) for event in events],
            hook_url if isinstance(hook_url, str) else None,
            secrets.token_hex(20),
            owner,
        )
        app.external_url = address
        app.description = str(manifest.get("description") or "")
        code = secrets.token_hex(20)
        world.manifest_codes[code] = app
        return code


@router.post("/app-manifests/{code}/conversions", auth=Needs.ANYONE)
def convert(call: Call) -> Reply:
    """The App with its secrets, once for each code; 404 for an unknown or used one."""
    app = call.world.manifest_codes.pop(call.text("code"), None)
    if app is None:
        raise not_found()
    return Reply(
        201,
        render_app(call.urls, app)
        | {
            "client_secret": app.client_secret,
            "webhook_secret": app.webhook_secret,
            "pem": app.private_key_pem,
        },
    )
