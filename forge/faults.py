"""What can go wrong on demand: rules that the next matching requests or deliveries meet.

Everything is deterministic: a rule matches the next `times` requests or deliveries and is spent.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import TypeAlias

from forge.ci.faults import CiFaults
from forge.hooks.faults import HookFaults


@dataclass(frozen=True, slots=True)
class FailBefore:
    """Answer `status` and do nothing."""

    status: int


@dataclass(frozen=True, slots=True)
class FailAfter:
    """Do what was asked, then answer `status`, as when a gateway loses the reply."""

    status: int


@dataclass(frozen=True, slots=True)
class SecondaryLimit:
    """Refuse with 403 and `retry-after`; nothing is done."""

    retry_after_s: int


@dataclass(frozen=True, slots=True)
class Slow:
    """Do what was asked and answer after so many real seconds."""

    seconds: float


RestFault: TypeAlias = FailBefore | FailAfter | SecondaryLimit | Slow


@dataclass(slots=True)
class _Rule:
    fault: RestFault
    method: str | None
    path: re.Pattern[str] | None
    times: int

    def matches(self, method: str, path: str) -> bool:
        if self.method is not None and self.method != method:
            return False
        return self.path is None or self.path.search(path) is not None


class Faults:
    """The faults of one forge. `path` is a regular expression, searched below the API's base.

    `hooks` has the faults of webhook deliveries, `ci` those of CI's jobs. `primary` is true while
    the hourly limit counts as spent for everybody.
    """

    def __init__(self) -> None:
        self.hooks = HookFaults()
        self.ci = CiFaults()
        self.primary = False
        self.closing = threading.Event()
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()

    def fail_before(
        self, status: int = 502, times: int = 1, method: str | None = None, path: str | None = None
    ) -> None:
        """The next matching requests are answered with 5xx and not applied."""
        self._add(FailBefore(status), times, method, path)

    def fail_after(
        self, status: int = 502, times: int = 1, method: str | None = None, path: str | None = None
    ) -> None:
        """The next matching requests are applied and then answered with 5xx."""
        self._add(FailAfter(status), times, method, path)

    def secondary_limit(
        self,
        retry_after_s: int = 60,
        times: int = 1,
        method: str | None = None,
        path: str | None = None,
    ) -> None:
        """The next matching requests meet the secondary rate limit."""
        self._add(SecondaryLimit(retry_after_s), times, method, path)

    def slow(
        self, seconds: float, times: int = 1, method: str | None = None, path: str | None = None
    ) -> None:
        """The next matching requests are answered late."""
        self._add(Slow(seconds), times, method, path)

    def primary_limit(self, spent: bool = True) -> None:
        """Count the hourly limit as spent for everybody until called with False."""
        self.primary = spent

    def clear(self) -> None:
        """Forget all rules and release what is held."""
        with self._lock:
            self._rules.clear()
        self.primary = False
        self.hooks.clear()
        self.ci.clear()

    def take(self, method: str, path: str) -> RestFault | None:
        """The fault that this request meets; spends one of its rule's times."""
        with self._lock:
            for rule in self._rules:
                if rule.matches(method, path):
                    rule.times -= 1
                    if rule.times <= 0:
                        self._rules.remove(rule)
                    return rule.fault
        return None

    def _add(self, fault: RestFault, times: int, method: str | None, path: str | None) -> None:
        with self._lock:
            self._rules.append(
                _Rule(fault, method, re.compile(path) if path is not None else None, times)
            )
