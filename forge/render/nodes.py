"""Global node ids: opaque to clients, unique over all kinds."""

import base64
import binascii


def node_id(kind: str, number: int) -> str:
    """The `node_id` of a thing of a kind (GraphQL's type name)."""
    packed = base64.urlsafe_b64encode(f"{kind}:{number}".encode()).decode().rstrip("=")
    return f"F_{packed}"


def read_node_id(value: str) -> tuple[str, int] | None:
    """The kind and number in a `node_id`; None for what is none."""
    packed = value.removeprefix("F_")
    try:
        told = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)).decode()
    except (binascii.Error, UnicodeError):
        return None
    kind, _, number = told.partition(":")
    return (kind, int(number)) if number.isdecimal() else None
