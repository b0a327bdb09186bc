"""Reviews of pull requests and comments on lines."""

from functools import partial
from typing import get_args

from forge.api import fields
from forge.api.call import Call
from forge.api.guarded import GuardedRouter, git_of, pull_of
from forge.api.http import Reply, forbidden, not_found
from forge.git.hunks import Side
from forge.jsontypes import JsonObject
from forge.render.reviews import render_review, render_review_comment
from forge.world.entities import Review, ReviewComment, ReviewState, Role
from forge.world.line_comments import LineComment, delete_comment, edit_comment
from forge.world.refusals import Refused, unprocessable
from forge.world.reviews import (
    Event,
    create_review,
    delete_pending_review,
    dismiss_review,
    reply,
    submit_review,
)

router = GuardedRouter()

_READ = ("pull_requests:read",)
_WRITE = ("pull_requests:write",)
_PULL = "/repos/{owner}/{repo}/pulls/{number:int}"
_REVIEW = _PULL + "/reviews/{review:int}"
_COMMENT = "/repos/{owner}/{repo}/pulls/comments/{comment:int}"


@router.get(_PULL + "/reviews", app=_READ)
def list_reviews(call: Call) -> Reply:
    """Reviews in the order they were made; a pending one only for its author."""
    shown = [review for review in pull_of(call).reviews if _visible(call, review)]
    return call.paged(shown, partial(render_review, call.world))


@router.post(_PULL + "/reviews", app=_WRITE)
def create(call: Call) -> Reply:
    """Review, with an `event` at once, without one as pending."""
    pull, body = pull_of(call), call.json()
    review = create_review(
        call.world,
        call.actor,
        pull,
        _event(body),
        fields.text_or_none(body, "body") or "",
        [_line_comment(comment) for comment in fields.objects(body, "comments")],
        fields.text_or_none(body, "commit_id"),
    )
    return Reply(200, render_review(call.world, review))


@router.get(_REVIEW, app=_READ)
def get_review(call: Call) -> Reply:
    """One review."""
    return Reply(200, render_review(call.world, _review(call)))


@router.get(_REVIEW + "/comments", app=_READ)
def list_comments_of_review(call: Call) -> Reply:
    """The comments on lines that belong to one review."""
    return call.paged(_review(call).comments, partial(render_review_comment, call.world))


@router.put(_REVIEW, app=_WRITE)
def update_review(call: Call) -> Reply:
    """Change what a review says."""
    review = _review(call)
    if review.author is not call.actor:
        raise forbidden()
    review.body = fields.required_text(call.json(), "body")
    return Reply(200, render_review(call.world, review))


@router.delete(_REVIEW, app=_WRITE)
def delete_review(call: Call) -> Reply:
    """Throw a pending review away."""
    review = _review(call)
    delete_pending_review(call.world, review)
    return Reply(200, render_review(call.world, review))


@router.post(_REVIEW + "/events", app=_WRITE)
def submit(call: Call) -> Reply:
    """Submit a pending review."""
    review, body = _review(call), call.json()
    event = _event(body)
    if event is None:
        raise unprocessable("Event can't be blank")
    text = fields.text_or_none(body, "body") or ""
    submit_review(call.world, call.actor, review, event, text)
    return Reply(200, render_review(call.world, review))


@router.put(_REVIEW + "/dismissals", app=_WRITE, user=Role.WRITE)
def dismiss(call: Call) -> Reply:
    """Take an opinion back; a message must say why."""
    review = _review(call)
    fields.required_text(call.json(), "message")
    dismiss_review(call.world, call.actor, review)
    return Reply(200, render_review(call.world, review))


@router.get(_PULL + "/comments", app=_READ)
def list_comments(call: Call) -> Reply:
    """The comments on lines of one pull request, oldest first."""
    comments = [comment for thread in pull_of(call).threads for comment in thread.comments]
    comments.sort(key=lambda comment: comment.id)
    return call.paged(comments, partial(render_review_comment, call.world))


@router.post(_PULL + "/comments", app=_WRITE)
def create_comment(call: Call) -> Reply:
    """Comment on one line, or with `in_reply_to` answer in a thread."""
    pull, body = pull_of(call), call.json()
    text = fields.required_text(body, "body")
    answered = fields.whole_or_none(body, "in_reply_to")
    if answered is not None:
        found = next((it for it in _comments(call) if it.id == answered), None)
        if found is None or found.pull is not pull:
            raise unprocessable("in_reply_to could not be resolved")
        return Reply(201, render_review_comment(call.world, _reply(call, found, text)))
    sha = fields.required_text(body, "commit_id")
    if git_of(call).kind(sha) != "commit":
        raise Refused(422, "Validation Failed", ["commit_id is not part of the pull request"])
    wanted = [_line_comment(body)]
    review = create_review(call.world, call.actor, pull, "COMMENT", "", wanted, sha)
    return Reply(201, render_review_comment(call.world, review.comments[0]))


@router.post(_PULL + "/comments/{comment:int}/replies", app=_WRITE)
def create_reply(call: Call) -> Reply:
    """Answer in a thread, by its first comment: GitHub knows no replies to replies."""
    first, text = _comment(call), fields.required_text(call.json(), "body")
    if first.in_reply_to is not None or first.pull is not pull_of(call):
        raise not_found()
    return Reply(201, render_review_comment(call.world, _reply(call, first, text)))


@router.get("/repos/{owner}/{repo}/pulls/comments", app=_READ)
def list_comments_of_repo(call: Call) -> Reply:
    """The comments on lines of all pull requests, oldest first."""
    return call.paged(_comments(call), partial(render_review_comment, call.world))


@router.get(_COMMENT, app=_READ)
def get_comment(call: Call) -> Reply:
    """One comment on a line."""
    return Reply(200, render_review_comment(call.world, _comment(call)))


@router.patch(_COMMENT, app=_WRITE)
def update_comment(call: Call) -> Reply:
    """Change what a comment says."""
    comment = _comment(call)
    if comment.author is not call.actor and call.role < Role.WRITE:
        raise forbidden()
    edit_comment(call.world, call.actor, comment, fields.required_text(call.json(), "body"))
    return Reply(200, render_review_comment(call.world, comment))


@router.delete(_COMMENT, app=_WRITE)
def remove_comment(call: Call) -> Reply:
    """Delete a comment."""
    comment = _comment(call)
    if comment.author is not call.actor and call.role < Role.WRITE:
        raise forbidden()
    delete_comment(call.world, call.actor, comment)
    return Reply.empty()


def _reply(call: Call, to: ReviewComment, text: str) -> ReviewComment:
    return reply(call.world, call.actor, to, text)


def _comments(call: Call) -> list[ReviewComment]:
    found = [
        comment
        for pull in call.world.pulls(call.repo())
        for thread in pull.threads
        for comment in thread.comments
    ]
    return sorted(found, key=lambda comment: comment.id)


def _comment(call: Call) -> ReviewComment:
    wanted = call.number("comment")
    found = next((it for it in _comments(call) if it.id == wanted), None)
    if found is None:
        raise not_found()
    return found


def _visible(call: Call, review: Review) -> bool:
    return review.state is not ReviewState.PENDING or review.author is call.actor


def _review(call: Call) -> Review:
    wanted = call.number("review")
    for review in pull_of(call).reviews:
        if review.id == wanted and _visible(call, review):
            return review
    raise not_found()


def _event(body: JsonObject) -> Event | None:
    match fields.choice(body, "event", get_args(Event)):
        case "APPROVE" | "REQUEST_CHANGES" | "COMMENT" as event:
            return event
        case _:
            return None


def _line_comment(body: JsonObject) -> LineComment:
    return LineComment(
        path=fields.required_text(body, "path"),
        body=fields.required_text(body, "body"),
        line=fields.whole_or_none(body, "line"),
        side=_side(body, "side") or "RIGHT",
        position=fields.whole_or_none(body, "position"),
        start_line=fields.whole_or_none(body, "start_line"),
        start_side=_side(body, "start_side"),
    )


def _side(body: JsonObject, name: str) -> Side | None:
    match fields.choice(body, name, get_args(Side)):
        case "LEFT" | "RIGHT" as side:
            return side
        case _:
            return None
