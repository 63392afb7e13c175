"""Who is it? Four kinds of bearer: tokens of the command line, of /oauth/token, of the provider, and push tokens."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from uuid import UUID

from app.core.acts import NOWHERE, SYSTEM, Actor, Acts
from app.core.errors import Forbidden, Unauthenticated
from app.core.history import note
from app.services.access import credentials, holders, reads, repository
from app.services.access.facts import CLIENT, Held, Holding
from app.services.access.jwts import Expected, Peek, peek, verified
from app.services.access.keys import ALGORITHM, KeyRing
from app.services.access.mapping import Spans, grants_of, subject_of
from app.services.access.provider import Provider
from app.services.access.remembering import MOST, Remembered
from app.services.access.tokens import Tokens


@dataclass(frozen=True, slots=True)
class Known:
    """Someone identified. `inside`: an actor whose grant the credential itself carries, and no other."""

    subject: str
    name: str
    inside: Actor | None = None
    mapped: tuple[Holding, ...] = ()
    """Grants that the provider's claims bring along."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Whose tokens are taken. `provider` and `spans`: where people sign in, None when nobody does.

    `widenings`: by role, what else is somebody's own today; asked together with the grants and remembered with them.
    """

    tokens: Tokens
    ring: KeyRing
    issuer: str
    audience: str
    provider: Provider | None
    spans: Spans
    widenings: Mapping[str, holders.Widening] = field(default_factory=dict)


class Access:
    """Finds out who shows a bearer token, and what they may do under which grant."""

    def __init__(self, acts: Acts, doors: Doors) -> None:
        self._acts = acts
        self._doors = doors
        self._ours = Expected(doors.issuer, doors.audience, (ALGORITHM,))
        self._known: Remembered[Known] = Remembered()
        self._held: Remembered[Held] = Remembered()
        self._pushes: Remembered[reads.PushRow] = Remembered()
        self._used: dict[UUID, int] = {}
        self._greeted: dict[bytes, int] = {}

    def forget(self) -> None:
        """Grants, clients or tokens were changed in this process: ask the database again."""
        for each in (self._known, self._held, self._pushes):
            each.forget()

    async def known(self, bearer: str, address: str | None) -> Known:
        """Who shows this token, from this address. Raises Unauthenticated."""
        if bearer.startswith(credentials.PUSH):
            return await self._push(bearer, address)
        now = self._acts.clock()
        told = peek(bearer)
        key = hashlib.sha256(bearer.encode()).digest()
        found = self._known.get(key, now)
        if found is not None and now.timestamp() < told.expires:
            return found
        known = await self._read(bearer, told)
        if known.inside is None and not known.subject.startswith(CLIENT):
            await self._greet(key, known, told.expires, address)
        return self._known.put(key, known, now)

    async def actor(self, known: Known, wanted: UUID | None) -> Actor:
        """The actor under one grant: the wanted one, else the only one. Raises NoGrant, GrantUnclear, Forbidden."""
        if known.inside is not None:
            if wanted is not None:
                raise Forbidden(reason="grant_inside")
            return known.inside
        holding, actor = holders.under(await self.held(known), wanted)
        if holding not in known.mapped:
            await self._use(holding.id)
        return actor

    async def held(self, known: Known) -> Held:
        """All that somebody holds today. Raises Unauthenticated for a client that is unknown or disabled."""
        found = await self._held_by(known.subject)
        return Held(found.subject, known.name or found.name, found.holdings + known.mapped, found.rests)

    async def _held_by(self, subject: str) -> Held:
        now = self._acts.clock()
        found = self._held.get(subject, now)
        if found is None:
            async with self._acts.open(SYSTEM) as act:
                found = await reads.held(act, subject)
                if found is not None:
                    found = await holders.widened(act, found, self._doors.widenings)
            if found is None:
                raise Unauthenticated()
            self._held.put(subject, found, now)
        return found

    async def _read(self, bearer: str, told: Peek) -> Known:
        if told.kid == self._doors.tokens.kid:
            actor = self._doors.tokens.verify(bearer, self._acts.clock())
            return Known(actor.id, actor.name, inside=actor)
        provider = self._doors.provider
        if provider is not None and told.issuer == provider.settings.issuer:
            return await self._person(provider, bearer, told)
        return await self._client(bearer, told)

    async def _client(self, bearer: str, told: Peek) -> Known:
        key = await self._doors.ring.verifying(told.kid) if told.kid is not None else None
        if key is None:
            raise Unauthenticated()
        claims = verified(bearer, key, self._ours, self._acts.clock())
        if not claims["sub"].startswith(CLIENT) or claims.get("client_id") != claims["sub"]:
            raise Unauthenticated()
        return Known(claims["sub"], "")

    async def _person(self, provider: Provider, bearer: str, told: Peek) -> Known:
        claims = await provider.claims(bearer, told, self._acts.clock())
        settings = provider.settings
        try:
            subject = subject_of(claims, settings.subject)
        except ValueError as error:
            raise Unauthenticated() from error
        name = claims.get(settings.name)
        mapped = grants_of(claims, settings.rules(), self._doors.spans, settings.issuer)
        return Known(subject, name if isinstance(name, str) else subject, mapped=mapped)

    async def _push(self, bearer: str, address: str | None) -> Known:
        now = self._acts.clock()
        key = credentials.digest(bearer)
        row = self._pushes.get(key, now)
        if row is None:
            async with self._acts.open(SYSTEM) as act:
                row = await reads.push_token(act, key)
            if row is None:
                raise Unauthenticated()
            self._pushes.put(key, row, now)
        if row.ends_at <= now or not _from(address, row):
            raise Unauthenticated()
        held = await self._held_by(row.subject)
        await self._use(row.id)
        await self._use(row.grant_id)
        return Known(held.subject, held.name, inside=holders.pushing(held, row.grant_id, row.dataset))

    async def _greet(self, token: bytes, known: Known, expires: int, origin: str | None) -> None:
        """A person's token met for the first time by this process is a sign-in: it leaves an audit row."""
        if token in self._greeted:
            return
        if len(self._greeted) > MOST:
            now = self._acts.clock().timestamp()
            self._greeted = {key: until for key, until in self._greeted.items() if until > now}
        self._greeted[token] = expires
        async with self._acts.open(Actor(known.subject, known.name, frozenset(), NOWHERE), None, origin) as act:
            await note(act, "sign_in", "persons")

    async def _use(self, row_id: UUID) -> None:
        """Note the day of use; once a day for each, so that a request rarely pays for it."""
        day = self._acts.clock().toordinal()
        if self._used.get(row_id) == day:
            return
        async with self._acts.open(SYSTEM) as act:
            await repository.used(act, row_id, act.today)
        if len(self._used) > MOST:
            self._used.clear()
        self._used[row_id] = day


def _from(address: str | None, row: reads.PushRow) -> bool:
    try:
        found = ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or found
    return any(mapped in network for network in row.addresses if network.version == mapped.version)
