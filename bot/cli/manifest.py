"""The App's manifest and the page that hands it to GitHub."""

import json
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote, urlsplit

import yaml

FORM = """<!doctype html><meta charset="utf-8"><title>evolve setup</title>
<p>GitHub is asked to create the App…</p>
<form method="post" action="{action}">
<input type="hidden" name="manifest" value="{manifest}">
<button>Create the GitHub App</button></form>
<script>document.forms[0].submit()</script>
"""


def manifest_text() -> str:
    """`app.yml`, from the installed package or from the source tree beside it."""
    packaged = files("bot").joinpath("app.yml")
    if packaged.is_file():
        return packaged.read_text()
    return (Path(__file__).parents[2] / "app.yml").read_text()


def manifest(text: str, name: str, webhook_url: str, redirect_url: str) -> str:
    """The manifest as JSON for this server. Raises ValueError for what is none, or no address."""
    read: object = yaml.safe_load(text)
    if not isinstance(read, Mapping) or "default_permissions" not in read:
        raise ValueError("app.yml is no GitHub App manifest")
    address = urlsplit(webhook_url)
    if address.scheme not in {"http", "https"} or not address.netloc:
        raise ValueError(f"{webhook_url} is no address: write https://HOST/webhooks/github")
    own = {
        "name": name,
        "url": f"{address.scheme}://{address.netloc}/",
        "hook_attributes": {"url": webhook_url, "active": True},
        "redirect_url": redirect_url,
    }
    return json.dumps({**read, **own})


def form_page(web_url: str, organisation: str | None, state: str, manifest_json: str) -> str:
    """The page that posts the manifest to GitHub, for a person's account or an organisation."""
    whose = f"/organizations/{quote(organisation, safe='')}" if organisation else ""
    action = f"{web_url}{whose}/settings/apps/new?state={quote(state, safe='')}"
    return FORM.format(action=escape(action), manifest=escape(manifest_json))


def web_url(api_url: str) -> str:
    """GitHub's pages for people, from the address of its API."""
    parts = urlsplit(api_url)
    if parts.hostname == "api.github.com":
        return "https://github.com"
    if parts.hostname and parts.hostname.startswith("api.") and parts.hostname.endswith(".ghe.com"):
        return f"https://{parts.hostname.removeprefix('api.')}"
    return f"{parts.scheme}://{parts.netloc}{parts.path.removesuffix('/api/v3').rstrip('/')}"
