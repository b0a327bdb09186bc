"""Comments on lines of the diff: where they stand, and the threads they form."""

from dataclasses import dataclass

from forge.git.diff import FileChange
from forge.git.hunks import Place, Side, find_line, find_position
from forge.jsontypes import JsonObject
from forge.render.nodes import node_id
from forge.render.pulls import render_pull_simple
from forge.render.reviews import render_review_comment
from forge.world.entities import Account, Pull, Review, ReviewComment, ReviewThread
from forge.world.mergeability import comparison_of
from forge.world.refusals import unprocessable
from forge.world.world import World


@dataclass(frozen=True, slots=True)
class LineComment:
    """A comment to be made: on a `line` of a `side` of the diff, or at a diff `position`."""

    path: str
    body: str
    line: int | None = None
    side: Side = "RIGHT"
    position: int | None = None
    start_line: int | None = None
    start_side: Side | None = None


def place_comment(world: World, pull: Pull, comment: LineComment) -> Place:
    """The line that a comment means. Raises `Refused` 422 when the diff does not show it."""
    files: dict[str, FileChange] = {it.path: it for it in comparison_of(world, pull).files}
    change = files.get(comment.path)
    if change is None or change.patch is None:
        raise unprocessable("Path could not be resolved")
    if comment.position is not None:
        place = find_position(change.patch, comment.position)
    elif comment.line is not None:
        place = find_line(change.patch, comment.line, comment.side)
    else:
        place = None
    if place is None:
        raise unprocessable("Line could not be resolved")
    return place


def new_comment(world: World, review: Review, wanted: LineComment, place: Place) -> ReviewComment:
    """A comment of a review that may still be pending; nobody is told."""
    now = world.now()
    return ReviewComment(
        id=world.new_id(),
        pull=review.pull,
        review=review,
        author=review.author,
        body=wanted.body,
        path=wanted.path,
        diff_hunk=place.hunk,
        commit_sha=review.commit_sha,
        original_commit_sha=review.commit_sha,
        line=place.line,
        original_line=place.line,
        created_at=now,
        updated_at=now,
        side=place.side,
        start_line=wanted.start_line,
        start_side=wanted.start_side,
    )


def file_comment(world: World, comment: ReviewComment) -> None:
    """Put a comment into its thread, which a first comment opens."""
    pull = comment.pull
    if comment.in_reply_to is None:
        pull.threads.append(ReviewThread(id=world.new_id(), pull=pull, comments=[comment]))
    else:
        thread_of(pull, comment.in_reply_to).comments.append(comment)


def thread_of(pull: Pull, comment: ReviewComment) -> ReviewThread:
    """The thread that a published comment belongs to."""
    return next(thread for thread in pull.threads if comment in thread.comments)


def edit_comment(world: World, actor: Account, comment: ReviewComment, body: str) -> None:
    """Change what a comment says."""
    with world.lock:
        old, comment.body, comment.updated_at = comment.body, body, world.now()
        comment.edited_at = comment.updated_at
        changes: JsonObject = {"changes": {"body": {"from": old}}}
        tell_comment(world, actor, comment, "edited", changes)


def delete_comment(world: World, actor: Account, comment: ReviewComment) -> None:
    """Remove a comment; a thread without comments is gone."""
    with world.lock:
        thread = thread_of(comment.pull, comment)
        thread.comments.remove(comment)
        comment.review.comments.remove(comment)
        if not thread.comments:
            comment.pull.threads.remove(thread)
        tell_comment(world, actor, comment, "deleted")


def tell_comment(
    world: World,
    actor: Account,
    comment: ReviewComment,
    action: str,
    more: JsonObject | None = None,
) -> None:
    """Emit a `pull_request_review_comment` event."""
    payload: JsonObject = {
        "comment": render_review_comment(world, comment),
        "pull_request": render_pull_simple(world, comment.pull),
    }
    repo = comment.pull.repo
    world.emit("pull_request_review_comment", action, repo, actor, payload | (more or {}))


def resolve_thread(world: World, actor: Account, thread: ReviewThread) -> None:
    """Mark a thread as resolved; one that is resolved already stays whose it was."""
    with world.lock:
        if thread.resolved_by is None:
            thread.resolved_by = actor
            _tell_thread(world, actor, thread, "resolved")


def unresolve_thread(world: World, actor: Account, thread: ReviewThread) -> None:
    """Open a resolved thread again."""
    with world.lock:
        if thread.resolved_by is not None:
            thread.resolved_by = None
            _tell_thread(world, actor, thread, "unresolved")


def _tell_thread(world: World, actor: Account, thread: ReviewThread, action: str) -> None:
    shown: JsonObject = {
        "pull_request": render_pull_simple(world, thread.pull),
        "thread": {
            "node_id": node_id("PullRequestReviewThread", thread.id),
            "comments": [render_review_comment(world, it) for it in thread.comments],
        },
    }
    world.emit("pull_request_review_thread", action, thread.pull.repo, actor, shown)
