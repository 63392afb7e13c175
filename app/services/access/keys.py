"""The ring of signing keys: published before they sign, accepted until the last token of theirs has ended."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
from joserfc.jwk import OKPKey

from app.core.acts import SYSTEM, Act, Acts
from app.core.crypto import Damaged, UnknownKey, Vault
from app.core.history import note
from app.services.access import reads, repository
from app.services.access.facts import KeyTimes, published, signer
from app.services.access.models import SigningKey

ALGORITHM: Final = "Ed25519"  # the fully specified name (RFC 9864); plain EdDSA is deprecated there
AGE = timedelta(days=90)
"""A key that has signed for so long gets its successor by itself."""
SPARE = timedelta(seconds=60)
"""How long after the last token's end a key is still accepted: clocks differ."""
UNKNOWN = timedelta(seconds=1)
"""At most so often an unknown key id makes the ring read the table again: strangers can name any id."""
FRESHEST = timedelta(seconds=30)

log = logging.getLogger("liangxin.access")


@dataclass(frozen=True, slots=True)
class Terms:
    """How long before its first signature a key is published, and how long a token lives."""

    lead: timedelta
    lifetime: timedelta


@dataclass(frozen=True, slots=True)
class _Loaded:
    at: datetime
    times: tuple[KeyTimes, ...]
    rows: dict[str, reads.KeyRow]


class KeyRing:
    """This process's view of the keys. It reads the table again in less time than a new key waits to sign."""

    def __init__(self, acts: Acts, vault: Vault, terms: Terms) -> None:
        self.terms = terms
        self._acts = acts
        self._vault = vault
        self._loaded: _Loaded | None = None
        self._open: dict[str, OKPKey] = {}
        self._one_at_a_time = asyncio.Lock()

    async def signing(self) -> tuple[str, OKPKey]:
        """The id and the private key to sign with now; made on first use, succeeded when it is old."""
        now = self._acts.clock()
        ring = await self._ring(now)
        kid = signer(ring.times, now)
        if kid is None or _aged(ring.times, now):
            await self._renew()
            now = self._acts.clock()  # later than the key that was just made
            ring = await self._ring(now, afresh=True)
            kid = signer(ring.times, now)
        if kid is None:
            raise RuntimeError("no signing key although one was just made")
        if kid not in self._open:
            try:
                clear = self._vault.open(ring.rows[kid].sealed, place(kid))
            except (UnknownKey, Damaged):
                log.error("A signing key does not open; another one is made.", extra={"kid": kid})
                return await self._replaced(now)
            self._open[kid] = OKPKey.import_key(orjson.loads(clear))
        return kid, self._open[kid]

    async def _replaced(self, now: datetime) -> tuple[str, OKPKey]:
        """A new key at once, where the ring that sealed the old one is lost (a restored database, say)."""
        async with self._acts.open(SYSTEM) as act:
            kid = await rotate(act, self._vault, self.terms, at_once=True)
        ring = await self._ring(now, afresh=True)
        self._open[kid] = OKPKey.import_key(orjson.loads(self._vault.open(ring.rows[kid].sealed, place(kid))))
        return kid, self._open[kid]

    async def verifying(self, kid: str) -> OKPKey | None:
        """The public key of an id, while tokens of it are accepted."""
        now = self._acts.clock()
        ring = await self._ring(now)
        if kid not in ring.rows and (not ring.rows or now - ring.at >= UNKNOWN):
            ring = await self._ring(now, afresh=True)
        if kid not in published(ring.times, now):
            return None
        return OKPKey.import_key(ring.rows[kid].public)

    async def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The public keys as a JWK set (RFC 7517), those that will sign next included; never an empty one."""
        now = self._acts.clock()
        ring = await self._ring(now)
        if signer(ring.times, now) is None:
            await self._renew()
            now = self._acts.clock()
            ring = await self._ring(now, afresh=True)
        return {"keys": [ring.rows[kid].public for kid in published(ring.times, now)]}

    async def _ring(self, now: datetime, *, afresh: bool = False) -> _Loaded:
        before = self._loaded
        if before is not None and not afresh and now - before.at < min(FRESHEST, self.terms.lead / 4):
            return before
        async with self._one_at_a_time:
            if self._loaded is not None and self._loaded is not before:
                return self._loaded  # someone else read it while we waited
            async with self._acts.open(SYSTEM) as act:
                rows = await reads.keys(act)
            self._loaded = _Loaded(now, tuple(row.times for row in rows), {row.times.kid: row for row in rows})
            return self._loaded

    async def _renew(self) -> None:
        async with self._acts.open(SYSTEM) as act:
            await repository.lock_keys(act)
            times = [row.times for row in await reads.keys(act)]
            if signer(times, act.now) is None or _aged(times, act.now):
                await rotate(act, self._vault, self.terms)


def _aged(times: tuple[KeyTimes, ...] | list[KeyTimes], now: datetime) -> bool:
    return bool(times) and max(key.active_from for key in times) + AGE <= now


def place(kid: str) -> str:
    """Where a private key is sealed: it opens nowhere else."""
    return f"signing_keys.sealed.{kid}"


async def rotate(act: Act, vault: Vault, terms: Terms, *, at_once: bool = False) -> str:
    """Make the next signing key and return its id. It signs after the lead; the first one, or `at_once`, now.

    Keys before it are accepted until the last token they can have signed has ended, and then removed.
    """
    await repository.lock_keys(act)
    key = OKPKey.generate_key(ALGORITHM)
    kid = key.thumbprint()
    first = signer([row.times for row in await reads.keys(act)], act.now) is None
    active_from = act.now if first or at_once else act.now + terms.lead
    await repository.remove_ended_keys(act)
    await repository.succeed(act, active_from + terms.lifetime + SPARE)
    public = {**key.as_dict(private=False), "kid": kid, "alg": ALGORITHM, "use": "sig"}
    sealed = vault.seal(orjson.dumps(key.as_dict(private=True)), place(kid))
    await repository.add(
        act,
        SigningKey(
            kid=kid,
            sealed=sealed.value,
            key_id=sealed.key_id,
            public=public,
            created_at=act.now,
            active_from=active_from,
            verify_until=None,
        ),
    )
    await note(act, "create", "signing_keys", kid=kid, active_from=active_from.isoformat())
    log.info("A new signing key.", extra={"kid": kid})
    return kid


async def withdraw(act: Act, kid: str, why: str) -> bool:
    """Accept no token of this key any more: it may be known to others. False when there is no such key."""
    await repository.lock_keys(act)
    done = await repository.withdraw_key(act, kid)
    if done:
        await note(act, "withdraw", "signing_keys", why=why, kid=kid)
    return done
