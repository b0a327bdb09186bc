"""What is learned from, and what was learned."""

from datetime import datetime

from sqlalchemy import Column, Index, Table, Text, TypedColumns

from bot.adapters.database.columns import GitHubId, Instant, Nano, RowNumber, TextList
from bot.adapters.database.tables.metadata import metadata


class AssignmentColumns(TypedColumns):
    """Under which conditions an attempt was made. `expected` is in nanodollars."""

    task: Column[int] = Column(RowNumber, primary_key=True, autoincrement=False)
    attempt: Column[int] = Column(primary_key=True, autoincrement=False)
    owner: Column[str] = Column(Text)
    name: Column[str] = Column(Text)
    installation: Column[int] = Column(GitHubId)
    number: Column[int] = Column(RowNumber)
    ordinal: Column[int]
    at: Column[datetime] = Column(Instant)
    kind: Column[str] = Column(Text)
    area: Column[str] = Column(Text)
    risk: Column[str] = Column(Text)
    expected: Column[int] = Column(Nano)
    arm_lessons: Column[str] = Column(Text)
    arm_table: Column[str] = Column(Text)
    arm_order: Column[str] = Column(Text)
    recall: Column[int]
    escalate_after: Column[int]
    reviewed: Column[bool]
    lessons: Column[tuple[str, ...]] = Column(TextList)
    lines: Column[int | None]
    pathway: Column[str | None] = Column(Text)
    trial: Column[str] = Column(Text, server_default="")
    indexed: Column[int] = Column(server_default="0")
    shown: Column[int] = Column(server_default="0")


assignments = Table("assignments", metadata, AssignmentColumns)
Index("assignments_repo", assignments.c.owner, assignments.c.name)
Index("assignments_at", assignments.c.at)
Index("assignments_trial", assignments.c.installation, assignments.c.trial)
