"""Money held at the worst case and settled exactly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.kernel.budget import (
    Caps,
    OverBudget,
    Reserved,
    Spent,
    Usage,
    charge,
    reserve,
    worst_case,
)
from bot.kernel.prices import PRICES, UnknownModel, price_of
from bot.kernel.values import Usd

HAIKU = PRICES["claude-haiku-5-5"]
tokens = st.integers(0, 300_000)
amounts = st.integers(0, 10**12).map(Usd)


@given(st.sampled_from(sorted(PRICES)), tokens, tokens, tokens, tokens, tokens, tokens)
def test_no_call_costs_more_than_its_worst_case(model, plain, read, written, out, more, more_out):
    usage = Usage(plain, out, read, written)
    reserved = worst_case(PRICES[model], usage.prompt_tokens + more, out + more_out)
    assert charge(PRICES[model], usage) <= reserved


@given(st.sampled_from(sorted(PRICES)), tokens, tokens)
def test_a_longer_prompt_never_has_a_cheaper_worst_case(model, fewer, more):
    price = PRICES[model]
    assert worst_case(price, fewer, 10) <= worst_case(price, fewer + more, 10)


def test_a_charge_is_exact():
    usage = Usage(1_000_000, 1_000_000, 1_000_000, 1_000_000)
    assert charge(PRICES["claude-sonnet-5-5"], usage) == Usd.of("14.60")


def test_a_prompt_above_the_threshold_is_billed_at_the_long_rates_with_cached_tokens_counted():
    assert charge(HAIKU, Usage(100_000, 1_000_000)) == Usd.of("0.51")
    assert charge(HAIKU, Usage(1, 1_000_000, cache_read_tokens=100_000)) > Usd.of("2.50")


def test_a_model_without_a_price_is_refused_with_the_line_to_add():
    unknown = price_of("claude-opus-9")
    assert isinstance(unknown, UnknownModel)
    assert 'Price("claude-opus-9"' in unknown.hint
    assert price_of("claude-opus-5-5") == PRICES["claude-opus-5-5"]


@given(st.lists(amounts, max_size=12), st.lists(amounts, min_size=6, max_size=6))
def test_reservations_together_never_exceed_any_cap(wanted, limits):
    caps = Caps(*limits)
    gone = Usd()
    for amount in wanted:
        match reserve(amount, caps, Spent(gone, gone, gone, gone, gone)):
            case Reserved(held):
                assert held == amount <= caps.call
                gone = gone + held
            case OverBudget(cap, limit, spent, refused):
                assert limit == getattr(caps, cap)
                assert spent + refused > limit
    assert gone <= min(caps.change, caps.run, caps.day, caps.month, caps.installation)


@pytest.mark.parametrize("cap", ["call", "change", "run", "day", "month", "installation"])
def test_each_cap_alone_refuses_and_is_named(cap):
    limits = dict.fromkeys(["call", "change", "run", "day", "month", "installation"], Usd(10))
    refused = reserve(Usd(6), Caps(**{**limits, cap: Usd(5)}), Spent())
    assert refused == OverBudget(cap, Usd(5), Usd(), Usd(6))


def test_what_is_already_spent_counts():
    caps = Caps(*[Usd(10)] * 6)
    assert reserve(Usd(4), caps, Spent(day=Usd(6))) == Reserved(Usd(4))
    assert reserve(Usd(5), caps, Spent(day=Usd(6))) == OverBudget("day", Usd(10), Usd(6), Usd(5))


def test_negative_amounts_are_refused():
    with pytest.raises(ValueError, match="negative"):
        reserve(Usd(-1), Caps(*[Usd(10)] * 6), Spent())
    with pytest.raises(ValueError, match="negative"):
        Usage(-1, 0)
    with pytest.raises(ValueError, match="negative"):
        worst_case(HAIKU, 1, -1)
