"""Reading a request's body without letting anybody fill our memory or hold us up."""

import asyncio
import re
from dataclasses import dataclass
from enum import Enum, auto

from webhooks.asgi import Receive

MIB = 1024 * 1024
_LENGTH = re.compile(rb"[0-9]{1,18}")
CAP_BYTES = 25 * MIB
"""GitHub sends no payload above 25 MB (source: its webhook documentation)."""


class Flaw(Enum):
    """What is wrong with a body."""

    OVERSIZED = auto()
    TRUNCATED = auto()
    BAD_LENGTH = auto()
    NO_ROOM = auto()


@dataclass(frozen=True, slots=True)
class Unread:
    """No body, and why. `more` says that its sender is still sending."""

    flaw: Flaw
    more: bool


class BodyReader:
    """Reads bodies up to `cap_bytes` each, and `held_bytes` for all that are being read at once.

    A sender that is silent for `silence_s` seconds, or slow for `whole_s`, counts as gone.
    """

    def __init__(
        self,
        cap_bytes: int = CAP_BYTES,
        held_bytes: int = 256 * MIB,
        silence_s: float = 4.0,
        whole_s: float = 30.0,
    ) -> None:
        self._cap_bytes = cap_bytes
        self._held_bytes = held_bytes
        self._silence_s = silence_s
        self._whole_s = whole_s
        self._held = 0

    async def read(self, receive: Receive, length: bytes | None) -> bytes | Unread:
        """The whole body, if it is as long as its `Content-Length` says, where it has one."""
        if length is not None and not _LENGTH.fullmatch(length):
            return Unread(Flaw.BAD_LENGTH, more=True)
        declared = None if length is None else int(length)
        if declared is not None and declared > self._cap_bytes:
            return Unread(Flaw.OVERSIZED, more=True)
        chunks: list[bytes] = []
        size = 0
        deadline = asyncio.get_running_loop().time() + self._whole_s
        try:
            while True:
                message = await self._next(receive, deadline)
                if message is None:
                    return Unread(Flaw.TRUNCATED, more=False)
                chunk, more = message
                size += len(chunk)
                self._held += len(chunk)
                if size > self._cap_bytes:
                    return Unread(Flaw.OVERSIZED, more)
                if self._held > self._held_bytes:
                    return Unread(Flaw.NO_ROOM, more)
                chunks.append(chunk)
                if not more:
                    break
        finally:
            self._held -= size
        # A server that gives up waiting for the rest also says that there is no more.
        if declared not in (None, size):
            return Unread(Flaw.TRUNCATED, more=False)
        return b"".join(chunks)

    async def discard(self, receive: Receive) -> None:
        """Let a sender that is refused finish sending, within reason.

        Closing the connection on unread bytes resets it, and then the sender never sees why.
        """
        deadline = asyncio.get_running_loop().time() + self._whole_s
        left = 4 * self._cap_bytes
        while left > 0:
            message = await self._next(receive, deadline)
            if message is None or not message[1]:
                return
            left -= len(message[0])

    async def _next(self, receive: Receive, deadline: float) -> tuple[bytes, bool] | None:
        """The next bytes and whether more will come; None when the sender is gone."""
        silence = asyncio.get_running_loop().time() + self._silence_s
        try:
            async with asyncio.timeout_at(min(deadline, silence)):
                message = await receive()
        except TimeoutError:
            return None
        if message["type"] != "http.request":
            return None
        return message.get("body", b""), message.get("more_body", False)
