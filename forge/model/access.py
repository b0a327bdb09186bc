"""Who may call, and in which version of the API's language."""

import hmac
from collections.abc import Mapping

from forge.model.errors import ApiError, ErrorType, invalid

VERSIONS = ("2023-06-01", "2026-10-21")


def check_access(headers: Mapping[str, str], api_key: str) -> None:
    """Raise 401 without the right key, 400 without a known `anthropic-version`."""
    given = headers.get("x-api-key")
    scheme, _, token = headers.get("authorization", "").partition(" ")
    if given is None and scheme.lower() == "bearer":
        given = token
    if not given:
        raise ApiError(ErrorType.AUTHENTICATION, "x-api-key header is required")
    if not hmac.compare_digest(given.encode(), api_key.encode()):
        raise ApiError(ErrorType.AUTHENTICATION, "invalid x-api-key")
    version = headers.get("anthropic-version")
    if version is None:
        raise invalid("anthropic-version: header is required")
    if version not in VERSIONS:
        raise invalid(f'anthropic-version: "{version}" is not a valid version')
