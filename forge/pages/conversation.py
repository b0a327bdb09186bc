"""The conversation of issues and pull requests alike: texts, reactions, and what happened."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from html import escape
from itertools import groupby
from typing import TypeAlias, assert_never
from urllib.parse import quote

from forge.pages.html import avatar, chip, when, who
from forge.pages.markdown import render_markdown
from forge.world.entities import (
    Account,
    Assigned,
    Closed,
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
    Review,
    Reviewed,
    ReviewRequested,
    TimelineEvent,
    Unassigned,
    Unlabeled,
)

Entry: TypeAlias = tuple[datetime, str]
"""When something happened, and its HTML."""

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


def conversation(
    issue: Issue,
    reviewed: Callable[[Review], str] = lambda _: "",
    more: Iterable[Entry] = (),
) -> str:
    """The opening text and all that followed, with `more` entries put in at their times.

    `reviewed` shows what a review says; one of which nothing is shown is left out.
    """
    first = box(issue.repo, issue.author, issue.created_at, issue.body or "", issue.reactions)
    # Git knows no fraction of a second, so a commit stands before what happened in its second.
    entries = sorted([*more, *_entries(issue, reviewed)], key=lambda entry: entry[0])
    since = "".join(html for _, html in entries)
    return f"<section id='opening'>{first}</section><section id='since'>{since}</section>"


def box(
    repo: Repo, author: Account, at: datetime, text: str, reactions: Iterable[Reaction] = ()
) -> str:
    """A text that somebody wrote, with its reactions."""
    return (
        f"<div class='box'><div class='head'>{avatar(author)}{who(author)} {when(at)}</div>"
        f"{said(repo, text, reactions)}</div>"
    )


def said(repo: Repo, text: str, reactions: Iterable[Reaction] = ()) -> str:
    """The inside of a box."""
    counts = Counter(_FACES[reaction.content.value] for reaction in reactions)
    faces = "".join(f"<span>{face} {count}</span>" for face, count in counts.items())
    address = f"/{quote(repo.full_name)}"
    shown = render_markdown(text, address) or "<p class='pale'>No description provided.</p>"
    return f"<div class='body'>{shown}</div>" + (
        f"<div class='reactions'>{faces}</div>" if faces else ""
    )


def event(actor: Account, deed: str, at: datetime) -> str:
    """One line of what somebody did."""
    return f"<div class='event'>{avatar(actor)}{who(actor)} {deed} {when(at)}</div>"


def _entries(issue: Issue, reviewed: Callable[[Review], str]) -> Iterator[Entry]:
    for _, together in groupby(issue.timeline, key=_belongs_to):
        events = list(together)
        match events[0]:
            case Labeled() | Unlabeled() as first:
                if told := _labelling(events):
                    yield first.at, event(first.actor, told, first.at)
            case Commented(comment=comment, at=at):
                text, faces = comment.body, comment.reactions
                yield at, box(issue.repo, comment.author, at, text, faces)
            case Reviewed(review=review, at=at):
                if html := reviewed(review):
                    yield at, html
            case Closed(at=at) if issue.pull is not None and issue.pull.merged:
                continue  # The merge says it.
            case other:
                yield other.at, event(other.actor, _deed(other), other.at)


def _belongs_to(event: TimelineEvent) -> tuple[str, int]:
    """Labels that somebody put on and took off in a row are told in one line."""
    if isinstance(event, Labeled | Unlabeled):
        return "labels", event.actor.id
    return "one", event.id


def _labelling(events: Iterable[TimelineEvent]) -> str:
    """What came of it in the end: what was put on and taken off again is not told."""
    sums: Counter[str] = Counter()
    for one in events:
        match one:
            case Labeled(label=label):
                sums[chip(label)] += 1
            case Unlabeled(label=label):
                sums[chip(label)] -= 1
    added = "".join(label for label, times in sums.items() if times > 0)
    removed = "".join(label for label, times in sums.items() if times < 0)
    told = (("added", added), ("removed", removed))
    return " and ".join(f"{verb} {labels}" for verb, labels in told if labels)


def _deed(event: TimelineEvent) -> str:
    match event:
        case Labeled() | Unlabeled():
            return _labelling([event])
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
            title = f"{escape(source.title)} #{source.number}"
            return f"mentioned this in <a href='{target}'>{title}</a>"
        case Merged(commit_sha=sha):
            return f"merged this as <code>{escape(sha[:7])}</code>"
        case HeadRefDeleted():
            return "deleted the branch"
        case HeadRefForcePushed(commit_sha=sha):
            return f"force-pushed the branch to <code>{escape(sha[:7])}</code>"
        case ReviewRequested(reviewer=reviewer):
            return f"asked {who(reviewer)} for a review"
        case Reviewed():
            return "reviewed"
        case Commented():
            return "commented"
        case _:
            assert_never(event)
