"""The model's stand-in: a strict Messages API over HTTP, with a ledger and faults."""

from forge.model.acting import Actor, ActorReply, Call, Say, Thought
from forge.model.faults import (
    CutStream,
    EndedStream,
    Endpoint,
    Garbage,
    Overload,
    RateLimit,
    ServerError,
    Slow,
    StreamError,
)
from forge.model.ledger import Charge, Ledger
from forge.model.server import ModelServer
from forge.model.wire import MessagesRequest

__all__ = [
    "Actor",
    "ActorReply",
    "Call",
    "Charge",
    "CutStream",
    "EndedStream",
    "Endpoint",
    "Garbage",
    "Ledger",
    "MessagesRequest",
    "ModelServer",
    "Overload",
    "RateLimit",
    "Say",
    "ServerError",
    "Slow",
    "StreamError",
    "Thought",
]
