"""Reactions to issues, comments and review comments."""

from collections.abc import Callable
from functools import partial

from forge.api import fields
from forge.api.call import Call
from forge.api.http import Reply, Router, forbidden, invalid, not_found
from forge.api.subject import READ, WRITE, comment_of, subject
from forge.render.issues import render_reaction
from forge.world import reactions as verbs
from forge.world.entities import Comment, Issue, ReactionContent, ReviewComment

router = Router()

Subject = Issue | Comment | ReviewComment


def review_comment_of(call: Call) -> ReviewComment:
    """The comment on a line whose id is in the path; raises 404."""
    wanted = call.number("comment_id")
    for pull in call.world.pulls(call.repo()):
        for thread in pull.threads:
            for comment in thread.comments:
                if comment.id == wanted:
                    return comment
    raise not_found()


def _serve(
    path: str, find: Callable[[Call], Subject], read: tuple[str, ...], write: tuple[str, ...]
) -> None:
    """Register the three endpoints of the reactions of one kind of subject."""

    @router.get(path, app=read)
    def list_reactions(call: Call) -> Reply:
        wanted = call.query.get("content")
        found = [one for one in find(call).reactions if wanted in (None, one.content.value)]
        return call.paged(found, partial(render_reaction, call.urls))

    @router.post(path, app=write)
    def react(call: Call) -> Reply:
        content = fields.required_text(call.json(), "content")
        if content not in [one.value for one in ReactionContent]:
            raise invalid("Reaction", "content", "invalid")
        target = find(call)
        before = len(target.reactions)
        made = verbs.react(call.world, call.actor, target, ReactionContent(content))
        status = 201 if len(target.reactions) > before else 200
        return Reply(status, render_reaction(call.urls, made))

    @router.delete(path + "/{reaction_id:int}", app=write)
    def unreact(call: Call) -> Reply:
        target, wanted = find(call), call.number("reaction_id")
        found = next((one for one in target.reactions if one.id == wanted), None)
        if found is None:
            raise not_found()
        if found.user is not call.actor:
            raise forbidden()
        verbs.unreact(call.world, target, found)
        return Reply.empty()


_serve("/repos/{owner}/{repo}/issues/{number:int}/reactions", subject, READ, WRITE)
_serve("/repos/{owner}/{repo}/issues/comments/{comment_id:int}/reactions", comment_of, READ, WRITE)
_serve(
    "/repos/{owner}/{repo}/pulls/comments/{comment_id:int}/reactions",
    review_comment_of,
    ("pull_requests:read",),
    ("pull_requests:write",),
)
