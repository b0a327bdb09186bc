"""The courier: one thread that posts deliveries in order and records what came back."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING

import httpx

from forge.world.entities import Delivery

if TYPE_CHECKING:
    from forge.hooks.faults import HookFaults
    from forge.world.world import Clock

TIMEOUT_S = 10.0
"""GitHub gives a receiver ten seconds, and does not try again by itself."""

_KEPT_RESPONSE_BYTES = 64 * 1024


class Courier:
    """Sends deliveries one at a time, outside the world's lock."""

    def __init__(self, clock: Clock, faults: HookFaults, timeout_s: float = TIMEOUT_S) -> None:
        self._clock = clock
        self._faults = faults
        self._timeout_s = timeout_s
        self._queue: deque[Delivery] = deque()
        self._sending = False
        self._closing = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="forge-courier", daemon=True)
        faults.on_release = self._enqueue

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def post(self, delivery: Delivery) -> None:
        """Take a delivery; faults may keep it back, double it or lose it."""
        for admitted in self._faults.admit(delivery):
            self._enqueue(admitted)

    def wait_idle(self, deadline_s: float) -> bool:
        """Wait until nothing is queued or on its way; what faults hold does not count."""
        with self._changed:
            return self._changed.wait_for(self._idle, deadline_s)

    def stop(self) -> None:
        """Drop what is queued and end after the delivery that is on its way."""
        with self._changed:
            self._closing = True
            self._queue.clear()
            self._changed.notify_all()
        self._thread.join(self._timeout_s + 1)

    def _idle(self) -> bool:
        return not self._queue and not self._sending

    def _enqueue(self, delivery: Delivery) -> None:
        with self._changed:
            self._queue.append(delivery)
            self._changed.notify_all()

    def _run(self) -> None:
        with httpx.Client(timeout=self._timeout_s, trust_env=False, verify=False) as client:  # noqa: S501 - loopback only
            while (delivery := self._next()) is not None:
                self._send(client, delivery)
                with self._changed:
                    self._sending = False
                    self._changed.notify_all()

    def _next(self) -> Delivery | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._closing)
            if self._closing:
                return None
            self._sending = True
            return self._queue.popleft()

    def _send(self, client: httpx.Client, delivery: Delivery) -> None:
        started = time.monotonic()
        try:
            answer = client.post(delivery.url, content=delivery.body, headers=delivery.headers)
        except httpx.TimeoutException:
            delivery.status, delivery.status_code = "timed out", 504
        except httpx.HTTPError:
            delivery.status, delivery.status_code = "failed to connect to host", 502
        else:
            good = answer.is_success
            delivery.status = "OK" if good else f"Invalid HTTP Response: {answer.status_code}"
            delivery.status_code = answer.status_code
            delivery.response_headers = dict(answer.headers)
            delivery.response_body = answer.text[:_KEPT_RESPONSE_BYTES]
        delivery.duration_s = round(time.monotonic() - started, 3)
        delivery.delivered_at = self._clock()
