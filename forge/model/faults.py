"""What can go wrong on the way to a model, on demand."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Endpoint(Enum):
    """The two calls that can be made to fail."""

    MESSAGES = "/v1/messages"
    COUNT_TOKENS = "/v1/messages/count_tokens"


@dataclass(frozen=True, slots=True)
class RateLimit:
    """429 with `retry-after` in seconds. Not billed."""

    retry_after_s: int = 7


@dataclass(frozen=True, slots=True)
class Overload:
    """529 `overloaded_error`. Not billed."""


@dataclass(frozen=True, slots=True)
class ServerError:
    """500 `api_error`. Not billed."""


@dataclass(frozen=True, slots=True)
class CutStream:
    """The connection drops after so many events, or in mid-body without a stream. Billed.

    A negative number counts from the end.
    """

    after_events: int = 3


@dataclass(frozen=True, slots=True)
class EndedStream:
    """The stream ends politely, but too early. A negative number counts from the end. Billed."""

    after_events: int = 3


@dataclass(frozen=True, slots=True)
class StreamError:
    """An `error` event (overloaded) after so many events of a 200 stream. Billed."""

    after_events: int = 3


@dataclass(frozen=True, slots=True)
class Garbage:
    """200 with a body that is no message. Billed."""

    body: bytes = b'event: message_start\ndata: {"type": "mess\n\n'
    content_type: str = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Slow:
    """The right answer, so many seconds late. Billed."""

    seconds: float


Fault: TypeAlias = (
    RateLimit | Overload | ServerError | CutStream | EndedStream | StreamError | Garbage | Slow
)
FaultRule: TypeAlias = Callable[[Endpoint, int], Fault | None]


class Faults:
    """The faults to come. Queued ones go first, then the rule decides; both may be changed live."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[Endpoint, deque[Fault]] = {endpoint: deque() for endpoint in Endpoint}
        self._calls = dict.fromkeys(Endpoint, 0)
        self._rule: FaultRule | None = None

    def next(self, *faults: Fault, endpoint: Endpoint = Endpoint.MESSAGES) -> None:
        """The next calls to the endpoint meet these, one each."""
        with self._lock:
            self._queues[endpoint].extend(faults)

    def rule(self, rule: FaultRule | None) -> None:
        """Ask the rule at each call, with the call's number from 1; for seeded simulations."""
        with self._lock:
            self._rule = rule

    def take(self, endpoint: Endpoint) -> Fault | None:
        """The fault for this call, if it is to meet one."""
        with self._lock:
            self._calls[endpoint] += 1
            if self._queues[endpoint]:
                return self._queues[endpoint].popleft()
            return self._rule(endpoint, self._calls[endpoint]) if self._rule else None
