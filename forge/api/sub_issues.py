"""Sub-issues: list and add."""

from functools import partial

from forge.api import fields
from forge.api.call import Call
from forge.api.http import ApiError, Reply, Router
from forge.api.subject import subject
from forge.render.issues import render_issue
from forge.world.entities import Issue, Role
from forge.world.sub_issues import add_sub_issue

router = Router()

_PATH = "/repos/{owner}/{repo}/issues/{number:int}/sub_issues"


@router.get(_PATH, app=("issues:read",))
def list_sub_issues(call: Call) -> Reply:
    """The issue's parts, in the order in which they were added."""
    return call.paged(subject(call).sub_issues, partial(render_issue, call.urls))


@router.post(_PATH, app=("issues:write",))
def add(call: Call) -> Reply:
    """Add an issue by its id, which is not its number; answers the issue that was added."""
    parent, body = subject(call), call.json()
    child = _by_id(call, fields.required_whole(body, "sub_issue_id"))
    if call.role < Role.TRIAGE:
        raise ApiError(403, "Must have triage rights to Repository.")
    add_sub_issue(call.world, call.actor, parent, child, fields.flag(body, "replace_parent"))
    shown = render_issue(call.urls, child)
    return Reply(201, shown, {"Location": str(shown["url"])})


def _by_id(call: Call, wanted: int) -> Issue:
    """An issue of the same owner; raises 404."""
    owner = call.repo().owner
    for repo in call.world.repos.values():
        for issue in repo.issues.values() if repo.owner is owner else ():
            if issue.id == wanted:
                return issue
    raise ApiError(404, "The provided sub-issue does not exist")
