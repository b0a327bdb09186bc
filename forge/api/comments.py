"""Comments in the conversation of issues and pull requests."""

from functools import partial

from forge.api import fields
from forge.api.call import Call
from forge.api.http import ApiError, Reply, Router, invalid
from forge.api.subject import (
    READ,
    WRITE,
    checked_body,
    comment_of,
    known,
    may_edit,
    since,
    subject,
)
from forge.jsontypes import JsonObject
from forge.render.issues import render_comment
from forge.world import comments as verbs
from forge.world.entities import Comment, Role

router = Router()


@router.get("/repos/{owner}/{repo}/issues/comments", app=READ)
def all_comments(call: Call) -> Reply:
    """The comments of all issues and pull requests, oldest first unless asked otherwise."""
    found = [one for issue in call.repo().issues.values() for one in issue.comments]
    found = _since(call, found)
    updated = known(call, "sort", ("created", "updated")) == "updated"
    found.sort(key=lambda one: (one.updated_at if updated else one.created_at, one.id))
    if known(call, "direction", ("asc", "desc")) == "desc":
        found.reverse()
    return call.paged(found, partial(render_comment, call.urls))


@router.get("/repos/{owner}/{repo}/issues/{number:int}/comments", app=READ)
def comments_of_issue(call: Call) -> Reply:
    """The comments of one issue, oldest first."""
    found = _since(call, subject(call).comments)
    return call.paged(found, partial(render_comment, call.urls))


@router.post("/repos/{owner}/{repo}/issues/{number:int}/comments", app=WRITE)
def create_comment(call: Call) -> Reply:
    """A new comment."""
    issue = subject(call)
    if issue.locked and call.role < Role.WRITE:
        raise ApiError(403, "Unable to create comment because issue is locked.")
    written = verbs.comment(call.world, call.actor, issue, _body(call.json()))
    shown = render_comment(call.urls, written)
    return Reply(201, shown, {"Location": str(shown["url"])})


@router.get("/repos/{owner}/{repo}/issues/comments/{comment_id:int}", app=READ)
def get_comment(call: Call) -> Reply:
    """One comment."""
    return Reply(200, render_comment(call.urls, comment_of(call)))


@router.patch("/repos/{owner}/{repo}/issues/comments/{comment_id:int}", app=WRITE)
def edit_comment(call: Call) -> Reply:
    """Replace a comment's text."""
    written = comment_of(call)
    may_edit(call, written.author)
    verbs.edit_comment(call.world, call.actor, written, _body(call.json()))
    return Reply(200, render_comment(call.urls, written))


@router.delete("/repos/{owner}/{repo}/issues/comments/{comment_id:int}", app=WRITE)
def delete_comment(call: Call) -> Reply:
    """Remove a comment."""
    written = comment_of(call)
    may_edit(call, written.author)
    verbs.delete_comment(call.world, call.actor, written)
    return Reply.empty()


def _since(call: Call, comments: list[Comment]) -> list[Comment]:
    start = since(call)
    return [one for one in comments if start is None or one.updated_at >= start]


def _body(body: JsonObject) -> str:
    text = fields.required_text(body, "body")
    if not text.strip():
        raise invalid("IssueComment", "body", "missing_field")
    return checked_body("IssueComment", text)
