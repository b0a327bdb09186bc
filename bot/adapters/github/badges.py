"""What a request identifies itself with: the App itself, one of its installations, or a token."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Protocol, cast

from bot.adapters.github.answers import Lost, Refused
from bot.adapters.github.credentials import AppCredential
from bot.adapters.github.wire import Ask, Wire
from bot.stages.github import NotAllowed, TryLater

if TYPE_CHECKING:
    from githubkit import BaseAuthStrategy

KEPT_S = 50 * 60.0
"""GitHub's tokens last an hour; a stage must not begin with the last minutes of one."""


class Badge(Protocol):
    """Where a client's requests get their credential from."""

    def auth(self) -> "BaseAuthStrategy":
        """The current credential."""
        ...

    def renew(self, refused: "BaseAuthStrategy") -> "BaseAuthStrategy | None":
        """Another credential after a 401, or None when there is no other."""
        ...


class AnonymousBadge:
    """Nobody: for what everybody may ask."""

    def auth(self) -> "BaseAuthStrategy":
        """No credential."""
        from githubkit import UnauthAuthStrategy

        return UnauthAuthStrategy()

    def renew(self, refused: "BaseAuthStrategy") -> "BaseAuthStrategy | None":  # noqa: ARG002
        """There is no other."""
        return None


@dataclass(frozen=True, slots=True)
class TokenBadge:
    """A token that was given to us: it cannot be renewed."""

    token: str = field(repr=False)

    def auth(self) -> "BaseAuthStrategy":
        """The token."""
        from githubkit import TokenAuthStrategy

        return TokenAuthStrategy(self.token)

    def renew(self, refused: "BaseAuthStrategy") -> "BaseAuthStrategy | None":  # noqa: ARG002
        """There is no other."""
        return None


@dataclass(frozen=True, slots=True)
class AppBadge:
    """The App itself, by a short-lived JWT that githubkit signs and keeps."""

    credential: AppCredential

    def auth(self) -> "BaseAuthStrategy":
        """The App's id and key."""
        from githubkit import AppAuthStrategy

        key = cast("str", _parsed(self.credential.private_key))
        return AppAuthStrategy(self.credential.app_id, key)

    def renew(self, refused: "BaseAuthStrategy") -> "BaseAuthStrategy | None":  # noqa: ARG002
        """A key that is refused once is refused again."""
        return None


@cache
def _parsed(private_key: str) -> object:
    """The key, checked once. githubkit only hands it on to PyJWT, which takes it parsed as well.

    What cannot be read stays text, for PyJWT to say what is wrong with it.
    """
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return load_pem_private_key(private_key.encode(), password=None)
    except (ValueError, TypeError, UnicodeEncodeError):
        return private_key


class InstallationBadge:
    """Tokens minted for one installation, kept for less than they last."""

    def __init__(
        self, wire: Wire, credential: AppCredential, installation: int, clock: Callable[[], float]
    ) -> None:
        self._wire, self._app, self._clock = wire, AppBadge(credential), clock
        self._path = f"/app/installations/{installation}/access_tokens"
        self._lock = Lock()
        self._current: BaseAuthStrategy | None = None
        self._kept_until = float("-inf")

    def auth(self) -> "BaseAuthStrategy":
        """The installation's token. Raises NotAllowed when it is gone or suspended, and Lost."""
        with self._lock:
            if self._current is None or self._clock() >= self._kept_until:
                return self._renewed()
            return self._current

    def renew(self, refused: "BaseAuthStrategy") -> "BaseAuthStrategy | None":
        """A new token, unless another thread has just made one."""
        with self._lock:
            return self._renewed() if self._current == refused else self._current

    def narrowed(self, repository: int, permissions: Mapping[str, str]) -> str:
        """A new token for one repository (its id), with these permissions alone."""
        try:
            return self._mint({"repository_ids": [repository], "permissions": dict(permissions)})
        except Lost as lost:
            raise TryLater(str(lost), 10.0) from None

    def _renewed(self) -> "BaseAuthStrategy":
        self._current = TokenBadge(self._mint(None)).auth()
        self._kept_until = self._clock() + KEPT_S
        return self._current

    def _mint(self, narrowing: Mapping[str, object] | None) -> str:
        try:
            answer = self._wire.send(self._app.auth(), Ask("POST", self._path, body=narrowing))
        except Refused as refused:
            # Not to be taken for "what was asked for is gone": nothing was asked for yet.
            raise NotAllowed(f"the installation gives no token: {refused}") from None
        return answer.record().need_text("token")
