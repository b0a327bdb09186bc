"""The rules of a conversation: whose turn it is, and that every tool call is answered at once."""

from itertools import pairwise

from forge.model.errors import invalid
from forge.model.tokens import breakpoints
from forge.model.wire import Message, PromptRequest, Text, Thinking, ToolResult, ToolUse

MAX_BREAKPOINTS = 4


def check_conversation(request: PromptRequest) -> None:
    """Raise 400 for the first rule of turns, blocks, tool pairs or cache marks that is broken."""
    _check_turns(request.messages)
    for turn, message in enumerate(request.messages):
        _check_blocks(turn, message)
    _check_texts("system", request.system)
    _check_pairs(request.messages)
    _check_tools_are_defined(request)
    marks = breakpoints(request)
    if marks > MAX_BREAKPOINTS:
        raise invalid(
            f"A maximum of {MAX_BREAKPOINTS} blocks with cache_control may be provided. "
            f"Found {marks}."
        )


def _check_turns(messages: tuple[Message, ...]) -> None:
    if not messages:
        raise invalid("messages: at least one message is required")
    if messages[0].role != "user":
        raise invalid('messages: first message must use the "user" role')
    for turn, (before, after) in enumerate(pairwise(messages), start=1):
        if before.role == after.role:
            raise invalid(
                'messages: roles must alternate between "user" and "assistant", but found '
                f'multiple "{after.role}" roles in a row at messages.{turn}'
            )
    if messages[-1].role == "assistant":
        raise invalid(
            "This model does not support assistant message prefill. "
            "The conversation must end with a user message."
        )


def _check_blocks(turn: int, message: Message) -> None:
    if not message.content:
        raise invalid(f"messages.{turn}: all messages must have non-empty content")
    for place, block in enumerate(message.content):
        where = f"messages.{turn}.content.{place}"
        match block:
            case ToolUse() | Thinking() if message.role == "user":
                raise invalid(f"{where}: `{block.type}` blocks may only be in assistant messages")
            case ToolResult():
                if message.role == "assistant":
                    raise invalid(f"{where}: `tool_result` blocks may only be in user messages")
                if any(not inner.text for inner in block.content):
                    raise invalid(f"{where}.content: text content blocks must be non-empty")
            case _:
                pass
    _check_texts(f"messages.{turn}", tuple(b for b in message.content if isinstance(b, Text)))


def _check_texts(where: str, texts: tuple[Text, ...]) -> None:
    for block in texts:
        if not block.text:
            raise invalid(f"{where}: text content blocks must be non-empty")
        if not block.text.strip():
            raise invalid(f"{where}: text content blocks must contain non-whitespace text")


def _check_pairs(messages: tuple[Message, ...]) -> None:
    open_ids: list[str] = []
    seen: set[str] = set()
    for turn, message in enumerate(messages):
        if message.role == "user":
            _check_answers(turn, message, open_ids)
            open_ids = []
            continue
        for block in message.content:
            if isinstance(block, ToolUse):
                if block.id in seen:
                    raise invalid(f"messages.{turn}: `tool_use` ids must be unique")
                seen.add(block.id)
                open_ids.append(block.id)


def _check_answers(turn: int, message: Message, open_ids: list[str]) -> None:
    answered: list[str] = []
    for place, block in enumerate(message.content):
        if not isinstance(block, ToolResult):
            continue
        where = f"messages.{turn}.content.{place}"
        if block.tool_use_id not in open_ids:
            raise invalid(
                f"{where}: unexpected `tool_use_id` found in `tool_result` blocks: "
                f"{block.tool_use_id}. Each `tool_result` block must have a corresponding "
                "`tool_use` block in the previous message."
            )
        if block.tool_use_id in answered:
            raise invalid(
                f"{where}: each tool_use must have a single result. Found multiple "
                f"`tool_result` blocks with id: {block.tool_use_id}"
            )
        if len(answered) != place:
            raise invalid(f"{where}: `tool_result` blocks must come first in the message")
        answered.append(block.tool_use_id)
    missing = [id_ for id_ in open_ids if id_ not in answered]
    if missing:
        raise invalid(
            f"messages.{turn - 1}: `tool_use` ids were found without `tool_result` blocks "
            f"immediately after: {', '.join(missing)}. Each `tool_use` block must have a "
            "corresponding `tool_result` block in the next message."
        )


def _check_tools_are_defined(request: PromptRequest) -> None:
    uses = any(isinstance(b, ToolUse) for message in request.messages for b in message.content)
    if uses and not request.tools:
        raise invalid(
            "Requests which have `tool_use` or `tool_result` blocks in messages must define tools"
        )
