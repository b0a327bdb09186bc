"""Clearing old tool results from a conversation that has grown long, rarely and much at once.

Each clearing breaks the cached prefix, so what is left must be written to the cache again. It is
done for the budget all the same: a call is reserved at the price of writing its whole prompt. At
`CLEAR_ABOVE` tokens that is $0.60 on Opus and $0.32 for the output, just below the default cap of a
call ($1.00): a conversation that went on growing would end over budget.
"""

from collections.abc import Mapping

from bot.stages.model import JsonObject

CLEAR_ABOVE = 120_000
"""Tokens of a prompt, as it was billed, above which old results go."""

KEPT_TURNS = 4
"""The last so many turns of results stay whole: the model is still working with them."""

LEAST_FREED = 60_000
"""Characters: clearing less would break the cached prefix for too little."""

SHORT = 400
"""Characters: a result this short (an edit made, a verdict in a line) is worth keeping."""

CLEARED = "(cleared to keep this conversation short; look at it again if you need it)"


def cleared(messages: tuple[JsonObject, ...], prompt_tokens: int) -> tuple[JsonObject, ...]:
    """The conversation for the next call, after one whose prompt had so many tokens.

    Only the text of old tool results changes; each call keeps its result, in its place. Depends on
    nothing but its arguments, so a replay gives the same conversation.
    """
    return clear(messages) if prompt_tokens > CLEAR_ABOVE else messages


def clear(messages: tuple[JsonObject, ...]) -> tuple[JsonObject, ...]:
    """Clear all but the last turns, if that frees enough; else the conversation as it is."""
    turns = [place for place, message in enumerate(messages) if message.get("role") == "user"]
    if len(turns) <= KEPT_TURNS:
        return messages
    first_kept = turns[-KEPT_TURNS]
    shorter = (*map(_cleared, messages[:first_kept]), *messages[first_kept:])
    freed = sum(map(_size, messages)) - sum(map(_size, shorter))
    return shorter if freed >= LEAST_FREED else messages


def _cleared(message: JsonObject) -> JsonObject:
    content = message.get("content")
    if message.get("role") != "user" or not isinstance(content, list | tuple):
        return message
    return {**message, "content": [_shorter(block) for block in content]}


def _shorter(block: object) -> object:
    long = _result_text(block)
    if not isinstance(block, Mapping) or len(long) <= SHORT:
        return block
    return {**block, "content": CLEARED}


def _size(message: JsonObject) -> int:
    content = message.get("content")
    blocks = content if isinstance(content, list | tuple) else ()
    return sum(len(_result_text(block)) for block in blocks)


def _result_text(block: object) -> str:
    """The text of a tool result; empty for any other block."""
    if not isinstance(block, Mapping) or block.get("type") != "tool_result":
        return ""
    text = block.get("content")
    return text if isinstance(text, str) else ""
