"""What people with write access ask for on the bot's pull request."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.kernel.authority import Actor


@dataclass(frozen=True, slots=True)
class OnThread:
    """Said in a review thread: `root` is the id of its first remark, to which replies go."""

    root: int
    path: str
    line: int | None


@dataclass(frozen=True, slots=True)
class OnPull:
    """Said about the pull request as a whole: a review's own words, or a comment."""


@dataclass(frozen=True, slots=True)
class Feedback:
    """One thing that is asked. `key` names it for ever; `text` is outside text.

    `around` is what people without write access said beside it: to be understood, not obeyed.
    `beside` are the people who ask for something in the same thread, other than `by`.
    """

    key: str
    by: Actor
    text: str
    place: OnThread | OnPull
    around: str = ""
    beside: tuple[Actor, ...] = ()


def still_asked(
    asks: Iterable[Feedback], heard: frozenset[str], content: frozenset[int]
) -> tuple[Feedback, ...]:
    """What nobody has dealt with, and somebody is not `content` (user ids) to leave as it is.

    An approval settles what its author asked, and nobody else's question.
    """
    return tuple(
        one
        for one in asks
        if one.key not in heard and not content.issuperset(it.id for it in (one.by, *one.beside))
    )
