"""What can go wrong in CI without the change being at fault."""

import re
import threading
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Flaky:
    """The last step of a job's first attempt fails, having printed `output`."""

    output: str


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Somebody, or a newer push, cancels the job."""


@dataclass(frozen=True, slots=True)
class LostRunner:
    """The machine goes away: a failure without steps and without a log."""


@dataclass(frozen=True, slots=True)
class OutOfTime:
    """The job takes longer than any job may."""


CiFault: TypeAlias = Flaky | Cancelled | LostRunner | OutOfTime


@dataclass(slots=True)
class _Rule:
    fault: CiFault
    job: re.Pattern[str]
    times: int

    def matches(self, job: str, attempt: int) -> bool:
        first_only = isinstance(self.fault, Flaky) and attempt > 1
        return not first_only and self.job.search(job) is not None


class CiFaults:
    """Rules that the next matching jobs meet. `job` is a regular expression on the job's name."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()

    def flaky(self, output: str, times: int = 1, job: str = "") -> None:
        """The next first attempts fail where they would have passed; later attempts do not."""
        self._add(Flaky(output), times, job)

    def cancelled(self, times: int = 1, job: str = "") -> None:
        """The next jobs are cancelled."""
        self._add(Cancelled(), times, job)

    def lost_runner(self, times: int = 1, job: str = "") -> None:
        """The next jobs lose their machine."""
        self._add(LostRunner(), times, job)

    def out_of_time(self, times: int = 1, job: str = "") -> None:
        """The next jobs are ended by the time-out of jobs."""
        self._add(OutOfTime(), times, job)

    def clear(self) -> None:
        """Forget all rules."""
        with self._lock:
            self._rules.clear()

    def take(self, job: str, attempt: int) -> CiFault | None:
        """The fault that a job meets; spends one of its rule's times."""
        with self._lock:
            for rule in self._rules:
                if rule.matches(job, attempt):
                    rule.times -= 1
                    if rule.times <= 0:
                        self._rules.remove(rule)
                    return rule.fault
        return None

    def _add(self, fault: CiFault, times: int, job: str) -> None:
        with self._lock:
            self._rules.append(_Rule(fault, re.compile(job), times))
