"""The provider's keys: fetched when needed, kept while fresh, asked for again at most every half minute."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey, RSAKey
from pydantic import ValidationError

from app.core.errors import Busy, Unauthenticated
from app.services.access.jwts import peek
from app.services.access.provider import Provider, ProviderSettings
from tests.services.access import forgery

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ISSUER = "https://login.example.org"
SETTINGS = ProviderSettings(issuer=ISSUER, audience="liangxin-api")
FIRST = RSAKey.generate_key(2048, {"use": "sig"}, auto_kid=True)
SECOND = OKPKey.generate_key("Ed25519", {"use": "sig"}, auto_kid=True)


class Login:
    """What the provider publishes, and how often it was asked."""

    def __init__(self, *keys: Any) -> None:
        self.keys: list[Any] = list(keys)
        self.asked = 0
        self.down = False
        self.issuer = ISSUER
        self.now = NOW
        self.provider = Provider(SETTINGS, httpx.MockTransport(self._answer))

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("down")
        if request.url.path == "/.well-known/openid-configuration":
            return httpx.Response(200, json={"issuer": self.issuer, "jwks_uri": f"{ISSUER}/keys"})
        self.asked += 1
        return httpx.Response(
            200, json={"keys": [key if isinstance(key, dict) else key.as_dict(private=False) for key in self.keys]}
        )

    async def take(self, token: str) -> dict[str, Any]:
        return await self.provider.claims(token, peek(token), self.now)


def claims(now: datetime = NOW, **change: Any) -> dict[str, Any]:
    began = int(now.timestamp())
    return {"iss": ISSUER, "aud": "liangxin-api", "sub": "zhang", "iat": began, "exp": began + 600} | change


def token(key: RSAKey | OKPKey, now: datetime = NOW, typ: str = "at+jwt", **change: Any) -> str:
    algorithm = "RS256" if isinstance(key, RSAKey) else "Ed25519"
    header = {"alg": algorithm, "typ": typ, "kid": key.kid}
    return jwt.encode(header, claims(now, **change), key, algorithms=[algorithm])


async def test_keys_are_fetched_once_and_kept_an_hour() -> None:
    login = Login(FIRST)
    for _ in range(3):
        assert (await login.take(token(FIRST)))["sub"] == "zhang"
    assert login.asked == 1
    login.now += timedelta(hours=1)
    await login.take(token(FIRST, login.now))
    assert login.asked == 2


async def test_a_new_key_is_learnt_when_it_is_met() -> None:
    login = Login(FIRST)
    await login.take(token(FIRST))
    login.keys.append(SECOND)
    login.now += timedelta(seconds=30)
    await login.take(token(SECOND, login.now))
    assert login.asked == 2


async def test_strangers_naming_any_key_do_not_make_us_ask() -> None:
    login = Login(FIRST)
    await login.take(token(FIRST))
    strange = [OKPKey.generate_key("Ed25519", auto_kid=True) for _ in range(50)]
    for key in strange:
        with pytest.raises(Unauthenticated):
            await login.take(token(key))
    assert login.asked == 1
    login.now += timedelta(seconds=30)
    for key in strange:
        with pytest.raises(Unauthenticated):
            await login.take(token(key, login.now))
    assert login.asked == 2


async def test_a_withdrawn_key_is_forgotten_with_the_next_fetch() -> None:
    login = Login(FIRST, SECOND)
    await login.take(token(FIRST))
    login.keys = [SECOND]
    login.now += timedelta(hours=1)
    with pytest.raises(Unauthenticated):
        await login.take(token(FIRST, login.now))


async def test_stale_keys_serve_a_day_when_the_provider_is_away() -> None:
    login = Login(FIRST)
    await login.take(token(FIRST))
    login.down = True
    login.now += timedelta(hours=23)
    await login.take(token(FIRST, login.now))
    login.now += timedelta(hours=1)
    with pytest.raises(Busy):
        await login.take(token(FIRST, login.now))
    login.down = False
    login.now += timedelta(seconds=30)
    await login.take(token(FIRST, login.now))


async def test_without_any_key_nobody_is_told_to_be_a_liar() -> None:
    login = Login(FIRST)
    login.down = True
    with pytest.raises(Busy):
        await login.take(token(FIRST))


async def test_another_issuers_configuration_is_not_followed() -> None:
    login = Login(FIRST)
    login.issuer = "https://elsewhere.example.org"
    with pytest.raises(Busy):
        await login.take(token(FIRST))
    assert login.asked == 0


async def test_an_answer_that_is_too_large_or_no_key_set() -> None:
    for told in ([{"x": "y" * 300_000}], ["no key"], [{"kty": "RSA", "kid": "1", "use": "sig"}]):
        login = Login()
        login.keys = [each if isinstance(each, dict) else {"kty": each} for each in told]
        with pytest.raises((Busy, Unauthenticated)):
            await login.take(token(FIRST))


async def test_shared_secrets_and_encryption_keys_in_the_set_verify_nothing() -> None:
    secret = OctKey.generate_key(256, {"kid": "shared", "use": "sig"})
    sealing = RSAKey.generate_key(2048, {"kid": "sealing"})
    login = Login(FIRST, secret.as_dict(private=True), sealing.as_dict(private=False) | {"use": "enc"})
    await login.take(token(FIRST))
    raw = secret.get_op_key("sign")
    assert isinstance(raw, bytes)
    forged = forgery.by_secret({"alg": "HS256", "typ": "at+jwt", "kid": "shared"}, claims(), raw)
    with pytest.raises(Unauthenticated):
        await login.take(forged)
    with pytest.raises(Unauthenticated):
        await login.take(token(sealing))


REFUSED: dict[str, Callable[[], str]] = {
    "alg none": lambda: forgery.unsigned({"alg": "none", "typ": "at+jwt", "kid": FIRST.kid}, claims()),
    **{
        f"HS256 with the public key, form {number}": lambda form=form: forgery.by_secret(  # type: ignore[misc]  # bound now
            {"alg": "HS256", "typ": "at+jwt", "kid": FIRST.kid}, claims(), form
        )
        for number, form in enumerate(forgery.public_forms(FIRST))
    },
    "an id token": lambda: token(FIRST, typ="JWT"),
    "another audience": lambda: token(FIRST, aud="another"),
    "another issuer": lambda: token(FIRST, iss=ISSUER + "/"),
    "expired, more than a minute ago": lambda: token(FIRST, exp=int(NOW.timestamp()) - 61),
    "not valid for two minutes": lambda: token(FIRST, nbf=int(NOW.timestamp()) + 120),
    "issued in the future": lambda: token(FIRST, iat=int(NOW.timestamp()) + 120),
    "no subject": lambda: token(FIRST, sub=None),
    "another's key under a known kid": lambda: jwt.encode(
        {"alg": "RS256", "typ": "at+jwt", "kid": FIRST.kid},
        claims(),
        RSAKey.generate_key(2048),
        algorithms=["RS256"],
    ),
    "an Ed25519 header over an RSA key": lambda: forgery.by_key(
        {"alg": "Ed25519", "typ": "at+jwt", "kid": FIRST.kid}, claims(), SECOND
    ),
}


@pytest.mark.parametrize("fault", REFUSED)
async def test_refused(fault: str) -> None:
    login = Login(FIRST, SECOND)
    await login.take(token(FIRST))
    await login.take(token(SECOND))
    with pytest.raises(Unauthenticated):
        await login.take(REFUSED[fault]())


@pytest.mark.parametrize("role", ["system_administrator", "security_administrator", "audit_administrator"])
def test_administrators_are_never_mapped_from_claims(role: str) -> None:
    with pytest.raises(ValidationError):
        ProviderSettings.model_validate(
            {"issuer": ISSUER, "audience": "x", "grants": [{"claim": "g", "value": "v", "role": role}]}
        )


def test_weak_algorithms_cannot_be_configured() -> None:
    for algorithm in ("none", "HS256", "RS1"):
        with pytest.raises(ValidationError):
            ProviderSettings.model_validate({"issuer": ISSUER, "audience": "x", "algorithms": [algorithm]})


def test_an_oversized_token_is_not_looked_at() -> None:
    with pytest.raises(Unauthenticated):
        peek(token(FIRST, filler="x" * 20_000))
    assert orjson.loads(orjson.dumps(peek(token(FIRST)).kid)) == FIRST.kid
