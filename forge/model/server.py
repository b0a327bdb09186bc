"""The model's stand-in as a running server on the loopback interface."""

import secrets
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType

import uvicorn

from forge.model.acting import Actor
from forge.model.app import ModelApp
from forge.model.faults import Faults
from forge.model.ledger import Ledger
from forge.model.service import Service
from forge.model.wire import MessagesRequest
from forge.serving import LoopbackServer

START_SECONDS = 10.0


class ModelServer:
    """A Messages API at `url` for as long as the context lasts.

    `clock` (seconds) drives the prompt cache alone. `api_key` is the one key that is accepted;
    one is made up when none is given. `port` 0 takes a free one.
    """

    def __init__(
        self,
        actor: Actor,
        *,
        clock: Callable[[], float] = time.monotonic,
        api_key: str | None = None,
        port: int = 0,
    ) -> None:
        self.ledger = Ledger()
        self.faults = Faults()
        self.api_key = api_key or f"forge-{secrets.token_hex(16)}"
        self._service = Service(actor, clock, self.ledger)
        self._app = ModelApp(self._service, self.ledger, self.faults, self.api_key)
        self._port = port
        config = uvicorn.Config(
            self._app.starlette(),
            lifespan="off",
            ws="none",
            loop="asyncio",
            access_log=False,
            # A stream that is cut on purpose would be reported as an error of the application.
            log_config=None,
            log_level="critical",
            timeout_graceful_shutdown=2,
        )
        self._server = LoopbackServer(config)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """What `ANTHROPIC_BASE_URL` should be, once the server runs."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def requests(self) -> tuple[MessagesRequest, ...]:
        """Every message request that was accepted, oldest first."""
        return self._service.requests

    def __enter__(self) -> "ModelServer":
        """Start; raises `RuntimeError` when the server is not up in ten seconds."""
        listening = socket.create_server(("127.0.0.1", self._port))
        # Else an answer's second packet waits 40 ms for the acknowledgement of the first.
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._port = listening.getsockname()[1]
        thread = threading.Thread(
            target=self._server.run, args=([listening],), name="forge-model", daemon=True
        )
        thread.start()
        self._thread = thread
        deadline = time.monotonic() + START_SECONDS
        while not self._server.started:
            if time.monotonic() > deadline or not thread.is_alive():
                raise RuntimeError("the model's stand-in did not start")
            time.sleep(0.005)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop and free the port."""
        self._app.stop()
        self._server.stop()
        if self._thread is not None:
            self._thread.join(START_SECONDS)
