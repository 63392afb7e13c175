"""The OpenID provider people sign in at: its configuration here, and its public keys, fetched and kept fresh."""

import asyncio
import logging
import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import httpx
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey
from pydantic import BaseModel, ConfigDict, Field, field_validator

from app.core.errors import Busy, Unauthenticated
from app.services.access.jwts import ACCESS_TOKEN, Expected, Peek, verified
from app.services.access.mapping import MappedGrant
from app.services.access.permissions import ADMINISTRATORS, Role

FRESH = timedelta(hours=1)
"""How long fetched keys serve without being asked for again."""
STALE = timedelta(hours=24)
"""How long they serve when the provider cannot be reached. A key it has withdrawn is believed no longer than this."""
AGAIN = timedelta(seconds=30)
"""At most so often an unknown key id, or a failure, makes us ask: strangers can name any id."""
SKEW = timedelta(seconds=60)
WAIT = 5.0  # seconds for an answer of the provider
LARGEST = 256 * 1024  # bytes of a JWK set

log = logging.getLogger("liangxin.access")

Algorithm = Literal["RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519"]


class GrantRule(BaseModel):
    """One `[[grants]]` of the file: who has `value` in `claim` holds `role` in the places that claims list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    claim: str
    value: str
    role: Role
    regions: str | None = None
    lines: str | None = None
    datasets: tuple[str, ...] = ()

    @field_validator("role")
    @classmethod
    def no_administrator(cls, role: Role) -> Role:
        """Administrators are granted one by one: a group at the provider could join two roles in one hand."""
        if role in ADMINISTRATORS:
            raise ValueError("an administrator's role is never mapped from a claim")
        return role


class ProviderSettings(BaseModel):
    """The file that LIANGXIN_OIDC names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = Field(pattern=r"^https?://")
    audience: str
    jwks_url: str | None = None
    algorithms: tuple[Algorithm, ...] = ("RS256", "ES256", "PS256", "EdDSA", "Ed25519")
    token_type: str = ACCESS_TOKEN
    subject: str = "sub"
    name: str = "name"
    grants: tuple[GrantRule, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "ProviderSettings":
        """The file's settings. Raises OSError, and ValueError for another shape."""
        return cls.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))

    def rules(self) -> tuple[MappedGrant, ...]:
        """The mapped grants as plain values."""
        return tuple(
            MappedGrant(each.claim, each.value, each.role, each.regions, each.lines, each.datasets)
            for each in self.grants
        )


class Provider:
    """Verifies access tokens of one issuer by keys that it publishes."""

    def __init__(self, settings: ProviderSettings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.settings = settings
        self._transport = transport
        self._keys: dict[str, OKPKey | ECKey | RSAKey] = {}
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._one_at_a_time = asyncio.Lock()
        self._expected = Expected(
            settings.issuer, settings.audience, settings.algorithms, settings.token_type.lower(), SKEW
        )

    async def claims(self, token: str, told: Peek, now: datetime) -> dict[str, Any]:
        """The claims of a token that holds. Raises Unauthenticated; Busy while no key could ever be fetched."""
        if told.kid is None:
            raise Unauthenticated()
        key = await self._key(told.kid, now)
        if key is None:
            raise Unauthenticated()
        return verified(token, key, self._expected, now)

    async def _key(self, kid: str, now: datetime) -> OKPKey | ECKey | RSAKey | None:
        if self._old(now) or kid not in self._keys:
            async with self._one_at_a_time:
                if (self._old(now) or kid not in self._keys) and self._may_ask(now):
                    await self._fetch(now)
        if self._fetched_at is None or self._fetched_at + STALE <= now:
            raise Busy(retry_after=int(AGAIN.total_seconds()))
        return self._keys.get(kid)

    def _old(self, now: datetime) -> bool:
        return self._fetched_at is None or self._fetched_at + FRESH <= now

    def _may_ask(self, now: datetime) -> bool:
        return self._asked_at is None or self._asked_at + AGAIN <= now

    async def _fetch(self, now: datetime) -> None:
        self._asked_at = now
        try:
            async with httpx.AsyncClient(transport=self._transport, timeout=WAIT, follow_redirects=False) as client:
                url = self.settings.jwks_url or await self._discovered(client)
                self._keys = _read(await _json(client, url))
        except (httpx.HTTPError, ValueError, TypeError, KeyError, JoseError) as error:
            log.warning("The provider's keys could not be fetched.", extra={"kind": type(error).__name__})
            return
        self._fetched_at = now

    async def _discovered(self, client: httpx.AsyncClient) -> str:
        issuer = self.settings.issuer.rstrip("/")
        told = await _json(client, f"{issuer}/.well-known/openid-configuration")
        if told["issuer"] != self.settings.issuer:
            raise ValueError("another issuer")
        return str(told["jwks_uri"])


async def _json(client: httpx.AsyncClient, url: str) -> Any:
    async with client.stream("GET", url) as answer:
        answer.raise_for_status()
        body = b""
        async for part in answer.aiter_bytes():
            body += part
            if len(body) > LARGEST:
                raise ValueError("too large")
    return httpx.Response(200, content=body).json()


def _read(told: Any) -> dict[str, OKPKey | ECKey | RSAKey]:
    """The public keys by id. What cannot verify (shared secrets, encryption keys, keys without an id) is left out."""
    usable = [
        key
        for key in told["keys"]
        if key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig" and isinstance(key.get("kid"), str)
    ]
    found = KeySet.import_key_set({"keys": usable}) if usable else KeySet([])
    return {str(key.kid): key for key in found.keys if isinstance(key, OKPKey | ECKey | RSAKey)}
