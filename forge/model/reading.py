"""From bytes to a request that obeys every rule, or the refusal the real API would give."""

from typing import TypeVar

from pydantic import ValidationError

from forge.model.conversation_rules import check_conversation
from forge.model.errors import ApiError, ErrorType, invalid
from forge.model.model_rules import check_options, check_output
from forge.model.wire import MessagesRequest, PromptRequest

MAX_BODY_BYTES = 32 * 1024 * 1024

_Request = TypeVar("_Request", bound=PromptRequest)


def read_messages(body: bytes) -> MessagesRequest:
    """The body of `POST /v1/messages`; raises `ApiError`."""
    request = _parse(MessagesRequest, body)
    check_conversation(request)
    check_options(request)
    check_output(request)
    return request


def read_count(body: bytes) -> PromptRequest:
    """The body of `POST /v1/messages/count_tokens`; raises `ApiError`."""
    request = _parse(PromptRequest, body)
    check_conversation(request)
    check_options(request)
    return request


def _parse(kind: type[_Request], body: bytes) -> _Request:
    if len(body) > MAX_BODY_BYTES:
        raise ApiError(ErrorType.TOO_LARGE, "Request exceeds the maximum size")
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        raise invalid(_first_problem(error)) from error


def _first_problem(error: ValidationError) -> str:
    problem = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if problem["type"] == "json_invalid":
        return f"The request body is not valid JSON: {problem['msg']}"
    where = ".".join(str(part) for part in problem["loc"])
    return f"{where}: {problem['msg']}" if where else str(problem["msg"])
