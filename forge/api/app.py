"""The API as an ASGI application: the route table of all modules, behind the pipeline."""

from __future__ import annotations

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from starlette.concurrency import run_in_threadpool
from starlette.convertors import Convertor
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from forge.api.http import Endpoint, Router
from forge.api.middleware import Pipeline, Request
from forge.api.ratelimit import RateLimits
from forge.faults import Faults
from forge.world.world import World

MODULES = (
    "apps",
    "manifest",
    "deliveries",
    "meta",
    "users",
    "repos",
    "collaborators",
    "labels",
    "comments",
    "reactions",
    "timeline",
    "issues",
    "sub_issues",
    "pulls",
    "merge",
    "reviews",
    "checks",
    "statuses",
    "refs",
    "compare",
    "contents",
    "commits",
    "rulesets",
    "protection",
    "logs",
    "graphql",
)
"""The modules of endpoints below `forge.api`, each with a `router`, in the order of matching."""

_MOST_BODY_BYTES = 25 * 1024 * 1024


def routers() -> list[Router]:
    """The route tables of all modules."""
    return [importlib.import_module(f"forge.api.{name}").router for name in MODULES]


class Api:
    """Serves the paths below `base`, and GraphQL beside it."""

    def __init__(self, world: World, faults: Faults, base: str) -> None:
        self._base = base
        self.limits = RateLimits()
        self._pipeline = Pipeline(world, faults, self.limits)
        self._rows = [_Row.of(endpoint) for router in routers() for endpoint in router.endpoints]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request in a worker thread."""
        http = HttpRequest(scope, receive)
        body = await http.body()
        if len(body) > _MOST_BODY_BYTES:
            await Response(status_code=413)(scope, receive, send)
            return
        route = scope["raw_path"].decode("ascii").partition("?")[0].removeprefix(self._base) or "/"
        method = http.method
        endpoint, path = self._match("GET" if method == "HEAD" else method, route)
        request = Request(method, route, path, dict(http.query_params), dict(http.headers), body)
        reply = await run_in_threadpool(self._pipeline.serve, endpoint, request)
        response = Response(
            b"" if method == "HEAD" else reply.content(),
            reply.status,
            dict(reply.headers),
            reply.media_type,
        )
        await response(scope, receive, send)

    def _match(self, method: str, route: str) -> tuple[Endpoint | None, dict[str, object]]:
        for row in self._rows:
            if row.endpoint.method == method:
                found = row.match(route)
                if found is not None:
                    return row.endpoint, found
        return None, {}


@dataclass(frozen=True, slots=True)
class _Row:
    endpoint: Endpoint
    pattern: re.Pattern[str]
    convertors: Mapping[str, Convertor[object]]

    @classmethod
    def of(cls, endpoint: Endpoint) -> _Row:
        pattern, _, convertors = compile_path(endpoint.path)
        return cls(endpoint, pattern, convertors)

    def match(self, route: str) -> dict[str, object] | None:
        """The parameters when the still quoted route fits; `%2F` stays inside a segment."""
        found = self.pattern.match(route)
        if found is None:
            return None
        return {
            name: self.convertors[name].convert(unquote(value))
            for name, value in found.groupdict().items()
        }
