"""Why a task is held, in a sentence for the status comment."""

from typing import assert_never

from bot.domain.holding import Full, Hold, Overlap
from bot.domain.wording.blocks import count

SHOWN_FILES = 3


def hold_line(hold: Hold) -> str:
    """What must happen first. Paths are outside text: whoever shows this quotes it."""
    match hold:
        case Full(pulls=pulls):
            return f"{count(pulls, 'pull request')} of mine must be reviewed first."
        case Overlap(pull=pull, files=files):
            more = len(files) - SHOWN_FILES
            listed = ", ".join(files[:SHOWN_FILES]) + (f" and {more} more" if more > 0 else "")
            return f"#{pull} is open and touches {listed}, too: this goes on once that has ended."
        case never:
            assert_never(never)
