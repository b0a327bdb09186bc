"""What GitHub answers when it will not do something: a status, a message, and details."""

from collections.abc import Sequence

from forge.jsontypes import JsonObject


class Refused(Exception):
    """A verb was refused and nothing changed. Status and words are GitHub's own."""

    def __init__(self, status: int, message: str, errors: Sequence[JsonObject | str] = ()) -> None:
        super().__init__(message if not errors else f"{message}: {list(errors)}")
        self.status = status
        self.message = message
        self.errors = tuple(errors)


def invalid_field(resource: str, field: str, code: str = "invalid") -> Refused:
    """422 for one field."""
    error: JsonObject = {"resource": resource, "field": field, "code": code}
    return Refused(422, "Validation Failed", [error])


def invalid_custom(resource: str, message: str) -> Refused:
    """422 with an explanation that belongs to no single field."""
    error: JsonObject = {"resource": resource, "code": "custom", "message": message}
    return Refused(422, "Validation Failed", [error])


def unprocessable(*errors: str) -> Refused:
    """422 with explanations in plain words."""
    return Refused(422, "Unprocessable Entity", errors)
