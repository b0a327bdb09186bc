"""What a refusal looks like: the Messages API's error shape."""

from dataclasses import dataclass
from enum import Enum

from forge.model.wire import JsonObject


class ErrorType(Enum):
    """The API's error types, each with its HTTP status."""

    INVALID_REQUEST = ("invalid_request_error", 400)
    AUTHENTICATION = ("authentication_error", 401)
    NOT_FOUND = ("not_found_error", 404)
    METHOD_NOT_ALLOWED = ("invalid_request_error", 405)
    TOO_LARGE = ("request_too_large", 413)
    RATE_LIMIT = ("rate_limit_error", 429)
    API = ("api_error", 500)
    OVERLOADED = ("overloaded_error", 529)

    @property
    def label(self) -> str:
        """The name in `error.type`."""
        return self.value[0]

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.value[1]


@dataclass(frozen=True)
class ApiError(Exception):
    """A request was refused; becomes an HTTP response at the edge."""

    type: ErrorType
    message: str

    def body(self, request_id: str) -> JsonObject:
        """The JSON body of the refusal."""
        return {
            "type": "error",
            "error": {"type": self.type.label, "message": self.message},
            "request_id": request_id,
        }


def invalid(message: str) -> ApiError:
    """A 400 with this message."""
    return ApiError(ErrorType.INVALID_REQUEST, message)
