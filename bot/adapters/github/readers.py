"""From GitHub's JSON to the port's types; every reader is pure."""

from datetime import datetime

from bot.adapters.github.record import Record
from bot.kernel.authority import Actor, Permission
from bot.kernel.values import Sha
from bot.stages.github import (
    CommentRead,
    IssueRead,
    IssueState,
    LabelEvent,
    Mergeable,
    PullRead,
    PullState,
    RepoRead,
)

GHOST = Actor(0, "ghost", is_bot=False)
"""Who stands where GitHub says null: a deleted account. Id 0 is nobody's, so it has no rights."""


def actor(record: Record | None) -> Actor:
    """An account; a deleted one is the ghost."""
    if record is None or (number := record.number("id")) is None:
        return GHOST
    return Actor(number, record.text("login"), is_bot=record.text("type") == "Bot")


def repo_read(record: Record) -> RepoRead:
    """A repository's facts."""
    return RepoRead(
        id=record.need_number("id"),
        default_branch=record.need_text("default_branch"),
        clone_url=record.need_text("clone_url"),
        web_url=record.text("html_url"),
        archived=record.flag("archived"),
    )


def full_name_of_issue(record: Record) -> str:
    """`owner/name` of the repository that an issue is in, from its `repository_url`."""
    return "/".join(record.text("repository_url").split("/")[-2:])


def issue_read(record: Record) -> IssueRead:
    """An issue, or a pull request seen as one."""
    return IssueRead(
        number=record.need_number("number"),
        title=record.text("title"),
        body=record.text("body"),
        state=IssueState.CLOSED if record.text("state") == "closed" else IssueState.OPEN,
        author=actor(record.record("user")),
        labels=labels(record),
        votes=record.number("reactions", "+1") or 0,
        is_pull=record.record("pull_request") is not None,
        web_url=record.text("html_url"),
    )


def labels(record: Record) -> frozenset[str]:
    """Label names; the API description allows plain strings beside objects."""
    listed = record.at("labels")
    plain = [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    return frozenset(
        filter(None, [*plain, *(one.text("name") for one in record.records("labels"))])
    )


def label_event(record: Record) -> LabelEvent | None:
    """A labelling of the timeline; None for any other entry."""
    if record.text("event") != "labeled" or not (label := record.text("label", "name")):
        return None
    by = record.record("actor")
    return LabelEvent(label, actor(by) if by else None, record.moment("created_at"))


def comment_read(record: Record) -> CommentRead:
    """A comment of an issue or pull request."""
    created, updated = record.moment("created_at"), record.moment("updated_at")
    return CommentRead(
        id=record.need_number("id"),
        author=actor(record.record("user")),
        body=record.text("body"),
        at=created,
        edited=updated > created,
    )


def pull_read(record: Record) -> PullRead:
    """A pull request. Lists tell a merge only by `merged_at`."""
    merged = record.flag("merged") or bool(record.text("merged_at"))
    closed = PullState.MERGED if merged else PullState.CLOSED
    merge_sha = record.text("merge_commit_sha")
    return PullRead(
        number=record.need_number("number"),
        state=PullState.OPEN if record.need_text("state") == "open" else closed,
        author=actor(record.record("user")),
        head=Sha(record.need_text("head", "sha")),
        head_branch=record.need_text("head", "ref"),
        head_repo=record.text("head", "repo", "full_name"),
        base_branch=record.need_text("base", "ref"),
        # Before the merge this member holds a commit that GitHub made only to try.
        merge_sha=Sha(merge_sha) if merged and merge_sha else None,
        web_url=record.text("html_url"),
        opened=_opened(record),
        mergeable=_mergeable(record),
        title=record.text("title"),
        body=record.text("body"),
    )


def _opened(record: Record) -> datetime:
    """When it was opened; a silence must not be counted from a time that is not told."""
    record.need_text("created_at")
    return record.moment("created_at")


def _mergeable(record: Record) -> Mergeable:
    """Lists do not tell it, and GitHub works it out only after it was asked for the first time."""
    state = record.text("mergeable_state")
    if record.at("mergeable") is None:
        return Mergeable.UNKNOWN
    if not record.flag("mergeable") or state == "dirty":
        return Mergeable.CONFLICT
    return Mergeable.BEHIND if state == "behind" else Mergeable.CLEAN


def permission(record: Record, login: str) -> Permission | None:
    """A collaborator's role. A custom role counts as the base permission that it extends.

    None when the answer is about somebody else: an account that was renamed is not taken as its
    successor.
    """
    if record.text("user", "login").casefold() != login.casefold():
        return None
    role = record.text("role_name")
    if role in set(Permission):
        return Permission(role)
    return Permission.parse(record.text("permission"))


def file_text(content: bytes) -> str:
    """A file's text; bytes that are no UTF-8 stay visible as U+FFFD."""
    return content.decode("utf-8", errors="replace")
