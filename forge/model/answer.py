"""From what an actor says to a message with ids, signatures and an honest token count."""

import hashlib
from dataclasses import dataclass

from forge.model.acting import ActorReply, Call, Say, Thought
from forge.model.model_rules import thinks
from forge.model.thinking import conversation_digest, sign
from forge.model.tokens import BYTES_PER_TOKEN, canonical, tokens_in
from forge.model.wire import JsonObject, MessagesRequest, Text, Thinking, ToolUse

DEFAULT_THOUGHT = "Let me look at what is asked and take the next small step."

Answered = Text | Thinking | ToolUse


@dataclass(frozen=True, slots=True)
class Answer:
    """The content of an assistant turn, what ended it, and its size in tokens."""

    content: tuple[Answered, ...]
    stop_reason: str
    stop_sequence: str | None
    output_tokens: int


def compose(request: MessagesRequest, reply: ActorReply, call_id: str) -> Answer:
    """The turn as the API would give it: signed, numbered, cut at `max_tokens` or a stop sequence.

    `call_id` makes tool ids differ between two calls with the same prompt.
    """
    content = _thoughts(request, reply)
    for block in reply.blocks:
        match block:
            case Say(text):
                content.append(Text(text=text))
            case Call(name, input_):
                id_ = hashlib.sha256(f"{call_id}/{len(content)}".encode()).hexdigest()[:24]
                content.append(ToolUse(id=f"toolu_{id_}", name=name, input=input_))
            case Thought():
                continue
    stopped = _stop_at_sequence(request, content, reply.stop_reason)
    return _stop_at_limit(request.max_tokens, stopped)


def as_json(block: Answered) -> JsonObject:
    """A content block as it goes over the wire."""
    return block.model_dump(mode="json", exclude_none=True)


def _thoughts(request: MessagesRequest, reply: ActorReply) -> list[Answered]:
    if not thinks(request):
        return []
    said = [block.text for block in reply.blocks if isinstance(block, Thought)]
    text = "\n".join(said) or DEFAULT_THOUGHT
    if request.thinking is not None and request.thinking.display == "omitted":
        text = ""
    signature = sign(request.model, conversation_digest(request.messages), 0, text)
    return [Thinking(thinking=text, signature=signature)]


def _stop_at_sequence(request: MessagesRequest, content: list[Answered], reason: str) -> Answer:
    kept: list[Answered] = []
    for block in content:
        if isinstance(block, Text):
            found = [s for s in request.stop_sequences if s in block.text]
            if found:
                first = min(found, key=block.text.index)
                before = block.text[: block.text.index(first)]
                kept += [Text(text=before)] if before.strip() else []
                return Answer(tuple(kept), "stop_sequence", first, _size(kept))
        kept.append(block)
    return Answer(tuple(kept), reason, None, _size(kept))


def _stop_at_limit(max_tokens: int, answer: Answer) -> Answer:
    if answer.output_tokens <= max_tokens:
        return answer
    kept: list[Answered] = []
    left = max_tokens
    for block in answer.content:
        size = _size([block])
        if size > left:
            text = block.text[: int(left * BYTES_PER_TOKEN / 4)] if isinstance(block, Text) else ""
            kept += [Text(text=text)] if text.strip() else []
            break
        kept.append(block)
        left -= size
    return Answer(tuple(kept), "max_tokens", None, max_tokens)


def _size(content: list[Answered]) -> int:
    return max(1, sum(tokens_in(canonical(block)) for block in content))
