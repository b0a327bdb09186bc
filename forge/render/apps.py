"""Apps, installations and tokens in JSON."""

from forge.jsontypes import JsonObject
from forge.render.accounts import render_account
from forge.render.nodes import node_id
from forge.render.repos import render_repo
from forge.render.urls import Urls, stamp, stamp_or_none
from forge.world.entities import App, Delivery, Installation, Level, Token


def render_permissions(permissions: dict[str, Level]) -> JsonObject:
    """Permissions by name: `read`, `write` or `admin`."""
    return {name: permissions[name].name.lower() for name in sorted(permissions)}


def render_app(urls: Urls, app: App) -> JsonObject:
    """GitHub's `integration`, without secrets."""
    return {
        "id": app.id,
        "client_id": app.client_id,
        "slug": app.slug,
        "node_id": node_id("App", app.id),
        "owner": render_account(urls, app.owner),
        "name": app.name,
        "description": app.description,
        "external_url": app.external_url,
        "html_url": f"{urls.web}/apps/{app.slug}",
        "created_at": stamp(app.created_at),
        "updated_at": stamp(app.created_at),
        "permissions": render_permissions(app.permissions),
        "events": sorted(app.events),
    }


def render_installation(urls: Urls, installation: Installation) -> JsonObject:
    """GitHub's `installation`."""
    app, account = installation.app, installation.account
    own = f"{urls.api}/app/installations/{installation.id}"
    return {
        "id": installation.id,
        "client_id": app.client_id,
        "account": render_account(urls, account),
        "repository_selection": "all" if installation.repos is None else "selected",
        "access_tokens_url": f"{own}/access_tokens",
        "repositories_url": f"{urls.api}/installation/repositories",
        "html_url": f"{urls.web}/settings/installations/{installation.id}",
        "app_id": app.id,
        "app_slug": app.slug,
        "target_id": account.id,
        "target_type": account.kind.value,
        "permissions": render_permissions(installation.permissions),
        "events": sorted(installation.events),
        "created_at": stamp(installation.created_at),
        "updated_at": stamp(installation.created_at),
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": render_account(urls, account) if installation.suspended_at else None,
        "suspended_at": stamp_or_none(installation.suspended_at),
    }


def render_token(urls: Urls, token: Token) -> JsonObject:
    """GitHub's `installation-token`: the one answer that shows the token itself."""
    installation = token.installation
    narrowed = token.repos is not None
    selected = narrowed or (installation is not None and installation.repos is not None)
    body: JsonObject = {
        "token": token.value,
        "expires_at": stamp_or_none(token.expires_at),
        "permissions": render_permissions(token.permissions),
        "repository_selection": "selected" if selected else "all",
    }
    if token.repos is not None:
        body["repositories"] = [render_repo(urls, repo) for repo in token.repos]
    return body


def render_delivery_item(delivery: Delivery) -> JsonObject:
    """GitHub's `hook-delivery-item`."""
    return {
        "id": delivery.id,
        "guid": delivery.guid,
        "delivered_at": stamp(delivery.delivered_at or delivery.created_at),
        "redelivery": delivery.redelivery,
        "duration": delivery.duration_s or 0,
        "status": delivery.status,
        "status_code": delivery.status_code or 0,
        "event": delivery.event,
        "action": delivery.action,
        "installation_id": delivery.installation_id,
        "repository_id": delivery.repository_id,
        "throttled_at": None,
    }


def render_delivery(delivery: Delivery, payload: JsonObject) -> JsonObject:
    """GitHub's `hook-delivery`: the item with its request and response."""
    return render_delivery_item(delivery) | {
        "url": delivery.url,
        "request": {"headers": dict(delivery.headers), "payload": payload},
        "response": {
            "headers": dict(delivery.response_headers),
            "payload": delivery.response_body,
        },
    }
