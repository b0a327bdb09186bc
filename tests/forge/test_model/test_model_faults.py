"""Faults on demand: queued ones first, then a rule; each endpoint has its own."""

import httpx2
import pytest

from forge.actors import GarbageActor
from forge.model import Endpoint, ModelServer, Overload, RateLimit, Slow
from forge.model.faults import Fault, Faults
from tests.forge.test_model.requests import request


def every_third(endpoint: Endpoint, call: int) -> Fault | None:
    return Overload() if endpoint is Endpoint.MESSAGES and call % 3 == 0 else None


def test_queued_faults_come_before_the_rule_and_one_call_each() -> None:
    faults = Faults()
    faults.rule(every_third)
    faults.next(RateLimit(1), RateLimit(2))
    met = [faults.take(Endpoint.MESSAGES) for _ in range(6)]
    assert met == [RateLimit(1), RateLimit(2), Overload(), None, None, Overload()]
    faults.rule(None)
    assert faults.take(Endpoint.MESSAGES) is None


def test_each_endpoint_has_its_own_queue() -> None:
    faults = Faults()
    faults.next(Overload(), endpoint=Endpoint.COUNT_TOKENS)
    assert faults.take(Endpoint.MESSAGES) is None
    assert faults.take(Endpoint.COUNT_TOKENS) == Overload()


def test_a_refusal_by_fault_has_the_real_shape(server: ModelServer, client: httpx2.Client) -> None:
    server.faults.next(RateLimit(9), Overload())
    limited, overloaded = (client.post("/v1/messages", json=request()) for _ in range(2))
    assert (limited.status_code, limited.headers["retry-after"]) == (429, "9")
    assert limited.json()["error"]["type"] == "rate_limit_error"
    assert overloaded.status_code == 529
    assert overloaded.json()["error"]["type"] == "overloaded_error"
    assert overloaded.json()["request_id"] == overloaded.headers["request-id"]


def test_a_slow_answer_is_right_and_billed(server: ModelServer, client: httpx2.Client) -> None:
    billed = len(server.ledger.charges)
    server.faults.next(Slow(0.05))
    assert client.post("/v1/messages", json=request()).json()["type"] == "message"
    assert len(server.ledger.charges) == billed + 1


def test_a_bad_key_is_refused_before_a_fault_is_used_up(server: ModelServer) -> None:
    server.faults.next(Overload())
    stranger = httpx2.post(f"{server.url}/v1/messages", json=request())
    assert stranger.status_code == 401
    assert server.faults.take(Endpoint.MESSAGES) == Overload()


def test_a_stopped_server_answers_no_more() -> None:
    with ModelServer(GarbageActor()) as other:
        assert httpx2.get(f"{other.url}/_ledger").status_code == 200
        url = other.url
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{url}/_ledger")
