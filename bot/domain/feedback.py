"""What people with write access ask for on the bot's pull request."""

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
    """

    key: str
    by: Actor
    text: str
    place: OnThread | OnPull
    around: str = ""
