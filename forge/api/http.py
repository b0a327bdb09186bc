"""The words of the API: errors, answers, and the route table that modules of endpoints fill."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING

from forge.jsontypes import JsonObject
from forge.world.entities import Role

if TYPE_CHECKING:
    from forge.api.call import Call

DOCUMENTATION = "https://docs.github.com/rest"


class ApiError(Exception):
    """An answer other than success, in GitHub's shape."""

    def __init__(
        self,
        status: int,
        message: str,
        errors: Iterable[JsonObject | str] = (),
        headers: Mapping[str, str] | None = None,
        documentation: str = DOCUMENTATION,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = tuple(errors)
        self.headers = dict(headers or {})
        self.documentation = documentation

    def reply(self) -> Reply:
        """The error as an answer."""
        body: JsonObject = {"message": self.message}
        if self.errors:
            body["errors"] = list(self.errors)
        body |= {"documentation_url": self.documentation, "status": str(self.status)}
        return Reply(self.status, body, self.headers)


def not_found() -> ApiError:
    """404, also for what the token may not see."""
    return ApiError(404, "Not Found")


def forbidden(accepted: Iterable[str] = ()) -> ApiError:
    """403 for an App's token that lacks a permission; one of `accepted` would have done."""
    named = "; ".join(permission.replace(":", "=") for permission in accepted)
    headers = {"x-accepted-github-permissions": named} if named else {}
    return ApiError(403, "Resource not accessible by integration", headers=headers)


def bad_credentials() -> ApiError:
    """401 for a token that is unknown, expired or revoked."""
    return ApiError(401, "Bad credentials")


def invalid(resource: str, name: str, code: str, message: str | None = None) -> ApiError:
    """422 for one field; `message` explains the code `custom`.

    The other codes are `missing`, `missing_field`, `invalid`, `already_exists`, `unprocessable`.
    """
    error: JsonObject = {"resource": resource, "field": name, "code": code}
    if message is not None:
        error["message"] = message
    return ApiError(422, "Validation Failed", [error])


def refused_schema(message: str) -> ApiError:
    """422 for a request that does not fit the description of its endpoint."""
    return ApiError(422, f"Invalid request.\n\n{message}")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: JSON, raw bytes, or nothing."""

    status: int
    body: object = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    media_type: str = "application/json; charset=utf-8"

    @classmethod
    def empty(cls, status: int = 204) -> Reply:
        """An answer without a body."""
        return cls(status, raw=b"")

    def content(self) -> bytes:
        """The bytes of the body."""
        if self.raw is not None:
            return self.raw
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()


class Needs(Enum):
    """Whom an endpoint lets in."""

    REPO = auto()
    APP_JWT = auto()
    TOKEN = auto()
    ANYONE = auto()


Handler = Callable[["Call"], Reply]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the route table."""

    method: str
    path: str
    handler: Handler
    auth: Needs
    app: tuple[str, ...]
    user: Role


class Router:
    """The endpoints of one module, in the order in which they are tried."""

    def __init__(self) -> None:
        self.endpoints: list[Endpoint] = []

    def route(
        self,
        method: str,
        path: str,
        app: tuple[str, ...] = (),
        user: Role = Role.READ,
        auth: Needs = Needs.REPO,
    ) -> Callable[[Handler], Handler]:
        """Register a handler; see `forge.api` for what the arguments mean."""

        def register(handler: Handler) -> Handler:
            self.endpoints.append(Endpoint(method, path, handler, auth, app, user))
            return handler

        return register

    def get(
        self, path: str, app: tuple[str, ...] = (), user: Role = Role.READ, auth: Needs = Needs.REPO
    ) -> Callable[[Handler], Handler]:
        """Register a GET."""
        return self.route("GET", path, app, user, auth)

    def post(
        self, path: str, app: tuple[str, ...] = (), user: Role = Role.READ, auth: Needs = Needs.REPO
    ) -> Callable[[Handler], Handler]:
        """Register a POST."""
        return self.route("POST", path, app, user, auth)

    def put(
        self, path: str, app: tuple[str, ...] = (), user: Role = Role.READ, auth: Needs = Needs.REPO
    ) -> Callable[[Handler], Handler]:
        """Register a PUT."""
        return self.route("PUT", path, app, user, auth)

    def patch(
        self, path: str, app: tuple[str, ...] = (), user: Role = Role.READ, auth: Needs = Needs.REPO
    ) -> Callable[[Handler], Handler]:
        """Register a PATCH."""
        return self.route("PATCH", path, app, user, auth)

    def delete(
        self, path: str, app: tuple[str, ...] = (), user: Role = Role.READ, auth: Needs = Needs.REPO
    ) -> Callable[[Handler], Handler]:
        """Register a DELETE."""
        return self.route("DELETE", path, app, user, auth)
