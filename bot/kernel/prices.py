"""What the models cost. As of 2026-10, https://docs.claude.com/en/docs/about-claude/pricing."""

from dataclasses import dataclass

from bot.kernel.budget import LongPrompt, Price
from bot.kernel.values import Usd


def per_million(*dollars: str) -> tuple[Usd, Usd, Usd, Usd]:
    """Dollars per token of input, output, cache read and 5-minute cache write, as published."""
    input, output, cache_read, cache_write = (Usd(Usd.of(rate).nano // 10**6) for rate in dollars)
    return input, output, cache_read, cache_write


# For long prompts only input and output are published: the cache rates rise by the same factor.
HAIKU_LONG = LongPrompt(100_000, *per_million("0.50", "2.50", "0.05", "0.625"))

PRICES = {
    price.model: price
    for price in (
        Price("claude-haiku-5-5", *per_million("0.10", "0.50", "0.01", "0.125"), HAIKU_LONG),
        Price("claude-sonnet-5-5", *per_million("2", "10", "0.10", "2.50")),
        Price("claude-opus-5-5", *per_million("4", "20", "0.20", "5")),
        Price("claude-fable-5-1", *per_million("10", "50", "0.25", "12.50")),
    )
}


@dataclass(frozen=True, slots=True)
class UnknownModel:
    """A model without a price: it is not called. The hint is the line to add to PRICES."""

    model: str
    hint: str


def price_of(model: str) -> Price | UnknownModel:
    """Look a model up by its exact id; a guess could cost a thousand times as much."""
    line = f'Price("{model}", *per_million("INPUT", "OUTPUT", "CACHE_READ", "CACHE_WRITE")),'
    return PRICES.get(model) or UnknownModel(model, f"add to bot/kernel/prices.py: {line}")
