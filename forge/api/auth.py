"""Who is calling: App JWTs, installation tokens, user tokens, nobody; and what they may do."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from forge.api.appjwt import app_of_jwt
from forge.api.http import ApiError, bad_credentials, forbidden, not_found
from forge.world.entities import Account, App, Level, Repo, Role, Token
from forge.world.world import World


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
                return AppItself(app_of_jwt(world, credential))
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


def reaches(token: Token, repo: Repo) -> bool:
    """Whether an installation's token reaches a repository."""
    installation = token.installation
    if installation is None or not installation.covers(repo):
        return False
    return token.repos is None or repo in token.repos


def role_of(world: World, principal: Principal, repo: Repo) -> Role:
    """What a person may do in a repository; nobody and an App may read what is public."""
    match principal:
        case ByToken(token) if token.installation is None:
            return world.role(repo, token.account)
        case Anonymous() | AppItself() | ByToken():
            return world.role(repo, None)
        case _:
            assert_never(principal)


def sees(world: World, principal: Principal, repo: Repo) -> bool:
    """Whether the caller may know of the repository."""
    if role_of(world, principal, repo) >= Role.READ:
        return True
    return isinstance(principal, ByToken) and reaches(principal.token, repo)


def visible_repo(world: World, principal: Principal, owner: str, name: str) -> Repo:
    """The repository if the caller may know of it; raises 404 else."""
    try:
        repo = world.repo(f"{owner}/{name}")
    except KeyError:
        raise not_found() from None
    if not sees(world, principal, repo):
        raise not_found()
    return repo


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
                    raise forbidden(app)
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
