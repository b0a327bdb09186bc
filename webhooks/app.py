"""The edge as one ASGI application: the receiver, and what machines and people ask of it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TypeAlias

from webhooks.asgi import Answer, Receive, Scope, Send, begin, finish
from webhooks.metrics import CONTENT_TYPE, Metric, MetricKind, Sample, exposition
from webhooks.receive import Outcome, Receiver

RECEIVER_PATH = "/webhooks/github"

Check: TypeAlias = Callable[[], str | None]
"""Asks one thing the service needs, in a thread: what is wrong with it, or None. Never raises."""


@dataclass(frozen=True, slots=True)
class Backstage:
    """What the edge is given to look at: readiness checks by name, the inbox, other metrics."""

    checks: Mapping[str, Check]
    pending: Callable[[], int]
    metrics: Callable[[], tuple[Metric, ...]] = tuple


class Edge:
    """`POST /webhooks/github`, `GET /healthz`, `/readyz`, `/metrics` and `/`.

    `closing` is awaited when the server stops, after the last request was answered.
    """

    def __init__(
        self, receiver: Receiver, backstage: Backstage, closing: Callable[[], Awaitable[None]]
    ) -> None:
        self._receiver = receiver
        self._backstage = backstage
        self._closing = closing
        self._pages: dict[str, Callable[[], Awaitable[Answer]]] = {
            "/": self._home,
            "/healthz": self._healthz,
            "/readyz": self._readyz,
            "/metrics": self._metrics,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the server's start and stop."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["path"] == RECEIVER_PATH and scope["method"] == "POST":
            await self._receiver(scope, receive, send)
        else:
            await begin(send, await self._page(scope))
            await finish(send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._closing()
        await send({"type": "lifespan.shutdown.complete"})

    async def _page(self, scope: Scope) -> Answer:
        if scope["path"] == RECEIVER_PATH:
            return Answer(405, b"deliveries are POSTed\n", headers=((b"allow", b"POST"),))
        page = self._pages.get(scope["path"])
        if page is None:
            return Answer(404, b"nothing is here\n")
        if scope["method"] not in ("GET", "HEAD"):
            return Answer(405, b"this is only read\n", headers=((b"allow", b"GET, HEAD"),))
        return await page()

    async def _healthz(self) -> Answer:
        """The process answers at all."""
        return Answer(200, b"ok\n")

    async def _readyz(self) -> Answer:
        """Each check, asked now; 503 when one of them says no."""
        troubles = await self._troubles()
        lines = [f"{name}: {trouble or 'ok'}\n" for name, trouble in troubles.items()]
        ready = not any(troubles.values())
        return Answer(200 if ready else 503, "".join(lines).encode())

    async def _troubles(self) -> dict[str, str | None]:
        checks = self._backstage.checks
        found = await asyncio.gather(*(asyncio.to_thread(check) for check in checks.values()))
        return dict(zip(checks, found, strict=True))

    async def _metrics(self) -> Answer:
        pending = await asyncio.to_thread(self._backstage.pending)
        others = await asyncio.to_thread(self._backstage.metrics)
        counts = self._receiver.counts
        mine = (
            Metric(
                "evolve_inbox_pending",
                MetricKind.GAUGE,
                "Deliveries stored and not yet read.",
                (Sample((), pending),),
            ),
            Metric(
                "evolve_deliveries_total",
                MetricKind.COUNTER,
                "Requests to the receiver by outcome, since this process started.",
                tuple(Sample((("outcome", outcome),), counts[outcome]) for outcome in Outcome),
            ),
        )
        return Answer(200, exposition(mine + others), CONTENT_TYPE)

    async def _home(self) -> Answer:
        troubles = await self._troubles()
        items = "".join(
            f"<li>{escape(name)}: {escape(trouble or 'ok')}</li>"
            for name, trouble in troubles.items()
        )
        page = _HOME.format(checks=items, stored=self._receiver.counts[Outcome.ACCEPTED])
        return Answer(200, page.encode(), b"text/html; charset=utf-8", (_NOTHING_ACTIVE,))


_NOTHING_ACTIVE = (b"content-security-policy", b"default-src 'none'; style-src 'unsafe-inline'")

_HOME = """<!doctype html>
<html lang="en">
<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>evolve-bot</title>
<style>body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; }}</style>
<h1>evolve-bot</h1>
<p>Label an issue <code>self-proposed</code>, or comment <code>/evolve</code> on it, in a
repository where this GitHub App is installed.</p>
<ul>{checks}</ul>
<p>{stored} deliveries stored since this process started.
<a href="/readyz">readiness</a> · <a href="/metrics">metrics</a></p>
</html>
"""
