"""From the API's message to a `Reply`: nothing is believed that was not looked at.

The SDK builds its types without validation, so an odd 200 passes through it; here every field that
is used is checked, and what is missing raises `MalformedMessage`.
"""

from collections.abc import Mapping

from bot.kernel.budget import Usage
from bot.stages.model import Reply, ToolCall

_STOP_REASONS = frozenset(
    {
        "end_turn",
        "max_tokens",
        "model_context_window_exceeded",
        "pause_turn",
        "refusal",
        "stop_sequence",
        "tool_use",
    }
)


class MalformedMessage(ValueError):
    """A 200 whose body is not a message."""


def read_reply(message: Mapping[str, object], blocks: list[object], request_id: str) -> Reply:
    """Read a whole message whose content is `blocks`; raises `MalformedMessage`."""
    content = [_object(block, "content block") for block in blocks]
    if not content:
        # It could not be appended to the conversation: the API refuses an empty turn.
        raise MalformedMessage("the answer was empty")
    stop_reason = _text(message.get("stop_reason"), "stop_reason")
    if stop_reason not in _STOP_REASONS:
        raise MalformedMessage(f"unknown stop_reason {stop_reason!r}")
    return Reply(
        message={"role": "assistant", "content": content},
        tool_calls=tuple(_call(block) for block in content if block.get("type") == "tool_use"),
        text="\n".join(
            _text(block.get("text"), "text") for block in content if block.get("type") == "text"
        ),
        stop_reason=stop_reason,
        usage=_usage(_object(message.get("usage"), "usage")),
        model=_text(message.get("model"), "model"),
        request_id=request_id,
    )


def _call(block: Mapping[str, object]) -> ToolCall:
    return ToolCall(
        id=_text(block.get("id"), "tool_use id"),
        name=_text(block.get("name"), "tool_use name"),
        arguments=_object(block.get("input"), "tool_use input"),
    )


def _usage(usage: Mapping[str, object]) -> Usage:
    return Usage(
        input_tokens=_tokens(usage.get("input_tokens")),
        output_tokens=_tokens(usage.get("output_tokens")),
        # The API leaves these out, or null, when there was no caching.
        cache_read_tokens=_tokens(usage.get("cache_read_input_tokens") or 0),
        cache_write_tokens=_tokens(usage.get("cache_creation_input_tokens") or 0),
    )


def _tokens(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise MalformedMessage(f"not a number of tokens: {value!r}")
    return value


def _text(value: object, what: str) -> str:
    if not isinstance(value, str):
        raise MalformedMessage(f"{what} is not a string")
    return value


def _object(value: object, what: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise MalformedMessage(f"{what} is not an object")
    return {str(key): inner for key, inner in value.items()}
