"""Signed tokens: Ed25519 JWTs that carry one grant (role, region ranges, datasets). Shapes follow RFC 7519 and 9068."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from app.core.acts import Actor, Scope
from app.core.errors import Unauthenticated
from app.services.access.permissions import ROLES

ALGORITHM = "Ed25519"  # the fully specified name (RFC 9864); plain EdDSA is deprecated there


def load_key(configured: str | None, state: Path) -> OKPKey:
    """The signing key: the configured JWK, else the one in the state folder, made on first use (mode 0600)."""
    if configured is not None:
        return OKPKey.import_key(orjson.loads(configured))
    path = state / "token-key.json"
    if not path.exists():
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_name(f"{path.name}.{uuid4().hex}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(_as_text(OKPKey.generate_key("Ed25519")))
        try:
            os.link(fresh, path)  # the first of two starters wins; both then read the same key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return OKPKey.import_key(orjson.loads(path.read_bytes()))


def _as_text(key: OKPKey) -> str:
    return orjson.dumps(key.as_dict(private=True)).decode()


class Tokens:
    """Signs and verifies with one key for one issuer and audience."""

    def __init__(self, key: OKPKey, issuer: str, audience: str) -> None:
        self._key = key
        self._issuer = issuer
        self._audience = audience

    def sign(
        self,
        subject: str,
        *,
        role: str,
        ranges: tuple[tuple[int, int], ...],
        now: datetime,
        lifetime: timedelta,
        name: str | None = None,
        datasets: tuple[str, ...] = (),
    ) -> str:
        """A token for `subject` under one grant. Raises KeyError for an unknown role."""
        ROLES[role]
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": subject,
            "name": name or subject,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "jti": uuid4().hex,
            "role": role,
            "ranges": [list(pair) for pair in ranges],
            "datasets": list(datasets),
        }
        header = {"alg": ALGORITHM, "typ": "at+jwt", "kid": self._key.thumbprint()}
        return jwt.encode(header, claims, self._key, algorithms=[ALGORITHM])

    def verify(self, token: str, now: datetime) -> Actor:
        """The actor a token stands for. Raises Unauthenticated when anything about it does not hold."""
        try:
            decoded = jwt.decode(token, self._key, algorithms=[ALGORITHM])
            if decoded.header.get("typ") != "at+jwt":
                raise ValueError("typ")
            return self._actor(decoded.claims, int(now.timestamp()))
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Unauthenticated() from error

    def _actor(self, claims: dict[str, Any], now: int) -> Actor:
        registry = jwt.JWTClaimsRegistry(
            now=now,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            sub={"essential": True},
            exp={"essential": True},
            nbf={"essential": True},
        )
        registry.validate(claims)
        ranges = tuple((int(lo), int(hi)) for lo, hi in claims["ranges"])
        return Actor(
            id=str(claims["sub"]),
            name=str(claims["name"]),
            permissions=frozenset(str(permission) for permission in ROLES[claims["role"]]),
            scope=Scope(ranges),
            datasets=frozenset(str(dataset) for dataset in claims["datasets"]),
        )
