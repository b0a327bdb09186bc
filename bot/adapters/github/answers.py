"""How GitHub can answer one request: well, no, not now, or not at all."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.adapters.github.record import Record, parse, parse_record, records_of
from bot.stages.github import NotAllowed, TryLater


@dataclass(frozen=True, slots=True)
class Answer:
    """A success (2xx). `next_query` is the query of the next page, by the Link header."""

    status: int
    body: bytes
    next_query: tuple[tuple[str, str], ...] = ()

    def record(self) -> Record:
        """The body as one object. Raises Unreadable."""
        return parse_record(self.body)

    def records(self, key: str) -> tuple[Record, ...]:
        """The body's list, or the list under `key` when GitHub wraps it. Raises Unreadable."""
        value = parse(self.body)
        return Record(value).records(key) if isinstance(value, dict) else records_of(value)


class Refused(NotAllowed):
    """A client error (4xx): nothing was applied, and the same request would fail again."""

    def __init__(self, status: int, message: str, asked: str, mend: str) -> None:
        super().__init__(f"GitHub answered {status} to {asked}: {message}{mend}")
        self.status = status
        self.message = message
        self._told = (status, message, asked, mend)

    def __reduce__(self) -> "tuple[type[Refused], tuple[int, str, str, str]]":
        """A durable step stores what it raised."""
        return Refused, self._told


class RateLimited(TryLater):
    """403 or 429 because of a rate limit: nothing was applied."""

    def __reduce__(self) -> "tuple[type[RateLimited], tuple[str, float]]":
        """A durable step stores what it raised."""
        return RateLimited, (str(self), self.retry_after_s)


class Lost(Exception):
    """A 5xx, a time-out or a dropped connection: the request may have been applied."""


def seconds_to_wait(headers: Mapping[str, str], now_epoch: float) -> float:
    """How long a rate limit lasts, as GitHub's documentation reads the headers; 60 s if unsaid."""
    retry_after = headers.get("retry-after", "")
    if retry_after.isdecimal():
        return float(retry_after)
    reset = headers.get("x-ratelimit-reset", "")
    if headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        return min(max(1.0, float(reset) - now_epoch), 3600.0)
    return 60.0


GRAPHQL_LIMITS = frozenset({"RATE_LIMITED", "RATE_LIMIT"})
"""GitHub's types of the GraphQL errors that say so."""


def has_rate_limit(answer: Record) -> bool:
    """Whether GraphQL says, in an answer of 200, that nothing is left for now."""
    errors = answer.records("errors")
    return any(
        one.text("type") in GRAPHQL_LIMITS or _is_secondary(one.text("message")) for one in errors
    )


def is_rate_limit(status: int, headers: Mapping[str, str], message: str) -> bool:
    """Whether a refusal is a primary or secondary rate limit and not a lack of permission."""
    if status == 429:
        return True
    return status == 403 and (
        "retry-after" in headers
        or headers.get("x-ratelimit-remaining") == "0"
        or _is_secondary(message)
    )


def _is_secondary(message: str) -> bool:
    said = message.lower()
    return "secondary rate limit" in said or "abuse detection" in said


def explain(status: int, message: str, asked: str, headers: Mapping[str, str]) -> Refused:
    """The refusal, with what to mend."""
    accepted = headers.get("x-accepted-github-permissions", "")
    match status:
        case 401:
            mend = "; the credentials are wrong, expired or revoked (or this clock is wrong)"
        case 403 if accepted:
            mend = f"; the App or token needs the permission {accepted} on this repository"
        case 404:
            mend = "; it does not exist, or the App or token may not see it"
        case _:
            mend = ""
    return Refused(status, message, asked, mend)
