"""The App itself, its installations, and their tokens."""

from functools import partial

from forge.api import fields
from forge.api.call import Call
from forge.api.http import ApiError, Needs, Reply, Router, forbidden, not_found, refused_schema
from forge.jsontypes import JsonObject
from forge.render.apps import render_app, render_installation, render_token
from forge.render.repos import render_repo
from forge.world.apps import installed_repos, mint_token
from forge.world.entities import App, Installation, Level, Repo

router = Router()


@router.get("/app", auth=Needs.APP_JWT)
def get_app(call: Call) -> Reply:
    """The App of the JWT."""
    app = _app(call)
    return Reply(
        200, render_app(call.urls, app) | {"installations_count": len(_installations(call))}
    )


@router.get("/apps/{slug}", auth=Needs.ANYONE)
def get_by_slug(call: Call) -> Reply:
    """An App as anybody sees it."""
    for app in call.world.apps.values():
        if app.slug == call.text("slug"):
            return Reply(200, render_app(call.urls, app))
    raise not_found()


@router.get("/app/installations", auth=Needs.APP_JWT)
def list_installations(call: Call) -> Reply:
    """Where the App is installed."""
    return call.paged(_installations(call), partial(render_installation, call.urls))


@router.get("/app/installations/{number:int}", auth=Needs.APP_JWT)
def get_installation(call: Call) -> Reply:
    """One installation of the App."""
    return Reply(200, render_installation(call.urls, _installation(call)))


@router.get("/repos/{owner}/{repo}/installation", auth=Needs.APP_JWT)
def installation_of_repo(call: Call) -> Reply:
    """The installation that reaches a repository; 404 when none does."""
    try:
        repo = call.world.repo(f"{call.text('owner')}/{call.text('repo')}")
    except KeyError:
        raise not_found() from None
    found = call.world.installation_of(_app(call), repo)
    if found is None:
        raise not_found()
    return Reply(200, render_installation(call.urls, found))


@router.get("/users/{login}/installation", auth=Needs.APP_JWT)
@router.get("/orgs/{login}/installation", auth=Needs.APP_JWT)
def installation_of_account(call: Call) -> Reply:
    """The installation in an account; 404 when there is none."""
    login = call.text("login").lower()
    for installation in _installations(call):
        if installation.account.login.lower() == login:
            return Reply(200, render_installation(call.urls, installation))
    raise not_found()


@router.post("/app/installations/{number:int}/access_tokens", auth=Needs.APP_JWT)
def create_token(call: Call) -> Reply:
    """A token that lives one hour; 422 when more is asked for than was granted."""
    installation, body = _installation(call), call.json()
    if installation.suspended_at is not None:
        raise ApiError(403, "This installation has been suspended")
    token = mint_token(
        call.world,
        installation,
        _permissions(installation, body),
        _repos(call, installation, body),
    )
    return Reply(201, render_token(call.urls, token))


@router.get("/installation/repositories", auth=Needs.TOKEN)
def list_repos(call: Call) -> Reply:
    """The repositories that the token reaches."""
    token = call.token
    if token is None or token.installation is None:
        raise forbidden()
    repos = installed_repos(call.world, token.installation)
    found = [repo for repo in repos if token.repos is None or repo in token.repos]
    return call.paged(found, partial(render_repo, call.urls), key="repositories")


@router.delete("/installation/token", auth=Needs.TOKEN)
def revoke_token(call: Call) -> Reply:
    """End the token of this very call."""
    token = call.token
    if token is None or token.installation is None:
        raise forbidden()
    token.revoked = True
    return Reply.empty()


def _app(call: Call) -> App:
    if call.app is None:
        raise not_found()
    return call.app


def _installations(call: Call) -> list[Installation]:
    app = _app(call)
    return [one for one in call.world.installations.values() if one.app is app]


def _installation(call: Call) -> Installation:
    found = call.world.installations.get(call.number())
    if found is None or found.app is not call.app:
        raise not_found()
    return found


def _permissions(installation: Installation, body: JsonObject) -> dict[str, Level] | None:
    asked = fields.object_or_none(body, "permissions")
    if asked is None:
        return None
    wanted: dict[str, Level] = {}
    for name, level in asked.items():
        if level not in ("read", "write", "admin"):
            raise refused_schema(f"For 'properties/{name}', {level!r} is not a permission level.")
        wanted[name] = Level[str(level).upper()]
        if wanted[name] > installation.permissions.get(name, 0):
            raise ApiError(422, "The permissions requested are not granted to this installation.")
    return wanted | {"metadata": Level.READ}


def _repos(call: Call, installation: Installation, body: JsonObject) -> list[Repo] | None:
    names = fields.texts_or_none(body, "repositories")
    ids = fields.list_or_none(body, "repository_ids")
    if names is None and ids is None:
        return None
    reached = installed_repos(call.world, installation)
    found: list[Repo] = []
    for wanted in [*(names or []), *(ids or [])]:
        repo = next((one for one in reached if wanted in (one.name, one.id)), None)
        if repo is None:
            raise ApiError(
                422,
                "There is at least one repository that does not exist or is not accessible to the "
                "parent installation.",
            )
        found.append(repo)
    return found
