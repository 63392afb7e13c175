"""Contacts over HTTP: masked by default, found by whole numbers, shown in clear with a purpose, put right, erased."""

import asyncio
from typing import Any

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit.databases import Clones
from tests.kit.persons import person
from tests.kit.vaults import superuser
from tests.routers.test_organizations import entered

ONE, TWO = person(1), person(2)
WEST_LAKE = ((330106000000, 330107000000),)


async def contact(client: httpx.AsyncClient, organization: str, **told: Any) -> dict[str, Any]:
    """A contact entered by hand."""
    body = {"organization_id": organization, "name": ONE.name, "role": "liaison", "phone": ONE.phone} | told
    answer = await client.post("/v1/contacts", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture
async def organization(client: httpx.AsyncClient) -> str:
    """An organisation of 上城区."""
    return str((await entered(client))["id"])


async def audited(server: Clones, database_name: str, verb: str) -> list[asyncpg.Record]:
    """What the audit says of this verb on contacts."""
    async with superuser(server, database_name) as keeper:
        return await keeper.fetch("SELECT * FROM audit WHERE subject = 'contacts' AND verb = $1 ORDER BY id", verb)


async def test_numbers_leave_masked(client: httpx.AsyncClient, organization: str) -> None:
    made = await contact(client, organization, identity_number=ONE.identity_number)
    assert made["phone"] == f"{ONE.phone[:3]}****{ONE.phone[-4:]}"
    assert made["identity_number"] == "330" + "*" * 14 + ONE.identity_number[-1]
    place = f"/v1/contacts/{made['id']}"
    read = await client.get(place)
    assert read.json() == made
    assert read.headers["etag"] == '"1"'
    listed = (await client.get("/v1/contacts", params={"organization_id": organization})).json()
    assert [item["phone"] for item in listed["items"]] == [made["phone"]]
    sheet = await client.get("/v1/contacts", headers={"Accept": "text/csv"})
    assert ONE.name in sheet.text
    for answer in (read.text, str(listed), sheet.text):
        assert ONE.phone not in answer
        assert ONE.identity_number not in answer


@pytest.mark.parametrize(
    "written", ["+86 {}", "86{}", " {} ", "{0[0]}{0[1]}{0[2]}-{0[3]}{0[4]}{0[5]}{0[6]}-{0[7]}{0[8]}{0[9]}{0[10]}"]
)
async def test_a_contact_is_found_by_the_whole_number_however_written(
    client: httpx.AsyncClient, organization: str, written: str
) -> None:
    made = await contact(client, organization, identity_number=ONE.identity_number)
    await contact(client, organization, name=TWO.name, phone=TWO.phone)
    found = await client.post("/v1/contacts/search", json={"phone": written.format(ONE.phone)})
    assert [item["id"] for item in found.json()["items"]] == [made["id"]]
    by_identity = await client.post("/v1/contacts/search", json={"identity_number": ONE.identity_number.lower()})
    assert [item["id"] for item in by_identity.json()["items"]] == [made["id"]]
    none = await client.post("/v1/contacts/search", json={"phone": person(3).phone})
    assert none.json() == {"items": []}


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"phone": "1380013800"}, ("/phone", "phone_wrong")),
        ({"phone": 13800138000}, ("/phone", "code_as_number")),
        ({"phone": "1.38E+10"}, ("/phone", "code_as_number")),
        ({"phone": None}, ("/body", "one_of_two")),
        ({"phone": ONE.phone, "identity_number": ONE.identity_number}, ("/body", "one_of_two")),
        ({"identity_number": 3.3e17}, ("/identity_number", "code_as_number")),
        ({"identity_number": "3.3e17"}, ("/identity_number", "code_as_number")),
        ({"identity_number": ONE.identity_number[:-1] + "Y"}, ("/identity_number", "identity_number_wrong")),
        ({"identity_number": "9" * 100}, ("/identity_number", "value_wrong")),
        ({"identity_number": ["x"]}, ("/identity_number", "string_type")),
    ],
)
async def test_a_wrong_number_is_refused_and_never_echoed(
    client: httpx.AsyncClient, body: dict[str, Any], wrong: tuple[str, str]
) -> None:
    answer = await client.post("/v1/contacts/search", json=body)
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [wrong]
    for value in body.values():
        if value is not None:
            assert str(value) not in answer.text


async def test_a_reveal_needs_a_purpose_and_leaves_one_row(
    client: httpx.AsyncClient, organization: str, server: Clones, database_name: str
) -> None:
    made = await contact(client, organization, identity_number=ONE.identity_number)
    place = f"/v1/contacts/{made['id']}/reveal"
    for body in ({}, {"purpose": ""}, {"purpose": f"回电 {ONE.phone}"}, {"purpose": "核实", "fields": []}):
        assert (await client.post(place, json=body)).status_code == 422
    assert await audited(server, database_name, "reveal") == []
    shown = await client.post(place, json={"purpose": "通知参加座谈会", "fields": ["phone"]})
    assert shown.json() == {"id": made["id"], "phone": ONE.phone, "identity_number": None}
    assert shown.headers["cache-control"] == "no-store"
    (row,) = await audited(server, database_name, "reveal")
    assert (row["actor"], row["why"], row["count"]) == ("tester", "通知参加座谈会", 1)
    assert row["request_id"] == shown.headers["x-request-id"]
    assert ONE.phone not in str(dict(row))


async def test_fifty_readers_at_once_leave_fifty_rows(
    client: httpx.AsyncClient, organization: str, server: Clones, database_name: str
) -> None:
    made = await contact(client, organization)
    place = f"/v1/contacts/{made['id']}/reveal"
    answers = await asyncio.gather(*(client.post(place, json={"purpose": f"读者{n:02d}甲"}) for n in range(50)))
    served = [answer for answer in answers if answer.status_code == 200]
    assert {answer.status_code for answer in answers} <= {200, 503}
    assert {answer.json()["phone"] for answer in served} == {ONE.phone}
    rows = await audited(server, database_name, "reveal")
    assert sorted(row["request_id"] for row in rows) == sorted(answer.headers["x-request-id"] for answer in served)
    assert len(served) == 50


async def test_a_reveal_has_its_own_permission(api: Api, client: httpx.AsyncClient, organization: str) -> None:
    made = await contact(client, organization)
    line = await api.client("line", role="line_officer")
    assert (await line.get(f"/v1/contacts/{made['id']}")).status_code == 200
    refused = await line.post(f"/v1/contacts/{made['id']}/reveal", json={"purpose": "想看一看"})
    assert refused.status_code == 403
    reader = await api.client("reader", role="portal_reader")
    assert (await reader.get("/v1/contacts")).status_code == 403


async def test_a_region_officer_reads_masked_and_reveals_exports_and_erases_nothing(
    api: Api, client: httpx.AsyncClient, organization: str
) -> None:
    made = await contact(client, organization, role="liaison")
    officer = await api.client("region", role="region_officer")
    place = f"/v1/contacts/{made['id']}"
    read = (await officer.get(place)).json()
    assert read["phone"] == made["phone"] != ONE.phone
    steps = {step["action"]: (step["allowed"], step["reason"]) for step in read["allowed_actions"]}
    no = (False, "permission")
    assert steps == {"update": (True, None), "erase": no, "reveal": no}
    why = {"ground": "consent_withdrawn", "reason": "本人申请"}
    for path, body in (
        (f"{place}/reveal", {"purpose": "电话通知开会"}),
        (f"{place}/erase", why),
        ("/v1/data-subjects/export", {"phone": ONE.phone, "reason": "本人申请"}),
        ("/v1/data-subjects/erase", {"phone": ONE.phone, **why}),
    ):
        refused = await officer.post(path, json=body, headers={"if-match": '"1"'})
        assert (refused.status_code, ONE.phone in refused.text) == (403, False), path
    committee = await api.client("committee", role="work_committee_officer")
    assert (await committee.post(f"{place}/reveal", json={"purpose": "电话通知开会"})).json()["phone"] == ONE.phone


async def test_a_contact_is_seen_where_its_organisation_stands(
    api: Api, client: httpx.AsyncClient, organization: str
) -> None:
    made = await contact(client, organization)
    elsewhere = await api.client("west", ranges=WEST_LAKE)
    place = f"/v1/contacts/{made['id']}"
    assert (await elsewhere.get(place)).status_code == 404
    assert (await elsewhere.post(f"{place}/reveal", json={"purpose": "想看一看"})).status_code == 404
    assert (await elsewhere.post("/v1/contacts/search", json={"phone": ONE.phone})).json()["items"] == []
    assert (await elsewhere.get("/v1/contacts")).json()["items"] == []
    refused = await elsewhere.post(
        "/v1/contacts", json={"organization_id": organization, "name": TWO.name, "role": "other"}
    )
    assert refused.json()["errors"][0]["code"] == "organization_unknown"
    moved = await client.patch(
        f"/v1/organizations/{organization}",
        json={"region_code": "330106002000", "region_level": 4},
        headers={"If-Match": '"1"'},
    )
    assert moved.status_code == 200, moved.text
    seen = await elsewhere.get(place)
    assert (seen.json()["region_code"], seen.json()["version"]) == ("330106002000", 2)
    assert seen.json()["phone"] == made["phone"]
    found = await elsewhere.post("/v1/contacts/search", json={"phone": ONE.phone})
    assert [item["id"] for item in found.json()["items"]] == [made["id"]]


async def test_a_correction_replaces_and_keeps_nothing_of_the_old_number(
    client: httpx.AsyncClient, organization: str, server: Clones, database_name: str
) -> None:
    made = await contact(client, organization, identity_number=ONE.identity_number)
    place = f"/v1/contacts/{made['id']}"
    assert (await client.patch(place, json={"phone": TWO.phone})).status_code == 428
    changed = await client.patch(place, json={"phone": TWO.phone, "identity_number": None}, headers={"If-Match": '"1"'})
    assert changed.status_code == 200, changed.text
    assert (changed.json()["version"], changed.json()["identity_number"]) == (2, None)
    assert changed.json()["corrected"] == ["identity_number", "phone"]
    same = await client.patch(place, json={"phone": TWO.phone}, headers={"If-Match": '"2"'})
    assert same.json()["version"] == 2
    stale = await client.patch(place, json={"phone": ONE.phone}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    for sought, hits in ((ONE.phone, 0), (TWO.phone, 1)):
        found = await client.post("/v1/contacts/search", json={"phone": sought})
        assert len(found.json()["items"]) == hits
    async with superuser(server, database_name) as keeper:
        assert await keeper.fetchval("SELECT count(*) FROM personal_values") == 1
        assert await keeper.fetchval("SELECT count(*) FROM history WHERE subject = 'contacts'") == 0  # same instant


async def test_versions_of_a_contact_are_told_without_numbers_and_noted(
    api: Api, client: httpx.AsyncClient, organization: str, clock: Hands, server: Clones, database_name: str
) -> None:
    made = await contact(client, organization)
    place = f"/v1/contacts/{made['id']}"
    clock.forward(days=1)
    corrected = {"name": TWO.name, "role": "other", "phone": TWO.phone}
    assert (await client.patch(place, json=corrected, headers={"If-Match": '"1"'})).status_code == 200
    told = await client.get(f"{place}/history", params={"count": "exact"})
    assert told.status_code == 200, told.text
    new, old = told.json()["items"]
    assert (new["version"], new["name"], new["role"], new["recorded_to"]) == (2, TWO.name, "other", None)
    assert (old["version"], old["name"], old["role"], old["replaced_by"]) == (1, ONE.name, "liaison", "tester")
    assert old["recorded_to"] == new["recorded_at"]
    assert told.json()["count"] == {"value": 2, "kind": "exact"}
    assert {"phone", "identity_number"}.isdisjoint({*new, *old})
    for number in (ONE.phone, TWO.phone):
        assert number not in told.text
    (row,) = await audited(server, database_name, "list")
    assert (str(row["ids"][0]), row["request_id"]) == (made["id"], told.headers["x-request-id"])
    assert '"what": "history"' in row["detail"]
    elsewhere = await api.client("else", role="region_officer", ranges=((640000000000, 650000000000),))
    assert (await elsewhere.get(f"{place}/history")).status_code == 404
    reader = await api.client("reader", role="portal_reader")
    assert (await reader.get(f"{place}/history")).status_code == 403
    assert len(await audited(server, database_name, "list")) == 1
    why = {"ground": "consent_withdrawn", "reason": "本人申请"}
    clock.forward(days=1)
    gone = await client.post(f"{place}/erase", json=why, headers={"If-Match": '"2"'})
    assert gone.status_code == 204, gone.text
    assert (await client.get(f"{place}/history")).status_code == 404


async def test_a_name_stands_once_and_holds_no_number(client: httpx.AsyncClient, organization: str) -> None:
    await contact(client, organization)
    again = await client.post("/v1/contacts", json={"organization_id": organization, "name": ONE.name, "role": "other"})
    assert (again.status_code, again.json()["code"]) == (409, "taken")
    named = await client.post(
        "/v1/contacts",
        json={"organization_id": organization, "name": f"{TWO.name}{TWO.phone}", "role": "other"},
    )
    assert named.json()["errors"][0]["code"] == "number_in_text"
    assert TWO.phone not in named.text


async def test_erasure_leaves_nothing_but_its_ledger(
    client: httpx.AsyncClient, organization: str, server: Clones, database_name: str
) -> None:
    made = await contact(client, organization, identity_number=ONE.identity_number)
    place = f"/v1/contacts/{made['id']}"
    wish = {"ground": "purpose_achieved", "reason": "已不再担任联络员"}
    assert (await client.post(f"{place}/erase", json=wish)).status_code == 428
    gone = await client.post(f"{place}/erase", json=wish, headers={"If-Match": '"1"'})
    assert (gone.status_code, gone.content) == (204, b"")
    assert (await client.get(place)).status_code == 404
    async with superuser(server, database_name) as keeper:
        assert await keeper.fetchval("SELECT count(*) FROM contacts") == 0
        assert await keeper.fetchval("SELECT count(*) FROM personal_values") == 0
        assert await keeper.fetchval("SELECT count(*) FROM history WHERE subject = 'contacts'") == 0
        (entry,) = await keeper.fetch("SELECT holder, row_id::text, ground, erased_by FROM erasures")
        assert tuple(entry) == ("contacts", made["id"], "purpose_achieved", "tester")
        with pytest.raises(asyncpg.RaiseError):
            await keeper.fetchval("SELECT privacy_forget('organizations', ARRAY[]::uuid[])")
    assert len(await audited(server, database_name, "erase")) == 1


async def test_owners_of_an_organisation_at_work_are_kept(client: httpx.AsyncClient, organization: str) -> None:
    made = await contact(client, organization, role="owner")
    place = f"/v1/contacts/{made['id']}/erase"
    wish = {"ground": "consent_withdrawn", "reason": "本人要求删除"}
    refused = await client.post(place, json=wish, headers={"If-Match": '"1"'})
    assert (refused.status_code, refused.json()["code"]) == (409, "rule_violation")
    (finding,) = refused.json()["findings"]
    assert (finding["code"], finding["actual"]) == ("kept_by_duty", "owner")
    assert "个人信息保护法" in finding["citation"]
    unlawful = await client.post(place, json=wish | {"ground": "unlawful"}, headers={"If-Match": '"1"'})
    assert unlawful.status_code == 204
