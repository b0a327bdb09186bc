"""What is remembered of attempts: the journal, what failed, what a gate refused."""

from datetime import datetime

from sqlalchemy import Column, Index, Table, Text, TypedColumns, false

from bot.adapters.database.columns import GitHubId, Instant, Nano, RowNumber, TextList
from bot.adapters.database.tables.metadata import metadata


class JournalColumns(TypedColumns):
    """The journal; `timestamp` and the lists are plain text, so that a tampered one can be read."""

    id: Column[int] = Column(RowNumber, primary_key=True, autoincrement=False)
    key: Column[str] = Column(Text, unique=True)
    timestamp: Column[str] = Column(Text)
    repo: Column[str] = Column(Text)
    issue: Column[int] = Column(GitHubId)
    attempt: Column[int]
    observation: Column[str] = Column(Text)
    proposed_action: Column[str] = Column(Text)
    outcome: Column[str] = Column(Text)
    lessons: Column[str] = Column(Text)
    agent: Column[str] = Column(Text)
    prompt_hash: Column[str] = Column(Text)
    models: Column[str] = Column(Text)
    tokens: Column[int] = Column(GitHubId)
    cost_nano: Column[int] = Column(Nano)
    diff_hash: Column[str] = Column(Text)
    pull: Column[int | None] = Column(GitHubId)
    previous: Column[str] = Column(Text)
    hash: Column[str] = Column(Text)


journal = Table("journal_entries", metadata, JournalColumns)


class FailureColumns(TypedColumns):
    """Proposals that did not work, kept for ever."""

    seq: Column[int] = Column(RowNumber, primary_key=True)
    key: Column[str] = Column(Text, unique=True)
    owner: Column[str] = Column(Text)
    name: Column[str] = Column(Text)
    installation: Column[int] = Column(GitHubId)
    number: Column[int] = Column(GitHubId)
    attempt: Column[int]
    at: Column[datetime] = Column(Instant)
    description: Column[str] = Column(Text)
    reason: Column[str] = Column(Text)
    rules: Column[tuple[str, ...]] = Column(TextList)
    paths: Column[tuple[str, ...]] = Column(TextList)
    rolled_back: Column[bool]
    kind: Column[str | None] = Column(Text)
    plan: Column[str] = Column(Text, server_default="")
    symbols: Column[tuple[str, ...]] = Column(TextList, server_default="[]")
    failures: Column[tuple[str, ...]] = Column(TextList, server_default="[]")
    blobs: Column[tuple[str, ...]] = Column(TextList, server_default="[]")
    base: Column[str] = Column(Text, server_default="")
    telling: Column[bool] = Column(server_default=false())


failures = Table("failed_proposals", metadata, FailureColumns, sqlite_autoincrement=True)
Index("failed_proposals_subject", failures.c.owner, failures.c.name, failures.c.number)


class FailureTermColumns(TypedColumns):
    """Which telling failures have which terms: `term` is the hash of a repository and a term."""

    term: Column[int] = Column(GitHubId, primary_key=True, autoincrement=False)
    failure: Column[int] = Column(GitHubId, primary_key=True, autoincrement=False)


# The key is all there is to a row; without row numbers it is kept once and not twice.
failure_terms = Table("failure_terms", metadata, FailureTermColumns, sqlite_with_rowid=False)


class RefusalColumns(TypedColumns):
    """Each time a rule of a gate fired; only names of ours, never outside text."""

    seq: Column[int] = Column(RowNumber, primary_key=True)
    key: Column[str] = Column(Text, unique=True)
    gate: Column[str] = Column(Text)
    rule: Column[str] = Column(Text)
    owner: Column[str] = Column(Text)
    name: Column[str] = Column(Text)
    number: Column[int] = Column(GitHubId)
    attempt: Column[int]
    at: Column[datetime] = Column(Instant)


refusals = Table("refusals", metadata, RefusalColumns, sqlite_autoincrement=True)
Index("refusals_rule", refusals.c.gate, refusals.c.rule)
