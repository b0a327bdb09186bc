"""One sandboxed process tree from start to end: fed, bounded in output, held to its limits."""

import contextlib
import itertools
import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, TypeAlias

from bot.adapters.bubblewrap.capture import HeadTail
from bot.adapters.bubblewrap.watch import Watch, descendants

_CHUNK = 64 * 1024
_MAX_STATUS = 4096
_TICK_S = 0.2
_GRACE_S = 5.0
_SPARING = 10  # a look at the disk may take at most one part in so many of the time


@dataclass(frozen=True, slots=True)
class Ended:
    """It ended by itself; None when bubblewrap did not get as far as starting the command."""

    code: int | None


@dataclass(frozen=True, slots=True)
class OutOfTime:
    """The wall-time limit came first."""


@dataclass(frozen=True, slots=True)
class Breached:
    """Another limit came first."""

    why: str


End: TypeAlias = Ended | OutOfTime | Breached


@dataclass
class ProcessTree:
    """A started tree. `status` is the reading end of bubblewrap's JSON status pipe, not closed."""

    process: subprocess.Popen[bytes]
    status: int
    watch: Watch
    output: HeadTail
    _messages: bytearray = field(default_factory=bytearray)
    _init: int | None = None

    def run(self) -> End:
        """Pump until it has ended or must end; then nothing of it is left."""
        with contextlib.ExitStack() as closing:
            for pipe in (self._stdout, self._stdin):
                closing.callback(_close, pipe)
            try:
                over = self._pump()
            finally:
                self._kill()
                self._drain()
                self._await_namespace()
        return over or Ended(self._message("exit-code"))

    def _pump(self) -> OutOfTime | Breached | None:
        ended = os.pidfd_open(self.process.pid)
        limits = _Looks(self.watch, self.process.pid)
        pending = memoryview(self.watch.job.stdin)
        os.set_blocking(self._stdin.fileno(), False)
        with selectors.DefaultSelector() as selector, contextlib.ExitStack() as closing:
            closing.callback(os.close, ended)
            for source in (self._stdout.fileno(), self.status, ended):
                selector.register(source, selectors.EVENT_READ)
            selector.register(self._stdin.fileno(), selectors.EVENT_WRITE)
            while True:
                if (over := limits.look()) is not None:
                    return over
                for key, _ in selector.select(limits.pause()):
                    if key.fd == ended:
                        return None
                    if key.events == selectors.EVENT_READ:
                        if not self._read(key.fd):
                            selector.unregister(key.fd)
                        continue
                    pending = _write(key.fd, pending)
                    if not pending:
                        selector.unregister(key.fd)
                        _close(self._stdin)

    @property
    def _stdin(self) -> IO[bytes]:
        assert self.process.stdin is not None  # noqa: S101 - it was started with pipes
        return self.process.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self.process.stdout is not None  # noqa: S101 - it was started with pipes
        return self.process.stdout

    def _read(self, descriptor: int) -> bool:
        chunk = os.read(descriptor, _CHUNK)
        if descriptor != self.status:
            self.output.feed(chunk)
        elif len(self._messages) < _MAX_STATUS:
            self._messages += chunk
            self._meet_init()
        return bool(chunk)

    def _meet_init(self) -> None:
        """Hold on to the namespace's first process: when it is gone, all in there are gone."""
        _, *below = itertools.islice(descendants(self.process.pid), 2)
        if self._init is None and below:
            with contextlib.suppress(ProcessLookupError):
                self._init = os.pidfd_open(below[0])

    def _kill(self) -> None:
        if self._init is not None:
            # bubblewrap then buries it; were both killed, it would be left to whoever is process 1
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                signal.pidfd_send_signal(self._init, signal.SIGKILL)
                self.process.wait(_GRACE_S)
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _drain(self) -> None:
        """Read what is left in the pipes; they close when the last process goes."""
        until = time.monotonic() + _GRACE_S
        with selectors.DefaultSelector() as selector:
            for source in (self._stdout.fileno(), self.status):
                selector.register(source, selectors.EVENT_READ)
            while selector.get_map() and (left := until - time.monotonic()) > 0:
                for key, _ in selector.select(left):
                    if not self._read(key.fd):
                        selector.unregister(key.fd)

    def _await_namespace(self) -> None:
        if self._init is None:
            return
        with selectors.DefaultSelector() as selector:
            selector.register(self._init, selectors.EVENT_READ)
            selector.select(_GRACE_S)
        os.close(self._init)

    def _message(self, key: str) -> int | None:
        for line in bytes(self._messages).splitlines():
            with contextlib.suppress(ValueError):
                message = json.loads(line)
                if isinstance(message, dict) and isinstance(value := message.get(key), int):
                    return value
        return None


class _Looks:
    """When to look at which limit, so that looking stays cheap."""

    def __init__(self, watch: Watch, pid: int) -> None:
        self._watch, self._pid = watch, pid
        self._next = self._next_disk = time.monotonic()
        self._deadline = self._next + watch.job.limits.seconds

    def look(self) -> OutOfTime | Breached | None:
        now = time.monotonic()
        if now >= self._deadline:
            return OutOfTime()
        for why in self._due(now):
            if why is not None:
                return Breached(why)
        return None

    def pause(self) -> float:
        return max(0.0, min(self._deadline, self._next) - time.monotonic())

    def _due(self, now: float) -> Iterator[str | None]:
        if now < self._next:
            return
        self._next = now + _TICK_S
        yield self._watch.shortage()
        yield self._watch.memory_breach(self._pid)
        if now >= self._next_disk:
            yield self._watch.disk_breach(self._pid)
            self._next_disk = now + max(_TICK_S, (time.monotonic() - now) * _SPARING)


def _write(descriptor: int, pending: memoryview) -> memoryview:
    try:
        return pending[os.write(descriptor, pending[:_CHUNK]) :]
    except BrokenPipeError:
        return pending[:0]


def _close(pipe: IO[bytes]) -> None:
    with contextlib.suppress(BrokenPipeError):
        pipe.close()
