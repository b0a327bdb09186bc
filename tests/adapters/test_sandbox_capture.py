"""What is kept of a stream that is longer than the limit."""

import pytest

from bot.adapters.bubblewrap.capture import HeadTail


@pytest.mark.parametrize("chunk", [1, 3, 10, 1000])
@pytest.mark.parametrize("size", [0, 9, 10, 11, 1000])
def test_a_stream_in_any_chunks_keeps_exactly_head_and_tail(chunk, size):
    stream = bytes(i % 251 for i in range(size))
    kept = HeadTail(10)
    for at in range(0, size, chunk):
        kept.feed(stream[at : at + chunk])
    assert kept.truncated == (size > 10)
    if size <= 10:
        assert kept.content() == stream
    else:
        assert kept.content().startswith(stream[:5])
        assert kept.content().endswith(stream[-5:])
        assert f"{size - 10} bytes left out".encode() in kept.content()
