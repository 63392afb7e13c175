"""Who sees and writes which organisations: scope over HTTP, and row-level security when a query forgets."""

from typing import Any

import asyncpg
import httpx
import pytest
from sqlalchemy import func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from app.core.acts import NOWHERE, Acts, Scope
from app.services.organizations.models import Organization
from tests.conftest import Api, actor
from tests.kit.databases import Clones, dsn
from tests.routers.test_organizations import codes, entered, listed, uscc

SHANGCHENG = (330102000000, 330103000000)
XIHU = (330106000000, 330107000000)
HERE, THERE = "330102001000", "330106002000"


async def two_counties(api: Api) -> tuple[httpx.AsyncClient, dict[str, Any], dict[str, Any]]:
    """An officer of 上城区, one organisation there, and one in 西湖区."""
    everywhere = await api.client()
    mine = await entered(everywhere, name="澄若甲公司", uscc=uscc(1), region_code=HERE)
    other = await entered(everywhere, name="澄若乙公司", uscc=uscc(2, county="330106"), region_code=THERE)
    return await api.client("county", ranges=(SHANGCHENG,)), mine, other


async def test_a_county_sees_its_own_and_cannot_tell_what_else_there_is(api: Api) -> None:
    officer, mine, other = await two_counties(api)
    assert await listed(officer) == ["澄若甲公司"]
    assert await listed(officer, search="澄若") == ["澄若甲公司"]
    assert await listed(officer, kind="unclassified") == ["澄若甲公司"]
    assert await listed(officer, region="330106000000") == []
    assert await listed(officer, region="330106000000", search="澄若") == []
    counted = (await officer.get("/v1/organizations", params={"count": "exact", "facets": True})).json()
    assert counted["count"]["value"] == 1
    assert sum(value["count"] for value in counted["facets"]["status"]) == 1
    missing = "00000000-0000-7000-8000-000000000000"
    for path in (f"/v1/organizations/{other['id']}", f"/v1/organizations/{missing}"):
        assert (await officer.get(path)).status_code == 404
        assert (await officer.get(f"{path}/history")).status_code == 404
        assert (await officer.patch(path, json={"staff": 1}, headers={"if-match": '"1"'})).status_code == 404
        closing = {"closed_on": "2026-03-01", "reason": "注销"}
        assert (await officer.post(f"{path}/close", json=closing, headers={"if-match": '"1"'})).status_code == 404
    assert (await officer.get(f"/v1/organizations/{mine['id']}")).status_code == 200


async def test_a_scope_of_two_ranges_sees_both_and_not_what_lies_between(api: Api) -> None:
    await two_counties(api)
    everywhere = await api.client()
    await entered(everywhere, name="澄若丙公司", region_code="330105000000")
    officer = await api.client("both", ranges=(SHANGCHENG, XIHU))
    assert await listed(officer) == ["澄若甲公司", "澄若乙公司"]
    assert await listed(officer, search="澄若") == ["澄若甲公司", "澄若乙公司"]
    assert await listed(officer, status="operating") == ["澄若甲公司", "澄若乙公司"]


async def test_nothing_is_written_outside_the_scope(api: Api) -> None:
    officer, mine, _ = await two_counties(api)
    outside = await officer.post("/v1/organizations", json={"name": "丁公司", "region_code": THERE})
    assert outside.status_code == 403
    whole_city = await officer.post("/v1/organizations", json={"name": "丁公司", "region_code": "330100000000"})
    assert whole_city.status_code == 403
    path = f"/v1/organizations/{mine['id']}"
    moved = await officer.patch(path, json={"region_code": THERE}, headers={"if-match": '"1"'})
    assert moved.status_code == 403
    assert (await officer.get(path)).json()["version"] == 1


async def test_a_code_taken_elsewhere_is_refused_without_telling_where(api: Api) -> None:
    officer, _, other = await two_counties(api)
    answer = await officer.post(
        "/v1/organizations", json={"name": "丁公司", "region_code": HERE, "uscc": other["uscc"]}
    )
    assert answer.status_code == 409
    assert await codes(answer) == [("/uscc", "uscc_taken")]
    for secret in (other["id"], other["uscc"], THERE, "330106", "西湖", "乙公司"):
        assert secret not in answer.text


async def test_a_reader_reads_and_is_told_what_it_may_not_do(api: Api) -> None:
    _, mine, _ = await two_counties(api)
    reader = await api.client("reader", role="reader")
    read = await reader.get(f"/v1/organizations/{mine['id']}")
    assert {one["reason"] for one in read.json()["allowed_actions"]} == {"permission"}
    refused = await reader.post("/v1/organizations", json={"name": "丁公司", "region_code": HERE})
    assert refused.status_code == 403
    partner = await api.client("partner", role="partner")
    assert (await partner.get("/v1/organizations")).status_code == 403


async def test_the_database_holds_the_scope_when_a_query_forgets_it(acts: Acts, api: Api) -> None:
    _, _, other = await two_counties(api)
    everyone = select(func.count()).select_from(Organization)
    async with acts.open(actor(scope=Scope((SHANGCHENG,)))) as act:
        assert await act.session.scalar(everyone) == 1
        moved = await act.session.execute(update(Organization).where(Organization.id == other["id"]).values(staff=9))
        assert moved.rowcount == 0  # type: ignore[attr-defined]  # a DML result has a row count
        found = await act.session.scalars(
            text(
                "SELECT organizations_named('澄若', '{澄若}', '', '{}', 0, 1000000000000, '[]', '{}', NULL, NULL, NULL)"
            )
        )
        assert len(found.all()) == 1
    async with acts.open(actor(scope=NOWHERE)) as act:
        assert await act.session.scalar(everyone) == 0
    row = {
        "name": "甲",
        "name_key": "甲",
        "name_sort": "jia",
        "name_bigrams": [],
        "region_code": XIHU[0],
        "region_level": 3,
    }
    with pytest.raises(DBAPIError, match="row-level security"):
        async with acts.open(actor(scope=Scope((SHANGCHENG,)))) as act:
            await act.session.execute(insert(Organization).values(**row))


async def test_an_undeclared_transaction_sees_and_finds_nothing(server: Clones, database_name: str, api: Api) -> None:
    await two_counties(api)
    connection = await asyncpg.connect(dsn(server.url(database_name)))
    try:
        assert await connection.fetchval("SELECT count(*) FROM organizations") == 0
        named = "SELECT organizations_named('澄若', '{澄若}', '', '{}', 0, 1000000000000, '[]', '{}', NULL, NULL, NULL)"
        assert await connection.fetch(named) == []
        held = await connection.fetch("SELECT * FROM organizations_holding_uscc($1)", [uscc(1)])
        assert set(held[0].keys()) == {"uscc", "id", "region_code"}
    finally:
        await connection.close()
    reader = await asyncpg.connect(dsn(server.url(database_name, "liangxin_reader")))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await reader.fetch("SELECT * FROM organizations_holding_uscc($1)", [uscc(1)])
    finally:
        await reader.close()


async def test_closing_what_a_branch_covers_needs_a_stated_reason(
    server: Clones, database_name: str, api: Api, client: httpx.AsyncClient
) -> None:
    made = await entered(client)
    connection = await asyncpg.connect(dsn(server.cluster.superuser_url(database_name)))
    await connection.execute("UPDATE organizations SET coverage_mode = 'joint' WHERE id = $1", made["id"])
    path = f"/v1/organizations/{made['id']}"
    end = {"closed_on": "2026-03-01", "reason": "依申请注销"}
    refused = await client.post(f"{path}/close", json=end, headers={"if-match": '"1"'})
    assert refused.status_code == 409
    (finding,) = refused.json()["findings"]
    assert (finding["code"], finding["severity"], finding["actual"]) == ("branch_left_behind", "departure", 1)
    assert finding["citation"]
    told = end | {"departure_reason": "联合支部下月改组"}
    assert (await client.post(f"{path}/close", json=told, headers={"if-match": '"1"'})).status_code == 200
    note = await connection.fetchrow("SELECT why, detail::text FROM audit WHERE verb = 'close'")
    await connection.close()
    assert note is not None
    assert note["why"] == "依申请注销"
    assert "branch_left_behind" in note["detail"]
    assert "联合支部下月改组" in note["detail"]
