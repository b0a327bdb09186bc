"""The HTTP face of the model's stand-in."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from forge.model import tokens
from forge.model.access import check_access
from forge.model.errors import ApiError, ErrorType
from forge.model.faults import (
    CutStream,
    EndedStream,
    Endpoint,
    Fault,
    Faults,
    Garbage,
    Overload,
    RateLimit,
    ServerError,
    Slow,
    StreamError,
)
from forge.model.ledger import Ledger
from forge.model.reading import read_count, read_messages
from forge.model.sending import Chunks, broken, refusal, streamed, whole
from forge.model.service import Service

Handler = Callable[[Request], Awaitable[Response]]


class ModelApp:
    """Routes, access, faults."""

    def __init__(self, service: Service, ledger: Ledger, faults: Faults, api_key: str) -> None:
        self._service = service
        self._ledger = ledger
        self._faults = faults
        self._api_key = api_key
        self._numbers = itertools.count(1)
        self._stopping = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def stop(self) -> None:
        """Cut slow replies short, from another thread, before the server goes down."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)

    def starlette(self) -> Starlette:
        """The ASGI application."""
        routes = [
            Route("/v1/messages", self._guarded(self._messages), methods=["POST"]),
            Route("/v1/messages/count_tokens", self._guarded(self._count), methods=["POST"]),
            Route("/_ledger", self._read_ledger, methods=["GET"]),
        ]
        return Starlette(routes=routes, exception_handlers={HTTPException: self._no_route})

    def _guarded(self, handle: Callable[[bytes, str], Awaitable[Response]]) -> Handler:
        async def handler(request: Request) -> Response:
            request_id = self._request_id()
            try:
                check_access(request.headers, self._api_key)
                return await handle(await request.body(), request_id)
            except ApiError as error:
                return refusal(error, request_id)

        return handler

    async def _messages(self, body: bytes, request_id: str) -> Response:
        fault = self._faults.take(Endpoint.MESSAGES)
        if (response := _unbilled(fault, request_id)) is not None:
            return response
        request = read_messages(body)
        completion = self._service.complete(request, request_id)
        match fault:
            case Garbage(garbage, content_type):
                return Chunks([garbage], content_type, request_id, complete=True)
            case CutStream() | EndedStream() | StreamError():
                return broken(completion, request_id, fault, stream=request.stream)
            case Slow(seconds):
                await self._wait(seconds)
            case _:
                pass
        if request.stream:
            return streamed(completion, request_id)
        return whole(completion, request_id)

    async def _count(self, body: bytes, request_id: str) -> Response:
        fault = self._faults.take(Endpoint.COUNT_TOKENS)
        if (response := _unbilled(fault, request_id)) is not None:
            return response
        request = read_count(body)
        match fault:
            case Garbage(garbage, content_type):
                return Chunks([garbage], content_type, request_id, complete=True)
            case CutStream() | EndedStream() | StreamError():
                return Chunks([b'{"input_'], "application/json", request_id, complete=False)
            case Slow(seconds):
                await self._wait(seconds)
            case _:
                pass
        counted = {"input_tokens": tokens.count(request)}
        return JSONResponse(counted, headers={"request-id": request_id})

    async def _read_ledger(self, request: Request) -> Response:  # noqa: ARG002
        return JSONResponse(self._ledger.as_json())

    async def _no_route(self, request: Request, error: Exception) -> Response:
        wrong_method = isinstance(error, HTTPException) and error.status_code == 405
        kind = ErrorType.METHOD_NOT_ALLOWED if wrong_method else ErrorType.NOT_FOUND
        return refusal(ApiError(kind, f"{request.method} {request.url.path}"), self._request_id())

    async def _wait(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    def _request_id(self) -> str:
        return f"req_{next(self._numbers):024d}"


def _unbilled(fault: Fault | None, request_id: str) -> Response | None:
    """The refusals that come before a request is even read."""
    match fault:
        case RateLimit(retry_after_s):
            message = "This request would exceed your organization's rate limit."
            return refusal(ApiError(ErrorType.RATE_LIMIT, message), request_id, retry_after_s)
        case Overload():
            return refusal(ApiError(ErrorType.OVERLOADED, "Overloaded"), request_id)
        case ServerError():
            return refusal(ApiError(ErrorType.API, "Internal server error"), request_id)
        case _:
            return None
