"""The forge as a running server on the loopback interface: API, git, pages and webhooks."""

from __future__ import annotations

import re
import socket
import threading
import time
from pathlib import Path
from types import TracebackType

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from forge.api.app import Api
from forge.api.middleware import GRAPHQL
from forge.ci.runner import CiRunner
from forge.faults import Faults
from forge.git.bridge import GitBridge
from forge.hooks.courier import Courier
from forge.pages.site import Pages
from forge.render.urls import Urls
from forge.serving import LoopbackServer
from forge.world.waiting import watch
from forge.world.world import Clock, World, system_clock

API_BASE = "/api/v3"
"""Where GitHub Enterprise Server, too, has its REST API."""

_GIT_PATH = re.compile(r"/[^/]+/[^/]+\.git/")
_START_S = 10.0


class Forge:
    """A GitHub of one's own below `root`, up as long as the context lasts.

    `world` is its state, `faults` what goes wrong on demand, `ci` the runner of workflows. Tokens
    expire and rate limits reset by `clock`. `port` 0 takes a free one.
    """

    def __init__(self, root: Path, clock: Clock = system_clock, port: int = 0) -> None:
        self.world = World(root, clock)
        self.faults = Faults()
        self.courier = Courier(self.world.now, self.faults.hooks)
        self.world.on_delivery.append(self.courier.post)
        self.ci = CiRunner(self.world, self.faults.ci)
        watch(self.world)
        api = Api(self.world, self.faults, API_BASE)
        config = uvicorn.Config(
            _Site(api, GitBridge(self.world, self.faults), Pages(self.world)),
            lifespan="off",
            ws="none",
            loop="asyncio",
            access_log=False,
            server_header=False,
            log_config=None,
            log_level="warning",
            timeout_graceful_shutdown=2,
        )
        self._port = port
        self._server = LoopbackServer(config)

    @property
    def web_url(self) -> str:
        """Where pages and git are; known once the forge is up."""
        return self.world.urls.web

    @property
    def api_url(self) -> str:
        """What `GITHUB_API_URL` should be; known once the forge is up."""
        return self.world.urls.api

    def __enter__(self) -> Forge:
        """Start; raises RuntimeError when the server is not up in ten seconds."""
        self._socket = socket.create_server(("127.0.0.1", self._port))
        # Else an answer's second packet waits 40 ms for the acknowledgement of the first.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        web = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.world.urls = Urls(web + API_BASE, web)
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="forge", daemon=True
        )
        self._thread.start()
        deadline = time.monotonic() + _START_S
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                self._socket.close()
                raise RuntimeError("the forge did not start")
            time.sleep(0.005)
        self.courier.start()
        self.ci.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop CI, deliveries and the server, and free the port."""
        self.ci.stop()
        self.faults.closing.set()
        self.courier.stop()
        self._server.stop()
        self._thread.join(_START_S)
        self._socket.close()

    def wait_idle(self, deadline_s: float = 10.0) -> bool:
        """Wait until CI has nothing to run and every delivery is done; False when time is up.

        A delivery may start CI and CI makes deliveries, so both must be idle at one moment.
        """
        end = time.monotonic() + deadline_s
        while (left := end - time.monotonic()) > 0:
            if not (self.ci.wait_idle(left) and self.courier.wait_idle(left)):
                return False
            with self.world.lock:
                if self.ci.wait_idle(0) and self.courier.wait_idle(0):
                    return True
        return False


class _Site:
    """One port for all: the API below its base, git by its paths, pages for the rest."""

    def __init__(self, api: ASGIApp, git: ASGIApp, pages: ASGIApp) -> None:
        self._api = api
        self._git = git
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            return
        path = scope["path"]
        if path in (API_BASE, GRAPHQL) or path.startswith(API_BASE + "/"):
            await self._api(scope, receive, send)
        elif _GIT_PATH.match(path):
            await self._git(scope, receive, send)
        else:
            await self._pages(scope, receive, send)
