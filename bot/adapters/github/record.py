"""JSON from GitHub, read tolerantly: only the members we use, and no surprise breaks a reader."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.stages.github import TryLater

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Unreadable(TryLater):
    """An answer that is no JSON or lacks what it must have: a proxy's page, a cut answer."""

    def __init__(self, what: str) -> None:
        super().__init__(f"GitHub's answer could not be read: {what}", retry_after_s=30.0)
        self._what = what

    def __reduce__(self) -> "tuple[type[Unreadable], tuple[str]]":
        """A durable step stores what it raised."""
        return Unreadable, (self._what,)


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object. A path names nested members: `record.text("head", "sha")`."""

    members: Mapping[str, object]

    def at(self, *path: str) -> object:
        """The value at a path, or None when any part of it is missing."""
        value: object = self.members
        for name in path:
            value = value.get(name) if isinstance(value, Mapping) else None
        return value

    def text(self, *path: str) -> str:
        """A string; the empty one when it is missing or null."""
        value = self.at(*path)
        return value if isinstance(value, str) else ""

    def number(self, *path: str) -> int | None:
        """A whole number, or None."""
        value = self.at(*path)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, *path: str) -> bool:
        """True only for JSON's true."""
        return self.at(*path) is True

    def moment(self, *path: str) -> datetime:
        """An ISO 8601 time; the epoch when it is missing, so that it sorts first."""
        try:
            moment = datetime.fromisoformat(self.text(*path))
        except ValueError:
            return EPOCH
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    def record(self, *path: str) -> "Record | None":
        """A nested object, or None."""
        value = self.at(*path)
        return Record(value) if isinstance(value, dict) else None

    def records(self, *path: str) -> "tuple[Record, ...]":
        """The objects of a nested list; what is no object is passed over."""
        return records_of(self.at(*path))

    def need_text(self, *path: str) -> str:
        """A string that must be there. Raises Unreadable."""
        if not (value := self.text(*path)):
            raise Unreadable(f"no {'.'.join(path)}")
        return value

    def need_number(self, *path: str) -> int:
        """A number that must be there. Raises Unreadable."""
        if (value := self.number(*path)) is None:
            raise Unreadable(f"no {'.'.join(path)}")
        return value


def records_of(value: object) -> tuple[Record, ...]:
    """The objects of a JSON list; anything but a list has none."""
    if not isinstance(value, list):
        return ()
    return tuple(Record(one) for one in value if isinstance(one, dict))


def parse(body: bytes) -> object:
    """The JSON of an answer's body. Raises Unreadable."""
    try:
        return json.loads(body)
    except ValueError:
        raise Unreadable("not JSON") from None


def parse_record(body: bytes) -> Record:
    """The JSON object of an answer's body. Raises Unreadable."""
    value = parse(body)
    if not isinstance(value, dict):
        raise Unreadable("not an object")
    return Record(value)
