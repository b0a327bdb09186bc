"""Prompt caching as it is billed: what was read, what was written, for five minutes.

Source: Anthropic's prompt-caching rules. A prefix is looked up at each breakpoint and at up to
20 blocks before it; prefixes under 1,024 tokens are not cached; a hit renews the five minutes.
"""

from collections.abc import Callable
from dataclasses import dataclass

from forge.model.tokens import Segment, digest

TTL_SECONDS = 300.0
MIN_CACHED_TOKENS = 1024
LOOKBACK_BLOCKS = 20


@dataclass(frozen=True, slots=True)
class CacheUse:
    """Tokens of one prompt that came from the cache, and that went into it."""

    read: int
    written: int


@dataclass(frozen=True, slots=True)
class _Prefix:
    key: bytes
    tokens: int
    breakpoint: bool


class PromptCache:
    """The cached prefixes of one organisation. `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._expiry: dict[bytes, float] = {}

    def use(self, model: str, prompt: tuple[Segment, ...]) -> CacheUse:
        """Read and write the cache for one accepted request."""
        now = self._clock()
        self._expiry = {key: end for key, end in self._expiry.items() if end > now}
        prefixes = _prefixes(model, prompt)
        marks = [index for index, prefix in enumerate(prefixes) if prefix.breakpoint]
        candidates = {
            index for mark in marks for index in range(max(0, mark - LOOKBACK_BLOCKS), mark + 1)
        }
        hits = [index for index in candidates if prefixes[index].key in self._expiry]
        read = 0
        if hits:
            longest = prefixes[max(hits)]
            read = longest.tokens
            self._expiry[longest.key] = now + TTL_SECONDS
        written = 0
        for mark in marks:
            prefix = prefixes[mark]
            if prefix.tokens >= MIN_CACHED_TOKENS:
                self._expiry[prefix.key] = now + TTL_SECONDS
                written = max(written, prefix.tokens - read)
        return CacheUse(read, written)


def _prefixes(model: str, prompt: tuple[Segment, ...]) -> list[_Prefix]:
    found: list[_Prefix] = []
    key, tokens = model.encode(), 0
    for segment in prompt:
        key = digest(key, segment.data)
        tokens += segment.tokens
        found.append(_Prefix(key, tokens, segment.breakpoint))
    return found
