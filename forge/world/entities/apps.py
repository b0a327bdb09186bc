"""GitHub Apps, their installations and tokens, and the deliveries of their webhooks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from forge.world.entities.accounts import Account
    from forge.world.entities.repos import Repo


class Level(IntEnum):
    """The level of one App permission; a higher one includes the lower ones."""

    READ = 1
    WRITE = 2
    ADMIN = 3


class TokenKind(StrEnum):
    """A token's prefix, in GitHub's own spelling."""

    INSTALLATION = "ghs_"
    USER = "ghp_"


class AppKey:
    """An RSA key of 2048 bits, made when it is first looked at: it takes a tenth of a second."""

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    @cached_property
    def private_pem(self) -> str:
        """The private half in PKCS#1 PEM, as GitHub hands it out."""
        return self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        ).decode()

    @cached_property
    def public_pem(self) -> str:
        """The public half in PEM."""
        public = self._key.public_key()
        return public.public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ).decode()


@dataclass(eq=False, slots=True)
class App:
    """A registered App, the bot user it acts as, and where its webhooks go."""

    id: int
    slug: str
    name: str
    owner: Account
    bot: Account
    client_id: str
    client_secret: str = field(repr=False)
    key: AppKey = field(repr=False)
    permissions: dict[str, Level]
    events: frozenset[str]
    hook_id: int
    webhook_url: str | None
    webhook_secret: str = field(repr=False)
    created_at: datetime
    description: str = ""
    external_url: str = ""
    deliveries: list[Delivery] = field(default_factory=list, repr=False)

    @property
    def private_key_pem(self) -> str:
        """What the App signs its JWTs with."""
        return self.key.private_pem

    @property
    def public_key_pem(self) -> str:
        """What its JWTs are checked with."""
        return self.key.public_pem


@dataclass(eq=False, slots=True)
class Installation:
    """An App in an account; `repos` None means all repositories of the account."""

    id: int
    app: App
    account: Account
    permissions: dict[str, Level]
    events: frozenset[str]
    created_at: datetime
    repos: list[Repo] | None
    suspended_at: datetime | None = None

    def covers(self, repo: Repo) -> bool:
        """Whether the installation reaches this repository."""
        if self.repos is None:
            return repo.owner is self.account
        return repo in self.repos


@dataclass(eq=False, slots=True)
class Token:
    """A bearer token. An installation's token may be narrower than the installation."""

    value: str = field(repr=False)
    kind: TokenKind
    account: Account
    expires_at: datetime | None
    installation: Installation | None = None
    permissions: dict[str, Level] = field(default_factory=dict)
    repos: list[Repo] | None = None
    revoked: bool = False


@dataclass(eq=False, slots=True)
class Delivery:
    """One attempt to deliver one webhook; a redelivery is a new record with the same `guid`."""

    id: int
    guid: str
    app: App
    event: str
    action: str | None
    installation_id: int | None
    repository_id: int | None
    body: bytes = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    created_at: datetime
    url: str
    redelivery: bool = False
    delivered_at: datetime | None = None
    duration_s: float | None = None
    status_code: int | None = None
    status: str = "pending"
    response_headers: dict[str, str] = field(default_factory=dict, repr=False)
    response_body: str = field(default="", repr=False)
