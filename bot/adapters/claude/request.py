"""From a `Prompt` to the Messages API's parameters, with cache breakpoints where they pay.

Breakpoints (at most four) stand at the end of the tools, the system prompt, the first user message
and the last turn: the first three are the stable prefix, the last makes the next call cheap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NotRequired, TypedDict, cast

from bot.stages.model import JsonObject, Prompt

if TYPE_CHECKING:
    from anthropic.types import (
        CacheControlEphemeralParam,
        MessageParam,
        OutputConfigParam,
        TextBlockParam,
        ToolParam,
    )

_MARK: CacheControlEphemeralParam = {"type": "ephemeral"}


class PromptParams(TypedDict):
    """The parameters that `count_tokens` and a message share."""

    model: str
    messages: list[MessageParam]
    system: NotRequired[list[TextBlockParam]]
    tools: NotRequired[list[ToolParam]]
    output_config: NotRequired[OutputConfigParam]


def prompt_params(prompt: Prompt) -> PromptParams:
    """What is sent of a prompt. The prompt itself is not changed."""
    params: PromptParams = {"model": prompt.model, "messages": _messages(prompt.messages)}
    if prompt.system:
        params["system"] = [{"type": "text", "text": prompt.system, "cache_control": _MARK}]
    if prompt.tools:
        params["tools"] = _tools(prompt)
    if prompt.effort is not None:
        # An unknown effort is refused by the API, as a `Rejected` outcome.
        params["output_config"] = cast("OutputConfigParam", {"effort": prompt.effort})
    return params


def _tools(prompt: Prompt) -> list[ToolParam]:
    tools: list[ToolParam] = [
        {"name": tool.name, "description": tool.description, "input_schema": dict(tool.schema)}
        for tool in prompt.tools
    ]
    tools[-1]["cache_control"] = _MARK
    return tools


def _messages(messages: tuple[JsonObject, ...]) -> list[MessageParam]:
    sent = [dict(message) for message in messages]
    first_user = next((i for i, message in enumerate(sent) if message.get("role") == "user"), None)
    marked = {index for index in (first_user, len(sent) - 1) if index is not None and index >= 0}
    for index in marked:
        sent[index]["content"] = _marked(sent[index].get("content"))
    # The port keeps messages as the API's own JSON, and the API is what checks them.
    return cast("list[MessageParam]", sent)


def _marked(content: object) -> object:
    """The content with a breakpoint on its last block; thinking blocks cannot carry one."""
    if isinstance(content, str) and content:
        return [{"type": "text", "text": content, "cache_control": _MARK}]
    if not isinstance(content, list | tuple) or not content:
        return content
    last = content[-1]
    if not isinstance(last, dict) or last.get("type") == "thinking":
        return content
    return [*content[:-1], {**last, "cache_control": _MARK}]
