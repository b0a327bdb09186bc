"""What became of each parameter that the last phase tried."""

from datetime import datetime

from sqlalchemy import Column, Float, Index, Table, Text, TypedColumns

from bot.adapters.database.columns import GitHubId, Instant, Nano, RowNumber
from bot.adapters.database.tables.metadata import metadata


class TuningColumns(TypedColumns):
    """Events of trials, in order of `seq`; rows are never changed. Costs are in nanodollars."""

    seq: Column[int] = Column(RowNumber, primary_key=True)
    key: Column[str] = Column(Text, unique=True)
    installation: Column[int] = Column(GitHubId)
    trial: Column[int]
    phase: Column[str] = Column(Text)
    step: Column[str] = Column(Text)
    parameter: Column[str] = Column(Text)
    before: Column[int]
    after: Column[int]
    ceiling_nano: Column[int] = Column(Nano)
    at: Column[datetime] = Column(Instant)
    why: Column[str] = Column(Text)
    new_attempts: Column[int]
    new_merged: Column[int]
    new_reverted: Column[int]
    new_nano: Column[int] = Column(Nano)
    old_attempts: Column[int]
    old_merged: Column[int]
    old_reverted: Column[int]
    old_nano: Column[int] = Column(Nano)
    better: Column[float] = Column(Float(53))
    worse: Column[float] = Column(Float(53))
    merges_less: Column[float] = Column(Float(53))


tuning = Table("tuning_events", metadata, TuningColumns, sqlite_autoincrement=True)
Index("tuning_events_installation", tuning.c.installation)
