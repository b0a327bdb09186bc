"""A receiver in front of a real inbox."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.adapters.database.engine import open_database
from bot.adapters.database.inbox import GroupedInboxWriter, SqlInboxReader
from bot.memory.inbox import Delivery
from tests.adapters.databases import NOW, fresh_url
from tests.webhooks.asking import OLD_SECRET, SECRET
from webhooks.body import BodyReader
from webhooks.receive import Receiver
from webhooks.signature import Secrets


@dataclass(frozen=True)
class Post:
    """The receiver, its inbox, and what has been stored in it."""

    receiver: Receiver
    writer: GroupedInboxWriter
    reader: SqlInboxReader

    def stored(self) -> list[Delivery]:
        return [one.delivery for one in self.reader.pending(100_000)]


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    engine = open_database(fresh_url(tmp_path))
    writer = GroupedInboxWriter(engine)
    bodies = BodyReader(silence_s=0.05)
    receiver = Receiver(writer, Secrets(SECRET, OLD_SECRET), lambda: NOW, bodies)
    yield Post(receiver, writer, SqlInboxReader(engine))
    asyncio.run(writer.close())
    engine.dispose()
