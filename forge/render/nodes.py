"""Global node ids: opaque to clients, unique over all kinds."""

import base64


def node_id(kind: str, number: int) -> str:
    """The `node_id` of a thing of a kind (GraphQL's type name)."""
    packed = base64.urlsafe_b64encode(f"{kind}:{number}".encode()).decode().rstrip("=")
    return f"F_{packed}"
