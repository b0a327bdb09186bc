"""What a commit's checks say, read so that silence is never consent."""

from dataclasses import dataclass
from enum import StrEnum


class CheckState(StrEnum):
    """The state of one check run or commit status, in GitHub's words."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"
    ACTION_REQUIRED = "action_required"
    STALE = "stale"


PENDING = frozenset({CheckState.QUEUED, CheckState.RUNNING})
HARMLESS = frozenset({CheckState.SUCCESS, CheckState.NEUTRAL, CheckState.SKIPPED})


@dataclass(frozen=True, slots=True)
class Check:
    """A check on the head commit; ``app_id`` is its source, None for a plain commit status."""

    name: str
    app_id: int | None
    state: CheckState


@dataclass(frozen=True, slots=True)
class Required:
    """A check that the branch requires; ``app_id`` None accepts any source."""

    name: str
    app_id: int | None = None

    def met_by(self, check: Check) -> bool:
        """Whether the check carries this name and comes from the expected source."""
        return check.name == self.name and self.app_id in (None, check.app_id)


@dataclass(frozen=True, slots=True)
class CiGreen:
    """These passed, none failed, none is pending.

    ``required`` are the checks that the branch requires: without any, more may still report.
    """

    passed: tuple[str, ...]
    required: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CiPending:
    """These are still running or have not reported."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CiRed:
    """These failed."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CiAbsent:
    """Nothing that counts has passed: not green."""


CiVerdict = CiGreen | CiPending | CiRed | CiAbsent


def ci_verdict(
    checks: tuple[Check, ...], required: tuple[Required, ...], our_app_id: int
) -> CiVerdict:
    """Judge every foreign check on the head; our own never counts, for or against."""
    foreign = [check for check in checks if check.app_id != our_app_id]
    needed = [one for one in required if one.app_id != our_app_id]
    if red := {c.name for c in foreign if c.state not in PENDING | HARMLESS}:
        return CiRed(tuple(sorted(red)))
    waiting = {c.name for c in foreign if c.state in PENDING}
    missing = {one.name for one in needed if not any(one.met_by(c) for c in foreign)}
    if waiting or missing:
        return CiPending(tuple(sorted(waiting | missing)))
    counting = [c for c in foreign if not needed or any(one.met_by(c) for one in needed)]
    passed = {c.name for c in counting if c.state is CheckState.SUCCESS}
    names = tuple(sorted(one.name for one in needed))
    return CiGreen(tuple(sorted(passed)), names) if passed else CiAbsent()
