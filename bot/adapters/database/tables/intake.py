"""Deliveries as they came."""

from datetime import datetime

from sqlalchemy import Column, Index, Table, Text, TypedColumns

from bot.adapters.database.columns import Instant, RowNumber
from bot.adapters.database.tables.metadata import metadata


class InboxColumns(TypedColumns):
    """Deliveries as they came; `state` is pending, dispatched or ignored."""

    row: Column[int] = Column(RowNumber, primary_key=True)
    delivery_id: Column[str] = Column(Text, unique=True)
    event: Column[str] = Column(Text)
    body: Column[bytes]
    received_at: Column[datetime] = Column(Instant)
    state: Column[str] = Column(Text)
    why: Column[str] = Column(Text)
    handled_at: Column[datetime | None] = Column(Instant)


inbox = Table("inbox", metadata, InboxColumns, sqlite_autoincrement=True)
# Most rows are handled: an index of the few that are not stays small.
_pending = inbox.c.state == "pending"
Index("inbox_pending", inbox.c.row, sqlite_where=_pending, postgresql_where=_pending)
