"""Reading the members of a request's object; what does not fit is answered with 422."""

from collections.abc import Collection

from forge.api.http import refused_schema
from forge.jsontypes import JsonObject


def _wrong(name: str, value: object, wanted: str) -> Exception:
    shown = "null" if value is None else repr(value) if isinstance(value, str) else str(value)
    return refused_schema(f"For 'properties/{name}', {shown} is not {wanted}.")


def required_text(body: JsonObject, name: str) -> str:
    """A text that must be there."""
    if name not in body:
        raise refused_schema(f'"{name}" wasn\'t supplied.')
    value = body[name]
    if not isinstance(value, str):
        raise _wrong(name, value, "a string")
    return value


def text_or_none(body: JsonObject, name: str) -> str | None:
    """A text, or None when it is missing or null."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise _wrong(name, value, "a string")
    return value


def choice(body: JsonObject, name: str, allowed: Collection[str]) -> str | None:
    """One of some texts, or None when it is missing or null."""
    value = text_or_none(body, name)
    if value is not None and value not in allowed:
        raise _wrong(name, value, f"a member of {sorted(allowed)}")
    return value


def flag(body: JsonObject, name: str, default: bool = False) -> bool:
    """A truth value."""
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise _wrong(name, value, "a boolean")
    return value


def whole_or_none(body: JsonObject, name: str) -> int | None:
    """A whole number, or None when it is missing or null."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong(name, value, "an integer")
    return value


def required_whole(body: JsonObject, name: str) -> int:
    """A whole number that must be there."""
    value = whole_or_none(body, name)
    if value is None:
        raise refused_schema(f'"{name}" wasn\'t supplied.')
    return value


def object_or_none(body: JsonObject, name: str) -> JsonObject | None:
    """An object, or None when it is missing or null."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _wrong(name, value, "an object")
    return value


def list_or_none(body: JsonObject, name: str) -> list[object] | None:
    """A list, or None when it is missing or null."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, list):
        raise _wrong(name, value, "an array")
    return value


def objects(body: JsonObject, name: str) -> list[JsonObject]:
    """A list of objects, empty when it is missing or null."""
    found: list[JsonObject] = []
    for value in list_or_none(body, name) or []:
        if not isinstance(value, dict):
            raise _wrong(name, value, "an object")
        found.append(value)
    return found


def texts_or_none(body: JsonObject, name: str) -> list[str] | None:
    """A list of texts, or None when it is missing or null."""
    values = list_or_none(body, name)
    if values is None:
        return None
    found: list[str] = []
    for value in values:
        if not isinstance(value, str):
            raise _wrong(name, value, "a string")
        found.append(value)
    return found
