"""Who is calling: App JWTs, installation tokens, user tokens, nobody; and what they may do."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TypeAlias, assert_never

import jwt

from forge.api.http import ApiError, bad_credentials, forbidden, not_found
from forge.world.entities import Account, App, Level, Repo, Role, Token
from forge.world.world import World

_MAX_JWT_LIFE_S = 600
_CLOCK_DRIFT_S = 60


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Nobody signed in: sees public repositories."""


@dataclass(frozen=True, slots=True)
class AppItself:
    """An App, by its JWT."""

    app: App


@dataclass(frozen=True, slots=True)
class ByToken:
    """An installation (acting as the App's bot user) or a user, by a token."""

    token: Token

    @property
    def account(self) -> Account:
        """The account that acts."""
        return self.token.account


Principal: TypeAlias = Anonymous | AppItself | ByToken


def authenticate(world: World, header: str | None) -> Principal:
    """Read an `Authorization` header; raises 401 for what is given and not good."""
    if not header:
        return Anonymous()
    scheme, _, value = header.strip().partition(" ")
    match scheme.lower():
        case "bearer" | "token":
            credential = value.strip()
            if credential.count(".") == 2:
                return AppItself(_app_by_jwt(world, credential))
            return ByToken(_live_token(world, credential))
        case "basic":
            return authenticate_basic(world, header)
        case _:
            raise bad_credentials()


def authenticate_basic(world: World, header: str | None) -> Principal:
    """Read a Basic `Authorization` header: the password is the token, the user name is free."""
    if not header:
        return Anonymous()
    scheme, _, value = header.strip().partition(" ")
    if scheme.lower() != "basic":
        raise bad_credentials()
    try:
        decoded = base64.b64decode(value.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as broken:
        raise bad_credentials() from broken
    return ByToken(_live_token(world, decoded.partition(":")[2]))


def _live_token(world: World, value: str) -> Token:
    token = world.tokens.get(value)
    if token is None or token.revoked:
        raise bad_credentials()
    if token.expires_at is not None and token.expires_at <= world.now():
        raise bad_credentials()
    if token.installation is not None and token.installation.suspended_at is not None:
        raise ApiError(403, "This installation has been suspended")
    return token


def _app_by_jwt(world: World, credential: str) -> App:
    """Check an App's JWT against the world's clock, as "Generating a JWT" documents."""
    undecodable = ApiError(401, "A JSON web token could not be decoded")
    try:
        unchecked = jwt.decode(credential, options={"verify_signature": False})
        issuer = str(unchecked.get("iss", ""))
        app = next(a for a in world.apps.values() if issuer in (str(a.id), a.client_id))
        claims = jwt.decode(
            credential,
            app.public_key_pem,
            algorithms=["RS256"],
            options={
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "verify_iss": False,
                "verify_sub": False,
                "verify_aud": False,
            },
        )
    except jwt.PyJWTError as broken:
        raise undecodable from broken
    except StopIteration:
        raise ApiError(404, "Integration not found") from None
    _check_times(world, claims.get("iat"), claims.get("exp"))
    return app


def _check_times(world: World, issued: object, expires: object) -> None:
    now = world.now().timestamp()
    if not isinstance(expires, int | float):
        raise ApiError(
            401,
            "'Expiration time' claim ('exp') must be a numeric value representing the future "
            "time at which the assertion expires",
        )
    if expires <= now:
        raise ApiError(
            401,
            "'Expiration time' claim ('exp') must be a numeric value representing the future "
            "time at which the assertion expires",
        )
    if expires > now + _MAX_JWT_LIFE_S + _CLOCK_DRIFT_S / 10:
        raise ApiError(401, "'Expiration time' claim ('exp') is too far in the future")
    if not isinstance(issued, int | float):
        raise ApiError(401, "Missing 'issued at' claim ('iat') in assertion")
    if issued > now + _CLOCK_DRIFT_S:
        raise ApiError(
            401,
            "'Issued at' claim ('iat') must be an Integer representing the time that the "
            "assertion was issued",
        )


def reaches(token: Token, repo: Repo) -> bool:
    """Whether an installation's token reaches a repository."""
    installation = token.installation
    if installation is None or not installation.covers(repo):
        return False
    return token.repos is None or repo in token.repos


def role_of(world: World, principal: Principal, repo: Repo) -> Role:
    """What a person or nobody may do in a repository; an App counts as a reader of what is public."""
    match principal:
        case ByToken(token) if token.installation is None:
            return world.role(repo, token.account)
        case Anonymous() | AppItself() | ByToken():
            return world.role(repo, None)
        case _:
            assert_never(principal)


def visible_repo(world: World, principal: Principal, owner: str, name: str) -> Repo:
    """The repository if the caller may know of it; raises 404 else."""
    try:
        repo = world.repo(f"{owner}/{name}")
    except KeyError:
        raise not_found() from None
    if role_of(world, principal, repo) >= Role.READ:
        return repo
    if isinstance(principal, ByToken) and reaches(principal.token, repo):
        return repo
    raise not_found()


def granted(token: Token, permission: str) -> bool:
    """Whether an installation's token has a permission such as `issues:write`."""
    name, _, wanted = permission.partition(":")
    held = token.permissions.get(name)
    if name == "metadata" and held is None:
        held = Level.READ
    return held is not None and held >= Level[wanted.upper()]


def authorise(
    world: World, principal: Principal, repo: Repo, app: tuple[str, ...], user: Role, write: bool
) -> None:
    """Let a call through, or raise 401, 403 or 404 as GitHub does.

    `app` names permissions of which an installation token needs one; empty means that Apps are
    welcome with `metadata:read`. `user` is the role that a person needs.
    """
    match principal:
        case ByToken(token) if token.installation is not None:
            if reaches(token, repo):
                if app and not any(granted(token, permission) for permission in app):
                    raise forbidden()
            elif write or user > Role.READ:
                raise forbidden()
        case ByToken(token):
            role = world.role(repo, token.account)
            if role < user:
                raise _lacking(user)
        case AppItself():
            raise ApiError(403, "Resource not accessible by integration")
        case Anonymous():
            if write or user > Role.READ:
                raise ApiError(401, "Requires authentication")
        case _:
            assert_never(principal)


def _lacking(user: Role) -> ApiError:
    if user >= Role.ADMIN:
        return ApiError(403, "Must have admin rights to Repository.")
    return ApiError(403, "Resource not accessible by personal access token")
