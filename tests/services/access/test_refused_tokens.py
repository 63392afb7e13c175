"""Forged, foreign, outdated and damaged tokens are refused, each for its one fault; the sound one is not."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import orjson
import pytest
from joserfc.jwk import OKPKey

from app.core.acts import SYSTEM
from app.core.config import Settings
from app.services.access import keys
from app.services.access.tokens import load_key
from tests.conftest import Api, Hands
from tests.kit.identity import Machine, administrators, asked, entered, granted
from tests.services.access import forgery

Header = dict[str, Any]
Claims = dict[str, Any]
Forge = Callable[[Header, Claims, OKPKey], str]
HOUR = 3600
STRANGER = OKPKey.generate_key("Ed25519")


def _changed(header: Header | None = None, **claims: Any) -> Forge:
    """Signed by the right key, with something changed."""
    return lambda h, c, key: forgery.by_key(h | (header or {}), c | claims, key)


def _without(name: str) -> Forge:
    return lambda h, c, key: forgery.by_key(h, {k: v for k, v in c.items() if k != name}, key)


def _headless(name: str) -> Forge:
    return lambda h, c, key: forgery.by_key({k: v for k, v in h.items() if k != name}, c, key)


def _confused(form: int, algorithm: str) -> Forge:
    return lambda h, c, key: forgery.by_secret(h | {"alg": algorithm}, c, forgery.public_forms(key)[form])


def _damaged(change: Callable[[list[str]], str]) -> Forge:
    return lambda h, c, key: change(forgery.by_key(h, c, key).split("."))


FORGED: dict[str, Forge] = {
    "alg none": lambda h, c, _: forgery.unsigned(h | {"alg": "none"}, c),
    "alg None": lambda h, c, _: forgery.unsigned(h | {"alg": "None"}, c),
    "alg NONE, old signature": lambda h, c, key: (
        forgery.unsigned(h | {"alg": "NONE"}, c) + forgery.by_key(h, c, key).rsplit(".", 1)[1]
    ),
    "alg empty": _changed({"alg": ""}),
    "alg missing": _headless("alg"),
    "alg a list": _changed({"alg": ["Ed25519"]}),
    "alg EdDSA, which we do not speak": _changed({"alg": "EdDSA"}),
    "alg ES256 over our signature": _changed({"alg": "ES256"}),
    "HS256 with the public PEM": _confused(0, "HS256"),
    "HS256 with the public DER": _confused(1, "HS256"),
    "HS256 with the public JWK": _confused(2, "HS256"),
    "HS256 with the public x": _confused(3, "HS256"),
    "HS256 with nothing": lambda h, c, _: forgery.by_secret(h | {"alg": "HS256"}, c, b""),
    "another's key under our kid": lambda h, c, _: forgery.by_key(h, c, STRANGER),
    "another's key in the header": lambda h, c, _: forgery.by_key(
        h | {"jwk": STRANGER.as_dict(private=False), "kid": STRANGER.thumbprint()}, c, STRANGER
    ),
    "another's key at an address": lambda h, c, _: forgery.by_key(
        h | {"jku": "https://example.org/jwks", "kid": STRANGER.thumbprint()}, c, STRANGER
    ),
    "kid unknown": _changed({"kid": "nobody's"}),
    "kid missing": _headless("kid"),
    "kid a path": _changed({"kid": "../../../dev/null"}),
    "kid SQL": _changed({"kid": "' OR '1'='1"}),
    "kid a number": _changed({"kid": 1}),
    "typ JWT": _changed({"typ": "JWT"}),
    "typ missing": _headless("typ"),
    "typ of an id token": _changed({"typ": "id+jwt"}),
    "crit unknown": _changed({"crit": ["exp2"], "exp2": 1}),
    "b64 false": _changed({"b64": False, "crit": ["b64"]}),
    "iss another's": _changed(iss="https://example.org"),
    "iss missing": _without("iss"),
    "iss a list": _changed(iss=["liangxin"]),
    "aud another's": _changed(aud="another-api"),
    "aud missing": _without("aud"),
    "aud empty": _changed(aud=[]),
    "sub missing": _without("sub"),
    "sub empty": _changed(sub=""),
    "sub a number": _changed(sub=7),
    "sub the service itself": _changed(sub="system"),
    "exp missing": _without("exp"),
    "exp text": _changed(exp="2999-01-01"),
    "exp infinite": _changed(exp=1e300),
    "iat missing": _without("iat"),
    "issued tomorrow": lambda h, c, key: forgery.by_key(h, c | {"iat": c["iat"] + 24 * HOUR}, key),
    "expired": lambda h, c, key: forgery.by_key(h, c | {"exp": c["iat"] - 1}, key),
    "expires this second": lambda h, c, key: forgery.by_key(h, c | {"exp": c["iat"]}, key),
    "not yet valid": lambda h, c, key: forgery.by_key(h, c | {"nbf": c["iat"] + HOUR}, key),
    "claims doubled": lambda h, c, key: forgery.by_key(h, b'{"exp": 1, ' + orjson.dumps(c)[1:], key),
    "claims no object": lambda h, _, key: forgery.by_key(h, b"[1]", key),
    "claims no JSON": lambda h, _, key: forgery.by_key(h, b"{", key),
    "claims deep": lambda h, _, key: forgery.by_key(h, b'{"a":' * 100 + b"1" + b"}" * 100, key),
    "signature cut": _damaged(lambda p: f"{p[0]}.{p[1]}.{p[2][:-4]}"),
    "signature gone": _damaged(lambda p: f"{p[0]}.{p[1]}."),
    "two parts": _damaged(lambda p: f"{p[0]}.{p[1]}"),
    "five parts": _damaged(lambda p: ".".join([*p, "AA", "AA"])),
    "claims exchanged": _damaged(lambda p: f"{p[0]}.{forgery.part({'sub': 'officer'})}.{p[2]}"),
    "padding": _damaged(lambda p: f"{p[0]}==.{p[1]}.{p[2]}"),
    "a letter of another alphabet": _damaged(lambda p: f"{p[0]}.{p[1]}.ａ{p[2][1:]}"),
    "twelve thousand letters": _damaged(lambda p: p[0] + "A" * 12_000 + f".{p[1]}.{p[2]}"),
    "twenty thousand letters": _damaged(lambda p: p[0] + "A" * 20_000 + f".{p[1]}.{p[2]}"),
    "nothing": lambda *_: "",
    "dots": lambda *_: "..",
}
"""A fault each. Header and claims come from a sound token, the key is the one that signed it."""

ONLY_CLIENTS: dict[str, Forge] = {
    "a grant inside": _changed(sub="officer", role="officer", ranges=[[0, 10**12]], datasets=["*"], name="x"),
    "client_id missing": _without("client_id"),
    "client_id another's": _changed(client_id="client-" + "0" * 32),
    "sub a person": _changed(sub="person:zhang", client_id="person:zhang"),
}
ONLY_OURS: dict[str, Forge] = {
    "role unknown": _changed(role="emperor"),
    "role missing": _without("role"),
    "ranges missing": _without("ranges"),
    "ranges no pairs": _changed(ranges=[1]),
}


@pytest.fixture
async def machine(api: Api) -> Machine:
    """A client with a grant, so that nothing but the token can be the reason."""
    system, security = await administrators(api)
    found = await entered(system)
    await granted(security, found.id, "region_officer")
    return found


async def tried(api: Api, token: str) -> httpx.Response:
    client = await api.anonymous()
    try:
        return await client.get("/v1/hosts", headers={"authorization": f"Bearer {token}"})
    except UnicodeEncodeError:
        return await client.get("/v1/hosts", headers={b"authorization": b"Bearer " + token.encode()})


def read(token: str) -> tuple[Header, Claims]:
    """Header and claims of a sound token."""
    header, claims = (orjson.loads(base64.urlsafe_b64decode(each + "==")) for each in token.split(".")[:2])
    return header, claims


async def signing(api: Api) -> OKPKey:
    """The key that signs tokens of /oauth/token now."""
    _, key = await api.app.state.liangxin.ring.signing()
    assert isinstance(key, OKPKey)
    return key


TOO_LONG = "twenty thousand letters"
"""Stopped before anybody looks for a token: the head of the request is too large."""


def _refused(answer: httpx.Response, fault: str) -> None:
    if fault == TOO_LONG:
        assert answer.status_code == 431
        return
    assert answer.status_code == 401, f"{fault}: {answer.status_code}"
    assert answer.json()["code"] == "unauthenticated"
    assert answer.headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize("fault", [*FORGED, *ONLY_CLIENTS])
async def test_forged_tokens_of_machines(api: Api, machine: Machine, fault: str) -> None:
    token = (await asked(api, machine)).json()["access_token"]
    header, claims = read(token)
    key = await signing(api)
    assert (await tried(api, forgery.by_key(header, claims, key))).status_code == 200
    _refused(await tried(api, (FORGED | ONLY_CLIENTS)[fault](header, claims, key)), fault)


@pytest.fixture
def ours(api: Api, settings: Settings, clock: Hands) -> tuple[Header, Claims, OKPKey]:
    """A sound token of the command line, and its key."""
    key = load_key(settings.token_key, settings.state)
    token = api.app.state.liangxin.tokens.sign(
        "tester", role="officer", ranges=((0, 10**12),), now=clock(), lifetime=timedelta(hours=1)
    )
    return (*read(token), key)


async def test_forged_tokens_of_the_command_line(api: Api, ours: tuple[Header, Claims, OKPKey]) -> None:
    header, claims, key = ours
    assert (await tried(api, forgery.by_key(header, claims, key))).status_code == 200
    for fault, forge in (FORGED | ONLY_OURS).items():
        _refused(await tried(api, forge(header, claims, key)), fault)


async def test_a_key_serves_for_its_own_kind_of_token_alone(
    api: Api, machine: Machine, ours: tuple[Header, Claims, OKPKey]
) -> None:
    """The signing key of machines' tokens signs no grant, the command line's signs no bare subject."""
    header, claims, key = ours
    theirs, their_claims = read((await asked(api, machine)).json()["access_token"])
    _refused(await tried(api, forgery.by_key(theirs, claims, await signing(api))), "a grant by the machines' key")
    _refused(await tried(api, forgery.by_key(header, their_claims, key)), "a subject by the command line's key")


async def test_a_token_ends_to_the_second_although_it_was_remembered(
    api: Api, machine: Machine, clock: Hands, settings: Settings
) -> None:
    token = (await asked(api, machine)).json()["access_token"]
    clock.forward(seconds=settings.token_lifetime - 1)
    assert (await tried(api, token)).status_code == 200
    clock.forward(seconds=1)
    _refused(await tried(api, token), "expired")


async def test_a_token_of_a_key_that_is_withdrawn(api: Api, machine: Machine, clock: Hands) -> None:
    token = (await asked(api, machine)).json()["access_token"]
    header, _ = read(token)
    assert (await tried(api, token)).status_code == 200
    async with api.app.state.liangxin.acts.open(SYSTEM) as act:
        assert await keys.withdraw(act, header["kid"], "可能已泄露")
        assert not await keys.withdraw(act, "nobody's", "可能已泄露")
    clock.forward(seconds=31)
    _refused(await tried(api, token), "withdrawn")
    new = (await asked(api, machine)).json()["access_token"]
    assert read(new)[0]["kid"] != header["kid"]
    assert (await tried(api, new)).status_code == 200


@pytest.mark.parametrize(
    "shown", ["Bearer", "Bearer ", "Basic dGVzdDp0ZXN0", "bearer lxp_", "Token x", "Bearer lxp_\x00", "lxp_x"]
)
async def test_other_headers(api: Api, shown: str) -> None:
    client = await api.anonymous()
    answer = await client.get("/v1/hosts", headers={b"authorization": shown.encode("latin-1")})
    assert answer.status_code == 401


async def test_a_token_in_the_address_is_no_token(api: Api, machine: Machine) -> None:
    token = (await asked(api, machine)).json()["access_token"]
    client = await api.anonymous()
    assert (await client.get("/v1/hosts", params={"access_token": token})).status_code in (401, 422)
    assert (await client.get("/v1/me", params={"access_token": token})).status_code in (401, 422)
