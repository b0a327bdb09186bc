"""The pages' addresses. Whoever reaches the port sees every repository: it is their machine."""

from __future__ import annotations

from html import escape
from urllib.parse import parse_qsl, quote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from forge.pages import apps
from forge.pages.html import POLICY, page
from forge.pages.issues import issue_page, list_page
from forge.pages.pulls import pull_page
from forge.world.entities import Account, App, Issue, Repo
from forge.world.world import World


class Pages:
    """An ASGI application: lists, issues, pull requests, and the making of Apps."""

    def __init__(self, world: World) -> None:
        self._world = world
        new, org_new = "/settings/apps/new", "/organizations/{owner}/settings/apps/new"
        install = "/apps/{slug}/installations/new"
        self._app = Starlette(
            routes=[
                Route("/", self._home),
                Route(new, self._new_app, methods=["GET", "POST"]),
                Route(org_new, self._new_app, methods=["GET", "POST"]),
                Route("/apps/{slug}", self._app_page),
                Route(install, self._install, methods=["GET", "POST"]),
                Route("/{owner}/{repo}", self._repo),
                Route("/{owner}/{repo}/issues", self._issues),
                Route("/{owner}/{repo}/issues/{number:int}", self._issue),
                Route("/{owner}/{repo}/pulls", self._pulls),
                Route("/{owner}/{repo}/pull/{number:int}", self._issue),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)

    def _home(self, _: Request) -> Response:
        with self._world.lock:
            rows = "".join(
                f"<div class='row'><a href='/{quote(repo.full_name)}/issues'>"
                f"<b>{escape(repo.full_name)}</b></a></div>"
                for repo in self._world.repos.values()
            )
        return _shown(page("forge", "<b>forge</b>", f"<div class='box'>{rows}</div>"))

    def _repo(self, request: Request) -> Response:
        with self._world.lock:
            repo = self._find(request)
            if repo is None:
                return _missing()
            return RedirectResponse(f"/{quote(repo.full_name)}/issues", 302)

    def _issues(self, request: Request) -> Response:
        with self._world.lock:
            repo = self._find(request)
            if repo is None:
                return _missing()
            plain = [one for one in repo.issues.values() if one.pull is None]
            return _shown(list_page(repo, plain, "Issues"))

    def _pulls(self, request: Request) -> Response:
        with self._world.lock:
            repo = self._find(request)
            if repo is None:
                return _missing()
            pulls = [pull.issue for pull in self._world.pulls(repo)]
            return _shown(list_page(repo, pulls, "Pull requests"))

    def _issue(self, request: Request) -> Response:
        with self._world.lock:
            issue = self._find_issue(request)
            if issue is None:
                return _missing()
            kind = "pull" if issue.pull is not None else "issues"
            right = f"/{quote(issue.repo.full_name)}/{kind}/{issue.number}"
            if request.url.path != right:
                return RedirectResponse(right, 302)
            if issue.pull is not None:
                return _shown(pull_page(self._world, issue.pull))
            return _shown(issue_page(issue))

    async def _new_app(self, request: Request) -> Response:
        owner = self._owner(request)
        if owner is None:
            return _missing()
        if request.method == "GET":
            return _shown(apps.new_app_page())
        form = await _form(request)
        try:
            target = apps.make_app(self._world, owner, form, request.query_params.get("state"))
        except ValueError as reason:
            return _shown(page("Error", "<b>forge</b>", f"<p>{escape(str(reason))}</p>"), 422)
        return RedirectResponse(target, 302)

    def _app_page(self, request: Request) -> Response:
        with self._world.lock:
            app = self._find_app(request)
            return _missing() if app is None else _shown(apps.app_page(self._world, app))

    async def _install(self, request: Request) -> Response:
        app = self._find_app(request)
        if app is None:
            return _missing()
        if request.method == "POST":
            form = await _form(request)
            try:
                apps.install(self._world, app, form)
            except KeyError:
                return _missing()
            return RedirectResponse(f"/apps/{app.slug}", 302)
        return _shown(apps.app_page(self._world, app))

    def _find(self, request: Request) -> Repo | None:
        try:
            return self._world.repo(f"{request.path_params['owner']}/{request.path_params['repo']}")
        except KeyError:
            return None

    def _find_issue(self, request: Request) -> Issue | None:
        repo = self._find(request)
        return None if repo is None else repo.issues.get(request.path_params["number"])

    def _find_app(self, request: Request) -> App | None:
        slug = request.path_params["slug"]
        return next((app for app in self._world.apps.values() if app.slug == slug), None)

    def _owner(self, request: Request) -> Account | None:
        login = request.path_params.get("owner")
        if login is None:
            return apps.signed_in(self._world)
        return self._world.accounts.get(login.lower())


async def _form(request: Request) -> apps.Form:
    return dict(parse_qsl((await request.body()).decode("utf-8", "replace")))


def _shown(html: str, status: int = 200) -> Response:
    return HTMLResponse(html, status, {"Content-Security-Policy": POLICY})


def _missing() -> Response:
    return _shown(page("Not found", "<b><a href='/'>forge</a></b>", "<h1>404</h1>"), 404)
