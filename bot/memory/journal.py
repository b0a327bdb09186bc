"""The journal: append-only, each row chained to the one before by its hash."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
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


_COLUMNS = tuple(column.name for column in fields(Entry))


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


@dataclass(frozen=True, slots=True)
class Beheaded:
    """The chain holds in itself, but a head that was once published is no hash of it.

    The last rows were taken away, or all of it was written anew: only what was told outside (in
    receipts and commit messages) can show that. `rows` are those that are left.
    """

    rows: int
    published: str


Verdict: TypeAlias = Intact | Tampered | Beheaded


def entry_hash(previous: str, row_id: int, entry: Entry) -> str:
    """SHA-256 over the previous hash, the row's number and every column of the entry."""
    columns = {name: getattr(entry, name) for name in _COLUMNS}
    columns["timestamp"] = entry.timestamp.isoformat()
    text = json.dumps([previous, row_id, columns], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify(rows: Iterable[Row], published: str | None = None) -> Verdict:
    """Walk the chain from its start; find an altered, a removed, or a moved row.

    `published` is a head that a receipt or a commit told, and must be a hash of the chain.
    """
    verdict: Verdict = Intact(0, GENESIS)
    for step in walk(rows, published):
        if not isinstance(step, Row):
            verdict = step
    return verdict


def walk(rows: Iterable[Row], published: str | None = None) -> Iterator[Row | Verdict]:
    """Every row that fits, in order, and the verdict at last; one row is held at a time."""
    previous, expected = GENESIS, 1
    found = published in {None, GENESIS}
    ahead = iter(rows)
    for row in ahead:
        if row.id != expected:
            yield Tampered(row.id, f"row {expected} is missing before it")
            return
        if row.previous != previous:
            yield Tampered(
                row.id, f"it does not continue the row before it{_moved(previous, ahead)}"
            )
            return
        if row.hash != entry_hash(previous, row.id, row.entry):
            yield Tampered(row.id, "its contents were altered")
            return
        previous, expected = row.hash, expected + 1
        found = found or row.hash == published
        yield row
    if published is not None and not found:
        yield Beheaded(expected - 1, published)
    else:
        yield Intact(expected - 1, previous)


def _moved(previous: str, rest: Iterator[Row]) -> str:
    """Which of the later rows is the one that belongs here, if any is."""
    true = next((row.id for row in rest if row.previous == previous), None)
    return f": that is now row {true}, so rows were swapped or moved" if true is not None else ""


def sound(rows: tuple[Row, ...], verdict: Verdict) -> tuple[Row, ...]:
    """The rows before the first that does not fit: nothing after it is certain."""
    return tuple(row for row in rows if not isinstance(verdict, Tampered) or row.id < verdict.id)


class Journal(Protocol):
    """One writer; rows are never changed."""

    def append(self, entry: Entry) -> Row:
        """Add a row; the same key again returns the row that is there."""
        ...

    def rows(self) -> tuple[Row, ...]:
        """All rows in order."""
        ...

    def stream(self, after: int | None = None) -> Iterator[Row]:
        """All rows in order, or those above a number, in one consistent view.

        Few of them are in memory at a time.
        """
        ...

    def head(self) -> str:
        """The newest hash, `GENESIS` when there is no row."""
        ...
