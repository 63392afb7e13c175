"""The client credentials grant of OAuth 2.0 (RFC 6749 4.4): who asks, and the token of the answer."""

from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from app.core.acts import NOWHERE, SYSTEM, Act, Actor, Acts
from app.core.history import note
from app.services.access import credentials, reads, repository
from app.services.access.facts import CLIENT
from app.services.access.jwts import signed
from app.services.access.keys import ALGORITHM, KeyRing
from app.services.access.lockout import service as lockout

STRANGER = Actor("anonymous", "anonymous", frozenset(), NOWHERE)
KNOWN_SHAPE = 7 + 32  # client- and 32 hexadecimal digits


@dataclass(frozen=True, slots=True)
class Issued:
    """A token and how many seconds it holds."""

    token: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Locked:
    """No try is taken for so many seconds: too many failed."""

    seconds: int


class Issuer:
    """Signs tokens that carry a subject and no grant: what it may do is read when it is used."""

    def __init__(self, acts: Acts, ring: KeyRing, issuer: str, audience: str) -> None:
        self._acts = acts
        self._ring = ring
        self.issuer = issuer
        self._audience = audience

    async def token(
        self, client_id: str, secret: str, request_id: str | None, origin: str | None
    ) -> Issued | Locked | None:
        """A token for a client that shows one of its secrets; None for anybody else, without saying why.

        Locked, and the secret not looked at, while a wait stands. Each leaves an audit row.
        """
        async with self._acts.open(SYSTEM, request_id, origin) as act:
            named = client_id if _shaped(client_id) else None
            if seconds := await lockout.standing(act, named):
                await _refused(act, named, locked=seconds)
                return Locked(seconds)
            known = await _known(act, client_id, secret)
            if known is None:
                await _refused(act, named, locked=await lockout.failed(act, named))
                return None
            await lockout.succeeded(act, client_id)
            await repository.used(act, known, act.today)
            await note(replace(act, by=replace(STRANGER, id=client_id)), "sign_in", "clients", secret=str(known))
        kid, key = await self._ring.signing()
        now = self._acts.clock()
        seconds = int(self._ring.terms.lifetime.total_seconds())
        began = int(now.timestamp())
        claims = {
            "iss": self.issuer,
            "aud": self._audience,
            "sub": client_id,
            "client_id": client_id,
            "iat": began,
            "nbf": began,
            "exp": began + seconds,
            "jti": uuid4().hex,
        }
        return Issued(signed(key, ALGORITHM, kid, claims), seconds)


async def _known(act: Act, client_id: str, secret: str) -> UUID | None:
    kept = await reads.secrets(act, client_id) if _shaped(client_id) else ()
    place = credentials.found(secret, [each.digest for each in kept])
    return None if place is None else kept[place].id


async def _refused(act: Act, named: str | None, locked: int) -> None:
    """A text that does not look like one of our ids may be anything, a password too: it is not written down.

    `locked`: seconds until the next try is taken.
    """
    await note(replace(act, by=STRANGER), "refuse_sign_in", "clients", client_id=named, locked=locked)


def _shaped(client_id: str) -> bool:
    return (
        len(client_id) == KNOWN_SHAPE
        and client_id.startswith(CLIENT)
        and all(each in "0123456789abcdef" for each in client_id.removeprefix(CLIENT))
    )
