"""`evolve setup`: create the GitHub App by its manifest and keep its credentials.

A page on this machine posts the manifest to GitHub; GitHub sends the browser back with a code that
is good once; the code becomes the App's number, key and webhook secret.
"""

import secrets
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

import typer

from bot.adapters.github.setup import AppCredentials, convert
from bot.cli.manifest import form_page, manifest, manifest_text, web_url
from bot.settings import BadSettings, credentials_folder, read_settings
from bot.stages.github import NotAllowed, TryLater

PATIENCE_S = 600.0
"""How long the browser may stay away before setup gives up."""


@dataclass(slots=True)
class Visit:
    """What the browser brings back; a wrong `state` is somebody else's link and is not heard."""

    page: str
    state: str = field(repr=False)
    code: str | None = field(default=None, repr=False)

    def answer(self, target: str) -> tuple[int, str]:
        """The status and page for one GET request."""
        parts = urlsplit(target)
        if parts.path == "/":
            return 200, self.page
        query = parse_qs(parts.query)
        if parts.path != "/created" or not query.get("code"):
            return 404, "There is nothing here."
        given = query.get("state", [""])[0]
        if not secrets.compare_digest(given.encode(), self.state.encode()):
            return 403, "This link was not made by this setup."
        self.code = query["code"][0]
        return 200, "The App is created. Go back to the terminal."


def setup_command(
    webhook_url: Annotated[
        str, typer.Option(help="Where GitHub will reach the bot: https://HOST/webhooks/github")
    ],
    name: Annotated[str, typer.Option(help="The App's name; it must be free on GitHub.")],
    organisation: Annotated[
        str | None, typer.Option("--org", help="Create it in this organisation.")
    ] = None,
    port: Annotated[int, typer.Option(help="The port of the page on this machine.")] = 8765,
    browser: Annotated[bool, typer.Option(help="Open the page by itself.")] = True,
) -> None:
    """Create the GitHub App by its manifest and store its credentials under EVOLVE_HOME."""
    settings = read_settings()
    if isinstance(settings, BadSettings):
        typer.echo(str(settings), err=True)
        raise typer.Exit(3)
    folder = credentials_folder(settings.home)
    if (folder / "GITHUB_APP_ID").exists():
        typer.echo(f"{folder} holds an App already; move it away to create another.", err=True)
        raise typer.Exit(1)
    state = secrets.token_urlsafe(24)
    try:
        text = manifest(manifest_text(), name, webhook_url, f"http://127.0.0.1:{port}/created")
        page = form_page(web_url(settings.github_api_url), organisation, state, text)
        code = ask_github(Visit(page, state), port, browser)
    except (ValueError, OSError) as error:
        typer.echo(f"{error}", err=True)
        raise typer.Exit(1) from error
    if code is None:
        typer.echo("Nobody came back from GitHub; run `evolve setup` again.", err=True)
        raise typer.Exit(1)
    try:
        app = convert(code, settings.github_api_url)
    except (NotAllowed, TryLater) as error:
        typer.echo(f"GitHub did not hand over the credentials: {error}", err=True)
        raise typer.Exit(1) from error
    store(app, folder)
    typer.echo(f"Created {app.slug}; its credentials lie in {folder}, for you alone.")
    typer.echo(f"Install it: {app.web_url}/installations/new")
    typer.echo("Then set ANTHROPIC_API_KEY and run `evolve doctor`.")


def ask_github(visit: Visit, port: int, browser: bool) -> str | None:
    """Send a person through GitHub's form. Raises OSError when the port is taken."""
    with HTTPServer(("127.0.0.1", port), handler_for(visit)) as server:
        address = f"http://127.0.0.1:{port}/"
        typer.echo(f"Open {address} in your browser, where you are logged in to GitHub.")
        if browser:
            webbrowser.open(address)
        return wait_for_code(server, visit)


def wait_for_code(server: HTTPServer, visit: Visit, patience_s: float = PATIENCE_S) -> str | None:
    """Answer the browser until it brings the code; None when it stays away for too long."""
    server.timeout = patience_s
    gave_up: list[bool] = []
    server.handle_timeout = lambda: gave_up.append(True)  # type: ignore[method-assign]
    while visit.code is None and not gave_up:
        server.handle_request()
    return visit.code


def handler_for(visit: Visit) -> Callable[..., BaseHTTPRequestHandler]:
    """A request handler that answers from the visit and logs nothing: the code is a secret."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            """Answer one page."""
            status, text = visit.answer(self.path)
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


def store(app: AppCredentials, folder: Path) -> None:
    """One file for each secret, readable by its owner only; the number comes last, as the seal."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for name, value in (
        ("GITHUB_APP_PRIVATE_KEY", app.private_key),
        ("GITHUB_WEBHOOK_SECRET", app.webhook_secret),
        ("GITHUB_APP_ID", str(app.app_id)),
    ):
        path = folder / name
        path.touch(mode=0o600)
        path.chmod(0o600)
        path.write_text(value)
