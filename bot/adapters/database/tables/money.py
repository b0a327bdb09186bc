"""Every reservation and charge, and what people allowed on top."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, Index, Table, Text, TypedColumns

from bot.adapters.database.columns import GitHubId, Instant, Nano, RowNumber
from bot.adapters.database.tables.metadata import metadata


class AllowanceColumns(TypedColumns):
    """Extra money that `/evolve continue` comments gave; each comment counts once."""

    task: Column[int] = Column(ForeignKey("tasks.id"), primary_key=True, autoincrement=False)
    command: Column[int] = Column(GitHubId, primary_key=True, autoincrement=False)
    amount_nano: Column[int] = Column(Nano)


allowances = Table("allowances", metadata, AllowanceColumns)


class ChargeColumns(TypedColumns):
    """The ledger: one row a model call; `state` is open, settled or released."""

    seq: Column[int] = Column(RowNumber, primary_key=True)
    key: Column[str] = Column(Text, unique=True)
    owner: Column[str] = Column(Text)
    name: Column[str] = Column(Text)
    installation: Column[int] = Column(GitHubId)
    task: Column[int]
    attempt: Column[int]
    run: Column[str] = Column(Text)
    model: Column[str] = Column(Text)
    role: Column[str] = Column(Text)
    state: Column[str] = Column(Text)
    reserved_nano: Column[int] = Column(Nano)
    charged_nano: Column[int] = Column(Nano)
    input_tokens: Column[int | None]
    output_tokens: Column[int | None]
    cache_read_tokens: Column[int | None]
    cache_write_tokens: Column[int | None]
    at: Column[datetime] = Column(Instant)


charges = Table("charges", metadata, ChargeColumns, sqlite_autoincrement=True)
Index("charges_task", charges.c.task, charges.c.attempt)
Index("charges_run", charges.c.run)
Index("charges_at", charges.c.at)
