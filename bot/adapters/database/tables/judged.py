"""Changes that were refused, and what was merged for the same issue."""

from datetime import datetime

from sqlalchemy import Column, Index, LargeBinary, Table, Text, TypedColumns

from bot.adapters.database.columns import GitHubId, Instant, RowNumber
from bot.adapters.database.tables.metadata import metadata


class JudgedChangeColumns(TypedColumns):
    """`hashes` are those of changed lines, eight bytes each, complete up to `bound`.

    `verdict` is refused or merged; `gate` is empty and `attempt` 0 for what was merged.
    """

    seq: Column[int] = Column(RowNumber, primary_key=True)
    key: Column[str] = Column(Text, unique=True)
    verdict: Column[str] = Column(Text)
    owner: Column[str] = Column(Text)
    name: Column[str] = Column(Text)
    installation: Column[int] = Column(GitHubId)
    number: Column[int] = Column(GitHubId)
    attempt: Column[int]
    gate: Column[str] = Column(Text)
    about: Column[str] = Column(Text)
    hashes: Column[bytes] = Column(LargeBinary)
    bound: Column[int] = Column(GitHubId)
    at: Column[datetime] = Column(Instant)


judged_changes = Table("judged_changes", metadata, JudgedChangeColumns, sqlite_autoincrement=True)
Index(
    "judged_changes_issue", judged_changes.c.owner, judged_changes.c.name, judged_changes.c.number
)
