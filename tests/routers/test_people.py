"""People sign in at a real OpenID provider; their access tokens open what they were granted, and nothing else."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from app.core.config import Settings
from tests.conftest import Api, Hands, running
from tests.kit import provider as kit
from tests.kit.databases import Clones, dsn
from tests.kit.identity import administrators, granted
from tests.kit.provider import AUDIENCE, Key, Running, provider, signed_in

PEOPLE: dict[str, Any] = {
    "zhang": {"name": "张明"},
    "li": {"name": "李华", "groups": ["两新-区县"], "region_codes": ["330106000000", "330203000000"]},
    "wang": {"name": "王", "groups": ["两新-区县"], "region_codes": ["somewhere"]},
    "chen": {"groups": ["两新-条线"], "party_codes": ["001002000000000"]},
}


@pytest.fixture(scope="module")
def keys() -> list[Key]:
    return [kit.rsa_key(), kit.ec_key()]


@pytest.fixture(scope="module")
def people(keys: list[Key]) -> Iterator[Running]:
    """The provider, signing RS256."""
    kit.prepared()
    with provider(PEOPLE, *keys) as found:
        yield found


def mapping(folder: Path, issuer: str, more: str = "") -> Path:
    """The file that LIANGXIN_OIDC names."""
    path = folder / "oidc.toml"
    path.write_text(
        f'issuer = "{issuer}"\naudience = "{AUDIENCE}"\n{more}\n'
        "[[grants]]\n"
        'claim = "groups"\nvalue = "两新-区县"\nrole = "region_officer"\nregions = "region_codes"\n'
        "[[grants]]\n"
        'claim = "groups"\nvalue = "两新-条线"\nrole = "line_officer"\nlines = "party_codes"\n',
        encoding="utf-8",
    )
    return path


@pytest.fixture
async def portal(people: Running, settings: Settings, clock: Hands, tmp_path: Path) -> AsyncIterator[Api]:
    """The application that takes the provider's tokens."""
    clock.now = datetime.now(UTC)
    told = settings.model_copy(update={"oidc": mapping(tmp_path, people.issuer)})
    async with running(told, clock) as found:
        yield found


async def showing(portal: Api, token: str) -> httpx.AsyncClient:
    return await portal.anonymous({"authorization": f"Bearer {token}", "accept-language": "en"})


async def test_a_person_holds_what_was_granted_here(portal: Api, people: Running) -> None:
    zhang = await showing(portal, signed_in(people, "zhang")["access_token"])
    me = (await zhang.get("/v1/me")).json()
    assert me == {"subject": "person:zhang", "name": "张明", "grants": [], "resting": []}
    assert (await zhang.get("/v1/hosts")).json()["code"] == "no_grant"
    _, security = await administrators(portal)
    await granted(security, "person:zhang", "portal_reader")
    assert (await zhang.get("/v1/hosts")).status_code == 200
    park = {"kind": "park", "name": "云栖小镇", "region_code": "330106010000"}
    assert (await zhang.post("/v1/hosts", json=park)).json()["code"] == "forbidden"


async def test_claims_bring_roles_and_places_by_configuration(portal: Api, people: Running) -> None:
    li = await showing(portal, signed_in(people, "li")["access_token"])
    (grant,) = (await li.get("/v1/me")).json()["grants"]
    assert grant["role"] == "region_officer"
    assert grant["regions"] == [
        {"first": "330106000000", "last": "330106999999"},
        {"first": "330203000000", "last": "330203999999"},
    ]
    park = {"kind": "park", "name": "云栖小镇", "region_code": "330106010000"}
    assert (await li.post("/v1/hosts", json=park)).status_code == 201
    assert (await li.post("/v1/hosts", json=park | {"region_code": "330108000000"})).status_code == 403
    wang = await showing(portal, signed_in(people, "wang")["access_token"])
    assert (await wang.get("/v1/me")).json()["grants"] == []
    chen = await showing(portal, signed_in(people, "chen")["access_token"])
    (line,) = (await chen.get("/v1/me")).json()["grants"]
    assert line["lines"] == [{"first": "001002000000000", "last": "001002999999999"}]


async def test_signing_in_leaves_one_row(portal: Api, people: Running, server: Clones, database_name: str) -> None:
    zhang = await showing(portal, signed_in(people, "zhang")["access_token"])
    for _ in range(3):
        assert (await zhang.get("/v1/me")).status_code == 200
        portal.clock.forward(seconds=6)
    again = await showing(portal, signed_in(people, "zhang")["access_token"])
    assert (await again.get("/v1/me")).status_code == 200
    connection = await asyncpg.connect(dsn(server.url(database_name, "postgres")))
    rows = await connection.fetch("SELECT actor FROM audit WHERE verb = 'sign_in' AND subject = 'persons'")
    await connection.close()
    assert [row["actor"] for row in rows] == ["person:zhang"] * 2


async def test_an_id_token_is_no_access_token(portal: Api, people: Running) -> None:
    tokens = signed_in(people, "zhang")
    assert (await (await showing(portal, tokens["access_token"])).get("/v1/me")).status_code == 200
    assert (await (await showing(portal, tokens["id_token"])).get("/v1/me")).status_code == 401


async def test_a_token_ends(portal: Api, people: Running) -> None:
    zhang = await showing(portal, signed_in(people, "zhang")["access_token"])
    portal.clock.forward(seconds=300)
    assert (await zhang.get("/v1/me")).status_code == 200  # a minute's difference of clocks is allowed
    portal.clock.forward(seconds=61)
    assert (await zhang.get("/v1/me")).status_code == 401


async def test_another_audience_is_refused(people: Running, settings: Settings, clock: Hands, tmp_path: Path) -> None:
    clock.now = datetime.now(UTC)
    path = mapping(tmp_path, people.issuer)
    path.write_text(path.read_text(encoding="utf-8").replace(AUDIENCE, "urn:another"), encoding="utf-8")
    async with running(settings.model_copy(update={"oidc": path}), clock) as other:
        zhang = await showing(other, signed_in(people, "zhang")["access_token"])
        assert (await zhang.get("/v1/me")).status_code == 401


async def test_the_provider_changes_its_keys(settings: Settings, clock: Hands, tmp_path: Path) -> None:
    """A new key is learnt when it is first met; a withdrawn one is forgotten with the next fetch."""
    kit.prepared()
    old, new = kit.rsa_key(), kit.ec_key()
    clock.now = datetime.now(UTC)
    with provider(PEOPLE, old) as first:
        told = settings.model_copy(update={"oidc": mapping(tmp_path, first.issuer)})
        before = signed_in(first, "zhang")["access_token"]
        port = first.port
    with provider(PEOPLE, new, old, port=port) as second:
        async with running(told, clock) as portal:
            assert (await (await showing(portal, before)).get("/v1/me")).status_code == 200
            after = signed_in(second, "zhang")["access_token"]
            assert (await (await showing(portal, after)).get("/v1/me")).status_code == 200
    with provider(PEOPLE, new, port=port):
        async with running(told, clock) as portal:
            assert (await (await showing(portal, after)).get("/v1/me")).status_code == 200
            assert (await (await showing(portal, before)).get("/v1/me")).status_code == 401
