"""Signatures of thinking blocks: each is good for one model, one place, one conversation.

A signature covers the model, every message before it, its place in the turn and its text, so a
changed block, a swapped model and a rewritten history all fail the same check.
"""

import hashlib
import hmac

from forge.model.errors import invalid
from forge.model.tokens import canonical, digest
from forge.model.wire import Message, PromptRequest, Thinking, ToolResult, ToolUse

# Not a secret: it only has to be the same at every start, so that a conversation may go on.
_KEY = b"evolve-bot forge thinking"


def conversation_digest(messages: tuple[Message, ...]) -> bytes:
    """What a conversation has been so far."""
    so_far = b"conversation"
    for message in messages:
        for block in message.content:
            so_far = digest(so_far, message.role.encode() + canonical(block))
    return so_far


def sign(model: str, so_far: bytes, place: int, text: str) -> str:
    """The signature of the thinking at this place of the next assistant turn."""
    data = b"\0".join((model.encode(), so_far, str(place).encode(), text.encode()))
    return hmac.new(_KEY, data, hashlib.sha256).hexdigest()


def check_signatures(request: PromptRequest) -> None:
    """Raise 400 when a thinking block is not exactly as this model gave it, here."""
    so_far = b"conversation"
    for turn, message in enumerate(request.messages):
        before = so_far
        for place, block in enumerate(message.content):
            if isinstance(block, Thinking):
                expected = sign(request.model, before, place, block.thinking)
                if not hmac.compare_digest(expected.encode(), block.signature.encode()):
                    raise invalid(
                        f"messages.{turn}.content.{place}: Invalid `signature` in `thinking` block"
                    )
            so_far = digest(so_far, message.role.encode() + canonical(block))


def check_present(request: PromptRequest) -> None:
    """Raise 400 when the tool-use turn that is being continued lost its thinking."""
    for turn in range(len(request.messages) - 1, -1, -1):
        message = request.messages[turn]
        if message.role == "user":
            if not any(isinstance(block, ToolResult) for block in message.content):
                return
            continue
        first = message.content[0]
        uses_tools = any(isinstance(block, ToolUse) for block in message.content)
        if uses_tools and not isinstance(first, Thinking):
            raise invalid(
                f"messages.{turn}.content.0.type: Expected `thinking` or `redacted_thinking`, but "
                f"found `{first.type}`. When `thinking` is enabled, a final `assistant` message "
                "must start with a thinking block (preceeding the lastmost set of `tool_use` and "
                "`tool_result` blocks)."
            )
