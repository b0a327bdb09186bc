"""What the stand-in bills: tokens, cache, prices, and its ledger over HTTP."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

import httpx2
import pytest

from forge.model import ActorReply, MessagesRequest, ModelServer, Say
from forge.model.cache import PromptCache
from forge.model.catalogue import MODELS, Usage
from forge.model.tokens import Segment, tokens_in

Json: TypeAlias = dict[str, object]
MARK: Json = {"type": "ephemeral"}


class Clock:
    """Time that passes only when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Brief:
    """Says one word."""

    def reply(self, request: MessagesRequest) -> ActorReply:
        return ActorReply((Say("Yes."),), "end_turn")


def segment(name: str, tokens: int = 600, *, mark: bool = False) -> Segment:
    return Segment(name.encode(), tokens, mark)


def test_a_prefix_is_written_once_and_then_read() -> None:
    cache = PromptCache(Clock())
    prompt = (segment("tools"), segment("system", mark=True), segment("question", 50))
    assert (cache.use("m", prompt).written, cache.use("m", prompt).read) == (1200, 1200)
    assert cache.use("m", prompt).written == 0


def test_a_growing_conversation_reads_the_old_part_and_writes_the_new() -> None:
    cache = PromptCache(Clock())
    first = (segment("system", 2000, mark=True), segment("q1", 100, mark=True))
    second = (segment("system", 2000, mark=True), segment("q1", 100), segment("a1", 30))
    cache.use("m", first)
    grown = cache.use("m", (*second, segment("q2", 40, mark=True)))
    assert (grown.read, grown.written) == (2100, 70)


def test_a_short_prefix_is_not_cached() -> None:
    cache = PromptCache(Clock())
    prompt = (segment("system", 1023, mark=True),)
    assert cache.use("m", prompt).written == 0
    assert cache.use("m", prompt).read == 0


def test_a_changed_beginning_or_another_model_reads_nothing() -> None:
    cache = PromptCache(Clock())
    cache.use("m", (segment("tools"), segment("system", mark=True)))
    assert cache.use("m", (segment("tools!"), segment("system", mark=True))).read == 0
    assert cache.use("n", (segment("tools"), segment("system", mark=True))).read == 0


def test_a_prefix_lives_five_minutes_from_its_last_use() -> None:
    clock = Clock()
    cache = PromptCache(clock)
    prompt = (segment("system", 2000, mark=True),)
    cache.use("m", prompt)
    for _ in range(3):
        clock.now += 299
        assert cache.use("m", prompt).read == 2000
    clock.now += 300
    assert cache.use("m", prompt).read == 0


def test_reading_a_prefix_from_a_later_mark_renews_it_too() -> None:
    clock = Clock()
    cache = PromptCache(clock)
    start = segment("system", 2000)
    cache.use("m", (segment("system", 2000, mark=True),))
    for question in ("a", "b", "c"):
        clock.now += 299
        assert cache.use("m", (start, segment(question, 10, mark=True))).read == 2000


def test_a_prefix_more_than_twenty_blocks_back_is_not_found() -> None:
    cache = PromptCache(Clock())
    start = segment("system", 2000, mark=True)
    cache.use("m", (start,))
    plain = Segment(start.data, start.tokens, breakpoint=False)
    near = [segment(f"b{i}", 1) for i in range(19)]
    assert cache.use("m", (plain, *near, segment("near", 1, mark=True))).read == 2000
    far = [segment(f"c{i}", 1) for i in range(20)]
    assert cache.use("m", (plain, *far, segment("far", 1, mark=True))).read == 0


def test_without_a_mark_nothing_is_cached() -> None:
    cache = PromptCache(Clock())
    prompt = (segment("system", 5000),)
    cache.use("m", prompt)
    assert cache.use("m", prompt).read == 0


def test_tokens_are_counted_in_bytes_not_characters() -> None:
    assert tokens_in(b"") == 0
    assert tokens_in(b"abc") == 1
    assert tokens_in("ü".encode() * 7) == 4


@pytest.mark.parametrize(
    ("model", "usd"),
    [
        ("claude-haiku-5-5", "0.0007350"),
        ("claude-sonnet-5-5", "0.0146"),
        ("claude-opus-5-5", "0.0292"),
        ("claude-fable-5-1", "0.07275"),
    ],
)
def test_a_call_is_billed_at_the_published_rates(model: str, usd: str) -> None:
    usage = Usage(
        input_tokens=1000, output_tokens=1000, cache_read_tokens=1000, cache_write_tokens=1000
    )
    assert MODELS[model].price.bill(usage) == Decimal(usd)


def test_a_long_haiku_prompt_is_dearer_and_cached_tokens_count_towards_it() -> None:
    price = MODELS["claude-haiku-5-5"].price
    at_limit = Usage(100_000, 1000, 0, 0)
    assert price.bill(at_limit) == Decimal("0.0105")
    above = Usage(1, 1000, 100_000, 0)
    assert price.bill(above) == (Decimal("0.5") + 2500 + 5000) / 1_000_000


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer(Brief(), clock=Clock()) as running:
        yield running


def test_the_ledger_is_open_over_http_and_exact(server: ModelServer) -> None:
    headers = {"x-api-key": server.api_key, "anthropic-version": "2026-10-21"}
    body = {
        "model": "claude-opus-5-5",
        "max_tokens": 100,
        "system": [{"type": "text", "text": "s" * 7000, "cache_control": MARK}],
        "messages": [{"role": "user", "content": "hi"}],
    }
    usages = [
        httpx2.post(f"{server.url}/v1/messages", json=body, headers=headers).json()["usage"]
        for _ in range(2)
    ]
    assert usages[0]["cache_creation_input_tokens"] == usages[1]["cache_read_input_tokens"] > 2000
    assert usages[0]["cache_read_input_tokens"] == usages[1]["cache_creation_input_tokens"] == 0
    by_hand = sum(
        usage["input_tokens"] * Decimal(4)
        + usage["output_tokens"] * Decimal(20)
        + usage["cache_read_input_tokens"] * Decimal("0.20")
        + usage["cache_creation_input_tokens"] * Decimal(5)
        for usage in usages
    )
    ledger = httpx2.get(f"{server.url}/_ledger").json()
    assert Decimal(ledger["total_usd"]) == server.ledger.total == by_hand / 1_000_000
    assert [charge["model"] for charge in ledger["charges"]] == ["claude-opus-5-5"] * 2


def test_a_stream_says_the_same_as_a_whole_message_in_the_real_order(server: ModelServer) -> None:
    headers = {"x-api-key": server.api_key, "anthropic-version": "2026-10-21"}
    body = {
        "model": "claude-opus-5-5",
        "max_tokens": 500,
        "stream": True,
        "messages": [{"role": "user", "content": "hi"}],
    }
    answer = httpx2.post(f"{server.url}/v1/messages", json=body, headers=headers)
    assert answer.headers["content-type"].startswith("text/event-stream")
    names = [line[7:] for line in answer.text.splitlines() if line.startswith("event: ")]
    assert names[:3] == ["message_start", "content_block_start", "ping"]
    assert names[-2:] == ["message_delta", "message_stop"]
    assert names.count("content_block_start") == names.count("content_block_stop") == 2
    assert "signature_delta" in answer.text
