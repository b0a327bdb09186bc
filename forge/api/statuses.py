"""Commit statuses."""

from functools import partial

from forge.api import fields
from forge.api.call import Call
from forge.api.guarded import GuardedRouter, commit_of
from forge.api.http import Reply, refused_schema
from forge.render.checks import render_status
from forge.render.repos import render_minimal_repo
from forge.world.checks import create_status
from forge.world.entities import CommitStatus, Role, StatusState
from forge.world.verdict import latest_statuses

router = GuardedRouter()

_READ = ("statuses:read",)


@router.post("/repos/{owner}/{repo}/statuses/{sha}", app=("statuses:write",), user=Role.WRITE)
def create(call: Call) -> Reply:
    """Report a status on a commit, named by its whole sha."""
    body = call.json()
    state = fields.choice(body, "state", [it.value for it in StatusState])
    if state is None:
        raise refused_schema('"state" wasn\'t supplied.')
    status = create_status(
        call.world,
        call.actor,
        call.repo(),
        call.text("sha"),
        StatusState(state),
        fields.text_or_none(body, "context") or "default",
        fields.text_or_none(body, "description"),
        fields.text_or_none(body, "target_url"),
    )
    shown = render_status(call.urls, status)
    return Reply(201, shown, {"Location": str(shown["url"])})


@router.get("/repos/{owner}/{repo}/commits/{ref:path}/statuses", app=_READ)
def list_statuses(call: Call) -> Reply:
    """Every report on a commit, newest first."""
    sha = commit_of(call)
    found = [status for status in reversed(call.repo().statuses) if status.sha == sha]
    return call.paged(found, partial(render_status, call.urls))


@router.get("/repos/{owner}/{repo}/commits/{ref:path}/status", app=_READ)
def combined(call: Call) -> Reply:
    """The newest report of each context and what they say together. No report means `pending`."""
    sha, repo = commit_of(call), call.repo()
    newest = latest_statuses(repo, sha)
    shown = call.paged(newest, partial(render_status, call.urls))
    url = f"{call.urls.repo(repo)}/commits/{sha}"
    together = {
        "state": _together(newest),
        "statuses": shown.body,
        "sha": sha,
        "total_count": len(newest),
        "repository": render_minimal_repo(call.urls, repo),
        "commit_url": url,
        "url": f"{url}/status",
    }
    return Reply(200, together, shown.headers)


def _together(statuses: list[CommitStatus]) -> str:
    states = {status.state for status in statuses}
    if states & {StatusState.ERROR, StatusState.FAILURE}:
        return "failure"
    return "success" if states == {StatusState.SUCCESS} else "pending"
