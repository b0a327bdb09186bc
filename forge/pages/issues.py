"""Pages of issues, and the conversation that issues and pull requests have alike."""

from collections import Counter
from collections.abc import Iterable
from html import escape
from typing import assert_never
from urllib.parse import quote

from forge.pages.html import avatar, chip, crumbs, page, when, who
from forge.pages.markdown import render_markdown
from forge.world.entities import (
    Account,
    Assigned,
    Closed,
    Comment,
    Commented,
    CrossReferenced,
    HeadRefDeleted,
    HeadRefForcePushed,
    Issue,
    Labeled,
    Merged,
    Reaction,
    Renamed,
    Reopened,
    Repo,
    Reviewed,
    ReviewRequested,
    State,
    TimelineEvent,
    Unassigned,
    Unlabeled,
)

_FACES = {
    "+1": "👍",
    "-1": "👎",
    "laugh": "😄",
    "confused": "😕",
    "heart": "❤️",
    "hooray": "🎉",
    "rocket": "🚀",
    "eyes": "👀",
}


def list_page(repo: Repo, issues: Iterable[Issue], title: str) -> str:
    """A list of issues or pull requests, newest first."""
    rows = "".join(_row(issue) for issue in sorted(issues, key=lambda one: -one.number))
    empty = "<div class='row pale'>Nothing here yet.</div>"
    body = f"<h1>{title}</h1><div class='box'>{rows or empty}</div>"
    return page(f"{title} · {repo.full_name}", crumbs(repo), body)


def issue_page(issue: Issue) -> str:
    """One issue with its conversation."""
    body = heading(issue, issue.state.value, issue.state.value.capitalize()) + conversation(issue)
    return page(f"{issue.title} · #{issue.number}", crumbs(issue.repo), body)


def heading(issue: Issue, kind: str, word: str) -> str:
    """Title, state and labels."""
    labels = "".join(chip(label) for label in issue.labels)
    return (
        f"<h1>{escape(issue.title)} <span>#{issue.number}</span></h1>"
        f"<p><span class='state {kind}'>{word}</span>{labels} &nbsp; "
        f"{who(issue.author)} opened this {when(issue.created_at)}</p>"
    )


def conversation(issue: Issue) -> str:
    """The opening text and all that followed."""
    first = box(issue.author, issue.created_at, issue.body or "", issue.reactions)
    return first + "".join(_entry(event) for event in issue.timeline)


def box(author: Account, at: object, text: str, reactions: Iterable[Reaction] = ()) -> str:
    """A text that somebody wrote, with its reactions."""
    counts = Counter(_FACES[reaction.content.value] for reaction in reactions)
    faces = "".join(f"<span>{face} {count}</span>" for face, count in counts.items())
    shown = render_markdown(text) if text else "<p class='pale'>No description provided.</p>"
    return (
        f"<div class='box'><div class='head'>{avatar(author)}{who(author)} "
        f"<span class='pale'>{at:%Y-%m-%d %H:%M}</span></div><div class='body'>{shown}</div>"
        + (f"<div class='reactions'>{faces}</div>" if faces else "")
        + "</div>"
    )


def _row(issue: Issue) -> str:
    kind = "pull" if issue.pull else "issues"
    word, colour = ("●", "success") if issue.state is State.OPEN else ("✓", "pale")
    labels = "".join(chip(label) for label in issue.labels)
    return (
        f"<div class='row'><span class='{colour}'>{word}</span> "
        f"<a href='/{quote(issue.repo.full_name)}/{kind}/{issue.number}'>"
        f"<b>{escape(issue.title)}</b></a> {labels}<br>"
        f"<span class='pale'>#{issue.number} by {escape(issue.author.login)}, "
        f"{len(issue.comments)} comments</span></div>"
    )


def _comment(comment: Comment) -> str:
    return box(comment.author, comment.created_at, comment.body, comment.reactions)


def _entry(event: TimelineEvent) -> str:
    if isinstance(event, Commented):
        return _comment(event.comment)
    if isinstance(event, Reviewed) and event.review.body:
        review = event.review
        return _line(event) + box(review.author, event.at, review.body)
    return _line(event)


def _line(event: TimelineEvent) -> str:
    said = f"{avatar(event.actor)}{who(event.actor)} {_deed(event)} {when(event.at)}"
    return f"<div class='event'>{said}</div>"


def _deed(event: TimelineEvent) -> str:
    match event:
        case Labeled(label=label):
            return f"added {chip(label)}"
        case Unlabeled(label=label):
            return f"removed {chip(label)}"
        case Assigned(assignee=assignee):
            return f"assigned {who(assignee)}"
        case Unassigned(assignee=assignee):
            return f"unassigned {who(assignee)}"
        case Closed(commit_sha=None):
            return "closed this"
        case Closed(commit_sha=sha):
            return f"closed this in <code>{escape(str(sha)[:7])}</code>"
        case Reopened():
            return "reopened this"
        case Renamed(before=before, after=after):
            return f"renamed this from <s>{escape(before)}</s> to <b>{escape(after)}</b>"
        case CrossReferenced(source=source):
            kind = "pull" if source.pull else "issues"
            target = f"/{quote(source.repo.full_name)}/{kind}/{source.number}"
            return f"mentioned this in <a href='{target}'>{escape(source.title)}</a>"
        case Merged(commit_sha=sha):
            return f"merged this as <code>{escape(sha[:7])}</code>"
        case HeadRefDeleted():
            return "deleted the branch"
        case HeadRefForcePushed(commit_sha=sha):
            return f"force-pushed the branch to <code>{escape(sha[:7])}</code>"
        case ReviewRequested(reviewer=reviewer):
            return f"asked {who(reviewer)} for a review"
        case Reviewed(review=review):
            return {"APPROVED": "approved", "CHANGES_REQUESTED": "requested changes"}.get(
                review.state.value, "reviewed"
            )
        case Commented():
            return "commented"
        case _:
            assert_never(event)
