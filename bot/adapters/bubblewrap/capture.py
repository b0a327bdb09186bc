"""Keeping the head and the tail of a stream while it flows, in bounded memory."""

from collections import deque


class HeadTail:
    """Feed it chunks; it never holds more than about `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._head_limit = limit // 2
        self._tail_limit = limit - self._head_limit
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._tail_size = 0
        self._dropped = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the stream."""
        room = self._head_limit - len(self._head)
        if room > 0:
            self._head += chunk[:room]
            chunk = chunk[room:]
        if not chunk:
            return
        self._tail.append(chunk)
        self._tail_size += len(chunk)
        while self._tail_size > self._tail_limit:
            excess = self._tail_size - self._tail_limit
            oldest = self._tail.popleft()
            if len(oldest) > excess:
                self._tail.appendleft(oldest[excess:])
                excess = min(excess, len(oldest))
            else:
                excess = len(oldest)
            self._tail_size -= excess
            self._dropped += excess

    @property
    def truncated(self) -> bool:
        """Whether bytes between head and tail were dropped."""
        return self._dropped > 0

    def content(self) -> bytes:
        """Head, a line that says how much is missing, tail."""
        tail = b"".join(self._tail)
        if not self._dropped:
            return bytes(self._head) + tail
        return bytes(self._head) + b"\n[... %d bytes left out ...]\n" % self._dropped + tail
