"""Exactly one comment of ours that says something, wherever on GitHub comments can stand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.adapters.github.answers import Refused
from bot.adapters.github.client import GONE, Client
from bot.adapters.github.ensure import written
from bot.adapters.github.outgoing import same


@dataclass(frozen=True, slots=True)
class Ours:
    """A comment of ours that is there."""

    id: int
    body: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the comment stands: paths below the API's base address.

    `mine` lists ours that hold the marker, oldest first; `new` takes another one; below `each` a
    comment is known by its id. `about` is what writes are counted against.
    """

    mine: Callable[[], Sequence[Ours]]
    new: str
    each: str
    about: str


def ensure_one_comment(client: Client, place: Place, text: str) -> int:
    """Make exactly one comment of ours say the text; its id.

    Of several, as a crash between two workers may leave them, the oldest stays.
    """

    def look() -> int | None:
        return next((one.id for one in place.mine() if same(one.body, text)), None)

    def create() -> int:
        answer = client.write("POST", place.new, {"body": text}, place.about)
        return answer.record().need_number("id")

    found = place.mine()
    if not found:
        return written(client, create, look)
    keep, *extra = found
    for one in extra:
        _delete(client, place, one.id)
    if same(keep.body, text):
        return keep.id

    def edit() -> int:
        client.write("PATCH", f"{place.each}/{keep.id}", {"body": text}, place.about)
        return keep.id

    return written(client, edit, look)


def _delete(client: Client, place: Place, comment: int) -> None:
    at = f"{place.each}/{comment}"

    def look() -> bool | None:
        return True if client.find(at) is None else None

    def delete() -> bool:
        try:
            client.write("DELETE", at, None, place.about)
        except Refused as refused:
            if refused.status not in GONE:
                raise
        return True

    written(client, delete, look)
