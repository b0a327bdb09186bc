"""Reviews as they stand in the conversation: the verdict, and the threads that each opened."""

from html import escape

from forge.pages.conversation import event, said
from forge.pages.diff import patch_lines
from forge.pages.html import avatar, when, who
from forge.world.entities import Review, ReviewComment, ReviewState, ReviewThread
from forge.world.entities.pulls import Pull
from forge.world.verdict import opinions

_HUNK_LINES = 4
"""Lines of the diff above a remark, the last of which it is about; GitHub shows as many."""

_VERDICT = {
    ReviewState.APPROVED: ("approved", "<span class='success'>✓</span> approved this"),
    ReviewState.CHANGES_REQUESTED: ("asked", "<span class='failure'>±</span> requested changes"),
    ReviewState.DISMISSED: ("", "reviewed (dismissed)"),
}


def review_entry(review: Review) -> str:
    """A review with all that it started; nothing for one that only answers in other threads."""
    pull = review.pull
    threads = [one for one in pull.threads if one.comments and one.comments[0].review is review]
    if not (threads or review.body) and review.state is ReviewState.COMMENTED:
        return ""
    kind, verdict = _VERDICT.get(review.state, ("", "reviewed"))
    at = review.submitted_at or pull.issue.created_at
    line = event(review.author, f"{verdict} at <code>{review.commit_sha[:7]}</code>", at)
    body = f"<div class='box {kind}'>{said(pull.repo, review.body)}</div>" if review.body else ""
    return line + body + "".join(map(_thread, threads))


def reviewers(pull: Pull) -> str:
    """Who was asked for a review, and whose opinion stands, as a line."""
    standing = {
        review.author.login: _VERDICT[review.state][1]
        for review in opinions(pull).values()
        if review.state is not ReviewState.DISMISSED
    }
    asked = {
        account.login: "<span class='pending'>●</span> has been asked"
        for account in pull.requested_reviewers
    }
    told = [f"<b>{escape(login)}</b> {what}" for login, what in (standing | asked).items()]
    return ", ".join(told)


def _thread(thread: ReviewThread) -> str:
    first = thread.comments[0]
    line = first.line or first.original_line
    place = escape(first.path) + (f":{line}" if line is not None else "")
    outdated = "<span class='badge'>outdated</span>" if thread.outdated else ""
    by = thread.resolved_by
    resolved = f"<span class='badge done'>✓ resolved by {escape(by.login)}</span>" if by else ""
    hunk = patch_lines("\n".join(first.diff_hunk.split("\n")[-_HUNK_LINES:]))
    return (
        f"<div class='box thread'><div class='head'><code>{place}</code> {outdated}{resolved}</div>"
        f"<pre class='diff'>{hunk}</pre>{''.join(map(_remark, thread.comments))}</div>"
    )


def _remark(comment: ReviewComment) -> str:
    author, repo = comment.author, comment.pull.repo
    return (
        f"<div class='remark'>{avatar(author)}{who(author)} {when(comment.created_at)}"
        f"{said(repo, comment.body, comment.reactions)}</div>"
    )
