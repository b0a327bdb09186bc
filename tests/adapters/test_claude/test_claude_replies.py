"""Whole answers: calls, text, thinking, usage, and a bill that agrees with the vendor's."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from bot.adapters.claude import ClaudeModel
from bot.kernel.budget import charge
from bot.kernel.prices import price_of
from forge.model import (
    ModelServer,
)
from tests.adapters.test_claude.stage import (
    HAIKU,
    LONG_SYSTEM,
    OPUS,
    SONNET,
    Bill,
    answered,
    completed,
    prompt,
)


def test_a_tool_call_arrives_with_its_arguments_usage_and_request_id(
    server: ModelServer, bill: Bill, model: ClaudeModel
) -> None:
    reply = completed(model, prompt())
    (asked,) = reply.tool_calls
    assert (asked.name, asked.arguments) == ("view", {"path": "a.py", "größe": [1, None]})
    assert reply.stop_reason == "tool_use"
    assert reply.model == HAIKU
    assert reply.request_id == bill.charges[0].request_id
    assert reply.usage.output_tokens == bill.charges[0].usage.output_tokens > 0


def test_text_arrives_whole_from_a_stream(model: ClaudeModel) -> None:
    reply = completed(model, replace(prompt(), tools=()))
    assert reply.text == "It says: " + "grüße " * 40
    assert reply.stop_reason == "end_turn"
    assert reply.tool_calls == ()


@pytest.mark.parametrize("name", [OPUS, "claude-fable-5-1"])
def test_thinking_goes_back_unchanged_and_is_accepted(model: ClaudeModel, name: str) -> None:
    asked = prompt(name)
    first = completed(model, asked)
    blocks = first.message["content"]
    assert isinstance(blocks, list)
    assert [block["type"] for block in blocks] == ["thinking", "tool_use"]
    second = completed(model, answered(asked, first))
    assert second.text.startswith("It says")


def test_a_message_holds_nothing_that_did_not_come_over_the_wire(model: ClaudeModel) -> None:
    blocks = completed(model, prompt(OPUS)).message["content"]
    assert isinstance(blocks, list)
    assert [set(block) for block in blocks] == [
        {"type", "thinking", "signature"},
        {"type", "id", "name", "input"},
    ]
    json.dumps(blocks)


def test_counted_tokens_are_the_prompt_tokens_that_are_billed(model: ClaudeModel) -> None:
    for asked in (prompt(), prompt(OPUS, system=LONG_SYSTEM)):
        assert model.count_tokens(asked) == completed(model, asked).usage.prompt_tokens


def test_the_bill_equals_usage_times_price_over_a_cached_conversation(
    server: ModelServer, bill: Bill, model: ClaudeModel
) -> None:
    spent = 0
    for name in (HAIKU, SONNET, OPUS):
        asked = prompt(name, system=LONG_SYSTEM)
        price = price_of(name)
        for _ in range(3):
            reply = completed(model, asked)
            spent += charge(price, reply.usage).nano
            asked = answered(asked, reply) if reply.tool_calls else asked
    assert bill.total == Decimal(spent).scaleb(-9)
    assert bill.total > 0


def test_a_haiku_prompt_above_100k_tokens_is_billed_alike_by_both_tables(
    server: ModelServer, bill: Bill, model: ClaudeModel
) -> None:
    asked = prompt(system="word " * 75_000)
    usages = [completed(model, asked).usage for _ in range(2)]
    assert all(usage.prompt_tokens > 100_000 for usage in usages)
    assert usages[1].cache_read_tokens > 100_000
    spent = sum(charge(price_of(HAIKU), usage).nano for usage in usages)
    assert bill.total == Decimal(spent).scaleb(-9)


def test_the_second_call_reads_what_the_first_one_wrote(model: ClaudeModel) -> None:
    asked = prompt(OPUS, system=LONG_SYSTEM + "Cache this.")
    first = completed(model, asked)
    assert first.usage.cache_write_tokens > 1024
    second = completed(model, answered(asked, first))
    assert second.usage.cache_read_tokens == first.usage.cache_write_tokens
    assert second.usage.cache_write_tokens > 0


def test_an_answer_that_hits_the_limit_says_so(server: ModelServer, model: ClaudeModel) -> None:
    reply = completed(model, replace(prompt(max_output=20), tools=()))
    assert reply.stop_reason == "max_tokens"
    assert reply.usage.output_tokens == 20


def test_effort_is_passed_on(server: ModelServer, model: ClaudeModel) -> None:
    completed(model, replace(prompt(OPUS), effort="high"))
    config = server.requests[-1].output_config
    assert config is not None
    assert config.effort == "high"
