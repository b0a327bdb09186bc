"""The model's stand-in refuses what the real API refuses, with its status, type and shape."""

import httpx2
import pytest

from forge.model import ModelServer
from tests.forge.test_model.refused_options import OPTIONS
from tests.forge.test_model.refused_turns import TURNS
from tests.forge.test_model.requests import (
    MARK,
    OPUS,
    SONNET,
    Json,
    assistant,
    request,
    result,
    schema,
    talk,
    text,
    use,
    user,
)

REFUSED = TURNS | OPTIONS


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_request_is_refused_with_400_and_the_reason(
    server: ModelServer, client: httpx2.Client, case: str
) -> None:
    body, reason = REFUSED[case]
    billed = server.ledger.total
    refusal = client.post("/v1/messages", json=body)
    assert refusal.status_code == 400, refusal.text
    said = refusal.json()
    assert said["type"] == "error"
    assert said["error"]["type"] == "invalid_request_error"
    assert reason in said["error"]["message"]
    assert said["request_id"] == refusal.headers["request-id"]
    assert said["request_id"].startswith("req_")
    assert server.ledger.total == billed


GOOD: dict[str, Json] = {
    "a plain one": request(),
    "a string as content": request(messages=[{"role": "user", "content": "hi"}]),
    "a string as system": request(system="Be brief."),
    "an answered tool": talk(assistant(text("ok"), use()), user(result(is_error=True), text("go"))),
    "a tool_result without content": talk(
        assistant(use()), user({"type": "tool_result", "tool_use_id": "t1"})
    ),
    "a tool_result with nothing to say": talk(assistant(use()), user(result(content=""))),
    "a blank tool_result": talk(assistant(use()), user(result(content=" \n"))),
    "four breakpoints": request(system=[text("s", cache_control=MARK)] * 4),
    "a forced tool on haiku": request(tool_choice={"type": "tool", "name": "view"}),
    "any tool on sonnet with thinking off": request(
        model=SONNET, thinking={"type": "disabled"}, tool_choice={"type": "any"}
    ),
    "adaptive thinking on opus": request(model=OPUS, thinking={"type": "adaptive"}),
    "effort": request(model=OPUS, output_config={"effort": "max"}),
    "the most output": request(max_tokens=128_000),
    "a nested schema": request(
        tools=schema(
            {
                "type": "object",
                "properties": {
                    "a": {"type": ["string", "null"]},
                    "b": {"type": "array", "items": {"type": "integer", "minimum": 1}},
                    "c": {"enum": ["x", 1, None]},
                    "d": {"anyOf": [{"type": "number"}, {"const": "n"}]},
                },
                "required": ["a"],
                "additionalProperties": False,
            }
        )
    ),
}


@pytest.mark.parametrize("case", GOOD)
def test_a_good_request_is_answered(client: httpx2.Client, case: str) -> None:
    answer = client.post("/v1/messages", json=GOOD[case])
    assert answer.status_code == 200, answer.text
    assert answer.json()["type"] == "message"
    assert answer.headers["request-id"].startswith("req_")
