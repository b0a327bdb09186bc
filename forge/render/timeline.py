"""The timeline and the issue events in JSON."""

from typing import assert_never

from forge.jsontypes import JsonObject
from forge.render.accounts import association, render_account
from forge.render.issues import render_app_or_none, render_comment, render_issue
from forge.render.nodes import node_id
from forge.render.repos import render_repo
from forge.render.urls import Urls, stamp
from forge.world.entities import (
    Assigned,
    Closed,
    Commented,
    CrossReferenced,
    HeadRefDeleted,
    HeadRefForcePushed,
    Issue,
    Labeled,
    Merged,
    Renamed,
    Reopened,
    Reviewed,
    ReviewRequested,
    TimelineEvent,
    Unassigned,
    Unlabeled,
)


def render_timeline(urls: Urls, issue: Issue, event: TimelineEvent) -> JsonObject:
    """One entry of `/issues/{n}/timeline`."""
    match event:
        case Commented(comment=comment):
            actor = render_account(urls, comment.author)
            return render_comment(urls, comment) | {"event": "commented", "actor": actor}
        case CrossReferenced(source=source):
            mention = render_issue(urls, source) | {"repository": render_repo(urls, source.repo)}
            return {
                "event": "cross-referenced",
                "actor": render_account(urls, event.actor),
                "created_at": stamp(event.at),
                "updated_at": stamp(event.at),
                "source": {"type": "issue", "issue": mention},
            }
        case Reviewed():
            return _review(urls, issue, event)
        case _:
            return render_issue_event(urls, issue, event)


def render_issue_event(
    urls: Urls, issue: Issue, event: TimelineEvent, with_issue: bool = False
) -> JsonObject:
    """One entry of `/issues/{n}/events`, or with its issue of `/issues/events`."""
    name, extra = _details(urls, event)
    sha = event.commit_sha if isinstance(event, Closed | Merged | HeadRefForcePushed) else None
    url = urls.repo(issue.repo)
    body: JsonObject = {
        "id": event.id,
        "node_id": node_id(type(event).__name__ + "Event", event.id),
        "url": f"{url}/issues/events/{event.id}",
        "actor": render_account(urls, event.actor),
        "event": name,
        "commit_id": sha,
        "commit_url": f"{url}/commits/{sha}" if sha else None,
        "created_at": stamp(event.at),
        **extra,
        "performed_via_github_app": render_app_or_none(urls, event.app),
    }
    return body | {"issue": render_issue(urls, issue)} if with_issue else body


def is_issue_event(event: TimelineEvent) -> bool:
    """Whether `/issues/{n}/events` lists it too: comments, mentions and reviews are not listed."""
    return not isinstance(event, Commented | CrossReferenced | Reviewed)


def _details(urls: Urls, event: TimelineEvent) -> tuple[str, JsonObject]:
    match event:
        case Labeled(label=label):
            return "labeled", {"label": {"name": label.name, "color": label.color}}
        case Unlabeled(label=label):
            return "unlabeled", {"label": {"name": label.name, "color": label.color}}
        case Assigned(assignee=assignee):
            return "assigned", _assignment(urls, event) | {
                "assignee": render_account(urls, assignee)
            }
        case Unassigned(assignee=assignee):
            return "unassigned", _assignment(urls, event) | {
                "assignee": render_account(urls, assignee)
            }
        case Closed(reason=reason):
            return "closed", {"state_reason": reason.value if reason else None}
        case Reopened():
            return "reopened", {"state_reason": None}
        case Renamed(before=before, after=after):
            return "renamed", {"rename": {"from": before, "to": after}}
        case Merged():
            return "merged", {}
        case HeadRefDeleted():
            return "head_ref_deleted", {}
        case HeadRefForcePushed():
            return "head_ref_force_pushed", {}
        case ReviewRequested(reviewer=reviewer):
            return "review_requested", {
                "review_requester": render_account(urls, event.actor),
                "requested_reviewer": render_account(urls, reviewer),
            }
        case Commented():
            return "commented", {}
        case CrossReferenced():
            return "cross-referenced", {}
        case Reviewed():
            return "reviewed", {}
        case _:
            assert_never(event)


def _assignment(urls: Urls, event: Assigned | Unassigned) -> JsonObject:
    return {"assigner": render_account(urls, event.actor)}


def _review(urls: Urls, issue: Issue, event: Reviewed) -> JsonObject:
    review = event.review
    page = f"{urls.issue_page(issue)}#pullrequestreview-{review.id}"
    pull = f"{urls.repo(issue.repo)}/pulls/{issue.number}"
    return {
        "id": review.id,
        "node_id": node_id("PullRequestReview", review.id),
        "user": render_account(urls, review.author),
        "body": review.body,
        "commit_id": review.commit_sha,
        "submitted_at": stamp(review.submitted_at or event.at),
        "state": review.state.value.lower(),
        "html_url": page,
        "pull_request_url": pull,
        "author_association": association(issue.repo, review.author),
        "_links": {"html": {"href": page}, "pull_request": {"href": pull}},
        "event": "reviewed",
    }
