"""An App's JWT, checked as "Generating a JSON Web Token for a GitHub App" describes it."""

from __future__ import annotations

import json

import jwt

from forge.api.http import ApiError
from forge.jsontypes import JsonObject
from forge.world.entities import App
from forge.world.world import World

MOST_LIFE_S = 600
"""How far ahead `exp` may lie."""

DRIFT_S = 60
"""How far a client's clock may be ahead when it writes `iat`."""

_BAD_EXPIRY = (
    "'Expiration time' claim ('exp') must be a numeric value representing the future time at "
    "which the assertion expires"
)
_BAD_ISSUE_TIME = (
    "'Issued at' claim ('iat') must be an Integer representing the time that the assertion "
    "was issued"
)


def app_of_jwt(world: World, credential: str) -> App:
    """The App that signed a JWT; raises 401, or 404 when no App has the issuer's id."""
    jws = jwt.PyJWS(algorithms=["RS256"])
    try:
        unchecked = jws.decode(credential, options={"verify_signature": False})
        app = _issuer(world, _claims(unchecked))
        claims = _claims(jws.decode(credential, app.public_key_pem, algorithms=["RS256"]))
    except (jwt.PyJWTError, ValueError) as broken:
        raise ApiError(401, "A JSON web token could not be decoded") from broken
    _check_times(world, claims.get("iat"), claims.get("exp"))
    return app


def _claims(payload: bytes) -> JsonObject:
    claims = json.loads(payload)
    if not isinstance(claims, dict):
        raise ValueError("the claims are no object")
    return claims


def _issuer(world: World, claims: JsonObject) -> App:
    issuer = str(claims.get("iss", ""))
    for app in world.apps.values():
        if issuer in (str(app.id), app.client_id):
            return app
    raise ApiError(404, "Integration not found")


def _check_times(world: World, issued: object, expires: object) -> None:
    now = world.now().timestamp()
    if not isinstance(expires, int | float) or expires <= now:
        raise ApiError(401, _BAD_EXPIRY)
    if expires > now + MOST_LIFE_S:
        raise ApiError(401, "'Expiration time' claim ('exp') is too far in the future")
    if not isinstance(issued, int | float):
        raise ApiError(401, "Missing 'issued at' claim ('iat') in assertion")
    if issued > now + DRIFT_S:
        raise ApiError(401, _BAD_ISSUE_TIME)
