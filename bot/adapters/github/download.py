"""Downloads from wherever GitHub points to: as nobody, and no more than fits."""

from collections import deque
from collections.abc import Iterable

from bot.adapters.github.answers import Lost

MOST_READ = 64 * 1024 * 1024
"""A longer log is read no further, in bytes."""

_HEAD_SHARE = 8
_CUT = b"\n[... cut ...]\n"
_ENDLESS = b"\n[... more follows that was not read ...]\n"


def download(link: str, most: int, timeout_s: float) -> bytes:
    """The beginning and the end of what a link holds; empty when it is gone or refused.

    The link is good by itself: no credential of ours is sent along, to whatever host it is.
    Raises Lost for a 5xx or a broken connection.
    """
    import httpx

    from bot.adapters.github.transport import trust

    try:
        with (
            httpx.Client(timeout=timeout_s, follow_redirects=True, verify=trust()) as nobody,
            nobody.stream("GET", link) as response,
        ):
            if response.status_code >= 500:
                raise Lost(f"a download answered {response.status_code}")
            return ends(response.iter_bytes(), most) if response.status_code == 200 else b""
    except httpx.TransportError as error:
        # The link is as good as a password for a minute: it is not told.
        raise Lost(f"a download broke off: {type(error).__name__}") from None
    except (httpx.InvalidURL, httpx.TooManyRedirects, httpx.DecodingError):
        return b""


def ends(chunks: Iterable[bytes], most: int, most_read: int = MOST_READ) -> bytes:
    """At most `most` bytes of a stream: its beginning, and more of its end; a mark between."""
    head_room = most // _HEAD_SHARE
    tail_room = most - head_room - len(_CUT) - len(_ENDLESS)
    head = bytearray()
    tail: deque[bytes] = deque()
    held = read = 0
    for chunk in chunks:
        read += len(chunk)
        missing = head_room - len(head)
        head += chunk[:missing]
        if rest := chunk[missing:]:
            tail.append(rest)
            held += len(rest)
        while tail and held - len(tail[0]) >= tail_room:
            held -= len(tail.popleft())
        if read >= most_read:
            return _joined(bytes(head), b"".join(tail), tail_room, read) + _ENDLESS
    return _joined(bytes(head), b"".join(tail), tail_room, read)


def _joined(head: bytes, tail: bytes, tail_room: int, read: int) -> bytes:
    kept = tail[-tail_room:]
    return head + (_CUT if len(head) + len(kept) < read else b"") + kept
