"""What every request passes through: faults, authentication, limits, the handler, ETag, headers."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from forge.api.auth import AppItself, ByToken, Principal, authenticate, authorise, visible_repo
from forge.api.call import Call
from forge.api.http import ApiError, Endpoint, Needs, Reply, not_found
from forge.api.ratelimit import RateLimits, Resource, exceeded, secondary
from forge.faults import FailAfter, FailBefore, Faults, SecondaryLimit, Slow
from forge.world.entities import Repo
from forge.world.refusals import Refused
from forge.world.world import World

_log = logging.getLogger(__name__)
_UNCOUNTED = "/rate_limit"
GRAPHQL = "/api/graphql"
"""Where GraphQL is: beside the base of REST, as on GitHub Enterprise Server."""


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request; `route` is its path below the API's base."""

    method: str
    route: str
    path: Mapping[str, object]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Turns a request into an answer; called in a worker thread."""

    world: World
    faults: Faults
    limits: RateLimits

    def serve(self, endpoint: Endpoint | None, request: Request) -> Reply:
        """The answer, with the faults that the request meets."""
        number = self.world.new_id()
        fault = self.faults.take(request.method, request.route)
        match fault:
            case FailBefore(status):
                reply = _gateway_error(status)
            case SecondaryLimit(retry_after_s):
                reply = secondary(retry_after_s)
            case FailAfter(status):
                self._answer(endpoint, request)
                reply = _gateway_error(status)
            case Slow(seconds):
                reply = self._answer(endpoint, request)
                self.faults.closing.wait(seconds)
            case None:
                reply = self._answer(endpoint, request)
            case _:
                assert_never(fault)
        digest = hashlib.sha256(str(number).encode()).hexdigest().upper()
        own = {
            "server": "github.com",
            "x-github-media-type": "github.v3; format=json",
            "x-github-api-version-selected": "2022-11-28",
            "x-github-request-id": f"{digest[:4]}:{digest[4:9]}:{digest[9:15]}:{digest[15:23]}",
        }
        return replace(reply, headers=own | dict(reply.headers))

    def _answer(self, endpoint: Endpoint | None, request: Request) -> Reply:
        try:
            with self.world.lock:
                principal = authenticate(self.world, request.headers.get("authorization"))
        except ApiError as error:
            return error.reply()
        resource: Resource = "graphql" if request.route == GRAPHQL else "core"
        window = self.limits.window(principal, self.world.now(), resource)
        if self.faults.primary:
            self.limits.spend(window, spent=True)
        if window.remaining == 0 and request.route != _UNCOUNTED:
            return exceeded(window)
        reply = _with_etag(self._handle(endpoint, request, principal), request)
        if reply.status != 304 and request.route != _UNCOUNTED:
            self.limits.spend(window, spent=False)
        return replace(reply, headers=dict(reply.headers) | window.headers())

    def _handle(self, endpoint: Endpoint | None, request: Request, principal: Principal) -> Reply:
        try:
            if endpoint is None:
                raise not_found()
            with self.world.lock:
                repo = self._admit(endpoint, request, principal)
                call = Call(
                    world=self.world,
                    faults=self.faults,
                    limits=self.limits,
                    principal=principal,
                    method=request.method,
                    route=request.route,
                    path=request.path,
                    query=request.query,
                    headers=request.headers,
                    body=request.body,
                    repository=repo,
                )
                return endpoint.handler(call)
        except ApiError as error:
            return error.reply()
        except Refused as refused:
            return ApiError(refused.status, refused.message, refused.errors).reply()
        except Exception:  # noqa: BLE001 - a handler's defect is answered as GitHub answers its own
            _log.exception("%s %s", request.method, request.route)
            return ApiError(500, "Server Error").reply()

    def _admit(self, endpoint: Endpoint, request: Request, principal: Principal) -> Repo | None:
        match endpoint.auth:
            case Needs.ANYONE:
                return None
            case Needs.TOKEN:
                if not isinstance(principal, ByToken):
                    raise ApiError(401, "Requires authentication")
                return None
            case Needs.APP_JWT:
                if not isinstance(principal, AppItself):
                    raise ApiError(401, "A JSON web token could not be decoded")
                return None
            case Needs.REPO:
                owner, name = str(request.path["owner"]), str(request.path["repo"])
                repo = visible_repo(self.world, principal, owner, name)
                write = request.method not in ("GET", "HEAD")
                authorise(self.world, principal, repo, endpoint.app, endpoint.user, write)
                return repo
            case _:
                assert_never(endpoint.auth)


def _with_etag(reply: Reply, request: Request) -> Reply:
    """Give a good GET a validator; 304 without a body when the client has it already."""
    if request.method not in ("GET", "HEAD") or reply.status != 200:
        return reply
    digest = hashlib.sha256(reply.content() + request.headers.get("accept", "").encode())
    etag = f'W/"{digest.hexdigest()}"'
    headers = dict(reply.headers) | {
        "ETag": etag,
        "Cache-Control": "private, max-age=60, s-maxage=60",
        "Vary": "Accept, Authorization, Cookie, X-GitHub-OTP",
    }
    known = re.findall(r'"[^"]*"', request.headers.get("if-none-match", ""))
    if etag.removeprefix("W/") in known:
        return Reply(304, raw=b"", headers=headers)
    return replace(reply, headers=headers)


def _gateway_error(status: int) -> Reply:
    body = b"<html><head><title>Unicorn!</title></head><body>Server Error</body></html>"
    return Reply(status, raw=body, media_type="text/html; charset=utf-8")
