"""What the adapter sends: the prompt as it is, with at most four cache breakpoints."""

import copy
import json

from bot.adapters.claude.request import prompt_params
from bot.stages.model import Prompt, ToolSpec

SCHEMA = {"type": "object", "properties": {}}
TOOLS = (ToolSpec("view", "See.", SCHEMA), ToolSpec("run", "Run.", SCHEMA))


def user(*blocks: object) -> dict[str, object]:
    return {"role": "user", "content": list(blocks)}


def text(value: str) -> dict[str, object]:
    return {"type": "text", "text": value}


ASSISTANT = {
    "role": "assistant",
    "content": [
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "tool_use", "id": "t1", "name": "view", "input": {}},
    ],
}
RESULT = {"type": "tool_result", "tool_use_id": "t1", "content": "x", "is_error": False}


def prompt(*messages: dict[str, object], system: str = "Be brief.") -> Prompt:
    return Prompt("claude-opus-5-5", system, TOOLS, messages, 100)


def marks(value: object) -> int:
    return json.dumps(value).count('"cache_control"')


def test_breakpoints_stand_at_tools_system_first_message_and_last_turn() -> None:
    params = prompt_params(prompt(user(text("a"), text("b")), ASSISTANT, user(RESULT)))
    assert marks(params) == 4
    assert [marks(tool) for tool in params["tools"]] == [0, 1]
    assert marks(params["system"]) == 1
    assert [marks(message) for message in params["messages"]] == [1, 0, 1]
    assert marks(params["messages"][0]["content"][1]) == 1


def test_a_single_message_is_marked_once() -> None:
    assert marks(prompt_params(prompt(user(text("a"))))["messages"]) == 1


def test_a_long_conversation_still_has_four_breakpoints() -> None:
    turns = [user(text("a")), *([ASSISTANT, user(RESULT)] * 20)]
    assert marks(prompt_params(prompt(*turns))) == 4


def test_a_string_is_sent_as_a_marked_text_block() -> None:
    params = prompt_params(prompt({"role": "user", "content": "hello"}))
    (block,) = params["messages"][0]["content"]
    assert block["type"] == "text"
    assert block["text"] == "hello"
    assert marks(block) == 1


def test_the_conversation_itself_is_not_changed() -> None:
    messages = (user(text("a")), copy.deepcopy(ASSISTANT), user(dict(RESULT)))
    before = copy.deepcopy(messages)
    prompt_params(prompt(*messages))
    assert messages == before


def test_what_is_empty_is_left_out() -> None:
    params = prompt_params(Prompt("claude-haiku-5-5", "", (), (user(text("a")),), 100))
    assert set(params) == {"model", "messages"}
