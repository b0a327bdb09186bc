"""Speaking ASGI to the receiver the way a server does, message by message."""

import asyncio
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from webhooks.asgi import Header, Message, Receive, Scope, Send

SECRET = "new secret"
OLD_SECRET = "old secret"
PATH = "/webhooks/github"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[bytes, bytes]
    body: bytes


def signature(body: bytes, secret: str = SECRET, algorithm: str = "sha256") -> bytes:
    digest = hmac.new(secret.encode(), body, getattr(hashlib, algorithm)).hexdigest()
    return f"{algorithm}={digest}".encode()


def signed(body: bytes, **more: bytes) -> dict[bytes, bytes]:
    """The headers of a right delivery of this body; `more` replaces or adds some."""
    headers = {
        b"content-length": str(len(body)).encode(),
        b"x-hub-signature-256": signature(body),
        b"x-github-delivery": b"3f1c-guid",
        b"x-github-event": b"issues",
    }
    return headers | {name.replace("_", "-").encode(): value for name, value in more.items()}


def whole(body: bytes) -> list[Message]:
    return [{"type": "http.request", "body": body, "more_body": False}]


def ask(
    app,
    headers: dict[bytes, bytes] | Iterable[Header] = (),
    messages: Iterable[Message] = (),
    method: str = "POST",
    path: str = PATH,
) -> Reply:
    """Everything is sent before the answer is read; after the last message comes silence."""
    pairs = list(headers.items()) if isinstance(headers, dict) else list(headers)
    sent: list[Message] = []
    coming = iter(list(messages))

    async def receive() -> Message:
        for message in coming:
            return message
        await asyncio.Event().wait()
        raise AssertionError("silence never ends")

    async def send(message: Message) -> None:
        sent.append(message)

    scope: Scope = {"type": "http", "method": method, "path": path, "headers": pairs}
    typed_receive: Receive = receive
    typed_send: Send = send
    asyncio.run(asyncio.wait_for(app(scope, typed_receive, typed_send), 20))
    start, *bodies = sent
    assert start["type"] == "http.response.start"
    assert [body["more_body"] for body in bodies][-1:] == [False]
    content = b"".join(body["body"] for body in bodies)
    found = dict(start["headers"])
    assert found[b"content-length"] == str(len(content)).encode()
    return Reply(start["status"], found, content)
