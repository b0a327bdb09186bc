"""Faults of webhook deliveries: dropped, lost, doubled, held, delayed, reordered."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import assert_never

from forge.world.entities import Delivery


class Fate(Enum):
    """What happens to a matching delivery."""

    DROP = auto()
    """Recorded as failed, never sent: the receiver was down."""
    LOSE = auto()
    """Neither recorded nor sent."""
    DOUBLE = auto()
    """Sent twice under one GUID; one record, as of one delivery."""
    HOLD = auto()
    """Kept until released."""
    DELAY = auto()
    """Kept until so many later deliveries have been let through."""


@dataclass(slots=True)
class _Rule:
    fate: Fate
    event: str | None
    action: str | None
    times: int
    by: int = 0

    def matches(self, delivery: Delivery) -> bool:
        return self.event in (None, delivery.event) and self.action in (None, delivery.action)


@dataclass(slots=True)
class _Waiting:
    delivery: Delivery
    steps: int


class HookFaults:
    """Rules that the next matching deliveries meet, in the order in which they were set."""

    def __init__(self) -> None:
        self.on_release: Callable[[Delivery], None] = lambda _: None
        self._rules: list[_Rule] = []
        self._held: list[Delivery] = []
        self._delayed: list[_Waiting] = []
        self._lock = threading.RLock()

    def drop(self, event: str | None = None, action: str | None = None, times: int = 1) -> None:
        """Fail to connect; the delivery is in the App's list and can be redelivered."""
        self._add(_Rule(Fate.DROP, event, action, times))

    def lose(self, event: str | None = None, action: str | None = None, times: int = 1) -> None:
        """Never tell anybody, as if GitHub had not made the event."""
        self._add(_Rule(Fate.LOSE, event, action, times))

    def double(self, event: str | None = None, action: str | None = None, times: int = 1) -> None:
        """Send twice under the same GUID."""
        self._add(_Rule(Fate.DOUBLE, event, action, times))

    def hold(self, event: str | None = None, action: str | None = None, times: int = 1) -> None:
        """Keep back until `release`."""
        self._add(_Rule(Fate.HOLD, event, action, times))

    def delay(
        self, by: int = 1, event: str | None = None, action: str | None = None, times: int = 1
    ) -> None:
        """Send only after `by` later deliveries; `by=1` swaps two neighbours."""
        self._add(_Rule(Fate.DELAY, event, action, times, by))

    def release(self, newest_first: bool = False) -> int:
        """Send what is held or delayed; answer how many there were."""
        with self._lock:
            waiting = [*self._held, *(entry.delivery for entry in self._delayed)]
            self._held.clear()
            self._delayed.clear()
        for delivery in reversed(waiting) if newest_first else waiting:
            self.on_release(delivery)
        return len(waiting)

    def clear(self) -> None:
        """Forget all rules and send what is kept back."""
        with self._lock:
            self._rules.clear()
        self.release()

    def admit(self, delivery: Delivery) -> list[Delivery]:
        """What to send now because this delivery arrived, in order."""
        with self._lock:
            now = list(self._apply(delivery))
            if now:
                now += self._due()
            return now

    def _apply(self, delivery: Delivery) -> Iterator[Delivery]:
        rule = next((rule for rule in self._rules if rule.matches(delivery)), None)
        if rule is None:
            yield delivery
            return
        rule.times -= 1
        if rule.times <= 0:
            self._rules.remove(rule)
        match rule.fate:
            case Fate.DROP:
                delivery.status = "failed to connect to host"
                delivery.status_code = 502
                delivery.delivered_at = delivery.created_at
                delivery.duration_s = 0.0
            case Fate.LOSE:
                delivery.app.deliveries.remove(delivery)
            case Fate.DOUBLE:
                yield delivery
                yield delivery
            case Fate.HOLD:
                self._held.append(delivery)
            case Fate.DELAY:
                self._delayed.append(_Waiting(delivery, rule.by))
            case _:
                assert_never(rule.fate)

    def _due(self) -> list[Delivery]:
        for entry in self._delayed:
            entry.steps -= 1
        due = [entry.delivery for entry in self._delayed if entry.steps <= 0]
        self._delayed = [entry for entry in self._delayed if entry.steps > 0]
        return due

    def _add(self, rule: _Rule) -> None:
        with self._lock:
            self._rules.append(rule)
