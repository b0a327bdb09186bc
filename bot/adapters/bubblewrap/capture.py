"""Keeping the head and the tail of a stream while it flows, in bounded memory."""


class HeadTail:
    """Feed it chunks; between them it holds at most `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self._head_limit = limit // 2
        self._tail_limit = limit - self._head_limit
        self._head, self._tail = bytearray(), bytearray()
        self._dropped = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the stream."""
        room = self._head_limit - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        excess = max(0, len(self._tail) - self._tail_limit)
        del self._tail[:excess]
        self._dropped += excess

    @property
    def truncated(self) -> bool:
        """Whether bytes between head and tail were dropped."""
        return self._dropped > 0

    def content(self) -> bytes:
        """Head, a line that says how much is missing, tail."""
        gap = b"\n[... %d bytes left out ...]\n" % self._dropped if self._dropped else b""
        return bytes(self._head + gap + self._tail)
