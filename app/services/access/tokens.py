"""Tokens of `liangxin token`: Ed25519 JWTs that carry one grant inside. Shapes follow RFC 7519 and 9068.

They are for trying things out and for operators in need. Whoever holds the key file can sign one, so it lies where the
database's own secrets lie.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
from joserfc.jwk import OKPKey

from app.core.acts import SYSTEM, Actor, Scope
from app.core.errors import Unauthenticated
from app.services.access.jwts import Expected, signed, verified
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
        self.kid = key.thumbprint()
        self._key = key
        self._expected = Expected(issuer, audience, (ALGORITHM,))

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
        token_id: UUID | None = None,
    ) -> str:
        """A token for `subject` under one grant; `token_id` is its `jti` (RFC 7519), by default a new one.

        Raises KeyError for an unknown role, ValueError for our own name.
        """
        ROLES[role]
        if subject == SYSTEM.id:
            raise ValueError("the service's own name is nobody else's")
        claims = {
            "iss": self._expected.issuer,
            "aud": self._expected.audience,
            "sub": subject,
            "name": name or subject,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "jti": (token_id or uuid4()).hex,
            "role": role,
            "ranges": [list(pair) for pair in ranges],
            "datasets": list(datasets),
        }
        return signed(self._key, ALGORITHM, self.kid, claims)

    def verify(self, token: str, now: datetime) -> Actor:
        """The actor a token stands for. Raises Unauthenticated when anything about it does not hold."""
        claims = verified(token, self._key, self._expected, now)
        try:
            return self._actor(claims)
        except (ValueError, TypeError, KeyError) as error:
            raise Unauthenticated() from error

    def _actor(self, claims: dict[str, Any]) -> Actor:
        if claims["sub"] == SYSTEM.id:
            raise ValueError("sub")
        return Actor(
            id=claims["sub"],
            name=str(claims["name"]),
            permissions=frozenset(str(permission) for permission in ROLES[claims["role"]]),
            scope=Scope(tuple((int(lo), int(hi)) for lo, hi in claims["ranges"])),
            datasets=frozenset(str(dataset) for dataset in claims["datasets"]),
        )
