"""When each run was at work."""

from datetime import datetime

from sqlalchemy import Column, Table, Text, TypedColumns

from bot.adapters.database.columns import Instant, TextList
from bot.adapters.database.tables.metadata import metadata


class RunColumns(TypedColumns):
    """One row a run that came to its end; `repo` is `owner/name`, `filed` what it proposed."""

    run: Column[str] = Column(Text, primary_key=True)
    repo: Column[str] = Column(Text)
    began: Column[datetime] = Column(Instant)
    ended: Column[datetime] = Column(Instant)
    filed: Column[tuple[str, ...]] = Column(TextList)


runs = Table("runs", metadata, RunColumns)
