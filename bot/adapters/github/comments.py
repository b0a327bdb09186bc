"""Comments and reactions: exactly one comment of ours for each marker."""

from bot.adapters.github.answers import Answer, Refused
from bot.adapters.github.client import GONE, Client
from bot.adapters.github.ensure import written
from bot.adapters.github.outgoing import body_with, same
from bot.adapters.github.paths import issue_path, repo_path
from bot.adapters.github.readers import comment_read
from bot.domain.subject import Subject
from bot.stages.github import CommentRead, Identity


def fetch_comments(client: Client, subject: Subject) -> tuple[CommentRead, ...]:
    """All comments, oldest first."""
    listed = client.pages(issue_path(subject, "comments"))
    return tuple(sorted(map(comment_read, listed), key=lambda one: (one.at, one.id)))


def ensure_comment(client: Client, ours: Identity, subject: Subject, marker: str, body: str) -> int:
    """Make exactly one comment of ours hold the marker and say the body; its id.

    When a crash between two workers left more than one, the oldest stays.
    """
    text = body_with(marker, body)

    def mine() -> list[CommentRead]:
        listed = fetch_comments(client, subject)
        return [one for one in listed if one.author.id == ours.user_id and marker in one.body]

    def look() -> int | None:
        return next((one.id for one in mine() if same(one.body, text)), None)

    def create() -> int:
        answer = client.write("POST", issue_path(subject, "comments"), {"body": text}, str(subject))
        return answer.record().need_number("id")

    found = mine()
    if not found:
        return written(client, create, look)
    keep, *extra = found
    for one in extra:
        _delete(client, subject, one.id)
    if same(keep.body, text):
        return keep.id
    at = repo_path(subject.repo, "issues/comments", keep.id)

    def edit() -> int:
        client.write("PATCH", at, {"body": text}, str(subject))
        return keep.id

    return written(client, edit, look)


def _delete(client: Client, subject: Subject, comment: int) -> None:
    at = repo_path(subject.repo, "issues/comments", comment)

    def look() -> bool | None:
        return True if client.find(at) is None else None

    def delete() -> bool:
        try:
            client.write("DELETE", at, None, str(subject))
        except Refused as refused:
            if refused.status not in GONE:
                raise
        return True

    written(client, delete, look)


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
