"""Connections: lists that are read a page at a time, forwards or backwards."""

import base64
import binascii
from collections.abc import Sequence

from forge.api.http import ApiError
from forge.graphql.table import At

_MOST = 100
_PREFIX = "cursor:v2:"


class PageError(ApiError):
    """A page that GitHub does not give; `kind` is the error's type in the answer."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(422, message)
        self.kind = kind


def connection(at: At, name: str, items: Sequence[object]) -> dict[str, object]:
    """One page of `items` by the arguments `first` or `last`, `after` and `before`.

    GitHub wants one of `first` and `last`, from 1 to 100.
    """
    first, last = _size(at, name, "first"), _size(at, name, "last")
    if (first is None) == (last is None):
        raise PageError(
            "MISSING_PAGINATION_BOUNDARIES",
            f"You must provide a `first` or `last` value to properly paginate the `{name}` "
            "connection.",
        )
    start, end = _place(at, "after", -1) + 1, _place(at, "before", len(items))
    start, end = min(start, len(items)), min(end, len(items))
    if first is not None:
        end = min(end, start + first)
    if last is not None:
        start = max(start, end - last)
    shown = [(_cursor(place), items[place]) for place in range(start, end)]
    return {
        "edges": [{"cursor": cursor, "node": node} for cursor, node in shown],
        "nodes": [node for _, node in shown],
        "totalCount": len(items),
        "pageInfo": {
            "startCursor": shown[0][0] if shown else None,
            "endCursor": shown[-1][0] if shown else None,
            "hasPreviousPage": start > 0,
            "hasNextPage": end < len(items),
        },
    }


def _size(at: At, name: str, argument: str) -> int | None:
    size = at.number(argument)
    if size is not None and size > _MOST:
        raise PageError(
            "EXCESSIVE_PAGINATION",
            f"Requesting {size} records on the `{name}` connection exceeds the `{argument}` limit "
            f"of {_MOST} records.",
        )
    return size


def _cursor(place: int) -> str:
    return base64.b64encode(f"{_PREFIX}{place}".encode()).decode()


def _place(at: At, argument: str, default: int) -> int:
    if at.args.get(argument) is None:
        return default
    given = at.text(argument)
    try:
        said = base64.b64decode(given, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        said = ""
    if not said.startswith(_PREFIX) or not said.removeprefix(_PREFIX).isdecimal():
        raise PageError(
            "INVALID_CURSOR_ARGUMENTS", f"`{given}` does not appear to be a valid cursor."
        )
    return int(said.removeprefix(_PREFIX))
