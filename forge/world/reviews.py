"""Reviewing pull requests: reviews, comments on lines, dismissal, resolved threads."""

from collections.abc import Sequence
from typing import Literal

from forge.git.hunks import Side
from forge.jsontypes import JsonObject
from forge.render.pulls import render_pull_simple
from forge.render.reviews import render_review
from forge.world.entities import Account, Pull, Review, ReviewComment, Reviewed, ReviewState
from forge.world.line_comments import (
    LineComment,
    file_comment,
    new_comment,
    place_comment,
    tell_comment,
)
from forge.world.refusals import unprocessable
from forge.world.subject import touch
from forge.world.world import World

Event = Literal["APPROVE", "REQUEST_CHANGES", "COMMENT"]

_STATE = {
    "APPROVE": ReviewState.APPROVED,
    "REQUEST_CHANGES": ReviewState.CHANGES_REQUESTED,
    "COMMENT": ReviewState.COMMENTED,
}


def create_review(
    world: World,
    actor: Account,
    pull: Pull,
    event: Event | None,
    body: str = "",
    comments: Sequence[LineComment] = (),
    commit_sha: str | None = None,
) -> Review:
    """Review a pull request; with no event the review stays pending, seen by its author alone.

    Raises `Refused` 422: an opinion on one's own pull request, a line that is not in the diff,
    nothing said, or a second pending review.
    """
    with world.lock:
        if event is None and any(_pending(review, actor) for review in pull.reviews):
            raise unprocessable("User can only have one pending review per pull request")
        if event is not None:
            _check_event(actor, pull, event, body, bool(comments))
        sha = commit_sha or pull.head_sha
        placed = [(comment, place_comment(world, pull, comment)) for comment in comments]
        review = Review(
            id=world.new_id(),
            pull=pull,
            author=actor,
            body=body,
            state=ReviewState.PENDING,
            commit_sha=sha,
            submitted_at=None,
        )
        pull.reviews.append(review)
        for comment, place in placed:
            review.comments.append(new_comment(world, review, comment, place))
        if event is not None:
            _submit(world, review, event)
        return review


def submit_review(world: World, actor: Account, review: Review, event: Event, body: str) -> None:
    """Submit a pending review. Raises `Refused` 422."""
    with world.lock:
        if not _pending(review, actor):
            raise unprocessable("Could not submit a review that is not pending")
        review.body = body or review.body
        _check_event(actor, review.pull, event, review.body, bool(review.comments))
        _submit(world, review, event)


def delete_pending_review(world: World, review: Review) -> None:
    """Throw a pending review away. Raises `Refused` 422 when it was submitted."""
    with world.lock:
        if review.state is not ReviewState.PENDING:
            raise unprocessable("Can not delete a non-pending pull request review")
        review.pull.reviews.remove(review)


def dismiss_review(world: World, actor: Account, review: Review) -> None:
    """Take an opinion back. Raises `Refused` 422 when the review holds none."""
    with world.lock:
        if review.state not in (ReviewState.APPROVED, ReviewState.CHANGES_REQUESTED):
            raise unprocessable("Can not dismiss a commented pull request review")
        review.state = ReviewState.DISMISSED
        touch(world, review.pull.issue)
        _tell_review(world, actor, review, "dismissed")


def approve(world: World, actor: Account, pull: Pull, body: str = "") -> Review:
    """Approve the present head."""
    return create_review(world, actor, pull, "APPROVE", body)


def request_changes(world: World, actor: Account, pull: Pull, body: str) -> Review:
    """Request changes to the present head."""
    return create_review(world, actor, pull, "REQUEST_CHANGES", body)


def line_comment(
    world: World, actor: Account, pull: Pull, path: str, line: int, body: str, side: Side = "RIGHT"
) -> ReviewComment:
    """Comment on one line of the diff, outside of any other review."""
    comment = LineComment(path, body, line, side)
    return create_review(world, actor, pull, "COMMENT", comments=[comment]).comments[0]


def reply(world: World, actor: Account, to: ReviewComment, body: str) -> ReviewComment:
    """Answer in a thread; a reply to a reply answers the first comment."""
    with world.lock:
        pull = to.pull
        first = to.in_reply_to or to
        review = Review(
            id=world.new_id(),
            pull=pull,
            author=actor,
            body="",
            state=ReviewState.PENDING,
            commit_sha=pull.head_sha,
            submitted_at=None,
        )
        pull.reviews.append(review)
        now = world.now()
        made = ReviewComment(
            id=world.new_id(),
            pull=pull,
            review=review,
            author=actor,
            body=body,
            path=first.path,
            diff_hunk=first.diff_hunk,
            commit_sha=first.commit_sha,
            original_commit_sha=first.original_commit_sha,
            line=first.line,
            original_line=first.original_line,
            created_at=now,
            updated_at=now,
            side=first.side,
            in_reply_to=first,
        )
        review.comments.append(made)
        _submit(world, review, "COMMENT")
        return made


def _check_event(actor: Account, pull: Pull, event: Event, body: str, commented: bool) -> None:
    own = actor is pull.issue.author
    if own and event == "APPROVE":
        raise unprocessable("Can not approve your own pull request")
    if own and event == "REQUEST_CHANGES":
        raise unprocessable("Can not request changes on your own pull request")
    if not body and (event == "REQUEST_CHANGES" or (event == "COMMENT" and not commented)):
        raise unprocessable("Body can't be blank")


def _pending(review: Review, actor: Account) -> bool:
    return review.state is ReviewState.PENDING and review.author is actor


def _submit(world: World, review: Review, event: Event) -> None:
    pull = review.pull
    review.state = _STATE[event]
    review.submitted_at = world.now()
    if review.author in pull.requested_reviewers:
        pull.requested_reviewers.remove(review.author)
    for comment in review.comments:
        comment.updated_at = review.submitted_at
        file_comment(world, comment)
    pull.issue.timeline.append(
        Reviewed(
            id=world.new_id(),
            actor=review.author,
            at=world.now(),
            app=world.app_of(review.author),
            review=review,
        )
    )
    touch(world, pull.issue)
    _tell_review(world, review.author, review, "submitted")
    for comment in review.comments:
        tell_comment(world, review.author, comment, "created")


def _tell_review(world: World, sender: Account, review: Review, action: str) -> None:
    shown = render_review(world, review)
    state = str(shown["state"]).lower()
    payload: JsonObject = {
        "review": shown | {"state": state, "updated_at": shown.get("submitted_at")},
        "pull_request": render_pull_simple(world, review.pull),
    }
    world.emit("pull_request_review", action, review.pull.repo, sender, payload)
