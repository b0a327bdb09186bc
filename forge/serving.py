"""uvicorn for the loopback interface, where nobody has to be waited for: it stops at once."""

import asyncio
import socket
import time
from contextlib import suppress

import uvicorn

TICK_S = 0.1
"""How often the date that answers carry is looked after, as in uvicorn's own loop."""

_LOOK_S = 0.002


class LoopbackServer(uvicorn.Server):
    """A server that ends as soon as `stop` is called and what it was answering is answered.

    uvicorn itself looks ten times a second whether it should end, and then rests for a tenth.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask for the end, from any thread; `run` then returns."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop has ended already
                self._loop.call_soon_threadsafe(self._stopping.set)

    async def main_loop(self) -> None:
        """Tick until it is to stop."""
        self._loop = asyncio.get_running_loop()
        counter = 0
        while not await self.on_tick(counter):
            counter += 1
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), TICK_S)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nothing new, finish what is being answered, and cancel what takes too long."""
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        state = self.server_state
        for connection in list(state.connections):
            connection.shutdown()
        deadline = time.monotonic() + (self.config.timeout_graceful_shutdown or 0)
        while (state.connections or state.tasks) and time.monotonic() < deadline:
            await asyncio.sleep(_LOOK_S)
        for task in state.tasks:
            task.cancel()
