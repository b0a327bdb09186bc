"""The server: uvicorn in a thread of its own, started and stopped by whoever owns the process."""

import asyncio
import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from webhooks.app import Edge

_GRACEFUL_STOP_S = 10
_CONNECTIONS = 1_000
_FIRST_REQUEST_S = 10.0
"""Seconds that a sender has for the head of its first request."""
_BACKLOG = 2_048
_TICK_S = 0.1


class EdgeServer:
    """Serves an `Edge` on `host`:`port`; port 0 takes a free one. A context manager.

    Signals are left to the owner of the process.
    """

    def __init__(self, edge: Edge, host: str, port: int) -> None:
        self._socket = _listen(host, port)
        config = uvicorn.Config(
            edge,
            loop="uvloop",
            http=_Protocol,
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            limit_concurrency=_CONNECTIONS,
            timeout_graceful_shutdown=_GRACEFUL_STOP_S,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(target=self._run, name="edge")

    @property
    def port(self) -> int:
        """The TCP port it listens on."""
        return self._socket.getsockname()[1]

    def start(self) -> None:
        """Return when requests are answered. Raises RuntimeError if the server could not start."""
        self._thread.start()
        self._server.settled.wait()
        if not self._server.started:
            self.stop()
            raise RuntimeError("the HTTP server could not start; the log says why")

    def stop(self) -> None:
        """Answer what is being asked, take nothing new, and return when all is closed."""
        self._server.stop()
        if self._thread.ident is not None:
            self._thread.join()
        self._socket.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            self._server.run(sockets=[self._socket])
        finally:
            self._server.settled.set()


def _listen(host: str, port: int) -> socket.socket:
    """A socket that takes connections already. Raises OSError when the port is not to be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    # Else an answer's second packet waits 40 ms for the acknowledgement of the first.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


class _Server(uvicorn.Server):
    """Tells its owner's thread when it has started, or will not."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.settled = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask for the end, from any thread."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._stopping.set)

    async def main_loop(self) -> None:
        """As the base class does it, but an end that is asked for does not wait for a tick."""
        self._loop = asyncio.get_running_loop()
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _TICK_S)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.settled.set()


class _Protocol(HttpToolsProtocol):
    """Answers also a sender that closed its half of the connection, instead of hanging up on it."""

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.loop.call_later(_FIRST_REQUEST_S, self._close_if_silent)

    def _close_if_silent(self) -> None:
        """A thousand connections that never finish a request would shut everybody else out."""
        if self.cycle is None and not self.transport.is_closing():
            self.transport.close()

    # asyncio keeps the connection open for True; the base class only ever hangs up.
    def eof_received(self) -> bool:  # ty: ignore[incompatible-method-override]
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return False
        cycle.keep_alive = False
        # The application compares the length with Content-Length, and says 400.
        cycle.more_body = False
        cycle.message_event.set()
        return True
