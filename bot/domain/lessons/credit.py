"""What an attempt's outcome says of the lessons that it was shown."""

from enum import Enum, StrEnum, auto
from typing import assert_never

from bot.domain.task import Ending


class Credit(StrEnum):
    """One attempt's verdict on a lesson; the later in this list holds, in whatever order they come.

    So a merge that is taken back moves its lessons from good to bad, and each attempt counts once.
    """

    NONE = "none"
    GOOD = "good"
    BAD = "bad"

    def joined(self, other: "Credit") -> "Credit":
        """Both together: the same in any order, and however often each comes."""
        order = list(Credit)
        return max(self, other, key=order.index)


class Fate(Enum):
    """What became of an attempt, as far as it judges lessons."""

    MERGED = auto()
    REVERTED = auto()
    """Its merge turned the base red, and is taken back or has to be."""
    REFUSED = auto()
    FAILED = auto()
    CLOSED = auto()
    """A person closed its pull request unmerged."""
    UNTOLD = auto()
    """It ended for reasons that no lesson is to blame for, or has not ended."""


def credit_of(fate: Fate) -> Credit:
    """Merged and not reverted is good; what gates, proofs or people did not want is bad."""
    match fate:
        case Fate.MERGED:
            return Credit.GOOD
        case Fate.REVERTED | Fate.REFUSED | Fate.FAILED | Fate.CLOSED:
            return Credit.BAD
        case Fate.UNTOLD:
            return Credit.NONE
        case never:
            assert_never(never)


def fate_of(ending: Ending, *, at_fault: bool) -> Fate:
    """How an ending judges; `at_fault` says that the change failed, and not what surrounds it."""
    match ending:
        case Ending.MERGED:
            return Fate.MERGED
        case Ending.REFUSED:
            return Fate.REFUSED if at_fault else Fate.UNTOLD
        case Ending.FAILED:
            return Fate.FAILED if at_fault else Fate.UNTOLD
        case (
            Ending.AWAITING_REVIEW
            | Ending.ANSWERED
            | Ending.NOTHING_NEEDED
            | Ending.BLOCKED
            | Ending.OVER_BUDGET
            | Ending.STOPPED
        ):
            return Fate.UNTOLD
        case never:
            assert_never(never)
