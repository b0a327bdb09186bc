"""The part of ASGI that the edge speaks, typed, and how an answer is sent."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias, TypedDict

Header: TypeAlias = tuple[bytes, bytes]


class Scope(TypedDict):
    """What is asked; header names are in lower case."""

    type: str
    method: str
    path: str
    headers: Iterable[Header]


class Message(TypedDict, total=False):
    """One message either way; which keys it has depends on its type."""

    type: str
    body: bytes
    more_body: bool
    status: int
    headers: list[Header]


Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole response."""

    status: int
    body: bytes
    content_type: bytes = b"text/plain; charset=utf-8"
    headers: tuple[Header, ...] = ()


async def begin(send: Send, answer: Answer) -> None:
    """Put everything on the wire, but do not end the response yet."""
    headers = [
        (b"content-type", answer.content_type),
        (b"content-length", str(len(answer.body)).encode()),
        (b"x-content-type-options", b"nosniff"),
        *answer.headers,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": True})


async def finish(send: Send) -> None:
    """End a response that was begun."""
    await send({"type": "http.response.body", "body": b"", "more_body": False})
