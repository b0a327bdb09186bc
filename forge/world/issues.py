"""Verbs: opening, editing, closing, reopening and assigning issues and pull requests."""

from __future__ import annotations

from collections.abc import Iterable

from forge.jsontypes import JsonObject
from forge.render.accounts import render_account
from forge.world.entities import (
    Account,
    Assigned,
    Closed,
    Issue,
    Renamed,
    Reopened,
    Repo,
    State,
    StateReason,
    Unassigned,
)
from forge.world.labels import add_label
from forge.world.mentions import cross_reference
from forge.world.refusals import Refused
from forge.world.subject import tell, touch
from forge.world.world import World


def open_issue(
    world: World,
    actor: Account,
    repo: Repo,
    title: str,
    body: str | None = None,
    labels: Iterable[str] = (),
    assignees: Iterable[Account] = (),
) -> Issue:
    """A new issue; its labels and assignees each make their own event after `opened`."""
    with world.lock:
        issue = new_issue(world, actor, repo, title, body)
        cross_reference(world, actor, issue, body or "")
        tell(world, "opened", issue, actor)
        for name in labels:
            add_label(world, actor, issue, name)
        set_assignees(world, actor, issue, [*assignees])
        return issue


def new_issue(world: World, actor: Account, repo: Repo, title: str, body: str | None) -> Issue:
    """Add an issue without telling anybody; also the conversation half of a new pull request."""
    now = world.now()
    issue = Issue(
        id=world.new_id(),
        number=world.new_number(repo),
        repo=repo,
        author=actor,
        title=title,
        body=body,
        created_at=now,
        updated_at=now,
        app=world.app_of(actor),
    )
    repo.issues[issue.number] = issue
    return issue


def edit_issue(
    world: World, actor: Account, issue: Issue, title: str | None = None, body: str | None = None
) -> None:
    """Change the title or the body, whichever is not None."""
    with world.lock:
        changes: JsonObject = {}
        if title is not None and title != issue.title:
            changes["title"] = {"from": issue.title}
            issue.timeline.append(
                Renamed(
                    id=world.new_id(),
                    actor=actor,
                    at=world.now(),
                    app=world.app_of(actor),
                    before=issue.title,
                    after=title,
                )
            )
            issue.title = title
        if body is not None and body != issue.body:
            changes["body"] = {"from": issue.body or ""}
            issue.body = body
            cross_reference(world, actor, issue, body)
        if changes:
            touch(world, issue)
            tell(world, "edited", issue, actor, {"changes": changes})


def close_issue(
    world: World,
    actor: Account,
    issue: Issue,
    reason: StateReason | None = StateReason.COMPLETED,
    commit_sha: str | None = None,
) -> None:
    """Close an issue, or a pull request (which has no reason); nothing happens when it is closed.

    `commit_sha` is the commit that closed it, such as the merge of a pull request that `Closes` it.
    """
    with world.lock:
        if issue.state is State.CLOSED:
            return
        issue.state = State.CLOSED
        issue.state_reason = None if issue.pull else reason
        issue.closed_at, issue.closed_by = world.now(), actor
        touch(world, issue)
        issue.timeline.append(
            Closed(
                id=world.new_id(),
                actor=actor,
                at=world.now(),
                app=world.app_of(actor),
                reason=issue.state_reason,
                commit_sha=commit_sha,
            )
        )
        tell(world, "closed", issue, actor)


def reopen_issue(world: World, actor: Account, issue: Issue) -> None:
    """Open again; nothing happens when it is open. Raises Refused for a merged pull request."""
    with world.lock:
        if issue.state is State.OPEN:
            return
        if issue.pull is not None and issue.pull.merged_at is not None:
            raise Refused(422, "Validation Failed", ("The pull request cannot be reopened.",))
        issue.state = State.OPEN
        issue.state_reason = None if issue.pull else StateReason.REOPENED
        issue.closed_at = issue.closed_by = None
        touch(world, issue)
        issue.timeline.append(
            Reopened(id=world.new_id(), actor=actor, at=world.now(), app=world.app_of(actor))
        )
        tell(world, "reopened", issue, actor)


def set_assignees(world: World, actor: Account, issue: Issue, assignees: Iterable[Account]) -> None:
    """Make the assignees exactly these."""
    with world.lock:
        wanted = list(dict.fromkeys(assignees))
        app = world.app_of(actor)
        for one in [each for each in issue.assignees if each not in wanted]:
            issue.assignees.remove(one)
            issue.timeline.append(
                Unassigned(id=world.new_id(), actor=actor, at=world.now(), app=app, assignee=one)
            )
            touch(world, issue)
            tell(world, "unassigned", issue, actor, {"assignee": render_account(world.urls, one)})
        for one in [each for each in wanted if each not in issue.assignees]:
            issue.assignees.append(one)
            issue.timeline.append(
                Assigned(id=world.new_id(), actor=actor, at=world.now(), app=app, assignee=one)
            )
            touch(world, issue)
            tell(world, "assigned", issue, actor, {"assignee": render_account(world.urls, one)})
