"""A plain client of the forge's API, and the people and things that most tests begin with."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType

import httpx
import jwt

from forge.server import Forge
from forge.world.apps import mint_token
from forge.world.entities import Account, App, Installation, Level, Repo
from forge.world.people import create_user_token
from tests.forge.receiver import Receiver


@dataclass
class Clock:
    """A clock that moves only when told."""

    start: datetime
    passed: timedelta

    def now(self) -> datetime:
        return self.start + self.passed

    def advance(self, **span: float) -> None:
        self.passed += timedelta(**span)


class Client:
    """Calls paths below the API's base, as whoever owns the token."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.http = httpx.Client(base_url=base, trust_env=False, verify=False)

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.http.close()

    def call(
        self,
        method: str,
        path: str,
        token: str | None = None,
        body: object = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        return self.http.request(method, self.base + path, json=body, headers=sent)


@dataclass
class Scene:
    forge: Forge
    clock: Clock
    receiver: Receiver
    client: Client
    ada: Account
    bob: Account
    eve: Account
    repo: Repo
    app: App
    installation: Installation
    _token: list[str] = field(default_factory=list)

    @property
    def world(self):
        return self.forge.world

    @property
    def token(self) -> str:
        if not self._token:
            self._token.append(mint_token(self.world, self.installation).value)
        return self._token[0]

    def token_with(self, **permissions: Level) -> str:
        return mint_token(self.world, self.installation, permissions).value

    def token_of(self, user: Account) -> str:
        return create_user_token(self.world, user)

    def jwt(
        self,
        issued_s: float = -60,
        life_s: float = 540,
        key: str | None = None,
        issuer: str | None = None,
    ) -> str:
        now = self.clock.now().timestamp()
        claims = {
            "iat": int(now + issued_s),
            "exp": int(now + life_s),
            "iss": issuer or str(self.app.id),
        }
        return jwt.encode(claims, key or self.app.private_key_pem, algorithm="RS256")

    def as_app(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        return self.client.call(method, path, self.jwt(), body, headers)

    def get(self, path: str, token: str | None = None, **headers: str) -> httpx.Response:
        return self.client.call("GET", path, token or self.token, headers=headers)

    def send(
        self, method: str, path: str, body: object = None, token: str | None = None
    ) -> httpx.Response:
        return self.client.call(method, path, token or self.token, body)

    def in_repo(self, path: str = "") -> str:
        return f"/repos/{self.repo.full_name}{path}"
