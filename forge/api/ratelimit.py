"""The primary rate limit: so many requests an hour for each caller, by the world's clock.

REST (`core`) and GraphQL count apart; each GraphQL query costs one point.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from forge.api.auth import Anonymous, AppItself, ByToken, Principal
from forge.api.http import ApiError, Reply
from forge.jsontypes import JsonObject

LIMIT = 5000
ANONYMOUS_LIMIT = 60
_WINDOW_S = 3600

Resource = Literal["core", "graphql"]


@dataclass(slots=True)
class Window:
    """One caller's hour: `reset` is in seconds since the epoch."""

    name: str
    limit: int
    used: int
    reset: int
    resource: Resource = "core"

    @property
    def remaining(self) -> int:
        """How many requests are left."""
        return max(0, self.limit - self.used)

    def headers(self) -> dict[str, str]:
        """The `x-ratelimit-*` headers."""
        return {
            "x-ratelimit-limit": str(self.limit),
            "x-ratelimit-remaining": str(self.remaining),
            "x-ratelimit-used": str(self.used),
            "x-ratelimit-reset": str(self.reset),
            "x-ratelimit-resource": self.resource,
        }

    def resets_at(self) -> str:
        """`reset` as GraphQL writes times."""
        return datetime.fromtimestamp(self.reset, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def render(self) -> JsonObject:
        """The window in the body of `/rate_limit`."""
        return {
            "limit": self.limit,
            "used": self.used,
            "remaining": self.remaining,
            "reset": self.reset,
        }


class RateLimits:
    """The windows of all callers."""

    def __init__(self, anonymous_limit: int = ANONYMOUS_LIMIT) -> None:
        self.anonymous_limit = anonymous_limit
        self._windows: dict[str, Window] = {}
        self._lock = threading.Lock()

    def window(self, principal: Principal, now: datetime, resource: Resource = "core") -> Window:
        """The caller's current window, a new one when the last is over."""
        name = _caller(principal)
        key = f"{resource} {name}"
        seconds = int(now.timestamp())
        with self._lock:
            window = self._windows.get(key)
            if window is None or window.reset <= seconds:
                limit = self.anonymous_limit if isinstance(principal, Anonymous) else LIMIT
                window = Window(name, limit, 0, seconds + _WINDOW_S, resource)
                self._windows[key] = window
            return window

    def spend(self, window: Window, spent: bool) -> Window:
        """Count one request, or (with `spent`) all that are left."""
        with self._lock:
            window.used = window.limit if spent else min(window.limit, window.used + 1)
            return window


def exceeded(window: Window) -> Reply:
    """The answer when nothing is left: 403, from GraphQL 200 with an error, with `remaining` 0."""
    if window.resource == "graphql":
        told: JsonObject = {
            "type": "RATE_LIMITED",
            "message": f"API rate limit exceeded for {window.name}.",
        }
        return Reply(200, {"errors": [told]}, window.headers())
    return ApiError(
        403,
        f"API rate limit exceeded for {window.name}.",
        headers=window.headers(),
        documentation="https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api",
    ).reply()


def secondary(retry_after_s: int) -> Reply:
    """The answer of the secondary limit: 403 with `retry-after`, in seconds."""
    return ApiError(
        403,
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
        headers={"retry-after": str(retry_after_s)},
        documentation="https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"
        "#about-secondary-rate-limits",
    ).reply()


def _caller(principal: Principal) -> str:
    match principal:
        case Anonymous():
            return "127.0.0.1"
        case AppItself(app):
            return f"app ID {app.id}"
        case ByToken(token) if token.installation is not None:
            return f"installation ID {token.installation.id}"
        case ByToken(token):
            return f"user ID {token.account.id}"
