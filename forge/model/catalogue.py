"""The models this stand-in serves and what it bills for them.

A table of its own, not shared with the bot's: two parties that count money separately and agree
are worth more than one that agrees with itself. Figures of October 2026, US dollars per million
tokens; source: Anthropic's published price list.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

MILLION = Decimal(1_000_000)
MAX_OUTPUT_TOKENS = 128_000
CONTEXT_TOKENS = 1_000_000


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call; `input_tokens` are those neither read from nor written to the cache."""

    input_tokens: int
    output_tokens: int
    cache_read_tokens: int
    cache_write_tokens: int

    @property
    def prompt_tokens(self) -> int:
        """The whole prompt, cached or not."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens


@dataclass(frozen=True, slots=True)
class LongPrompt:
    """Dearer rates, USD per million tokens, once the whole prompt is above the threshold."""

    threshold: int
    input: Decimal
    output: Decimal
    cache_read: Decimal
    cache_write: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens; `cache_write` is the 5-minute kind."""

    input: Decimal
    output: Decimal
    cache_read: Decimal
    cache_write: Decimal
    long_prompt: LongPrompt | None = None

    def bill(self, usage: Usage) -> Decimal:
        """Exact USD for one call."""
        rates: Price | LongPrompt = self
        if self.long_prompt is not None and usage.prompt_tokens > self.long_prompt.threshold:
            rates = self.long_prompt
        return (
            usage.input_tokens * rates.input
            + usage.output_tokens * rates.output
            + usage.cache_read_tokens * rates.cache_read
            + usage.cache_write_tokens * rates.cache_write
        ) / MILLION


class ThinkingRule(Enum):
    """Whether a model thinks only when asked, or always."""

    OPTIONAL = "optional"
    ALWAYS = "always"


@dataclass(frozen=True, slots=True)
class ModelCard:
    """One model."""

    id: str
    price: Price
    thinking: ThinkingRule


def _price(
    input_: str, output: str, read: str, write: str, long: LongPrompt | None = None
) -> Price:
    return Price(Decimal(input_), Decimal(output), Decimal(read), Decimal(write), long)


# Published for input and output; cache rates are multiples of input (0.1 and 1.25), here as there.
_HAIKU_LONG = LongPrompt(
    100_000, Decimal("0.50"), Decimal("2.50"), Decimal("0.05"), Decimal("0.625")
)

MODELS: dict[str, ModelCard] = {
    card.id: card
    for card in (
        ModelCard(
            "claude-haiku-5-5",
            _price("0.10", "0.50", "0.01", "0.125", _HAIKU_LONG),
            ThinkingRule.OPTIONAL,
        ),
        ModelCard("claude-sonnet-5-5", _price("2", "10", "0.10", "2.50"), ThinkingRule.OPTIONAL),
        ModelCard("claude-opus-5-5", _price("4", "20", "0.20", "5"), ThinkingRule.ALWAYS),
        ModelCard("claude-fable-5-1", _price("10", "50", "0.25", "12.50"), ThinkingRule.ALWAYS),
    )
}
