"""Whether a body was signed with a secret that we share with GitHub."""

import hashlib
import hmac


class Secrets:
    """One secret, or while it is being rotated, the new one and the old one.

    Raises ValueError for none, or an empty one: anybody could sign with that.
    """

    __slots__ = ("_secrets",)

    def __init__(self, *secrets: str) -> None:
        if not secrets or not all(secrets):
            raise ValueError("a webhook secret is missing or empty")
        self._secrets = tuple(secret.encode() for secret in secrets)

    def signed(self, body: bytes, signature: bytes | None) -> bool:
        """Whether an `X-Hub-Signature-256` fits these raw bytes; takes the same time if not.

        Only `sha256=` and lower-case digits fit, as GitHub writes it.
        """
        if signature is None:
            return False
        fits = [
            hmac.compare_digest(signature, b"sha256=" + _digest(secret, body))
            for secret in self._secrets
        ]
        return any(fits)


def _digest(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, body, hashlib.sha256).hex().encode()
