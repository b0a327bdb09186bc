"""Money: reserved at the worst case before a model call, settled exactly after it."""

from dataclasses import dataclass, fields

from bot.kernel.values import ZERO, Usd


@dataclass(frozen=True, slots=True)
class LongPrompt:
    """US dollars per token of a prompt above ``threshold`` tokens, cached ones counted."""

    threshold: int
    input: Usd
    output: Usd
    cache_read: Usd
    cache_write: Usd


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per single token of one model."""

    model: str
    input: Usd
    output: Usd
    cache_read: Usd
    cache_write: Usd
    long_prompt: LongPrompt | None = None

    def rates(self, prompt_tokens: int) -> "Price | LongPrompt":
        """The rates that a prompt of this many tokens is billed at."""
        long = self.long_prompt
        return long if long and prompt_tokens > long.threshold else self


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the API reports them: ``input_tokens`` are those neither read nor written."""

    input_tokens: int
    output_tokens: int
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    def __post_init__(self) -> None:
        if min(getattr(self, one.name) for one in fields(self)) < 0:
            raise ValueError("tokens cannot be negative")

    @property
    def prompt_tokens(self) -> int:
        """All tokens of the prompt, cached or not."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens


def worst_case(price: Price, input_tokens: int, max_output: int) -> Usd:
    """The most that a call can cost whose prompt was counted. Raises ValueError if negative."""
    Usage(input_tokens, max_output)  # refuses what is negative
    # The call itself may use fewer tokens than counted, and so fall back under the threshold.
    candidates = (price, price.rates(input_tokens))
    prompt = max(max(r.input, r.cache_read, r.cache_write) for r in candidates) * input_tokens
    return prompt + max(r.output for r in candidates) * max_output


def charge(price: Price, usage: Usage) -> Usd:
    """What a call cost, to the nanodollar."""
    rates = price.rates(usage.prompt_tokens)
    cached = rates.cache_read * usage.cache_read_tokens
    written = rates.cache_write * usage.cache_write_tokens
    return cached + written + rates.input * usage.input_tokens + rates.output * usage.output_tokens


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that may be spent on one call, and within each wider circle."""

    call: Usd
    change: Usd
    run: Usd
    day: Usd
    month: Usd
    installation: Usd


@dataclass(frozen=True, slots=True)
class Spent:
    """What is gone in each circle: settled calls plus every reservation still open."""

    change: Usd = ZERO
    run: Usd = ZERO
    day: Usd = ZERO
    month: Usd = ZERO
    installation: Usd = ZERO


@dataclass(frozen=True, slots=True)
class Reserved:
    """The amount may be reserved, in the same transaction that read what was spent."""

    amount: Usd


@dataclass(frozen=True, slots=True)
class OverBudget:
    """The cap, by its field name in Caps, that the wanted amount would break."""

    cap: str
    limit: Usd
    spent: Usd
    wanted: Usd


def reserve(amount: Usd, caps: Caps, spent: Spent) -> Reserved | OverBudget:
    """Hold the amount against every cap at once. Raises ValueError if it is negative."""
    if amount < ZERO:
        raise ValueError("a reservation cannot be negative")
    for cap in fields(caps):
        limit = getattr(caps, cap.name)
        gone = ZERO if cap.name == "call" else getattr(spent, cap.name)
        if gone + amount > limit:
            return OverBudget(cap.name, limit, gone, amount)
    return Reserved(amount)
