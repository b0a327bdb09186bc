"""The journal in the database: appended one at a time, each row chained to the one before."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import Engine, insert, select
from sqlalchemy import Row as SqlRow

from bot.adapters.database.columns import instant_text, list_text
from bot.adapters.database.engine import Lock, reading, writing
from bot.adapters.database.tables import journal
from bot.memory.journal import GENESIS, Entry, Row, entry_hash

STREAMED = 500
"""Rows that are fetched at once."""

_NEVER = datetime.min.replace(tzinfo=UTC)
_UNREADABLE = Entry(
    key="",
    timestamp=_NEVER,
    repo="",
    issue=0,
    attempt=0,
    observation="",
    proposed_action="",
    outcome="",
    lessons=(),
    agent="",
    prompt_hash="",
    models=(),
    tokens=0,
    cost_nano=0,
    diff_hash="",
    pull=None,
)


class SqlJournal:
    """`Journal` on any database; triggers refuse to change or delete a row."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def append(self, entry: Entry) -> Row:
        """Add a row, or return the one that has this key already."""
        # The hash covers the text of the time, so it must be the text that is read back.
        entry = replace(entry, timestamp=entry.timestamp.astimezone(UTC))
        same_key = select(journal).where(journal.c.key == entry.key)
        newest = select(journal.c.id, journal.c.hash).order_by(journal.c.id.desc()).limit(1)
        with writing(self._engine, Lock.JOURNAL) as connection:
            existing = connection.execute(same_key).first()
            if existing is not None:
                return row_of(existing)
            last = connection.execute(newest).first()
            previous = GENESIS if last is None else last.hash
            row_id = 1 if last is None else last.id + 1
            row = Row(row_id, entry, previous, entry_hash(previous, row_id, entry))
            connection.execute(insert(journal).values(journal_columns(row)))
        return row

    def rows(self) -> tuple[Row, ...]:
        """All rows in order, also such as were tampered with."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(journal).order_by(journal.c.id)).all()
        return tuple(row_of(row) for row in rows)

    def stream(self, after: int | None = None) -> Iterator[Row]:
        """All rows in order, or those above a number, some hundred in memory at a time."""
        query = select(journal).order_by(journal.c.id)
        if after is not None:
            query = query.where(journal.c.id > after)
        with reading(self._engine) as connection:
            streaming = connection.execution_options(yield_per=STREAMED)
            for row in streaming.execute(query):
                yield row_of(row)

    def head(self) -> str:
        """The newest hash, `GENESIS` when there is no row."""
        newest = select(journal.c.hash).order_by(journal.c.id.desc()).limit(1)
        with reading(self._engine) as connection:
            return connection.execute(newest).scalar() or GENESIS


def journal_columns(row: Row) -> dict[str, object]:
    """A row of the journal as one of its table."""
    entry = row.entry
    return {
        "id": row.id,
        "key": entry.key,
        "timestamp": instant_text(entry.timestamp),
        "repo": entry.repo,
        "issue": entry.issue,
        "attempt": entry.attempt,
        "observation": entry.observation,
        "proposed_action": entry.proposed_action,
        "outcome": entry.outcome,
        "lessons": list_text(entry.lessons),
        "agent": entry.agent,
        "prompt_hash": entry.prompt_hash,
        "models": list_text(entry.models),
        "tokens": entry.tokens,
        "cost_nano": entry.cost_nano,
        "diff_hash": entry.diff_hash,
        "pull": entry.pull,
        "previous": row.previous,
        "hash": row.hash,
    }


def row_of(row: SqlRow) -> Row:
    """A row of `journal_entries`, also one that was tampered with."""
    if any(isinstance(value, bytes) for value in row):
        # SQLite takes bytes in any column, and we never wrote any: no hash can fit this row.
        return Row(row.id, _UNREADABLE, str(row.previous), "")
    entry = Entry(
        key=row.key,
        timestamp=_instant(row.timestamp),
        repo=row.repo,
        issue=row.issue,
        attempt=row.attempt,
        observation=row.observation,
        proposed_action=row.proposed_action,
        outcome=row.outcome,
        lessons=_list(row.lessons),
        agent=row.agent,
        prompt_hash=row.prompt_hash,
        models=_list(row.models),
        tokens=row.tokens,
        cost_nano=row.cost_nano,
        diff_hash=row.diff_hash,
        pull=row.pull,
    )
    return Row(row.id, entry, row.previous, row.hash)


def _instant(text: str) -> datetime:
    """A time only from the very text we wrote; any other reads as one that breaks the hash."""
    try:
        at = datetime.fromisoformat(text)
        if instant_text(at) == text:
            return at
    except (ValueError, OverflowError):
        pass
    return _NEVER


def _list(text: str) -> tuple[str, ...]:
    """A list only from the very text we wrote; any other reads as one that breaks the hash."""
    try:
        items = tuple(json.loads(text))
        if list_text(items) == text and all(isinstance(item, str) for item in items):
            return items
    except (ValueError, TypeError, RecursionError):
        pass
    return (f"\0{text}",)
