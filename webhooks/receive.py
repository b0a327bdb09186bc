"""The receiver: size, then signature, then the inbox. Nothing is parsed, so nothing can fail on it.

What the sender is told is also what is counted: one `Outcome` a request.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from bot.memory.inbox import Delivery, DeliveryId, InboxFull, InboxWriter
from webhooks.asgi import Answer, Header, Receive, Scope, Send, begin, finish
from webhooks.body import BodyReader, Flaw, Unread
from webhooks.signature import Secrets

_DELIVERY_ID = re.compile(rb"[!-~]{1,128}")
_EVENT = re.compile(rb"[!-~]{1,64}")
_RETRY_AFTER_S = b"30"


class Outcome(StrEnum):
    """What became of a request to the receiver."""

    ACCEPTED = "accepted"
    UNSIGNED = "unsigned"
    OVERSIZED = "oversized"
    TRUNCATED = "truncated"
    MALFORMED = "malformed"
    BUSY = "busy"


class Receiver:
    """An ASGI application for `POST /webhooks/github`."""

    def __init__(
        self,
        inbox: InboxWriter,
        secrets: Secrets,
        now: Callable[[], datetime],
        bodies: BodyReader | None = None,
    ) -> None:
        self._inbox = inbox
        self._secrets = secrets
        self._now = now
        self._bodies = bodies or BodyReader()
        self.counts: Counter[Outcome] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one delivery; 202 is sent only after it is stored for good."""
        headers = _Headers(scope["headers"])
        body = await self._bodies.read(receive, headers.one(b"content-length"))
        outcome = await self._store(headers, body) if isinstance(body, bytes) else _refused(body)
        self.counts[outcome] += 1
        await begin(send, _answer(outcome))
        if isinstance(body, Unread) and body.more:
            await self._bodies.discard(receive)
        await finish(send)

    async def _store(self, headers: "_Headers", body: bytes) -> Outcome:
        if not self._secrets.signed(body, headers.one(b"x-hub-signature-256")):
            return Outcome.UNSIGNED
        guid, event = headers.one(b"x-github-delivery"), headers.one(b"x-github-event")
        if guid is None or event is None:
            return Outcome.MALFORMED
        if not (_DELIVERY_ID.fullmatch(guid) and _EVENT.fullmatch(event)):
            return Outcome.MALFORMED
        delivery = Delivery(DeliveryId(guid.decode()), event.decode(), body, self._now())
        try:
            await self._inbox.put(delivery)
        except InboxFull:
            return Outcome.BUSY
        return Outcome.ACCEPTED


class _Headers:
    """The headers we look at. One that is sent twice says nothing."""

    __slots__ = ("_headers",)

    def __init__(self, headers: Iterable[Header]) -> None:
        self._headers = tuple(headers)

    def one(self, name: bytes) -> bytes | None:
        values = [value for key, value in self._headers if key == name]
        return values[0] if len(values) == 1 else None


def _refused(body: Unread) -> Outcome:
    match body.flaw:
        case Flaw.OVERSIZED:
            return Outcome.OVERSIZED
        case Flaw.TRUNCATED:
            return Outcome.TRUNCATED
        case Flaw.BAD_LENGTH:
            return Outcome.MALFORMED
        case Flaw.NO_ROOM:
            return Outcome.BUSY
        case never:
            assert_never(never)


def _answer(outcome: Outcome) -> Answer:
    closing = (b"connection", b"close")
    match outcome:
        case Outcome.ACCEPTED:
            return Answer(202, b"stored\n")
        case Outcome.UNSIGNED:
            return Answer(401, b"X-Hub-Signature-256 does not fit the body and our secret\n")
        case Outcome.OVERSIZED:
            return Answer(413, b"a delivery has at most 25 MiB\n", headers=(closing,))
        case Outcome.TRUNCATED:
            why = b"the body ended before its Content-Length\n"
            return Answer(400, why, headers=(closing,))
        case Outcome.MALFORMED:
            why = b"X-GitHub-Delivery, X-GitHub-Event or Content-Length is missing or malformed\n"
            return Answer(400, why, headers=(closing,))
        case Outcome.BUSY:
            why = b"too much is waiting to be stored, or it cannot be stored now\n"
            return Answer(503, why, headers=(closing, (b"retry-after", _RETRY_AFTER_S)))
        case never:
            assert_never(never)
