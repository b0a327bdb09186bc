"""Whose fault a red check seems to be, read from what it printed.

It only decides what is tried first: a check that seems to be nobody's fault is run once more before
anything is paid. Red twice on one commit is a failure of the change, whatever it printed.
"""

import re
from enum import StrEnum

from bot.kernel.ci import CheckState


class Blame(StrEnum):
    """What a failure points at."""

    CHANGE = "change"
    """It names a file that the change touches."""
    ELSEWHERE = "elsewhere"
    """It names none of them: a flaky test, perhaps."""
    INFRASTRUCTURE = "infrastructure"
    """The machine, the network or the service failed, not the code."""


NOT_THE_CODE = frozenset({CheckState.CANCELLED, CheckState.TIMED_OUT, CheckState.STALE})

_MACHINE = re.compile(
    r"lost communication with the server|runner has received a shutdown signal"
    r"|no space left on device|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENOTFOUND"
    r"|temporary failure in name resolution|connection (?:reset by peer|timed out|refused)"
    r"|could not resolve host|TLS handshake timeout|Read timed out"
    r"|HTTP (?:429|502|503|504)|status code:? (?:429|502|503|504)|rate limit exceeded"
    r"|toomanyrequests|The operation was canceled|The hosted runner",
    re.IGNORECASE,
)
"""Words that hosted runners and package clients print when they, and not the code, have failed."""


def blame(state: CheckState, said: str, files: tuple[str, ...]) -> Blame:
    """What a failed check points at. `said` is outside text: annotations, summary, log."""
    if state in NOT_THE_CODE:
        return Blame.INFRASTRUCTURE
    if any(_names(said, path) for path in files):
        return Blame.CHANGE
    return Blame.INFRASTRUCTURE if _MACHINE.search(said) else Blame.ELSEWHERE


def _names(said: str, path: str) -> bool:
    """Whether the text holds the path as a whole (`a/b.py` is not in `aa/b.py`)."""
    at = said.find(path)
    while at >= 0:
        before, after = said[at - 1 : at], said[at + len(path) : at + len(path) + 1]
        if not re.match(r"[\w.-]", before) and not re.match(r"[\w-]", after):
            return True
        at = said.find(path, at + 1)
    return False
