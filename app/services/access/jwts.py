"""JSON web tokens: read far enough to know whose key to ask for, and verified against that key and nothing else."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import extract_compact
from joserfc.util import to_bytes

from app.core.errors import Unauthenticated
from app.core.strict_json import JsonLimits, JsonRefused, loads

Key = OKPKey | ECKey | RSAKey | OctKey

ACCESS_TOKEN = "at+jwt"  # noqa: S105  (the `typ` of RFC 9068, no secret)
LONGEST = 16_384
"""Characters of a token; a longer one is not looked at."""


@dataclass(frozen=True, slots=True)
class Peek:
    """What a token says of itself before anything is verified: good for choosing a key, and for nothing else."""

    kid: str | None
    issuer: str | None
    expires: int


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say to be taken. `algorithms` are the only ones tried, whatever its header names."""

    issuer: str
    audience: str
    algorithms: tuple[str, ...]
    type: str = ACCESS_TOKEN
    leeway: timedelta = timedelta()


def peek(token: str) -> Peek:
    """Key id and issuer as the token states them. Raises Unauthenticated for what is no JWT at all."""
    if len(token) > LONGEST or not token.isascii():
        raise Unauthenticated()
    try:
        parts = extract_compact(to_bytes(token))
        claims = loads(parts.payload, limits=JsonLimits(LONGEST, depth=8))
    except (JoseError, ValueError, TypeError, JsonRefused) as error:
        raise Unauthenticated() from error
    kid = parts.protected.get("kid")
    if not isinstance(claims, dict) or not isinstance(claims.get("exp"), int):
        raise Unauthenticated()
    issuer = claims.get("iss")
    return Peek(kid if isinstance(kid, str) else None, issuer if isinstance(issuer, str) else None, claims["exp"])


def verified(token: str, key: Key, expected: Expected, now: datetime) -> dict[str, Any]:
    """The claims of a token that holds. Raises Unauthenticated when anything about it does not.

    A key is bound to its kind of algorithm by joserfc, `alg: none` and shared-secret algorithms are never among those
    tried, and key material inside the header (jwk, jku, x5u) is not looked at.
    """
    try:
        decoded = jwt.decode(token, key, algorithms=list(expected.algorithms))
        kind = str(decoded.header.get("typ", "")).lower().removeprefix("application/")
        if kind != expected.type:
            raise ValueError("typ")
        _checked(decoded.claims, expected, int(now.timestamp()))
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Unauthenticated() from error
    return decoded.claims


def _checked(claims: dict[str, Any], expected: Expected, now: int) -> None:
    registry = jwt.JWTClaimsRegistry(
        now=now,
        leeway=int(expected.leeway.total_seconds()),
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.audience},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    registry.validate(claims)
    _text(claims, "sub")


def _text(claims: dict[str, Any], name: str) -> None:
    value = claims[name]
    if not isinstance(value, str) or not value.strip() or len(value) > 255:
        raise ValueError(name)


def signed(key: OKPKey, algorithm: str, kid: str, claims: dict[str, Any]) -> str:
    """A token of type at+jwt."""
    header = {"alg": algorithm, "typ": ACCESS_TOKEN, "kid": kid}
    return jwt.encode(header, claims, key, algorithms=[algorithm])
