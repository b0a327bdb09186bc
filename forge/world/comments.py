"""Verbs: comments in the conversation of an issue or pull request."""

from __future__ import annotations

from forge.jsontypes import JsonObject
from forge.render.issues import render_comment, render_issue
from forge.world.entities import Account, Comment, Commented, Issue
from forge.world.mentions import cross_reference
from forge.world.subject import touch
from forge.world.world import World


def comment(world: World, actor: Account, issue: Issue, body: str) -> Comment:
    """Write a comment."""
    with world.lock:
        now, app = world.now(), world.app_of(actor)
        written = Comment(world.new_id(), issue, actor, body, now, now, app)
        issue.comments.append(written)
        issue.timeline.append(
            Commented(id=written.id, actor=actor, at=now, app=app, comment=written)
        )
        touch(world, issue)
        cross_reference(world, actor, issue, body)
        _tell(world, "created", actor, written)
        return written


def edit_comment(world: World, actor: Account, written: Comment, body: str) -> None:
    """Replace a comment's text; nothing happens when it is the same."""
    with world.lock:
        if body == written.body:
            return
        before, written.body = written.body, body
        written.updated_at = world.now()
        touch(world, written.issue)
        cross_reference(world, actor, written.issue, body)
        _tell(world, "edited", actor, written, {"changes": {"body": {"from": before}}})


def delete_comment(world: World, actor: Account, written: Comment) -> None:
    """Remove a comment, from the timeline too."""
    with world.lock:
        issue = written.issue
        issue.comments.remove(written)
        issue.timeline[:] = [
            event
            for event in issue.timeline
            if not (isinstance(event, Commented) and event.comment is written)
        ]
        touch(world, issue)
        _tell(world, "deleted", actor, written)


def _tell(
    world: World, action: str, actor: Account, written: Comment, extra: JsonObject | None = None
) -> None:
    payload: JsonObject = {
        "issue": render_issue(world.urls, written.issue),
        "comment": render_comment(world.urls, written),
    }
    repo = written.issue.repo
    world.emit("issue_comment", action, repo, actor, payload | (extra or {}))
