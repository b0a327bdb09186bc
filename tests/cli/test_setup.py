"""`evolve setup`: from the manifest to the stored credentials."""

import json
import socket
import threading
import urllib.error
import urllib.request
from html.parser import HTMLParser
from http.server import HTTPServer

import pytest
import typer
import yaml
from typer.testing import CliRunner

from bot.adapters.github.doctor import NEEDED_EVENTS, NEEDED_PERMISSIONS
from bot.adapters.github.setup import AppCredentials
from bot.cli.manifest import form_page, manifest, manifest_text, web_url
from bot.cli.setup import Visit, handler_for, setup_command, store, wait_for_code
from bot.settings import Settings, read_settings

LEVELS = ["none", "read", "write"]
KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n"


def test_the_manifest_grants_what_the_bot_needs_and_little_more():
    granted = yaml.safe_load(manifest_text())["default_permissions"]
    for name, level in NEEDED_PERMISSIONS.items():
        assert LEVELS.index(granted[name]) >= LEVELS.index(level), name
    assert set(granted) == set(NEEDED_PERMISSIONS)
    assert not {"workflows", "administration", "members", "secrets"} & set(granted)


def test_the_manifest_subscribes_to_the_events_that_are_read():
    assert set(yaml.safe_load(manifest_text())["default_events"]) == NEEDED_EVENTS


def test_the_manifest_is_filled_in_for_this_server():
    made = json.loads(manifest(manifest_text(), "my-bot", "https://b.example/webhooks/github", "u"))
    assert made["name"] == "my-bot"
    assert made["hook_attributes"] == {"url": "https://b.example/webhooks/github", "active": True}
    assert made["redirect_url"] == "u"
    assert made["url"] == "https://b.example/"
    assert made["public"] is False


def test_something_else_is_no_manifest():
    with pytest.raises(ValueError, match="no GitHub App manifest"):
        manifest("- a list", "n", "https://b.example/x", "r")


def test_a_webhook_address_must_be_an_address():
    with pytest.raises(ValueError, match="is no address"):
        manifest(manifest_text(), "n", "b.example", "r")


def test_setup_never_overwrites_an_app(tmp_path, monkeypatch):
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / "GITHUB_APP_ID").write_text("1")
    monkeypatch.setenv("EVOLVE_HOME", str(tmp_path))
    app = typer.Typer()
    app.command()(setup_command)
    wanted = ["--webhook-url", "https://b.example/webhooks/github", "--name", "x", "--no-browser"]
    result = CliRunner().invoke(app, wanted)
    assert result.exit_code == 1
    assert "holds an App already" in result.output


def test_a_port_that_is_taken_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("EVOLVE_HOME", str(tmp_path))
    app = typer.Typer()
    app.command()(setup_command)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        wanted = ["--webhook-url", "https://b.example/w", "--name", "x", "--no-browser"]
        result = CliRunner().invoke(app, [*wanted, "--port", port])
    assert result.exit_code == 1
    assert "in use" in result.output


def test_the_page_posts_exactly_the_manifest():
    fields: dict[str, str | None] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag in {"form", "input"}:
                fields.update(attrs)

    text = json.dumps({"name": "</form>\"'&"})
    Reader().feed(form_page("https://github.com", "acme", "st&te", text))
    assert fields["action"] == (
        "https://github.com/organizations/acme/settings/apps/new?state=st%26te"
    )
    assert fields["value"] == text


@pytest.mark.parametrize(
    ("api", "web"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://ghe.example/api/v3", "https://ghe.example"),
        ("https://api.acme.ghe.com", "https://acme.ghe.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_the_pages_for_people_are_found_from_the_api(api, web):
    assert web_url(api) == web


def get(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_only_a_visit_with_the_right_state_brings_the_code():
    visit = Visit("the form", "right")
    with HTTPServer(("127.0.0.1", 0), handler_for(visit)) as server:
        codes: list[str | None] = []
        waiting = threading.Thread(target=lambda: codes.append(wait_for_code(server, visit, 10)))
        waiting.start()
        root = f"http://127.0.0.1:{server.server_port}"
        statuses = [
            get(f"{root}{path}")
            for path in (
                "/",
                "/favicon.ico",
                "/created?state=right",
                "/created?code=evil&state=wrong",
                "/created?code=evil",
                "/created?code=good&state=right",
            )
        ]
        waiting.join(10)
    assert statuses == [200, 404, 404, 403, 403, 200]
    assert codes == ["good"]


def test_setup_gives_up_when_nobody_comes_back():
    visit = Visit("the form", "s")
    with HTTPServer(("127.0.0.1", 0), handler_for(visit)) as server:
        assert wait_for_code(server, visit, 0.01) is None


def test_what_is_stored_is_private_and_is_read_back_as_settings(tmp_path):
    app = AppCredentials(
        42, "my-bot", "acme", "https://x", KEY, "hook-secret", "c", "client-secret"
    )
    store(app, tmp_path / "credentials")
    modes = {oct(p.stat().st_mode & 0o777) for p in (tmp_path / "credentials").iterdir()}
    assert modes == {"0o600"}
    assert oct((tmp_path / "credentials").stat().st_mode & 0o777) == "0o700"
    settings = read_settings({"EVOLVE_HOME": str(tmp_path)})
    assert isinstance(settings, Settings)
    assert settings.github_app_id == 42
    assert settings.github_app_private_key.get_secret_value() == KEY
    assert settings.github_webhook_secret[0].get_secret_value() == "hook-secret"
