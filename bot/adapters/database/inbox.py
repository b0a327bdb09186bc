"""The inbox: deliveries are stored many to a commit, and read back oldest first."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, delete, func, select, update

from bot.adapters.database.dialect import insert_new
from bot.adapters.database.engine import reading, writing
from bot.adapters.database.tables import inbox
from bot.memory.inbox import Delivery, DeliveryId, InboxFull, Pending

_log = logging.getLogger(__name__)

MAX_WAITING = 2_000
MAX_WAITING_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Waiting:
    delivery: Delivery
    stored: asyncio.Future[None]


class GroupedInboxWriter:
    """`InboxWriter` for one event loop: all that arrives during a commit shares the next one.

    A commit waits for the disk, so grouping is what lets one file take thousands a second.
    Nothing is acknowledged before its commit has returned.
    """

    def __init__(
        self,
        engine: Engine,
        max_waiting: int = MAX_WAITING,
        max_waiting_bytes: int = MAX_WAITING_BYTES,
    ) -> None:
        self._engine = engine
        self._max_waiting = max_waiting
        self._max_waiting_bytes = max_waiting_bytes
        self._waiting: list[_Waiting] = []
        self._committing: asyncio.Task[None] | None = None
        self._held = 0
        self._held_bytes = 0
        self._closed = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inbox")

    async def put(self, delivery: Delivery) -> None:
        """Return once it is stored for good. Raises `InboxFull` when it cannot be taken now."""
        size = len(delivery.body)
        if self._closed:
            raise InboxFull("the inbox is closing")
        if self._held >= self._max_waiting or self._held_bytes + size > self._max_waiting_bytes:
            raise InboxFull(f"{self._held} deliveries are waiting to be stored")
        loop = asyncio.get_running_loop()
        waiting = _Waiting(delivery, loop.create_future())
        self._waiting.append(waiting)
        self._held += 1
        self._held_bytes += size
        if self._committing is None:
            self._committing = loop.create_task(self._commit_all())
        await waiting.stored

    async def close(self) -> None:
        """Take nothing more, store what was taken, and end the thread."""
        self._closed = True
        if self._committing is not None:
            await self._committing
        self._thread.shutdown()

    async def _commit_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            group, self._waiting = self._waiting, []
            stored = loop.run_in_executor(self._thread, self._store, group)
            await asyncio.wait((stored,))
            self._acknowledge(group, stored.exception())
        self._committing = None

    def _store(self, group: list[_Waiting]) -> None:
        rows = [
            {
                "delivery_id": one.delivery.id,
                "event": one.delivery.event,
                "body": one.delivery.body,
                "received_at": one.delivery.received_at,
                "state": "pending",
                "why": "",
            }
            for one in group
        ]
        with writing(self._engine) as connection:
            insert_new(connection, inbox, rows)

    def _acknowledge(self, group: list[_Waiting], failure: BaseException | None) -> None:
        if failure is not None:
            # The senders are only told to come again; the reason is for the operator.
            _log.error("%d deliveries could not be stored", len(group), exc_info=failure)
        for one in group:
            self._held -= 1
            self._held_bytes -= len(one.delivery.body)
            if one.stored.done():
                continue  # its request went away; the row is stored all the same
            if failure is None:
                one.stored.set_result(None)
            else:
                one.stored.set_exception(InboxFull("the database did not take it"))


class SqlInboxReader:
    """`InboxReader` on any database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def pending(self, limit: int) -> tuple[Pending, ...]:
        """The oldest unread deliveries."""
        query = (
            select(inbox.c.row, inbox.c.delivery_id, inbox.c.event, inbox.c.body)
            .add_columns(inbox.c.received_at)
            .where(inbox.c.state == "pending")
            .order_by(inbox.c.row)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(query).all()
        return tuple(
            Pending(row, Delivery(DeliveryId(guid), event, bytes(body), at))
            for row, guid, event, body, at in rows
        )

    def dispatched(self, rows: tuple[int, ...], now: datetime) -> None:
        """These led to a reconcile."""
        self._handle(rows, "dispatched", "", now)

    def ignored(self, row: int, why: str, now: datetime) -> None:
        """This one leads to nothing, and why; it is kept."""
        self._handle((row,), "ignored", why, now)

    def _handle(self, rows: tuple[int, ...], state: str, why: str, now: datetime) -> None:
        change = (
            update(inbox)
            .where(inbox.c.row.in_(rows), inbox.c.state == "pending")
            .values(state=state, why=why, handled_at=now)
        )
        with writing(self._engine) as connection:
            connection.execute(change)

    def count_pending(self) -> int:
        """How many wait to be read: a number that keeps growing means nobody dispatches."""
        query = select(func.count()).select_from(inbox).where(inbox.c.state == "pending")
        with reading(self._engine) as connection:
            return connection.execute(query).scalar_one()

    def forget(self, before: datetime) -> int:
        """Delete what was handled before an instant, and say how many rows that were.

        GitHub can redeliver for about three days; until then the id must be remembered.
        """
        old = delete(inbox).where(inbox.c.state != "pending", inbox.c.handled_at < before)
        with writing(self._engine) as connection:
            return connection.execute(old).rowcount
