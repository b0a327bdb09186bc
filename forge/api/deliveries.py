"""The App's webhook: its settings, and its deliveries of the last three days."""

import json
from dataclasses import replace
from datetime import timedelta

from forge.api import fields
from forge.api.call import Call
from forge.api.http import ApiError, Needs, Reply, Router, not_found
from forge.jsontypes import JsonObject
from forge.render.apps import render_delivery, render_delivery_item
from forge.world.entities import App, Delivery

router = Router()

KEPT = timedelta(days=3)
"""How long GitHub remembers a delivery."""


@router.get("/app/hook/config", auth=Needs.APP_JWT)
def get_config(call: Call) -> Reply:
    """Where webhooks go; the secret is masked."""
    return Reply(200, _config(_app(call)))


@router.patch("/app/hook/config", auth=Needs.APP_JWT)
def edit_config(call: Call) -> Reply:
    """Change the address or the secret."""
    app, body = _app(call), call.json()
    url, secret = fields.text_or_none(body, "url"), fields.text_or_none(body, "secret")
    if url is not None:
        app.webhook_url = url
    if secret is not None:
        app.webhook_secret = secret
    return Reply(200, _config(app))


@router.get("/app/hook/deliveries", auth=Needs.APP_JWT)
def list_deliveries(call: Call) -> Reply:
    """Deliveries, newest first; `cursor` goes on where the Link header says."""
    _, size = call.page()
    cursor = call.query.get("cursor")
    found = _deliveries(call)
    if cursor is not None:
        if not cursor.isdecimal():
            raise ApiError(400, "Invalid cursor")
        found = [one for one in found if one.id <= int(cursor)]
    shown, rest = found[:size], found[size:]
    headers: dict[str, str] = {}
    if rest:
        target = f"{call.urls.api}{call.route}?per_page={size}&cursor={rest[0].id}"
        headers["Link"] = f'<{target}>; rel="next"'
    return Reply(200, [render_delivery_item(one) for one in shown], headers)


@router.get("/app/hook/deliveries/{number:int}", auth=Needs.APP_JWT)
def get_delivery(call: Call) -> Reply:
    """One delivery with its request and response."""
    found = _delivery(call)
    return Reply(200, render_delivery(found, json.loads(found.body)))


@router.post("/app/hook/deliveries/{number:int}/attempts", auth=Needs.APP_JWT)
def redeliver(call: Call) -> Reply:
    """Send it again, under the same GUID."""
    found = _delivery(call)
    again = replace(
        found,
        id=call.world.new_id(),
        redelivery=True,
        created_at=call.world.now(),
        url=found.app.webhook_url or "",
        delivered_at=None,
        duration_s=None,
        status_code=None,
        status="pending",
        response_headers={},
        response_body="",
    )
    call.world.send(again)
    return Reply(202, {})


def _app(call: Call) -> App:
    if call.app is None:
        raise not_found()
    return call.app


def _config(app: App) -> JsonObject:
    body: JsonObject = {"content_type": "json", "insecure_ssl": "0", "url": app.webhook_url or ""}
    return body | {"secret": "********"} if app.webhook_secret else body


def _deliveries(call: Call) -> list[Delivery]:
    oldest = call.world.now() - KEPT
    kept = [one for one in _app(call).deliveries if one.created_at >= oldest]
    return sorted(kept, key=lambda one: one.id, reverse=True)


def _delivery(call: Call) -> Delivery:
    wanted = call.number()
    found = next((one for one in _deliveries(call) if one.id == wanted), None)
    if found is None:
        raise not_found()
    return found
