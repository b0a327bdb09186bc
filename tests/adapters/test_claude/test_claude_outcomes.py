"""Every other way a call can end, over a real connection."""

import logging
import socket
import subprocess
import sys
from dataclasses import replace

import pytest

from bot.adapters.claude import ClaudeModel
from bot.stages.model import Broken, Overloaded, Prompt, RateLimited, Rejected, Reply
from forge.model import (
    CutStream,
    EndedStream,
    Endpoint,
    Garbage,
    ModelServer,
    Overload,
    RateLimit,
    ServerError,
    Slow,
    StreamError,
)
from tests.adapters.test_claude.stage import TIMEOUT_S, VIEW, Bill, prompt


def test_a_rate_limit_says_when_to_come_back_and_costs_nothing(
    server: ModelServer, bill: Bill, model: ClaudeModel
) -> None:
    server.faults.next(RateLimit(retry_after_s=17))
    assert model.complete(prompt()) == RateLimited(17.0)
    server.faults.next(RateLimit(retry_after_s=3), endpoint=Endpoint.COUNT_TOKENS)
    assert model.count_tokens(prompt()) == RateLimited(3.0)
    assert bill.total == 0


@pytest.mark.parametrize("fault", [Overload(), ServerError()])
def test_an_overloaded_vendor_is_tried_once_and_costs_nothing(
    server: ModelServer, bill: Bill, model: ClaudeModel, fault: Overload | ServerError
) -> None:
    server.faults.next(fault)
    assert isinstance(model.complete(prompt()), Overloaded)
    # The next call meets no fault: a hidden retry would have eaten the fault above.
    assert isinstance(model.complete(prompt()), Reply)
    assert len(bill.charges) == 1


@pytest.mark.parametrize(
    "fault",
    [
        CutStream(after_events=0),
        CutStream(after_events=1),
        CutStream(after_events=6),
        EndedStream(after_events=0),
        EndedStream(after_events=4),
        EndedStream(after_events=-1),
        CutStream(after_events=-1),
        StreamError(after_events=0),
        StreamError(after_events=3),
        Garbage(),
        Garbage(b"<html>Bad gateway</html>", "text/html"),
        Garbage(b'{"id": "msg_', "application/json"),
        Garbage(b"event: message_start\ndata: []\n\n"),
        Garbage(b'event: message_start\ndata: {"type": "message_start"}\n\n'),
        Garbage(
            b'event: message_start\ndata: {"type":"message_start","message":{"content":[]}}\n\n'
            b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
        ),
        Garbage(
            b'event: message_start\ndata: {"type":"message_start","message":{"content":[]}}\n\n'
            b'event: content_block_delta\ndata: {"type":"content_block_delta","index":4,"delta":'
            b'{"type":"text_delta","text":"x"}}\n\n'
        ),
        Garbage(
            b'event: message_start\ndata: {"type":"message_start","message":{"content":[],'
            b'"model":"m","stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":0}}}\n\n'
            b'event: message_stop\ndata: {"type":"message_stop"}\n\n'
        ),
        Garbage(b"\xff\xfe\x00\x01"),
        Garbage(b""),
    ],
    ids=repr,
)
def test_a_broken_answer_may_have_been_billed(
    server: ModelServer,
    bill: Bill,
    model: ClaudeModel,
    fault: CutStream | EndedStream | StreamError | Garbage,
) -> None:
    server.faults.next(fault)
    outcome = model.complete(prompt())
    assert isinstance(outcome, Broken)
    assert outcome.maybe_billed
    assert outcome.reason
    assert len(bill.charges) == 1


def test_a_silent_vendor_is_left_and_may_have_billed(server: ModelServer) -> None:
    hasty = ClaudeModel(server.api_key, server.url, timeout_s=0.2)
    server.faults.next(Slow(60.0))
    outcome = hasty.complete(prompt())
    hasty.close()
    assert isinstance(outcome, Broken)
    assert outcome.maybe_billed
    assert "timed out" in outcome.reason.lower()


def test_a_vendor_that_cannot_be_reached_has_billed_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    lost = ClaudeModel("key", f"http://127.0.0.1:{port}", TIMEOUT_S)
    outcome = lost.complete(prompt())
    counted = lost.count_tokens(prompt())
    lost.close()
    assert isinstance(outcome, Broken)
    assert isinstance(counted, Broken)
    assert not outcome.maybe_billed


@pytest.mark.parametrize("fault", [Garbage(b"{"), CutStream(), Garbage(b'{"input_tokens":"9"}')])
def test_counting_never_costs_even_when_it_breaks(
    server: ModelServer, model: ClaudeModel, fault: Garbage | CutStream
) -> None:
    served = (
        replace(fault, content_type="application/json") if isinstance(fault, Garbage) else fault
    )
    server.faults.next(served, endpoint=Endpoint.COUNT_TOKENS)
    outcome = model.count_tokens(prompt())
    assert isinstance(outcome, Broken)
    assert not outcome.maybe_billed


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (prompt("claude-imaginary-9"), 404),
        (prompt(max_output=128_001), 400),
        (replace(prompt(), messages=()), 400),
        (replace(prompt(), effort="gigantic"), 400),
        (replace(prompt(), tools=(VIEW, VIEW)), 400),
    ],
)
def test_a_refused_request_says_why(
    server: ModelServer, bill: Bill, model: ClaudeModel, asked: Prompt, status: int
) -> None:
    outcome = model.complete(asked)
    assert isinstance(outcome, Rejected)
    assert outcome.status == status
    assert "_error: " in outcome.reason
    assert bill.total == 0


def test_a_wrong_key_is_rejected_and_shown_nowhere(
    server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = "wrong-key-0123456789"
    model = ClaudeModel(secret, server.url, TIMEOUT_S)
    outcome = model.complete(prompt())
    model.close()
    assert isinstance(outcome, Rejected)
    assert outcome.status == 401
    assert secret not in repr(outcome) + repr(model) + caplog.text


def test_the_sdk_is_imported_only_when_a_model_is_made() -> None:
    code = "import sys, bot.adapters.claude; sys.exit('anthropic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 0
