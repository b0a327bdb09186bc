"""The labels that tell a state, so that a list of issues shows where each of them is."""

from enum import StrEnum


class StateLabel(StrEnum):
    """One of our state labels; the value is its name on GitHub. An issue has at most one.

    `colour` is six hexadecimal digits, `description` at most 100 characters: GitHub's limits.
    """

    colour: str
    description: str

    def __new__(cls, value: str, colour: str, description: str) -> "StateLabel":
        """The name, and how the label looks when it is made."""
        label = str.__new__(cls, value)
        label._value_ = value
        label.colour = colour
        label.description = description
        return label

    QUEUED = (
        "evolve: queued",
        "c5def5",
        "evolve-bot will work on this; its comment says when",
    )
    WORKING = "evolve: working", "1d76db", "evolve-bot is writing and proving a change"
    REVIEW = "evolve: review", "fbca04", "evolve-bot's pull request waits for a review"
    NEEDS_HUMAN = "evolve: needs-human", "d93f0b", "evolve-bot cannot go on without a person"
    DONE = "evolve: done", "0e8a16", "evolve-bot has ended its work here; the comment says how"


def state_label(name: str) -> StateLabel | None:
    """Our state label of that name, or None. GitHub compares names without regard to case."""
    folded = name.casefold()
    return next((label for label in StateLabel if label.value.casefold() == folded), None)
