"""Thinking blocks: when they come, and that they are good only where they came from."""

import json
from collections.abc import Callable

import httpx2
import pytest

from tests.forge.test_model.requests import (
    FABLE,
    MARK,
    OPUS,
    Json,
    request,
    result,
    user,
)


def first_turn(client: httpx2.Client, model: str) -> tuple[Json, Json]:
    """A first question and its answer, as an assistant message."""
    asked = request(model=model)
    said = client.post("/v1/messages", json=asked).json()
    return asked, {"role": "assistant", "content": said["content"]}


def go_on(asked: Json, answer: Json, **changes: object) -> Json:
    blocks = answer["content"]
    assert isinstance(blocks, list)
    results = [result(b["id"]) for b in blocks if b["type"] == "tool_use"]
    messages = asked["messages"]
    assert isinstance(messages, list)
    return {**asked, "messages": [*messages, answer, user(*results)], **changes}


def _other_text(body: Json) -> None:
    body["messages"][1]["content"][0]["thinking"] += "!"


def _no_thinking(body: Json) -> None:
    del body["messages"][1]["content"][0]


def _no_signature(body: Json) -> None:
    del body["messages"][1]["content"][0]["signature"]


def _thinking_last(body: Json) -> None:
    body["messages"][1]["content"].reverse()


def _other_question(body: Json) -> None:
    body["messages"][0]["content"][0]["text"] = "something else"


def _other_model(body: Json) -> None:
    body["model"] = FABLE


@pytest.mark.parametrize(
    "spoil",
    [_other_text, _no_thinking, _no_signature, _thinking_last, _other_question, _other_model],
)
def test_thinking_is_good_only_unchanged_for_its_model_and_conversation(
    client: httpx2.Client, spoil: Callable[[Json], None]
) -> None:
    body = go_on(*first_turn(client, OPUS))
    assert client.post("/v1/messages", json=body).status_code == 200
    spoiled = json.loads(json.dumps(body))
    spoil(spoiled)
    refusal = client.post("/v1/messages", json=spoiled)
    assert refusal.status_code == 400
    assert refusal.json()["error"]["type"] == "invalid_request_error"


def test_cache_marks_may_move_without_breaking_a_signature(client: httpx2.Client) -> None:
    body = go_on(*first_turn(client, OPUS))
    body["messages"][0]["content"][0]["cache_control"] = MARK
    assert client.post("/v1/messages", json=body).status_code == 200


def test_haiku_thinks_only_when_asked(client: httpx2.Client) -> None:
    plain = client.post("/v1/messages", json=request()).json()
    asked = client.post("/v1/messages", json=request(thinking={"type": "adaptive"})).json()
    assert [block["type"] for block in plain["content"]] == ["tool_use"]
    assert [block["type"] for block in asked["content"]] == ["thinking", "tool_use"]


def test_omitted_thinking_comes_as_a_signature_alone(client: httpx2.Client) -> None:
    asked = request(model=OPUS, thinking={"type": "adaptive", "display": "omitted"})
    said = client.post("/v1/messages", json=asked).json()
    assert said["content"][0]["thinking"] == ""
    body = go_on(asked, {"role": "assistant", "content": said["content"]})
    assert client.post("/v1/messages", json=body).status_code == 200
