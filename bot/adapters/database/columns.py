"""Column types that look the same on SQLite and PostgreSQL: instants, amounts, lists of text."""

import json
from datetime import UTC, datetime

from sqlalchemy import BigInteger, Integer, Text
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator

RowNumber = Integer
"""SQLite counts rows by itself only in a column that is exactly INTEGER."""

GitHubId = BigInteger
"""Users, comments and installations outgrew 32 bits."""

Nano = BigInteger
"""US dollars in 1e-9: 64 bits hold nine billion dollars."""


def instant_text(at: datetime) -> str:
    """UTC, always 32 characters, so that text order is time order. ValueError without a zone."""
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return at.astimezone(UTC).isoformat(timespec="microseconds")


class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored as UTC text: SQLite has no type that keeps the zone."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """Into the database."""
        del dialect
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """Out of the database, in UTC."""
        del dialect
        return None if value is None else datetime.fromisoformat(value)


def list_text(items: tuple[str, ...]) -> str:
    """The one JSON text of a list of strings."""
    return json.dumps(list(items), ensure_ascii=True, separators=(",", ":"))


class TextList(TypeDecorator[tuple[str, ...]]):
    """A tuple of strings as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:
        """Into the database."""
        del dialect
        return None if value is None else list_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        """Out of the database."""
        del dialect
        return None if value is None else tuple(json.loads(value))
