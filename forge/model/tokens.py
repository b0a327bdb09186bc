"""Counting tokens, and the prompt as the ordered segments that caching works on."""

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from forge.model.wire import Block, PromptRequest, Strict, Text, Thinking, ToolResult, ToolUse

BYTES_PER_TOKEN = 3.5


def tokens_in(data: bytes) -> int:
    """A deterministic stand-in for the tokenizer: one token for every 3.5 bytes, rounded up."""
    return math.ceil(len(data) / BYTES_PER_TOKEN)


def canonical(part: Strict) -> bytes:
    """The same bytes for the same meaning: no cache marks, no defaults, sorted keys."""
    plain = part.model_dump(mode="json", exclude={"cache_control"}, exclude_none=True)
    if isinstance(part, ToolResult):
        plain["content"] = [{"type": "text", "text": inner.text} for inner in part.content]
    return json.dumps(plain, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Segment:
    """One tool, system block or content block: its size in tokens, and whether it is marked."""

    data: bytes
    tokens: int
    breakpoint: bool


def segments(request: PromptRequest) -> tuple[Segment, ...]:
    """The prompt in the API's own order: tools, system, messages.

    A top-level `cache_control` marks the last segment.
    """
    found = list(_segments(request))
    if request.cache_control is not None and found:
        last = found[-1]
        found[-1] = Segment(last.data, last.tokens, breakpoint=True)
    return tuple(found)


def breakpoints(request: PromptRequest) -> int:
    """How many cache marks a request carries, the top-level one counted."""
    marked = sum(segment.breakpoint for segment in _segments(request))
    return marked + (request.cache_control is not None)


def count(request: PromptRequest) -> int:
    """Input tokens of the whole prompt."""
    return sum(segment.tokens for segment in segments(request))


def digest(previous: bytes, data: bytes) -> bytes:
    """A link of a hash chain: equal only when everything before was equal, too."""
    return hashlib.sha256(previous + hashlib.sha256(data).digest()).digest()


def _segments(request: PromptRequest) -> Iterator[Segment]:
    for tool in request.tools:
        yield _segment(b"tool:", tool, tool.cache_control is not None)
    for block in request.system:
        yield _segment(b"system:", block, block.cache_control is not None)
    for message in request.messages:
        for block in message.content:
            yield _segment(message.role.encode() + b":", block, _marked(block))


def _segment(prefix: bytes, part: Strict, marked: bool) -> Segment:
    data = prefix + canonical(part)
    return Segment(data, tokens_in(data), marked)


def _marked(block: Block) -> bool:
    match block:
        case Text() | ToolUse():
            return block.cache_control is not None
        case ToolResult():
            own = block.cache_control is not None
            return own or any(inner.cache_control is not None for inner in block.content)
        case Thinking():
            return False
        case _:
            assert_never(block)
