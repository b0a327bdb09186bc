"""The journal: append-only, each row chained to the one before by its hash."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol, TypeAlias

GENESIS = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened to one attempt. Columns as the article names them, and what it lacked.

    `key` makes a repeated append harmless; `cost_nano` is in nanodollars; `lessons` is a tuple of
    short sentences.
    """

    key: str
    timestamp: datetime
    repo: str
    issue: int
    attempt: int
    observation: str
    proposed_action: str
    outcome: str
    lessons: tuple[str, ...]
    agent: str
    prompt_hash: str
    models: tuple[str, ...]
    tokens: int
    cost_nano: int
    diff_hash: str
    pull: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in its place in the chain."""

    id: int
    entry: Entry
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Intact:
    """The whole chain holds; `head` is the last hash."""

    rows: int
    head: str


@dataclass(frozen=True, slots=True)
class Tampered:
    """The first row that does not fit, and how."""

    id: int
    reason: str


def entry_hash(previous: str, row_id: int, entry: Entry) -> str:
    """SHA-256 over the previous hash, the row's number and every column of the entry."""
    columns = asdict(entry) | {"timestamp": entry.timestamp.isoformat()}
    text = json.dumps([previous, row_id, columns], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


Verdict: TypeAlias = Intact | Tampered


def verify(rows: tuple[Row, ...]) -> Verdict:
    """Walk the chain from its start; find an altered, a removed, or a moved row."""
    previous, expected = GENESIS, 1
    for row in rows:
        if row.id != expected:
            return Tampered(row.id, f"row {expected} is missing before it")
        if row.previous != previous:
            return Tampered(row.id, "it does not continue the row before it")
        if row.hash != entry_hash(previous, row.id, row.entry):
            return Tampered(row.id, "its contents were altered")
        previous, expected = row.hash, expected + 1
    return Intact(len(rows), previous)


def sound(rows: tuple[Row, ...], verdict: Verdict) -> tuple[Row, ...]:
    """The rows before the first that does not fit: nothing after it is certain."""
    return tuple(row for row in rows if isinstance(verdict, Intact) or row.id < verdict.id)


class Journal(Protocol):
    """One writer; rows are never changed."""

    def append(self, entry: Entry) -> Row:
        """Add a row; the same key again returns the row that is there."""
        ...

    def rows(self) -> tuple[Row, ...]:
        """All rows in order."""
        ...
