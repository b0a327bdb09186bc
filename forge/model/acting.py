"""Who answers: an actor sees a valid request and says what the model would say."""

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from forge.model.wire import JsonObject, MessagesRequest

StopReason: TypeAlias = Literal["end_turn", "tool_use", "refusal"]


@dataclass(frozen=True, slots=True)
class Thought:
    """What the model thinks before it answers; shown only when the model thinks in this call."""

    text: str


@dataclass(frozen=True, slots=True)
class Say:
    """Text for the reader."""

    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call; its id is given by the server."""

    name: str
    input: JsonObject


@dataclass(frozen=True, slots=True)
class ActorReply:
    """One assistant turn: thoughts come first, and an empty turn is not possible."""

    blocks: tuple[Thought | Say | Call, ...]
    stop_reason: StopReason


class Actor(Protocol):
    """A deterministic stand-in for the model's judgement."""

    def reply(self, request: MessagesRequest) -> ActorReply:
        """The next turn, from nothing but the conversation so far."""
        ...
