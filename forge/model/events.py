"""A message as server-sent events, in the order the real API sends them."""

import json
from collections.abc import Iterator

from forge.model.answer import Answered, as_json
from forge.model.wire import JsonObject, Text, Thinking, ToolUse

PIECE = 48


def event(name: str, data: JsonObject) -> bytes:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()


def stream_of(message: JsonObject, content: tuple[Answered, ...]) -> Iterator[bytes]:
    """`message` as events: start, each block's start, deltas and stop, delta with usage, stop."""
    usage = message["usage"]
    if not isinstance(usage, dict):
        raise TypeError("a message has a usage object")
    opening = {**message, "content": [], "stop_reason": None, "stop_sequence": None}
    yield event("message_start", {"message": {**opening, "usage": {**usage, "output_tokens": 1}}})
    for index, block in enumerate(content):
        yield event("content_block_start", {"index": index, "content_block": _opened(block)})
        if index == 0:
            yield event("ping", {})
        for delta in _deltas(block):
            yield event("content_block_delta", {"index": index, "delta": delta})
        yield event("content_block_stop", {"index": index})
    ending = {"stop_reason": message["stop_reason"], "stop_sequence": message["stop_sequence"]}
    yield event("message_delta", {"delta": ending, "usage": usage})
    yield event("message_stop", {})


def _opened(block: Answered) -> JsonObject:
    match block:
        case Text():
            return {"type": "text", "text": ""}
        case Thinking():
            return {"type": "thinking", "thinking": "", "signature": ""}
        case ToolUse():
            return {**as_json(block), "input": {}}


def _deltas(block: Answered) -> Iterator[JsonObject]:
    match block:
        case Text(text=text):
            for piece in _pieces(text):
                yield {"type": "text_delta", "text": piece}
        case Thinking(thinking=text, signature=signature):
            for piece in _pieces(text):
                yield {"type": "thinking_delta", "thinking": piece}
            yield {"type": "signature_delta", "signature": signature}
        case ToolUse(input=input_):
            yield {"type": "input_json_delta", "partial_json": ""}
            for piece in _pieces(json.dumps(input_)):
                yield {"type": "input_json_delta", "partial_json": piece}


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), PIECE):
        yield text[start : start + PIECE]
