"""Requests for the model's stand-in: a good one, and what it is made of."""

from typing import TypeAlias

Json: TypeAlias = dict[str, object]

HAIKU, SONNET, OPUS, FABLE = (
    "claude-haiku-5-5",
    "claude-sonnet-5-5",
    "claude-opus-5-5",
    "claude-fable-5-1",
)
TOOL: Json = {
    "name": "view",
    "description": "Show a file.",
    "input_schema": {"type": "object", "properties": {"path": {"type": "string"}}},
}
MARK: Json = {"type": "ephemeral"}


def text(value: str, **more: object) -> Json:
    return {"type": "text", "text": value, **more}


def user(*content: Json) -> Json:
    return {"role": "user", "content": list(content)}


def assistant(*content: Json) -> Json:
    return {"role": "assistant", "content": list(content)}


def use(id_: str = "t1", name: str = "view") -> Json:
    return {"type": "tool_use", "id": id_, "name": name, "input": {}}


def result(id_: str = "t1", **more: object) -> Json:
    return {"type": "tool_result", "tool_use_id": id_, "content": "x = 1", **more}


def request(**changes: object) -> Json:
    """A good request with some fields changed, or left out where the change is None."""
    whole: Json = {
        "model": HAIKU,
        "max_tokens": 1000,
        "messages": [user(text("hi"))],
        "tools": [TOOL],
        **changes,
    }
    return {key: value for key, value in whole.items() if value is not None}


def talk(*messages: Json, **changes: object) -> Json:
    return request(messages=[user(text("hi")), *messages], **changes)


def tool(**changes: object) -> list[Json]:
    return [{key: value for key, value in {**TOOL, **changes}.items() if value is not None}]


def schema(value: object) -> list[Json]:
    return tool(input_schema=value)
