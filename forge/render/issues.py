"""Issues, comments and reactions in JSON."""

from collections import Counter
from collections.abc import Iterable

from forge.jsontypes import JsonObject
from forge.render.accounts import association, render_account
from forge.render.apps import render_app
from forge.render.nodes import node_id
from forge.render.repos import render_label
from forge.render.urls import Urls, stamp, stamp_or_none
from forge.world.entities import App, Comment, Issue, Reaction, ReactionContent, State


def render_issue(urls: Urls, issue: Issue) -> JsonObject:
    """GitHub's `issue`; a pull request has `pull_request` in it."""
    url, repo = urls.issue(issue), issue.repo
    body: JsonObject = {
        "url": url,
        "repository_url": urls.repo(repo),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": urls.issue_page(issue),
        "id": issue.id,
        "node_id": node_id("PullRequest" if issue.pull else "Issue", issue.id),
        "number": issue.number,
        "title": issue.title,
        "user": render_account(urls, issue.author),
        "labels": [render_label(urls, repo, label) for label in issue.labels],
        "state": issue.state.value,
        "locked": issue.locked,
        "assignee": render_account(urls, issue.assignees[0]) if issue.assignees else None,
        "assignees": [render_account(urls, one) for one in issue.assignees],
        "milestone": None,
        "comments": len(issue.comments),
        "created_at": stamp(issue.created_at),
        "updated_at": stamp(issue.updated_at),
        "closed_at": stamp_or_none(issue.closed_at),
        "author_association": association(repo, issue.author),
        "active_lock_reason": None,
        "body": issue.body,
        "closed_by": render_account(urls, issue.closed_by) if issue.closed_by else None,
        "reactions": render_rollup(f"{url}/reactions", issue.reactions),
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": render_app_or_none(urls, issue.app),
        "state_reason": issue.state_reason.value if issue.state_reason else None,
    }
    done = sum(one.state is State.CLOSED for one in issue.sub_issues)
    total = len(issue.sub_issues)
    body["sub_issues_summary"] = {
        "total": total,
        "completed": done,
        "percent_completed": 100 * done // total if total else 0,
    }
    if issue.parent is not None:
        body["parent_issue_url"] = urls.issue(issue.parent)
    if issue.pull is not None:
        page = urls.issue_page(issue)
        body["draft"] = issue.pull.draft
        body["pull_request"] = {
            "url": f"{urls.repo(repo)}/pulls/{issue.number}",
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": stamp_or_none(issue.pull.merged_at),
        }
    return body


def render_comment(urls: Urls, comment: Comment) -> JsonObject:
    """GitHub's `issue-comment`."""
    issue = comment.issue
    url = f"{urls.repo(issue.repo)}/issues/comments/{comment.id}"
    return {
        "url": url,
        "html_url": f"{urls.issue_page(issue)}#issuecomment-{comment.id}",
        "issue_url": urls.issue(issue),
        "id": comment.id,
        "node_id": node_id("IssueComment", comment.id),
        "user": render_account(urls, comment.author),
        "created_at": stamp(comment.created_at),
        "updated_at": stamp(comment.updated_at),
        "author_association": association(issue.repo, comment.author),
        "body": comment.body,
        "reactions": render_rollup(f"{url}/reactions", comment.reactions),
        "performed_via_github_app": render_app_or_none(urls, comment.app),
    }


def render_reaction(urls: Urls, reaction: Reaction) -> JsonObject:
    """GitHub's `reaction`."""
    return {
        "id": reaction.id,
        "node_id": node_id("Reaction", reaction.id),
        "user": render_account(urls, reaction.user),
        "content": reaction.content.value,
        "created_at": stamp(reaction.created_at),
    }


def render_rollup(url: str, reactions: Iterable[Reaction]) -> JsonObject:
    """GitHub's `reaction-rollup`: how many of each kind."""
    counts = Counter(reaction.content for reaction in reactions)
    return {
        "url": url,
        "total_count": counts.total(),
        **{content.value: counts[content] for content in ReactionContent},
    }


def render_app_or_none(urls: Urls, app: App | None) -> JsonObject | None:
    """The `performed_via_github_app` member."""
    return None if app is None else render_app(urls, app)
