"""The one way to write: a write whose answer was lost is looked for before it is repeated."""

from collections.abc import Callable
from typing import TypeVar

from bot.adapters.github.answers import Lost
from bot.adapters.github.client import Client
from bot.stages.github import TryLater

T = TypeVar("T")


def ensured(client: Client, write: Callable[[], T], look: Callable[[], T | None]) -> T:
    """What is there already, or else what is written. Raises as `written`."""
    found = look()
    return written(client, write, look) if found is None else found


def written(client: Client, write: Callable[[], T], look: Callable[[], T | None]) -> T:
    """Write; if the answer is lost, look for the effect, and only then write once more.

    Raises TryLater when it was lost twice and nothing can be seen of it.
    """
    try:
        return write()
    except Lost:
        if (found := _after_a_pause(client, look)) is not None:
            return found
    try:
        return write()
    except Lost as lost:
        if (found := _after_a_pause(client, look)) is not None:
            return found
        raise TryLater(str(lost), 30.0) from None


def _after_a_pause(client: Client, look: Callable[[], T | None]) -> T | None:
    """GitHub's lists follow its writes with a little delay."""
    client.sleep(client.settle_s)
    return look()
