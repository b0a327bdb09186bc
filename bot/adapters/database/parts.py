"""The parts of a split issue in one column: a list of JSON objects."""

import json

from sqlalchemy import Text
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator

from bot.domain.task import Bond, Filed, Part


class PartList(TypeDecorator[tuple[Part, ...]]):
    """Parts as JSON text; `issue` and `bond` are null until a part was filed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[Part, ...] | None, dialect: Dialect) -> str | None:
        """Into the database."""
        del dialect
        if value is None:
            return None
        rows = [
            {
                "title": part.title,
                "body": part.body,
                "issue": part.filed.issue if part.filed else None,
                "bond": part.filed.bond if part.filed else None,
            }
            for part in value
        ]
        return json.dumps(rows, ensure_ascii=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Part, ...] | None:
        """Out of the database."""
        del dialect
        if value is None:
            return None
        return tuple(
            Part(
                row["title"],
                row["body"],
                None if row["issue"] is None else Filed(row["issue"], Bond(row["bond"])),
            )
            for row in json.loads(value)
        )
