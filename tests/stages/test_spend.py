"""One paid call, with the model's stand-in and a real ledger: the books are always right."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.adapters.claude import ClaudeModel
from bot.adapters.database.engine import open_database
from bot.adapters.database.ledger import SqlLedger
from bot.domain.subject import Repo
from bot.kernel.budget import Caps, OverBudget, Usage, charge, worst_case
from bot.kernel.prices import PRICES
from bot.kernel.values import Usd
from bot.memory.ledger import Charge, ChargeState, Scope
from bot.stages.model import CountOutcome, ModelOutcome, Prompt
from bot.stages.spend import (
    COUNT_ERROR,
    REPEATS,
    AnswerLost,
    Call,
    CallFailed,
    CallOutcome,
    Paid,
    Postponed,
    at_most,
    pay,
)
from forge.model import (
    ActorReply,
    CutStream,
    EndedStream,
    Endpoint,
    Garbage,
    MessagesRequest,
    ModelServer,
    Overload,
    RateLimit,
    Say,
    ServerError,
    StreamError,
)
from tests.adapters.databases import NOW, fresh_url

PLENTY = Caps(*[Usd.of("5")] * 6)
MESSAGE = {"role": "user", "content": [{"type": "text", "text": "What is new?"}]}
PROMPT = Prompt("claude-haiku-5-5", "Be brief.", (), (MESSAGE,), 1000)
CALL = Call(
    "octo/hello#1/1/turn-1", Scope(Repo("octo", "hello", 7), 1, 1, "t"), "x", PROMPT, PLENTY
)


class Brief:
    """Says one sentence."""

    def reply(self, request: MessagesRequest) -> ActorReply:
        return ActorReply((Say("Nothing is new. " * 20),), "end_turn")


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with ModelServer(Brief(), clock=lambda: 0.0) as running:
        yield running


@dataclass
class Till:
    """A ledger, a model, and what the vendor billed since the test began."""

    ledger: SqlLedger
    model: ClaudeModel
    server: ModelServer
    before: int

    def pay(self, call: Call = CALL) -> CallOutcome:
        return pay(self.model, self.ledger, call, lambda: NOW)

    @property
    def rows(self) -> tuple[Charge, ...]:
        return self.ledger.charges()

    @property
    def states(self) -> list[ChargeState]:
        return [row.state for row in self.rows]

    @property
    def billed(self) -> Usd:
        charges = self.server.ledger.charges[self.before :]
        return Usd(sum(int(charge.usd.scaleb(9)) for charge in charges))

    @property
    def calls(self) -> int:
        return len(self.server.ledger.charges) - self.before


@pytest.fixture
def till(server: ModelServer, tmp_path: Path) -> Iterator[Till]:
    database = open_database(fresh_url(tmp_path))
    model = ClaudeModel(server.api_key, server.url, 5.0)
    yield Till(SqlLedger(database), model, server, len(server.ledger.charges))
    model.close()
    database.dispose()


@given(st.integers(0, 10**6), st.integers(0, 64_000), st.sampled_from(sorted(PRICES)))
def test_what_is_held_suffices_where_the_count_is_a_little_short(counted: int, out: int, name: str):
    price = PRICES[name]
    held = worst_case(price, at_most(counted), out)
    for billed in (counted, counted + counted // COUNT_ERROR):
        for usage in (Usage(billed, out), Usage(0, out, cache_write_tokens=billed)):
            assert charge(price, usage) <= held


def test_a_paid_call_costs_exactly_what_was_billed(till: Till):
    outcome = till.pay()
    assert isinstance(outcome, Paid)
    assert outcome.reply.text.startswith("Nothing is new.")
    assert till.states == [ChargeState.SETTLED]
    assert outcome.charged == till.rows[0].charged == till.ledger.total() == till.billed > Usd()
    assert till.rows[0].charged < till.rows[0].reserved


@pytest.mark.parametrize(
    ("fault", "wait"), [(RateLimit(7), 7.0), (Overload(), 30.0), (ServerError(), 30.0)], ids=repr
)
def test_a_busy_model_costs_nothing_and_says_when_to_ask_again(till: Till, fault, wait: float):
    till.server.faults.next(fault)
    assert till.pay() == Postponed(wait, "the model is busy")
    assert till.states == [ChargeState.RELEASED]
    assert till.ledger.total() == till.billed == Usd()


def test_the_same_key_after_a_refusal_is_used_again(till: Till):
    till.server.faults.next(RateLimit(1))
    till.pay()
    assert isinstance(till.pay(), Paid)
    assert till.states == [ChargeState.SETTLED]
    assert till.ledger.total() == till.billed


@pytest.mark.parametrize(
    "fault", [CutStream(3), CutStream(-1), EndedStream(3), StreamError(3), Garbage()], ids=repr
)
def test_an_answer_that_breaks_on_the_way_counts_at_its_worst_case(till: Till, fault):
    till.server.faults.next(fault)
    assert isinstance(till.pay(), AnswerLost)
    assert till.states == [ChargeState.OPEN]
    assert till.calls == 1
    assert till.ledger.total() == till.rows[0].reserved >= till.billed


def test_a_lost_answer_is_asked_for_again_and_both_count(till: Till):
    till.server.faults.next(CutStream(3))
    till.pay()
    assert isinstance(till.pay(), Paid)
    assert till.states == [ChargeState.OPEN, ChargeState.SETTLED]
    assert till.calls == 2
    assert till.ledger.total() >= till.billed


@dataclass
class Unplugged:
    """A model whose answer was billed and never read: the process ended."""

    model: ClaudeModel

    def count_tokens(self, prompt: Prompt) -> CountOutcome:
        return self.model.count_tokens(prompt)

    def complete(self, prompt: Prompt) -> ModelOutcome:
        self.model.complete(prompt)
        raise KeyboardInterrupt


def test_the_same_key_after_a_crash_counts_both_calls(till: Till):
    with pytest.raises(KeyboardInterrupt):
        pay(Unplugged(till.model), till.ledger, CALL, lambda: NOW)
    assert isinstance(till.pay(), Paid)
    assert till.states == [ChargeState.OPEN, ChargeState.SETTLED]
    assert len({row.key for row in till.rows}) == 2
    assert till.calls == 2
    assert till.ledger.total() >= till.billed


def test_a_call_that_ended_before_the_crash_is_paid_again_and_both_count(till: Till):
    assert isinstance(till.pay(), Paid)
    assert isinstance(till.pay(), Paid)
    assert till.states == [ChargeState.SETTLED, ChargeState.SETTLED]
    assert till.ledger.total() == till.billed


def test_a_call_that_is_cut_off_again_and_again_is_given_up(till: Till):
    for _ in range(REPEATS):
        with pytest.raises(KeyboardInterrupt):
            pay(Unplugged(till.model), till.ledger, CALL, lambda: NOW)
    outcome = till.pay()
    assert isinstance(outcome, CallFailed)
    assert till.calls == REPEATS


def test_what_could_cost_more_than_the_cap_is_not_asked(till: Till):
    tight = replace(PLENTY, change=Usd.of("0.0001"))
    outcome = till.pay(replace(CALL, caps=tight))
    assert isinstance(outcome, OverBudget)
    assert outcome.cap == "change"
    assert till.rows == ()
    assert till.calls == 0


def test_every_cap_alone_stops_a_call(till: Till):
    for cap in ("call", "change", "run", "day", "month", "installation"):
        tight = replace(PLENTY, **{cap: Usd(1)})
        outcome = till.pay(replace(CALL, caps=tight))
        assert isinstance(outcome, OverBudget)
        assert outcome.cap == cap
    assert till.calls == 0


def test_a_lost_answer_leaves_less_for_the_next_one(till: Till):
    till.server.faults.next(CutStream(3))
    till.pay()
    held = till.rows[0].reserved
    outcome = till.pay(replace(CALL, key="another", caps=replace(PLENTY, change=held)))
    assert isinstance(outcome, OverBudget)


def test_a_model_without_a_price_is_not_asked(till: Till):
    outcome = till.pay(replace(CALL, prompt=replace(PROMPT, model="claude-new-9")))
    assert isinstance(outcome, CallFailed)
    assert "claude-new-9 has no price" in outcome.reason
    assert till.rows == ()


def test_a_prompt_that_the_model_refuses_costs_nothing_and_is_not_repeated(till: Till):
    outcome = till.pay(replace(CALL, prompt=replace(PROMPT, messages=())))
    assert isinstance(outcome, CallFailed)
    assert "refused" in outcome.reason
    assert till.ledger.total() == till.billed == Usd()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [(RateLimit(3), Postponed), (Overload(), Postponed), (Garbage(), AnswerLost)],
    ids=repr,
)
def test_when_the_tokens_cannot_be_counted_nothing_is_set_aside(till: Till, fault, expected):
    till.server.faults.next(fault, endpoint=Endpoint.COUNT_TOKENS)
    assert isinstance(till.pay(), expected)
    assert till.rows == ()
    assert till.calls == 0


def test_a_model_that_cannot_be_reached_costs_nothing(till: Till):
    away = ClaudeModel("key", "http://127.0.0.1:9", 1.0)
    outcome = pay(away, till.ledger, CALL, lambda: NOW)
    away.close()
    assert isinstance(outcome, AnswerLost)
    assert till.rows == ()
