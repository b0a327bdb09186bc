import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta

import pytest

from bot.adapters.database.engine import open_database
from bot.adapters.database.inbox import GroupedInboxWriter, SqlInboxReader
from bot.memory.inbox import Delivery, DeliveryId, InboxFull
from tests.adapters.databases import NOW, fresh_url, later


@pytest.fixture
def engine(tmp_path):
    engine = open_database(fresh_url(tmp_path))
    yield engine
    engine.dispose()


def delivery(guid: str, body: bytes = b"{}") -> Delivery:
    return Delivery(DeliveryId(guid), "issues", body, NOW)


def store(engine, *deliveries: Delivery, **limits: int) -> list[BaseException | None]:
    """Put all at once, then close; what each `put` raised."""

    async def run() -> list[BaseException | None]:
        writer = GroupedInboxWriter(engine, **limits)
        puts = (writer.put(one) for one in deliveries)
        outcomes = await asyncio.gather(*puts, return_exceptions=True)
        await writer.close()
        return outcomes

    return asyncio.run(run())


def test_a_delivery_is_read_back_byte_by_byte_in_the_order_of_arrival(engine):
    bodies = [b"\x00\xff not text", b"", b'{"a":1}']
    store(engine, *(delivery(f"g{n}", body) for n, body in enumerate(bodies)))
    pending = SqlInboxReader(engine).pending(10)
    assert [one.delivery for one in pending] == [
        delivery(f"g{n}", body) for n, body in enumerate(bodies)
    ]
    assert [one.row for one in pending] == sorted(one.row for one in pending)
    assert [one.delivery.id for one in SqlInboxReader(engine).pending(2)] == ["g0", "g1"]


def test_the_same_delivery_twice_is_one_row_also_after_it_was_handled(engine):
    store(engine, delivery("a"), delivery("a"), delivery("b"))
    reader = SqlInboxReader(engine)
    assert [one.delivery.id for one in reader.pending(10)] == ["a", "b"]
    reader.dispatched(tuple(one.row for one in reader.pending(10)), NOW)
    assert store(engine, delivery("a", b"another body")) == [None]
    assert reader.pending(10) == ()


def test_an_ignored_delivery_is_kept_with_its_reason(engine, tmp_path):
    store(engine, delivery("a"))
    reader = SqlInboxReader(engine)
    reader.ignored(reader.pending(1)[0].row, "the body is not JSON", NOW)
    connection = sqlite3.connect(tmp_path / "evolve.db")
    rows = connection.execute("SELECT state, why FROM inbox").fetchall()
    connection.close()
    assert rows == [("ignored", "the body is not JSON")]
    assert reader.count_pending() == 0


def test_what_waits_beyond_the_limit_is_refused_and_leaves_no_row(engine):
    outcomes = store(engine, *(delivery(f"g{n}") for n in range(5)), max_waiting=3)
    assert [type(outcome) for outcome in outcomes] == [type(None)] * 3 + [InboxFull] * 2
    assert SqlInboxReader(engine).count_pending() == 3


def test_bytes_beyond_the_limit_are_refused_too(engine):
    outcomes = store(
        engine, delivery("a", b"x" * 60), delivery("b", b"x" * 60), max_waiting_bytes=100
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), InboxFull]


def test_a_closed_writer_has_stored_what_it_took_and_takes_nothing_more(engine):
    async def run() -> None:
        writer = GroupedInboxWriter(engine)
        puts = [asyncio.create_task(writer.put(delivery(f"g{n}"))) for n in range(20)]
        await asyncio.sleep(0)
        await writer.close()
        assert all(put.done() and put.exception() is None for put in puts)
        with pytest.raises(InboxFull):
            await writer.put(delivery("late"))

    asyncio.run(run())
    assert SqlInboxReader(engine).count_pending() == 20


def test_a_sender_that_goes_away_harms_nobody_in_its_group(engine):
    async def run() -> None:
        writer = GroupedInboxWriter(engine)
        puts = [asyncio.create_task(writer.put(delivery(f"g{n}"))) for n in range(3)]
        await asyncio.sleep(0)
        puts[1].cancel()
        await asyncio.gather(*puts, return_exceptions=True)
        assert puts[1].cancelled()
        await writer.put(delivery("after"))
        await writer.close()

    asyncio.run(run())
    assert SqlInboxReader(engine).count_pending() == 4


def test_a_database_that_fails_says_full_and_the_next_put_is_tried_again(engine, tmp_path, caplog):
    raw = sqlite3.connect(tmp_path / "evolve.db", isolation_level=None)

    async def run() -> None:
        writer = GroupedInboxWriter(engine)
        raw.execute("ALTER TABLE inbox RENAME TO gone")
        with pytest.raises(InboxFull):
            await writer.put(delivery("a"))
        raw.execute("ALTER TABLE gone RENAME TO inbox")
        await writer.put(delivery("b"))
        await writer.close()

    asyncio.run(run())
    raw.close()
    assert [one.delivery.id for one in SqlInboxReader(engine).pending(9)] == ["b"]
    assert "could not be stored" in caplog.text


def test_only_what_was_handled_long_ago_is_forgotten(engine):
    store(engine, delivery("old"), delivery("new"), delivery("unread"))
    reader = SqlInboxReader(engine)
    old, new, _ = (one.row for one in reader.pending(3))
    reader.dispatched((old,), NOW)
    reader.ignored(new, "why", later(10))
    assert reader.forget(NOW + timedelta(seconds=5)) == 1
    assert reader.count_pending() == 1
    store(engine, delivery("new"))
    assert reader.count_pending() == 1


PUTTING = """
import asyncio, sys
from datetime import UTC, datetime
from bot.adapters.database.engine import open_database
from bot.adapters.database.inbox import GroupedInboxWriter
from bot.memory.inbox import Delivery, DeliveryId

async def put(writer, lane):
    for n in range(100_000):
        guid = f"{lane}-{n}"
        await writer.put(Delivery(DeliveryId(guid), "issues", b"x" * 500, datetime.now(UTC)))
        sys.stdout.write(guid + "\\n")
        sys.stdout.flush()

async def main():
    writer = GroupedInboxWriter(open_database(sys.argv[1]))
    await asyncio.gather(*(put(writer, lane) for lane in range(16)))

asyncio.run(main())
"""


def test_every_acknowledged_delivery_outlives_a_kill_in_the_middle(tmp_path):
    url = fresh_url(tmp_path)
    writer = subprocess.Popen(
        [sys.executable, "-c", PUTTING, url], stdout=subprocess.PIPE, text=True
    )
    assert writer.stdout is not None
    seen = [writer.stdout.readline() for _ in range(300)]
    os.kill(writer.pid, signal.SIGKILL)
    # A line cut by the kill was never fully said.
    seen += [line for line in writer.stdout if line.endswith("\n")]
    writer.stdout.close()
    writer.wait()
    engine = open_database(url)
    stored = {one.delivery.id for one in SqlInboxReader(engine).pending(1_000_000)}
    engine.dispose()
    assert len(seen) >= 300
    assert {line.strip() for line in seen} <= stored
