"""The index as one SQLite file for each repository: a cache, which may be deleted at any time."""

import sqlite3
from array import array
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.adapters.locks import hold
from bot.kernel.values import Sha
from bot.stages.select.port import Segment

VERSION = 1
"""Changes with the tables and with what is indexed; a file of another version is made anew."""
_WAIT_S = 60.0
_IN_USE = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL)
"""Errors of a file that another process works with; after any other one it is made anew."""
_ASK = 500
_HOARD, _SPARE = 4, 10_000
"""How many times the living documents are kept at most, and how many besides."""

_TABLES = """
CREATE TABLE documents (number INTEGER PRIMARY KEY AUTOINCREMENT, key BLOB UNIQUE, length INTEGER,
                        note TEXT);
CREATE TABLE postings (term TEXT PRIMARY KEY, data BLOB) WITHOUT ROWID;
CREATE TABLE cuts (key TEXT PRIMARY KEY, starts BLOB) WITHOUT ROWID;
"""


class SqliteIndex:
    """Safe for several processes: who finds keys missing adds them alone."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # SQLite does not wait where two make the same new file a write-ahead one at once. The
        # directory is locked: beside an index lies nothing that would have to be deleted with it.
        with hold(path.parent):
            try:
                self._database = _open(path)
            except sqlite3.DatabaseError as error:
                # The extended code holds the plain one in its last byte.
                if getattr(error, "sqlite_errorcode", 0) & 0xFF in _IN_USE:
                    raise
                path.unlink(missing_ok=True)
                self._database = _open(path)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def ensure(self, keys: Iterable[Sha], build: Callable[[int, tuple[Sha, ...]], Segment]) -> None:
        """Add the keys that are not there: `build(first number, missing keys)` reads them."""
        wanted = tuple(dict.fromkeys(keys))
        if not self._missing(wanted):
            return
        with self._writing() as database:
            missing = self._missing(wanted)
            if not missing:
                return
            (last,) = database.execute(
                "SELECT coalesce(max(seq), 0) FROM sqlite_sequence"
            ).fetchone()
            segment = build(last + 1, missing)
            database.executemany(
                "INSERT INTO documents VALUES (?, ?, ?, ?)",
                (
                    (number, bytes.fromhex(one.key), one.length, one.note)
                    for number, one in enumerate(segment.documents, last + 1)
                ),
            )
            before = self.postings(segment.postings) if last else {}
            database.executemany(
                "INSERT OR REPLACE INTO postings VALUES (?, ?)",
                (
                    (term, (before[term] + found if term in before else found).tobytes())
                    for term, found in segment.postings.items()
                ),
            )

    def trim(self, alive: int) -> None:
        """Forget everything when most of it is of other commits than the one now looked at."""
        (count,) = self._database.execute("SELECT count(*) FROM documents").fetchone()
        if count > _HOARD * alive + _SPARE:
            with self._writing() as database:
                # numbers are never used again: who reads at this moment sees none, not another
                for table in ("documents", "postings", "cuts"):
                    database.execute(f"DELETE FROM {table}")

    def documents(self) -> dict[Sha, tuple[int, int]]:
        """Number and length of every document."""
        rows = self._database.execute("SELECT key, number, length FROM documents")
        return {Sha(key.hex()): (number, length) for key, number, length in rows}

    def postings(self, terms: Iterable[str]) -> dict[str, "array[int]"]:
        """Where each term occurs; a term that occurs nowhere is left out."""
        return dict(_unpacked(self._rows("SELECT term, data FROM postings WHERE term IN", terms)))

    def notes(self, numbers: Iterable[int]) -> dict[int, str]:
        """The notes of these documents."""
        return dict(self._rows("SELECT number, note FROM documents WHERE number IN", numbers))

    def cuts(self, keys: Sequence[str]) -> dict[str, "array[int]"]:
        """The lines on which blocks begin, as far as they were kept under these keys."""
        return dict(_unpacked(self._rows("SELECT key, starts FROM cuts WHERE key IN", keys)))

    def keep_cuts(self, cuts: Mapping[str, "array[int]"]) -> None:
        """Keep them; a key names the blob and the grammar, so they never change."""
        if cuts:
            rows = [(key, starts.tobytes()) for key, starts in cuts.items()]
            with self._writing() as database:
                database.executemany("INSERT OR REPLACE INTO cuts VALUES (?, ?)", rows)

    def _missing(self, wanted: tuple[Sha, ...]) -> tuple[Sha, ...]:
        keys = {key.hex() for (key,) in self._database.execute("SELECT key FROM documents")}
        return tuple(key for key in wanted if key not in keys)

    def _rows(self, sql: str, values: Iterable[object]) -> Iterator[tuple]:
        asked = list(values)
        for start in range(0, len(asked), _ASK):
            part = asked[start : start + _ASK]
            marks = ",".join("?" * len(part))
            yield from self._database.execute(f"{sql} ({marks})", part)

    @contextmanager
    def _writing(self) -> Generator[sqlite3.Connection]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield self._database
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")


def _unpacked(rows: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, "array[int]"]]:
    for key, data in rows:
        numbers = array("I")
        numbers.frombytes(data)
        yield key, numbers


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_WAIT_S, isolation_level=None)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = OFF")
    if _version(database) != VERSION:
        database.execute("BEGIN IMMEDIATE")
        # another process may have made the tables, and filled them, while this one waited
        if _version(database) != VERSION:
            _make(database)
        database.execute("COMMIT")
    return database


def _make(database: sqlite3.Connection) -> None:
    old = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    for (name,) in database.execute(old).fetchall():
        database.execute(f"DROP TABLE {name}")
    for statement in _TABLES.split(";")[:-1]:
        database.execute(statement)
    database.execute(f"PRAGMA user_version = {VERSION}")


def _version(database: sqlite3.Connection) -> int:
    (version,) = database.execute("PRAGMA user_version").fetchone()
    return version
