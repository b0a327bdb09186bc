"""Review threads: reading them, resolving them."""

from types import NoneType

from forge.api.auth import ByToken, granted, sees
from forge.api.call import Call
from forge.api.http import ApiError, not_found
from forge.graphql.connections import connection
from forge.graphql.core import PULLS_READ
from forge.graphql.table import At, Table, admitted
from forge.render.nodes import node_id
from forge.render.urls import stamp, stamp_or_none
from forge.world.entities import Account, Pull, Repo, ReviewComment, ReviewThread, Role
from forge.world.line_comments import resolve_thread, thread_of, unresolve_thread

table = Table()

RESOLVE = ("pull_requests:write", "contents:write")
"""What an App needs to resolve a thread. GitHub's reference does not say so; it refuses a token
without `contents: write` (github.com/orgs/community/discussions/44650)."""


def _may_resolve(call: Call, pull: Pull) -> bool:
    """Whoever may write, and the author of the pull request."""
    match call.principal:
        case ByToken(token) if token.installation is not None:
            covered = token.installation.covers(pull.repo)
            return covered and all(granted(token, permission) for permission in RESOLVE)
        case ByToken(token):
            author = token.account is pull.issue.author
            return author or call.world.role(pull.repo, token.account) >= Role.WRITE
        case _:
            return False


def _thread_to_change(at: At, mutation: str) -> ReviewThread:
    thread = at.found(at.text("threadId"))
    if not isinstance(thread, ReviewThread):
        raise not_found()
    if not _may_resolve(at.call, thread.pull):
        if at.call.app is not None:
            raise ApiError(403, "Resource not accessible by integration")
        login = at.call.actor.login
        message = f"{login} does not have the correct permissions to execute `{mutation}`"
        raise ApiError(403, message)
    return thread


def _resolve(_: None, at: At) -> dict[str, object]:
    given = at.input()
    thread = _thread_to_change(given, "ResolveReviewThread")
    resolve_thread(at.call.world, at.call.actor, thread)
    return given.payload(thread=thread)


def _unresolve(_: None, at: At) -> dict[str, object]:
    given = at.input()
    thread = _thread_to_change(given, "UnresolveReviewThread")
    unresolve_thread(at.call.world, at.call.actor, thread)
    return given.payload(thread=thread)


def _find_thread(call: Call, number: int) -> ReviewThread | None:
    for repo in call.world.repos.values():
        for thread in _threads(call, repo):
            if thread.id == number:
                admitted(call, repo, PULLS_READ)
                return thread
    return None


def _find_comment(call: Call, number: int) -> ReviewComment | None:
    for repo in call.world.repos.values():
        for thread in _threads(call, repo):
            for comment in thread.comments:
                if comment.id == number:
                    admitted(call, repo, PULLS_READ)
                    return comment
    return None


def _threads(call: Call, repo: Repo) -> list[ReviewThread]:
    if not sees(call.world, call.principal, repo):
        return []
    return [thread for pull in call.world.pulls(repo) for thread in pull.threads]


def _resolved_by(thread: ReviewThread, _: At) -> Account | None:
    return thread.resolved_by


def _page(comment: ReviewComment, at: At) -> str:
    return f"{at.call.urls.issue_page(comment.pull.issue)}#discussion_r{comment.id}"


table.fields(
    "PullRequest",
    Pull,
    {"reviewThreads": lambda pull, at: connection(at, "reviewThreads", pull.threads)},
)
table.fields(
    "PullRequestReviewThread",
    ReviewThread,
    {
        "comments": lambda thread, at: connection(at, "comments", thread.comments),
        "diffSide": lambda thread, _: thread.comments[0].side,
        "id": lambda thread, _: node_id("PullRequestReviewThread", thread.id),
        "isOutdated": lambda thread, _: thread.outdated,
        "isResolved": lambda thread, _: thread.resolved_by is not None,
        "line": lambda thread, _: thread.comments[0].line,
        "originalLine": lambda thread, _: thread.comments[0].original_line,
        "path": lambda thread, _: thread.comments[0].path,
        "pullRequest": lambda thread, _: thread.pull,
        "repository": lambda thread, _: thread.pull.repo,
        "resolvedBy": _resolved_by,
        "startLine": lambda thread, _: thread.comments[0].start_line,
        "viewerCanReply": lambda thread, _: not thread.pull.issue.locked,
        "viewerCanResolve": lambda thread, at: (
            thread.resolved_by is None and _may_resolve(at.call, thread.pull)
        ),
        "viewerCanUnresolve": lambda thread, at: (
            thread.resolved_by is not None and _may_resolve(at.call, thread.pull)
        ),
    },
)
table.fields(
    "PullRequestReviewComment",
    ReviewComment,
    {
        "author": lambda comment, _: comment.author,
        "body": lambda comment, _: comment.body,
        "createdAt": lambda comment, _: stamp(comment.created_at),
        "databaseId": lambda comment, _: comment.id,
        "diffHunk": lambda comment, _: comment.diff_hunk,
        "fullDatabaseId": lambda comment, _: str(comment.id),
        "id": lambda comment, _: node_id("PullRequestReviewComment", comment.id),
        "lastEditedAt": lambda comment, _: stamp_or_none(comment.edited_at),
        "line": lambda comment, _: comment.line,
        "originalLine": lambda comment, _: comment.original_line,
        "outdated": lambda comment, _: thread_of(comment.pull, comment).outdated,
        "path": lambda comment, _: comment.path,
        "publishedAt": lambda comment, _: stamp_or_none(comment.review.submitted_at),
        "pullRequest": lambda comment, _: comment.pull,
        "replyTo": lambda comment, _: comment.in_reply_to,
        "updatedAt": lambda comment, _: stamp(comment.updated_at),
        "url": _page,
    },
)
table.fields(
    "Mutation",
    NoneType,
    {"resolveReviewThread": _resolve, "unresolveReviewThread": _unresolve},
)
table.node("PullRequestReviewThread", _find_thread)
table.node("PullRequestReviewComment", _find_comment)
