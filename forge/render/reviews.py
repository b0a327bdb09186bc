"""Reviews and comments on lines, in JSON."""

from forge.git.hunks import find_line
from forge.jsontypes import JsonObject
from forge.render.accounts import association, render_account
from forge.render.issues import render_rollup
from forge.render.nodes import node_id
from forge.render.urls import stamp
from forge.world.entities import Review, ReviewComment
from forge.world.mergeability import comparison_of
from forge.world.world import World


def render_review(world: World, review: Review) -> JsonObject:
    """GitHub's `pull-request-review`. A pending one has no `submitted_at`."""
    pull = review.pull
    pull_url = f"{world.urls.repo(pull.repo)}/pulls/{pull.number}"
    page = f"{world.urls.issue_page(pull.issue)}#pullrequestreview-{review.id}"
    shown: JsonObject = {
        "id": review.id,
        "node_id": node_id("PullRequestReview", review.id),
        "user": render_account(world.urls, review.author),
        "body": review.body,
        "state": review.state.value,
        "html_url": page,
        "pull_request_url": pull_url,
        "author_association": association(pull.repo, review.author),
        "_links": {"html": {"href": page}, "pull_request": {"href": pull_url}},
        "commit_id": review.commit_sha,
    }
    if review.submitted_at is not None:
        shown["submitted_at"] = stamp(review.submitted_at)
    return shown


def render_review_comment(world: World, comment: ReviewComment) -> JsonObject:
    """GitHub's `pull-request-review-comment`. `line` and `position` are null when outdated."""
    pull = comment.pull
    url = f"{world.urls.repo(pull.repo)}/pulls/comments/{comment.id}"
    pull_url = f"{world.urls.repo(pull.repo)}/pulls/{pull.number}"
    page = f"{world.urls.issue_page(pull.issue)}#discussion_r{comment.id}"
    shown: JsonObject = {
        "url": url,
        "pull_request_review_id": comment.review.id,
        "id": comment.id,
        "node_id": node_id("PullRequestReviewComment", comment.id),
        "diff_hunk": comment.diff_hunk,
        "path": comment.path,
        "commit_id": comment.commit_sha,
        "original_commit_id": comment.original_commit_sha,
        "user": render_account(world.urls, comment.author),
        "body": comment.body,
        "created_at": stamp(comment.created_at),
        "updated_at": stamp(comment.updated_at),
        "html_url": page,
        "pull_request_url": pull_url,
        "author_association": association(pull.repo, comment.author),
        "_links": {
            "self": {"href": url},
            "html": {"href": page},
            "pull_request": {"href": pull_url},
        },
        "reactions": render_rollup(url, comment.reactions),
        "start_line": comment.start_line,
        "original_start_line": comment.start_line,
        "start_side": comment.start_side,
        "line": comment.line,
        "original_line": comment.original_line,
        "side": comment.side,
        "position": _position(world, comment),
        "original_position": comment.diff_hunk.count("\n"),
        "subject_type": comment.subject,
    }
    if comment.in_reply_to is not None:
        shown["in_reply_to_id"] = comment.in_reply_to.id
    return shown


def _position(world: World, comment: ReviewComment) -> int | None:
    """Where the diff of today shows the line."""
    if comment.line is None:
        return None
    for change in comparison_of(world, comment.pull).files:
        if change.path == comment.path and change.patch is not None:
            place = find_line(change.patch, comment.line, comment.side)
            return None if place is None else place.position
    return None
