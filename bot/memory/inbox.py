"""The port to the inbox: deliveries are kept as raw bytes before anybody reads them."""

from dataclasses import dataclass
from datetime import datetime
from typing import NewType, Protocol

DeliveryId = NewType("DeliveryId", str)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A signed webhook as it came: nothing about `body` has been believed yet."""

    id: DeliveryId
    event: str
    body: bytes
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """A stored delivery that nobody has looked at; `row` orders them."""

    row: int
    delivery: Delivery


class InboxWriter(Protocol):
    """The receiver's half."""

    async def put(self, delivery: Delivery) -> None:
        """Store durably under the delivery id (a second time is a no-op) before returning.

        Raises `InboxFull` when too much is waiting already.
        """
        ...


class InboxReader(Protocol):
    """The dispatcher's half."""

    def pending(self, limit: int) -> tuple[Pending, ...]:
        """The oldest unread deliveries."""
        ...

    def dispatched(self, rows: tuple[int, ...], now: datetime) -> None:
        """These led to a reconcile."""
        ...

    def ignored(self, row: int, why: str, now: datetime) -> None:
        """This one leads to nothing, and why; it is kept."""
        ...

    def forget(self, before: datetime) -> int:
        """Drop what was dealt with before this time; how many there were."""
        ...


class InboxFull(Exception):
    """Back-pressure: the receiver answers 503 with `Retry-After`."""
