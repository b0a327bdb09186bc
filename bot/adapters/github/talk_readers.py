"""From GitHub's JSON to what was said about a pull request; every reader is pure."""

from collections import defaultdict
from collections.abc import Iterable

from bot.adapters.github.readers import GHOST, actor
from bot.adapters.github.record import Record
from bot.kernel.authority import Actor
from bot.kernel.values import Sha
from bot.stages.talk import Remark, ReviewSaid, ReviewState, Thread

_BOT_SUFFIX = "[bot]"


def graphql_actor(record: Record | None) -> Actor:
    """An account as GraphQL names it: a bot without the suffix that REST gives it."""
    if record is None or (number := record.number("databaseId")) is None:
        return GHOST
    login, is_bot = record.text("login"), record.text("__typename") == "Bot"
    if is_bot and not login.endswith(_BOT_SUFFIX):
        login += _BOT_SUFFIX
    return Actor(number, login, is_bot)


def graphql_remark(record: Record) -> Remark:
    """A comment; its id is a number in a string, because GraphQL's own numbers are too small."""
    told = record.text("fullDatabaseId")
    number = int(told) if told.isdecimal() else record.need_number("fullDatabaseId")
    return Remark(
        id=number,
        author=graphql_actor(record.record("author")),
        body=record.text("body"),
    )


def graphql_thread(record: Record, remarks: Iterable[Record]) -> Thread | None:
    """A thread with all its remarks; None for one whose remarks were all deleted."""
    said = tuple(sorted(map(graphql_remark, remarks), key=lambda one: one.id))
    if not said:
        return None
    return Thread(
        key=record.need_text("id"),
        path=record.text("path"),
        line=record.number("line"),
        resolved=record.flag("isResolved"),
        remarks=said,
    )


def rest_remark(record: Record) -> Remark:
    """A comment."""
    return Remark(record.need_number("id"), actor(record.record("user")), record.text("body"))


def rest_threads(comments: Iterable[Record]) -> tuple[Thread, ...]:
    """The threads that comments form by whom they answer, oldest first."""
    groups: defaultdict[int, list[Record]] = defaultdict(list)
    for comment in sorted(comments, key=lambda one: one.need_number("id")):
        groups[comment.number("in_reply_to_id") or comment.need_number("id")].append(comment)
    return tuple(map(_rest_thread, groups.values()))


def _rest_thread(group: list[Record]) -> Thread:
    first = group[0]
    return Thread(
        key="",
        path=first.text("path"),
        line=first.number("line"),
        resolved=False,
        remarks=tuple(map(rest_remark, group)),
    )


def review_said(record: Record) -> ReviewSaid | None:
    """A submitted review; None for one that is pending, or in a state we do not know."""
    state = record.text("state")
    if state not in set(ReviewState):
        return None
    return ReviewSaid(
        id=record.need_number("id"),
        author=actor(record.record("user")),
        state=ReviewState(state),
        body=record.text("body"),
        sha=Sha(record.text("commit_id")),
        at=record.moment("submitted_at"),
    )


def oldest_first(threads: Iterable[Thread]) -> tuple[Thread, ...]:
    """Threads in the order in which they were begun."""
    return tuple(sorted(threads, key=lambda one: one.remarks[0].id))
