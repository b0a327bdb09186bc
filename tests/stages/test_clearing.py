"""A long conversation loses old results, much at once, and nothing else."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from bot.stages.clearing import (
    CLEAR_ABOVE,
    CLEARED,
    KEPT_TURNS,
    LEAST_FREED,
    SHORT,
    clear,
    cleared,
)
from bot.stages.model import JsonObject
from bot.stages.tools import OUTPUT_CHARS, ToolResult

Messages = tuple[JsonObject, ...]
OPENING: JsonObject = {"role": "user", "content": [{"type": "text", "text": "x" * 50_000}]}


def turn(number: int, sizes: list[int]) -> Messages:
    """What a model thought and called, and results of these sizes; a nudge where it called none."""
    ids = [f"t{number}-{place}" for place in range(len(sizes))]
    calls = [{"type": "tool_use", "id": one, "name": "view", "input": {}} for one in ids]
    thought = {"type": "thinking", "thinking": "y" * 1_000, "signature": f"s{number}"}
    results: list[JsonObject] = [
        ToolResult(one, "r" * size, failed=size % 2 == 1).block()
        for one, size in zip(ids, sizes, strict=True)
    ]
    answer = results or [{"type": "text", "text": "Please go on."}]
    return (
        {"role": "assistant", "content": [thought, *calls]},
        {"role": "user", "content": answer},
    )


def conversation(turns: list[list[int]]) -> Messages:
    messages: Messages = (OPENING,)
    for number, sizes in enumerate(turns):
        messages += turn(number, sizes)
    return messages


def blocks(message: JsonObject) -> list[Mapping[str, object]]:
    content = message["content"]
    assert isinstance(content, list)
    return content


def size(messages: Messages) -> int:
    return sum(len(str(message)) for message in messages)


sizes = st.lists(st.integers(0, 3 * SHORT) | st.just(OUTPUT_CHARS), max_size=4)
conversations = st.lists(sizes, max_size=25).map(conversation)


@given(conversations)
def test_only_the_text_of_results_changes_and_each_stays_in_its_place(messages: Messages):
    after = clear(messages)
    assert len(after) == len(messages)
    for then, now in zip(messages, after, strict=True):
        if then["role"] == "assistant":
            assert now is then, "thinking goes back unchanged"
            continue
        for one, other in zip(blocks(then), blocks(now), strict=True):
            assert {**other, "content": one.get("content")} == {
                **one,
                "content": one.get("content"),
            }
            assert other.get("content") in (one.get("content"), CLEARED)
    assert size(after) <= size(messages)


@given(conversations)
def test_the_last_turns_and_the_opening_stay_whole(messages: Messages):
    after = clear(messages)
    assert after[0] == messages[0]
    assert after[-2 * KEPT_TURNS :] == messages[-2 * KEPT_TURNS :]


@given(conversations, st.lists(sizes, max_size=12))
def test_it_is_cleared_again_only_in_another_large_step(messages: Messages, later: list[list[int]]):
    once = clear(messages)
    assert clear(once) == once
    grown = once
    for number, more in enumerate(later, 100):
        grown += turn(number, more)
        again = clear(grown)
        assert again is grown or size(grown) - size(again) > LEAST_FREED / 2
        grown = again


def test_long_results_go_together_when_they_are_worth_it_and_short_ones_stay():
    turns = [[OUTPUT_CHARS, SHORT]] * (7 + KEPT_TURNS)
    texts = [
        block["content"]
        for message in clear(conversation(turns))[2::2]
        for block in blocks(message)
    ]
    kept = ["r" * OUTPUT_CHARS, "r" * SHORT]
    assert texts == [CLEARED, "r" * SHORT] * 7 + kept * KEPT_TURNS
    too_few = conversation(turns[1:])
    assert clear(too_few) is too_few


def test_nothing_is_cleared_before_the_prompt_is_long():
    messages = conversation([[OUTPUT_CHARS]] * 20)
    assert cleared(messages, CLEAR_ABOVE) is messages
    assert cleared(messages, CLEAR_ABOVE + 1) == clear(messages) != messages
