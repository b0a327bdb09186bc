"""Comments and reactions: exactly one comment of ours for each marker."""

from bot.adapters.github.answers import Answer
from bot.adapters.github.client import Client
from bot.adapters.github.ensure import written
from bot.adapters.github.one_comment import Ours, Place, ensure_one_comment
from bot.adapters.github.outgoing import body_with
from bot.adapters.github.paths import issue_path, repo_path
from bot.adapters.github.readers import comment_read
from bot.domain.subject import Subject
from bot.stages.github import CommentRead, Identity


def fetch_comments(client: Client, subject: Subject) -> tuple[CommentRead, ...]:
    """All comments, oldest first."""
    listed = client.pages(issue_path(subject, "comments"))
    return tuple(sorted(map(comment_read, listed), key=lambda one: (one.at, one.id)))


def ensure_comment(client: Client, ours: Identity, subject: Subject, marker: str, body: str) -> int:
    """Make exactly one comment of ours hold the marker and say the body; its id."""

    def mine() -> list[Ours]:
        listed = fetch_comments(client, subject)
        held = (one for one in listed if one.author.id == ours.user_id and marker in one.body)
        return [Ours(one.id, one.body) for one in held]

    new, each = issue_path(subject, "comments"), repo_path(subject.repo, "issues/comments")
    place = Place(mine, new, each, about=str(subject))
    return ensure_one_comment(client, place, body_with(marker, body))


def ensure_reaction(client: Client, subject: Subject, comment: int | None, content: str) -> None:
    """Our reaction is there. GitHub keeps one of a kind for each account, so we need not look."""
    at = (
        issue_path(subject, "reactions")
        if comment is None
        else repo_path(subject.repo, "issues/comments", comment, "reactions")
    )

    def write() -> Answer:
        return client.write("POST", at, {"content": content}, str(subject))

    written(client, write, lambda: None)
