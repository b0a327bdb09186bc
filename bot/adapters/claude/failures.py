"""Every way a call can fail, read into the port's closed outcomes.

Rules, from the SDK's source (2.12): a connection that was never made costs nothing; a refusal by
status costs nothing; anything that fails after the request was sent may have been billed.
"""

from typing import TypeAlias

import anthropic
import httpx2

from bot.stages.model import Broken, Overloaded, RateLimited, Rejected

Failure: TypeAlias = RateLimited | Overloaded | Rejected | Broken

DEFAULT_RETRY_AFTER_S = 30.0
MAX_REASON_CHARS = 500

# What the SDK lets escape bare on a broken or garbled answer: transport errors of a stream, JSON
# and validation errors (ValueError), and the errors of its unvalidated event types.
ESCAPES = (
    anthropic.AnthropicError,
    httpx2.HTTPError,
    httpx2.StreamError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    AssertionError,
    RuntimeError,
)

_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)
_GATEWAY_TIMEOUT = 504


def read_refusal(error: anthropic.APIStatusError) -> Failure:
    """The outcome of an answer with an error status."""
    status = error.status_code
    reason = f"{error.type or 'error'}: {error.api_message or error.message}"[:MAX_REASON_CHARS]
    if status == 429:
        return RateLimited(_retry_after(error))
    if status == _GATEWAY_TIMEOUT:
        return Broken(reason, maybe_billed=True)
    if status >= 500:
        return Overloaded(_retry_after(error))
    if status < 400:
        # An `error` event in the middle of a 200 stream: tokens were already produced.
        return Broken(reason, maybe_billed=True)
    return Rejected(status, reason)


def read_break(error: Exception) -> Broken:
    """The outcome when no status tells what happened."""
    cause = error.__cause__ or error
    billed = not isinstance(cause, _NEVER_SENT)
    reason = f"{type(error).__name__}: {error}"[:MAX_REASON_CHARS]
    return Broken(reason, maybe_billed=billed)


def _retry_after(error: anthropic.APIStatusError) -> float:
    """Seconds from `retry-after`; a default where it is missing, a date, or nonsense."""
    try:
        seconds = float(error.response.headers.get("retry-after", ""))
    except ValueError:
        return DEFAULT_RETRY_AFTER_S
    return seconds if 0 <= seconds < float("inf") else DEFAULT_RETRY_AFTER_S
