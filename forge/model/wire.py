"""What may be sent: the Messages API's requests as strict, frozen types.

Narrower than the real API on purpose: images, documents, server tools, 1-hour caching, structured
output, containers and fast mode are refused as unknown input, never accepted and ignored.
Source: the request types of the `anthropic` SDK 2.12.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

JsonObject: TypeAlias = dict[str, object]


class Strict(BaseModel):
    """Unknown fields and lenient conversions are errors, as they are at the real API."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def _as_blocks(value: object) -> object:
    """A string is shorthand for one text block; JSON arrays become tuples."""
    if isinstance(value, str):
        return ({"type": "text", "text": value},)
    return tuple(value) if isinstance(value, list) else value


def _as_result(value: object) -> object:
    """A tool may have nothing to say: an empty string is no block at all."""
    return () if value == "" else _as_blocks(value)


class CacheControl(Strict):
    """A cache breakpoint; the 5-minute kind only."""

    type: Literal["ephemeral"]
    ttl: Literal["5m"] = "5m"


class Text(Strict):
    """Plain text."""

    type: Literal["text"] = "text"
    text: str
    cache_control: CacheControl | None = None
    citations: None = None


class Thinking(Strict):
    """The model's own reasoning, which comes back exactly as it was given."""

    type: Literal["thinking"] = "thinking"
    thinking: str
    signature: str


class ToolUse(Strict):
    """The model asked for a tool."""

    type: Literal["tool_use"] = "tool_use"
    id: str = Field(pattern=r"^[a-zA-Z0-9_-]+$")
    name: str = Field(pattern=r"^[a-zA-Z0-9_-]{1,200}$")
    input: JsonObject
    cache_control: CacheControl | None = None


class ToolResult(Strict):
    """The answer to one `tool_use`."""

    type: Literal["tool_result"] = "tool_result"
    tool_use_id: str = Field(pattern=r"^[a-zA-Z0-9_-]+$")
    content: Annotated[tuple[Text, ...], BeforeValidator(_as_result)] = ()
    is_error: bool = False
    cache_control: CacheControl | None = None

    @property
    def text(self) -> str:
        """The result's text, its blocks joined by newlines."""
        return "\n".join(block.text for block in self.content)


Block: TypeAlias = Text | Thinking | ToolUse | ToolResult
Blocks: TypeAlias = tuple[Annotated[Block, Field(discriminator="type")], ...]


class Message(Strict):
    """One turn."""

    role: Literal["user", "assistant"]
    content: Annotated[Blocks, BeforeValidator(_as_blocks)]

    @property
    def text(self) -> str:
        """The turn's own text blocks joined by newlines, without tool results."""
        return "\n".join(block.text for block in self.content if isinstance(block, Text))


class Tool(Strict):
    """A client tool with a JSON schema for its input."""

    name: str = Field(pattern=r"^[a-zA-Z0-9_-]{1,128}$")
    input_schema: JsonObject
    description: str = ""
    type: Literal["custom"] | None = None
    cache_control: CacheControl | None = None


class ToolChoice(Strict):
    """Which tools the model may or must use; `name` goes with `tool` alone."""

    type: Literal["auto", "any", "tool", "none"]
    name: str | None = None
    disable_parallel_tool_use: bool = False


class ThinkingConfig(Strict):
    """How the model may think; `budget_tokens` goes with `enabled` alone."""

    type: Literal["adaptive", "enabled", "disabled", "between_tools"]
    budget_tokens: int | None = None
    display: Literal["summarized", "omitted"] | None = None


class OutputConfig(Strict):
    """How much effort an answer is worth."""

    effort: Literal["low", "medium", "high", "xhigh", "max"] | None = None


class Metadata(Strict):
    """An opaque user id."""

    user_id: str | None = None


class PromptRequest(Strict):
    """What `/v1/messages/count_tokens` takes, and every message request has."""

    model: str
    messages: tuple[Message, ...]
    system: Annotated[tuple[Text, ...], BeforeValidator(_as_blocks)] = ()
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice | None = None
    thinking: ThinkingConfig | None = None
    output_config: OutputConfig | None = None
    cache_control: CacheControl | None = None


class MessagesRequest(PromptRequest):
    """What `/v1/messages` takes."""

    max_tokens: int = Field(ge=1)
    stream: bool = False
    stop_sequences: tuple[str, ...] = ()
    metadata: Metadata | None = None
    service_tier: Literal["auto", "standard_only"] | None = None
