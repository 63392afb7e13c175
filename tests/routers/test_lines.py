"""A line in figures, and suggestions of whom a branch had better stand under, over HTTP."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx

from tests.conftest import Api
from tests.kit.organizations import add

COUNTY = "330106000000"
STREET = "330106010000"
XIHU = ((330106000000, 330107000000),)


async def body(client: httpx.AsyncClient, code: str, kind: str, **change: Any) -> dict[str, Any]:
    """A superior body."""
    sent = {"code": code, "kind": kind, "name": f"{kind} {code}", "region_code": COUNTY} | change
    answer = await client.post("/v1/authorities", json=sent)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def found(
    client: httpx.AsyncClient, firms: list[UUID], authority: dict[str, Any], **change: Any
) -> dict[str, Any]:
    sent = {
        "name": "某支部",
        "formation_mode": "standalone" if len(firms) == 1 else "joint",
        "authority_id": authority["id"],
        "region_code": STREET,
        "founded_on": "2026-01-01",
        "organization_ids": [str(key) for key in firms],
    } | change
    answer = await client.post("/v1/branches", json=sent)
    assert answer.status_code == 201, answer.text
    branch: dict[str, Any] = answer.json()
    return branch


async def test_the_same_branches_are_told_by_line_and_by_region(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    line = await body(client, "033001900000000", "industry_department", region_code="330100000000")
    county = await body(client, "033001900006000", "industry_department")
    street = await body(client, "033001006010000", "township", region_code=STREET)
    industry = {"management_mode": "industry"}
    own = await add(direct, 1, formal_members_relation=3, probationary_members=1)
    await found(client, own, line, **industry, stage="consolidated")
    for firms in (await add(direct, 2, formal_members_relation=2), await add(direct, 1, formal_members_relation=5)):
        await found(client, firms, county, **industry)
    there = await add(direct, 1, formal_members_relation=4, region_code=330108001000)
    await found(client, there, county, **industry, region_code="330108001000")
    dual = await found(
        client, await add(direct, 1, formal_members_relation=3), street,
        management_mode="dual", outflow_authority_code="033001900006000",
    )  # fmt: skip
    gone = await found(client, await add(direct, 1, formal_members_relation=3), county, **industry)
    end = {"dissolved_on": "2026-03-01", "reason": "注销"}
    await client.post(f"/v1/branches/{gone['id']}/dissolve", json=end, headers={"if-match": '"1"'})

    where = f"/v1/authorities/{line['id']}/figures"
    told = (await client.get(where)).json()
    total = told["total"]
    assert (told["code"], told["day"], told["by"], told["outflow"]) == (line["code"], "2026-03-02", "child", 1)
    assert (total["branches"], total["organizations"], total["formal_members"], total["probationary_members"]) == (
        4,
        5,
        16,
        1,
    )
    assert total["stages"] == {"established": 3, "consolidated": 1, "standardized": 0}
    assert total["management_modes"] == {"territorial": 0, "industry": 4, "entrusted": 0, "dual": 0}
    assert total["formation_modes"] == {"standalone": 3, "joint": 1, "attached": 0, "territorial": 0}
    assert [(row["key"], row["id"], row["figure"]["branches"]) for row in told["rows"]] == [
        (line["code"], line["id"], 1),
        (county["code"], county["id"], 3),
    ]
    by_region = (await client.get(f"{where}?by=region")).json()
    assert [(row["key"], row["name"], row["figure"]["organizations"]) for row in by_region["rows"]] == [
        (COUNTY, "西湖区", 4),
        ("330108000000", "滨江区", 1),
    ]
    streets = (await client.get(f"{where}?by=region&at_level=4&region={COUNTY}")).json()
    assert [(row["key"], row["figure"]["branches"]) for row in streets["rows"]] == [(STREET, 3)]
    assert streets["total"]["branches"] == 3
    leaf = (await client.get(f"/v1/authorities/{street['id']}/figures")).json()
    assert [row["key"] for row in leaf["rows"]] == [street["code"]]
    assert leaf["total"]["management_modes"]["dual"] == 1
    assert dual["outflow_authority_code"] == county["code"]
    for wrong in ("by=stage", "at_level=0", "at_level=6", "region=33", "since=2026-01-01"):
        assert (await client.get(f"{where}?{wrong}")).status_code == 422, wrong

    # Who sees a county counts what is there; who sees none of it does not see the body either.
    xihu = await api.client("x", ranges=XIHU)
    assert (await xihu.get(where)).json()["total"]["branches"] == 3
    elsewhere = await api.client("e", ranges=((640100000000, 640200000000),))
    assert (await elsewhere.get(where)).status_code == 404


async def test_a_branch_is_told_what_fits_and_whether_it_is_so(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    street = await body(client, "033001006010000", "township", region_code=STREET)
    lawyers = await body(client, "033001006997000", "industry_department", industries=["L7231"])
    city = await body(client, "033001997000000", "industry_department", region_code="330100000000")
    await body(client, "033001009997000", "industry_department", region_code="330109000000", industries=["L7231"])
    firms = await add(direct, 1, formal_members_relation=3, kind="intermediary", industry="L7231")
    branch = await found(client, firms, street)
    where = f"/v1/branches/{branch['id']}/affiliation-suggestion"
    answer = await client.get(where)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["current"] == {"management_mode": "territorial", "authority_id": street["id"], "agrees": False}
    first, last = told["suggestions"]
    assert (first["management_mode"], first["reason"], first["trade"]) == ("industry", "affiliation_trade", "L7231")
    assert (first["limit"], first["actual"], first["certain"]) == (50, 100, True)
    assert "100%" in first["text"]
    assert first["citation"]
    assert [(each["authority_id"], each["of_trade"]) for each in first["candidates"]] == [
        (lawyers["id"], True),
        (city["id"], False),
    ]
    assert (last["management_mode"], [each["authority_id"] for each in last["candidates"]]) == (
        "territorial",
        [street["id"]],
    )
    moved = await client.post(
        f"/v1/branches/{branch['id']}/transfer",
        json={"authority_id": lawyers["id"], "management_mode": "industry", "on": "2026-03-01", "reason": "归口管理"},
        headers={"if-match": '"1"'},
    )
    assert moved.status_code == 200, moved.text
    assert (await client.get(where)).json()["current"]["agrees"] is True
    assert (await client.get(f"/v1/branches/{uuid4()}/affiliation-suggestion")).status_code == 404


async def test_members_who_float_in_make_it_dual(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    street = await body(client, "033001006010000", "township", region_code=STREET)
    await body(client, "099001000000000", "township", region_code="640105000000")
    branch = await found(client, await add(direct, 1, formal_members_relation=3), street)
    (employer,) = await add(direct, 1)
    for number in range(3):
        await direct.execute(
            "INSERT INTO members (version, name, kind, organization_id, floating, outflow_authority_code,"
            " inflow_branch_id, state, since, departures, source, source_time, created_at, recorded_at)"
            " VALUES (1, $1, 'formal', $2, true, 99001000000000, $3, 'current', '2025-01-01', '[]', 'officer', now(),"
            " now(), now())",
            f"流动{number}", employer, UUID(branch["id"]),
        )  # fmt: skip
    answer = await client.get(f"/v1/branches/{branch['id']}/affiliation-suggestion")
    assert answer.status_code == 200, answer.text
    first = answer.json()["suggestions"][0]
    assert (first["management_mode"], first["outflow_authority_code"], first["actual"]) == (
        "dual",
        "099001000000000",
        50,
    )


async def test_drafts_are_told_before_they_are_founded(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    social = await body(client, "033001006995000", "social_organization_body")
    (chamber,) = await add(direct, 1, kind="social_association")
    sent = {"region_code": STREET, "organization_ids": [str(chamber)], "formal_members": 3}

    async def told(**change: Any) -> list[tuple[str, str, bool]]:
        answer = await client.post("/v1/affiliation-suggestions", json=sent | change)
        assert answer.status_code == 200, answer.text
        assert answer.json()["current"] is None
        return [(each["management_mode"], each["reason"], each["certain"]) for each in answer.json()["suggestions"]]

    territorial = ("territorial", "affiliation_territorial", True)
    assert await told() == [territorial, ("industry", "affiliation_registration_unknown", False)]
    assert await told(directly_registered=False) == [territorial]
    assert await told(directly_registered=True) == [("industry", "affiliation_directly_registered", True), territorial]
    assert (await told(floating=[{"members": 4}]))[0] == ("dual", "affiliation_floating", True)
    answer = await client.post("/v1/affiliation-suggestions", json=sent | {"directly_registered": True})
    assert answer.json()["suggestions"][0]["candidates"][0]["authority_id"] == social["id"]

    laid_down = await client.post(
        "/v1/policies",
        json={
            "kind": "affiliations", "region_code": "330100000000", "region_level": 2, "valid_from": "2026-01-01",
            "reason": "试点",
            "numbers": {"social_percent": {"value": 101, "document": "市委〔2026〕1号"}},
        },
    )  # fmt: skip
    assert laid_down.status_code == 201, laid_down.text
    assert await told(directly_registered=True) == [territorial]

    for change, pointer in (
        ({"organization_ids": [str(uuid4())]}, "/organization_ids/0"),
        ({"organization_ids": "x"}, "/organization_ids"),
        ({"region_code": "33"}, "/region_code"),
        ({"region_code": "330106010002", "region_level": 4}, "/region_code"),
        ({"floating": [{"members": -1}]}, "/floating/0/members"),
        ({"floating": [{"members": 1, "outflow_authority_code": "000001000000000"}]},
         "/floating/0/outflow_authority_code"),
        ({"directly_registered": "true"}, "/directly_registered"),
        ({"mode": "dual"}, "/mode"),
    ):  # fmt: skip
        wrong = await client.post("/v1/affiliation-suggestions", json=sent | change)
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, pointer), wrong.text
    elsewhere = await api.client("b", ranges=((330108000000, 330109000000),))
    unseen = await elsewhere.post("/v1/affiliation-suggestions", json=sent)
    assert unseen.json()["errors"][0]["code"] == "reference_unknown"
