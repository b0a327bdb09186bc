"""How an answer leaves: whole, as a stream, or broken on purpose."""

import json
from collections.abc import Iterable

from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from forge.model.errors import ApiError, ErrorType
from forge.model.events import event, stream_of
from forge.model.faults import CutStream, EndedStream, StreamError
from forge.model.service import Completion

BrokenStream = CutStream | EndedStream | StreamError


class Chunks(Response):
    """A chunked body; when `complete` is false the connection is dropped after the last chunk."""

    def __init__(
        self, chunks: Iterable[bytes], content_type: str, request_id: str, *, complete: bool
    ) -> None:
        super().__init__(headers={"request-id": request_id}, media_type=content_type)
        self._chunks = tuple(chunks)
        self._complete = complete
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send; an ASGI server closes the connection of a response that never says it is over."""
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        for chunk in self._chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        if self._complete:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


def refusal(error: ApiError, request_id: str, retry_after_s: int | None = None) -> Response:
    """An error response, with `retry-after` where one is given."""
    headers = {"request-id": request_id}
    if retry_after_s is not None:
        headers["retry-after"] = str(retry_after_s)
    return JSONResponse(error.body(request_id), error.type.status, headers)


def whole(completion: Completion, request_id: str) -> Response:
    """The message in one piece."""
    return JSONResponse(completion.message, headers={"request-id": request_id})


def streamed(completion: Completion, request_id: str) -> Response:
    """The message as server-sent events."""
    events = stream_of(completion.message, completion.answer.content)
    return Chunks(events, "text/event-stream", request_id, complete=True)


def broken(
    completion: Completion, request_id: str, fault: BrokenStream, *, stream: bool
) -> Response:
    """The message with its end missing."""
    if not stream:
        body = json.dumps(completion.message).encode()
        return Chunks([body[: len(body) // 2]], "application/json", request_id, complete=False)
    events = list(stream_of(completion.message, completion.answer.content))
    first = events[: fault.after_events]
    match fault:
        case CutStream():
            return Chunks(first, "text/event-stream", request_id, complete=False)
        case EndedStream():
            return Chunks(first, "text/event-stream", request_id, complete=True)
        case StreamError():
            error = ApiError(ErrorType.OVERLOADED, "Overloaded").body(request_id)
            chunks = [*first, event("error", error)]
            return Chunks(chunks, "text/event-stream", request_id, complete=True)
