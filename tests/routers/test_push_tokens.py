"""Push tokens: one dataset, certain addresses, until a day, and nothing else."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit.identity import Machine, administrators, entered, granted

ROWS = b'{"name": "\xe7\x94\xb2\xe5\x85\xac\xe5\x8f\xb8", "uscc": "91330000MA27U00K3D"}\n'


async def made(api: Api, machine: Machine, **body: Any) -> httpx.Response:
    system, _ = await administrators(api)
    grants = await (await administrators(api))[1].get("/v1/grants", params={"subject": machine.id})
    full = {
        "grant_id": grants.json()["items"][0]["id"],
        "name": "每周报送",
        "dataset": "registrations",
        "addresses": ["10.20.0.0/16", "2001:db8::/32"],
        "ends_at": "2026-06-01T00:00:00+08:00",
    }
    return await system.post("/v1/push-tokens", json=full | body)


@pytest.fixture
async def machine(api: Api) -> Machine:
    system, security = await administrators(api)
    found = await entered(system, "民政局")
    await granted(security, found.id, "department_partner", datasets=["registrations", "party_facts"])
    return found


async def at(api: Api, token: str, address: str = "10.20.3.4") -> httpx.AsyncClient:
    """Someone who shows the token from an address."""
    transport = httpx.ASGITransport(app=api.app, raise_app_exceptions=False, client=(address, 4711))
    headers = {"authorization": f"Bearer {token}", "accept-language": "en"}
    return httpx.AsyncClient(transport=transport, base_url="http://liangxin", headers=headers)


async def pushed(client: httpx.AsyncClient, dataset: str = "registrations") -> httpx.Response:
    headers = {"content-type": "application/x-ndjson", "idempotency-key": uuid4().hex}
    return await client.post(f"/v1/datasets/{dataset}/batches", content=ROWS, headers=headers)


async def test_it_pushes_its_dataset_and_reads_nothing(api: Api, machine: Machine) -> None:
    answer = await made(api, machine)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    client = await at(api, answer.json()["token"])
    taken = await pushed(client)
    assert taken.status_code == 202, taken.text
    assert (await pushed(client, "party_facts")).status_code == 403
    for path in ("/v1/hosts", "/v1/organizations", "/v1/batches", taken.headers["location"], "/v1/datasets"):
        assert (await client.get(path)).status_code == 403, path
    assert (await client.get("/v1/me")).json()["grants"][0]["permissions"] == ["batches:write"]
    system, security = await administrators(api)
    shown = (await system.get(answer.headers["location"])).json()
    assert (shown["used_on"], shown["subject"]) == ("2026-03-02", machine.id)
    assert "token" not in shown
    assert (await security.get("/v1/grants")).json()["items"][0]["used_on"] == "2026-03-02"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("10.20.255.255", 202),
        ("::ffff:10.20.0.1", 202),
        ("2001:db8::1", 202),
        ("10.21.0.0", 401),
        ("192.0.2.1", 401),
        ("2001:db9::1", 401),
        ("somewhere", 401),
    ],
)
async def test_it_works_from_its_addresses_alone(api: Api, machine: Machine, address: str, status: int) -> None:
    token = (await made(api, machine)).json()["token"]
    assert (await pushed(await at(api, token, address))).status_code == status


async def test_it_ends_by_time_by_revocation_and_with_its_grant(api: Api, machine: Machine, clock: Hands) -> None:
    first, second, third = [(await made(api, machine)).json() for _ in range(3)]
    system, security = await administrators(api)
    assert (await pushed(await at(api, first["token"]))).status_code == 202
    gone = await system.post(f"/v1/push-tokens/{first['id']}/revoke", json={"reason": "遗失"})
    assert gone.json()["revoked_reason"] == "遗失"
    assert gone.json()["allowed_actions"] == [{"action": "revoke", "allowed": False, "reason": "token_revoked"}]
    assert (await pushed(await at(api, first["token"]))).status_code == 401
    again = await system.post(f"/v1/push-tokens/{first['id']}/revoke", json={"reason": "遗失"})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, "token_revoked")

    assert (await pushed(await at(api, second["token"]))).status_code == 202
    grant = second["grant_id"]
    await security.post(f"/v1/grants/{grant}/end", json={"reason": "结束"}, headers={"if-match": '"1"'})
    assert (await pushed(await at(api, second["token"]))).status_code == 403

    clock.forward(days=100)
    assert (await pushed(await at(api, third["token"]))).status_code == 401
    assert (await pushed(await at(api, "lxp_" + "x" * 43))).status_code == 401


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"addresses": ["10.20.0.1/16"]}, "/addresses/0", "address_shape"),
        ({"addresses": ["10.20.0.0/16", "hier"]}, "/addresses/1", "address_shape"),
        ({"dataset": "nothing"}, "/dataset", "dataset_unknown"),
        ({"ends_at": "2026-03-01T00:00:00+08:00"}, "/ends_at", "time_past"),
        ({"ends_at": "2028-03-01T00:00:00+08:00"}, "/ends_at", "time_too_far"),
        ({"addresses": []}, "/addresses", "too_short"),
    ],
)
async def test_what_a_push_token_cannot_be(
    api: Api, machine: Machine, body: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await made(api, machine, **body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"] == pointer
    assert answer.json()["errors"][0]["code"] in (code, "value_wrong")


async def test_only_a_partners_grant_carries_one(api: Api) -> None:
    system, security = await administrators(api)
    machine = await entered(system)
    grant = await granted(security, machine.id, "region_officer")
    answer = await made(api, machine, grant_id=grant["id"])
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "grant_for_push")
    assert (await made(api, machine, grant_id=str(uuid4()))).status_code == 404
