"""What was said in each call of a model."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Table, Text, TypedColumns, UniqueConstraint

from bot.adapters.database.columns import Instant, RowNumber
from bot.adapters.database.tables.metadata import metadata


class TrajectoryColumns(TypedColumns):
    """What was said to and by the model, in order of `seq`."""

    seq: Column[int] = Column(RowNumber, primary_key=True)
    task: Column[int] = Column(ForeignKey("tasks.id"))
    attempt: Column[int]
    key: Column[str] = Column(Text)
    role: Column[str] = Column(Text)
    model: Column[str] = Column(Text)
    text: Column[str] = Column(Text)
    at: Column[datetime] = Column(Instant)


trajectory = Table(
    "trajectory",
    metadata,
    TrajectoryColumns,
    UniqueConstraint("task", "attempt", "key"),
    sqlite_autoincrement=True,
)
