"""The conversation about a pull request: threads and reviews, our replies, who is asked."""

from collections.abc import Iterator

from bot.adapters.github.answers import Refused
from bot.adapters.github.client import Client
from bot.adapters.github.ensure import ensured
from bot.adapters.github.graphql import GraphQlRefused, all_nodes, data_of
from bot.adapters.github.one_comment import Ours, Place, ensure_one_comment
from bot.adapters.github.outgoing import body_with
from bot.adapters.github.paths import repo_path
from bot.adapters.github.record import Record
from bot.adapters.github.talk_queries import REMARKS, RESOLVE, RESOLVED, THREADS
from bot.adapters.github.talk_readers import (
    graphql_thread,
    oldest_first,
    rest_threads,
    review_said,
)
from bot.domain.subject import Repo, Subject
from bot.stages.github import Identity
from bot.stages.talk import ReviewSaid, Thread


def fetch_threads(client: Client, repo: Repo, pull: int) -> tuple[Thread, ...]:
    """Every thread, by GraphQL; by REST, without keys, where GraphQL says no or is not there.

    Whatever is refused by both raises NotAllowed.
    """
    try:
        return oldest_first(_graphql_threads(client, repo, pull))
    except (GraphQlRefused, Refused):
        return rest_threads(client.pages(repo_path(repo, "pulls", pull, "comments")))


def _graphql_threads(client: Client, repo: Repo, pull: int) -> Iterator[Thread]:
    variables = {"owner": repo.owner, "name": repo.name, "number": pull}
    at = ("repository", "pullRequest", "reviewThreads")
    for record in all_nodes(client, THREADS, variables, at):
        thread = graphql_thread(record, _remarks(client, record))
        if thread is not None:
            yield thread


def _remarks(client: Client, thread: Record) -> tuple[Record, ...]:
    """The first hundred come with the thread; whoever talks longer is asked for by its id."""
    if not thread.flag("comments", "pageInfo", "hasNextPage"):
        return thread.records("comments", "nodes")
    asked = {"thread": thread.need_text("id")}
    return tuple(all_nodes(client, REMARKS, asked, ("node", "comments")))


def fetch_reviews_said(client: Client, repo: Repo, pull: int) -> tuple[ReviewSaid, ...]:
    """Every submitted review, oldest first."""
    read = map(review_said, client.pages(repo_path(repo, "pulls", pull, "reviews")))
    return tuple(sorted((one for one in read if one is not None), key=lambda it: (it.at, it.id)))


def ensure_reply(
    client: Client, ours: Identity, repo: Repo, pull: int, thread: Thread, marker: str, body: str
) -> None:
    """Exactly one reply of ours in the thread holds the marker and says the body."""
    known = {one.id for one in thread.remarks}

    def mine() -> list[Ours]:
        listed = client.pages(repo_path(repo, "pulls", pull, "comments"))
        held = (one for one in listed if _is_ours(one, ours, known) and marker in one.text("body"))
        found = (Ours(one.need_number("id"), one.text("body")) for one in held)
        return sorted(found, key=lambda one: one.id)

    new = repo_path(repo, "pulls", pull, "comments", thread.remarks[0].id, "replies")
    place = Place(mine, new, repo_path(repo, "pulls/comments"), about=str(Subject(repo, pull)))
    ensure_one_comment(client, place, body_with(marker, body))


def _is_ours(comment: Record, ours: Identity, thread: set[int]) -> bool:
    """Whether we wrote it, and in this thread."""
    where = comment.number("in_reply_to_id"), comment.number("id")
    return comment.number("user", "id") == ours.user_id and not thread.isdisjoint(where)


def ensure_resolved(client: Client, repo: Repo, thread: Thread) -> bool:
    """The thread is resolved; False when GitHub does not let us, or does not do it."""
    if not thread.key:
        return False
    asked = {"thread": thread.key}

    def look() -> bool | None:
        seen = data_of(client.graphql(RESOLVED, asked)).flag("node", "isResolved")
        return True if seen else None

    def write() -> bool:
        answer = client.graphql_write(RESOLVE, asked, f"{repo.full} thread {thread.key}")
        return data_of(answer).flag("resolveReviewThread", "thread", "isResolved")

    try:
        return ensured(client, write, look)
    except (GraphQlRefused, Refused):
        return False


def ensure_reviewer(client: Client, repo: Repo, pull: int, login: str) -> bool:
    """The review is requested now; False when that person cannot review here (422)."""
    at = repo_path(repo, "pulls", pull, "requested_reviewers")

    def asked(who: tuple[Record, ...]) -> bool:
        return login.casefold() in {one.text("login").casefold() for one in who}

    def look() -> bool | None:
        return True if asked(client.pages(at, key="users")) else None

    def write() -> bool:
        body: dict[str, object] = {"reviewers": [login]}
        try:
            answer = client.write("POST", at, body, str(Subject(repo, pull)))
        except Refused as refused:
            if refused.status != 422:
                raise
            return False
        return asked(answer.record().records("requested_reviewers"))

    return ensured(client, write, look)
