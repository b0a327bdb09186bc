"""Keys, versions, paths and sizes: what the stand-in looks at before the conversation."""

import httpx2
import pytest

from forge.model import ModelServer
from tests.forge.test_model.requests import request


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        ({"anthropic-version": "2026-10-21"}, 401, "authentication_error"),
        ({"x-api-key": "nope", "anthropic-version": "2026-10-21"}, 401, "authentication_error"),
        (
            {"authorization": "Basic abc", "anthropic-version": "2026-10-21"},
            401,
            "authentication_error",
        ),
        ({"x-api-key": "KEY"}, 400, "invalid_request_error"),
        ({"x-api-key": "KEY", "anthropic-version": "1999-01-01"}, 400, "invalid_request_error"),
        ({"x-api-key": "KEY", "anthropic-version": "2023-06-01"}, 200, None),
        ({"authorization": "Bearer KEY", "anthropic-version": "2026-10-21"}, 200, None),
    ],
)
def test_a_key_and_a_version_are_required(
    server: ModelServer, headers: dict[str, str], status: int, kind: str | None
) -> None:
    sent = {name: value.replace("KEY", server.api_key) for name, value in headers.items()}
    answer = httpx2.post(f"{server.url}/v1/messages", json=request(), headers=sent)
    assert answer.status_code == status
    assert answer.json().get("error", {}).get("type") == kind


def test_an_unknown_model_and_an_unknown_path_are_not_found(client: httpx2.Client) -> None:
    for answer in (
        client.post("/v1/messages", json=request(model="claude-2")),
        client.post("/v1/complete", json={}),
    ):
        assert answer.status_code == 404
        assert answer.json()["error"]["type"] == "not_found_error"


def test_a_wrong_method_is_405_in_the_same_shape(client: httpx2.Client) -> None:
    answer = client.get("/v1/messages")
    assert answer.status_code == 405
    assert answer.json()["type"] == "error"


def test_a_body_that_is_no_json_is_refused(client: httpx2.Client) -> None:
    answer = client.post("/v1/messages", content=b'{"model": ')
    assert answer.status_code == 400
    assert "not valid JSON" in answer.json()["error"]["message"]


def test_a_body_above_32_mib_is_refused(client: httpx2.Client) -> None:
    answer = client.post("/v1/messages", content=b" " * (32 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    assert answer.json()["error"]["type"] == "request_too_large"


def test_a_prompt_above_the_context_is_refused(client: httpx2.Client) -> None:
    answer = client.post("/v1/messages", json=request(system="word " * 800_000))
    assert answer.status_code == 400
    assert "prompt is too long" in answer.json()["error"]["message"]


def test_counting_takes_no_max_tokens_and_bills_nothing(
    server: ModelServer, client: httpx2.Client
) -> None:
    billed = server.ledger.total
    counted = client.post("/v1/messages/count_tokens", json=request(max_tokens=None))
    assert counted.json()["input_tokens"] > 0
    refused = client.post("/v1/messages/count_tokens", json=request())
    assert refused.status_code == 400
    assert server.ledger.total == billed
