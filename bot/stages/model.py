"""The port to a language model: one linear, append-only conversation, and every way a call can end.

Messages have the shape of the Anthropic Messages API, because thinking blocks must be sent back
unchanged; they are JSON here and are read only by the adapter and by `Reply`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from bot.kernel.budget import Usage

JsonObject: TypeAlias = Mapping[str, object]


def user_says(text: str) -> JsonObject:
    """A message of text in the user's turn."""
    return {"role": "user", "content": [{"type": "text", "text": text}]}


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool the model may call: a name, what it is for, and the JSON schema of its input."""

    name: str
    description: str
    schema: JsonObject


@dataclass(frozen=True, slots=True)
class Prompt:
    """One call: `messages` is the whole conversation so far, `max_output` is in tokens."""

    model: str
    system: str
    tools: tuple[ToolSpec, ...]
    messages: tuple[JsonObject, ...]
    max_output: int
    effort: str | None = None


@dataclass(frozen=True, slots=True)
class ToolCall:
    """The model asks for a tool; `arguments` is untrusted."""

    id: str
    name: str
    arguments: JsonObject


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer. `message` is appended to the conversation unchanged, thinking blocks too."""

    message: JsonObject
    tool_calls: tuple[ToolCall, ...]
    text: str
    stop_reason: str
    usage: Usage
    model: str
    request_id: str


@dataclass(frozen=True, slots=True)
class RateLimited:
    """429: nothing was charged; try again after so many seconds."""

    retry_after_s: float


@dataclass(frozen=True, slots=True)
class Overloaded:
    """529 or 5xx: nothing was charged; try again after so many seconds."""

    retry_after_s: float


@dataclass(frozen=True, slots=True)
class Rejected:
    """The request itself was refused (4xx): trying the same again cannot help."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class Broken:
    """No usable answer arrived (cut stream, garbage, time-out); it may have been charged."""

    reason: str
    maybe_billed: bool


ModelOutcome: TypeAlias = Reply | RateLimited | Overloaded | Rejected | Broken
CountOutcome: TypeAlias = int | RateLimited | Overloaded | Rejected | Broken


class Model(Protocol):
    """A model vendor. Neither call raises for what the network or the vendor does."""

    def count_tokens(self, prompt: Prompt) -> CountOutcome:
        """Input tokens that `complete(prompt)` would be charged for."""
        ...

    def complete(self, prompt: Prompt) -> ModelOutcome:
        """Answer once. Never retries by itself: a retry is a charge, and the ledger decides."""
        ...
