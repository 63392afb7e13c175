"""The audit over HTTP: what leaves a row, who may read it, and that nobody may touch it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from app.core.acts import EVERYWHERE, Acts, Scope
from app.core.history import note
from app.services.access.permissions import Permission
from tests.conftest import Api, Hands, actor
from tests.kit.databases import Clones, dsn
from tests.kit.persons import person
from tests.routers.test_contacts import contact
from tests.routers.test_organizations import entered

UPPER_TOWN = ((330102000000, 330103000000),)
WEST_LAKE = ((330106000000, 330107000000),)


@pytest.fixture
async def auditor(api: Api) -> httpx.AsyncClient:
    """Someone who may read the audit of the whole country."""
    return await api.client("auditor", role="auditor")


async def rows(client: httpx.AsyncClient, **asked: Any) -> list[dict[str, Any]]:
    """The first page, the newest first."""
    answer = await client.get("/v1/audit", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_a_change_is_told_before_and_after(client: httpx.AsyncClient, auditor: httpx.AsyncClient) -> None:
    made = await entered(client, staff=12)
    (first,) = await rows(auditor, subject="organizations", verb="insert")
    assert first["detail"]["changes"][made["id"]]["staff"] == [None, 12]
    changed = await client.patch(
        f"/v1/organizations/{made['id']}", json={"staff": 40}, headers={"If-Match": f'"{made["version"]}"'}
    )
    assert changed.status_code == 200, changed.text
    (row,) = await rows(auditor, subject="organizations", verb="update", subject_id=made["id"])
    changes = row["detail"]["changes"][made["id"]]
    assert changes["staff"] == [12, 40]
    assert not {"version", "recorded_at", "name"} & set(changes)
    assert (row["actor"], row["count"], row["ids"]) == ("tester", 1, [made["id"]])
    assert row["request_id"] == changed.headers["x-request-id"]
    assert row["origin"] == "127.0.0.1"


async def test_personal_fields_are_masked(client: httpx.AsyncClient, auditor: httpx.AsyncClient) -> None:
    organization = str((await entered(client))["id"])
    made = await contact(client, organization)
    await client.patch(f"/v1/contacts/{made['id']}", json={"name": person(2).name}, headers={"If-Match": '"1"'})
    told = await rows(auditor, subject="contacts", subject_id=made["id"])
    assert {row["verb"] for row in told} >= {"insert", "update", "correct"}
    (update,) = (row for row in told if row["verb"] == "update")
    assert update["detail"]["changes"][made["id"]]["name"] == ["***", "***"]
    for number in (1, 2):
        for value in (person(number).name, person(number).phone, person(number).identity_number):
            assert value not in str(told)


async def test_refusals_are_noted_though_nothing_else_remains(
    api: Api, client: httpx.AsyncClient, auditor: httpx.AsyncClient
) -> None:
    made = await entered(client)
    reader = await api.client("reader", role="portal_reader")
    assert (await reader.post("/v1/organizations", json={"name": "x"})).status_code == 403
    far = await api.client("far", ranges=WEST_LAKE)
    place = f"/v1/organizations/{made['id']}"
    assert (await far.get(place)).status_code == 404
    assert (await far.get("/v1/organizations/not-an-id")).status_code == 422
    told = await rows(auditor, verb="refuse")
    assert [(row["actor"], row["subject"], row["detail"]["status"]) for row in told] == [
        ("far", "organizations", 404),
        ("reader", "organizations", 403),
    ]
    assert told[0]["ids"] == [made["id"]]
    assert told[0]["detail"]["route"] == "GET /v1/organizations/{organization_id}"
    assert told[1]["detail"]["permission"] == "organizations:write"


async def test_a_list_that_leaves_as_a_file_is_noted(client: httpx.AsyncClient, auditor: httpx.AsyncClient) -> None:
    await entered(client)
    query = {"region": "330102000000", "search": "杭州"}
    assert (await client.get("/v1/organizations", params=query)).status_code == 200
    assert await rows(auditor, verb="export") == []
    sheet = await client.get("/v1/organizations", params=query, headers={"Accept": "text/csv"})
    assert sheet.status_code == 200
    (row,) = await rows(auditor, verb="export")
    assert row["detail"] == {
        "rows": 1,
        "form": "text/csv",
        "route": "GET /v1/organizations",
        "filters": ["region", "search"],
        "region": "330102000000",
    }
    assert row["request_id"] == sheet.headers["x-request-id"]


async def test_only_auditors_read_it(api: Api) -> None:
    for role in ("officer", "portal_reader", "system_administrator", "security_administrator", "department_partner"):
        answer = await (await api.client(role, role=role)).get("/v1/audit")
        assert answer.status_code == 403, role
    for role in ("auditor", "audit_administrator"):
        assert (await (await api.client(role, role=role)).get("/v1/audit")).status_code == 200


async def test_an_auditor_of_a_region_sees_that_region(api: Api, client: httpx.AsyncClient, acts: Acts) -> None:
    made = await entered(client)  # by someone whose scope is the country
    async with acts.open(actor("local", scope=Scope(UPPER_TOWN))) as act:
        await note(act, "reveal", "contacts", why="own region")
    async with acts.open(actor("wide", scope=Scope((UPPER_TOWN[0], WEST_LAKE[0])))) as act:
        await note(act, "reveal", "contacts", why="wider than the region")
    inside = await rows(await api.client("a", role="auditor", ranges=UPPER_TOWN))
    assert {(row["actor"], row["verb"]) for row in inside} == {("tester", "insert"), ("local", "reveal")}
    assert [row["ids"] for row in inside if row["subject"] == "organizations"] == [[made["id"]]]
    assert await rows(await api.client("b", role="auditor", ranges=WEST_LAKE)) == []
    both = await api.client("c", role="auditor", ranges=(UPPER_TOWN[0], WEST_LAKE[0]))
    assert {row["actor"] for row in await rows(both)} == {"tester", "local"}  # what has gaps is the country's to see
    everything = await rows(await api.client("d", role="auditor"))
    assert {row["actor"] for row in everything} >= {"tester", "local", "wide"}


async def test_filters_pages_and_files(api: Api, acts: Acts, clock: Hands, auditor: httpx.AsyncClient) -> None:
    clock.now = datetime.now(UTC)
    for place in range(5):
        clock.forward(minutes=1)
        async with acts.open(actor(f"person{place % 2}")) as act:
            await note(act, "list" if place % 2 else "search", "contacts", rows=place)
    assert [row["detail"]["rows"] for row in await rows(auditor, subject="contacts")] == [4, 3, 2, 1, 0]
    assert [row["detail"]["rows"] for row in await rows(auditor, actor="person1")] == [3, 1]
    assert [row["detail"]["rows"] for row in await rows(auditor, verb="list", sort="at")] == [1, 3]
    since = (clock.now - timedelta(minutes=2)).isoformat()
    assert [row["detail"]["rows"] for row in await rows(auditor, since=since)] == [4, 3, 2]
    assert [row["detail"]["rows"] for row in await rows(auditor, until=since, subject="contacts")] == [1, 0]
    first = (await auditor.get("/v1/audit", params={"subject": "contacts", "limit": 2})).json()
    second = await rows(auditor, subject="contacts", limit=2, cursor=first["next_cursor"])
    assert [row["detail"]["rows"] for row in (*first["items"], *second)] == [4, 3, 2, 1]
    sheet = await auditor.get("/v1/audit", params={"subject": "contacts"}, headers={"Accept": "text/csv"})
    assert sheet.status_code == 200
    assert sheet.text.count("\r\n") == 6
    assert '{""rows"":4}' in sheet.text
    (export,) = await rows(auditor, verb="export")
    assert (export["actor"], export["subject"]) == ("auditor", "audit")
    for wrong in ({"since": "yesterday"}, {"since": "2026-03-01T00:00:00"}, {"verb": "x y"}, {"actor": "a\x00b"}):
        assert (await auditor.get("/v1/audit", params=wrong)).status_code == 422, wrong


async def test_the_app_appends_and_can_do_nothing_else(server: Clones, database_name: str, acts: Acts) -> None:
    async with acts.open(actor()) as act:
        await note(act, "read", "things")
    connection = await asyncpg.connect(dsn(server.url(database_name)))
    try:
        await connection.execute(
            "SELECT set_config('liangxin.lo', '0', false), set_config('liangxin.hi', '1000000000000', false),"
            " set_config('liangxin.whole', 't', false), set_config('liangxin.actor', 'tester', false)"
        )
        assert await connection.fetchval("SELECT count(*) FROM audit") == 0  # nobody has said to read the audit
        await connection.execute("SELECT set_config('liangxin.audit', 'read', false)")
        assert await connection.fetchval("SELECT count(*) FROM audit") == 1
        today = await connection.fetchval("SELECT tableoid::regclass::text FROM audit")
        await connection.execute("SELECT set_config('liangxin.actor', 'system', false)")
        for table in ("audit", "audit_rest", today, "audit_seals", "audit_checkpoints"):
            for statement in (f"UPDATE {table} SET day = day", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(
                        statement.replace("day = day", "at = at") if "check" in table else statement
                    )
        for table in ("audit_rest", today):
            for statement in (f"SELECT FROM {table}", f"INSERT INTO {table} DEFAULT VALUES", f"DROP TABLE {table}"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)
        with pytest.raises(asyncpg.RaiseError, match="six months"):
            await connection.execute("SELECT audit_drop(current_date)")
        with pytest.raises(asyncpg.RaiseError, match="no record"):
            await connection.execute("SELECT audit_drop(current_date - 400)")
        with pytest.raises(asyncpg.RaiseError, match="no record"):
            await connection.execute("SELECT audit_prune(1000)")
    finally:
        await connection.close()


async def test_whoever_reads_without_the_permission_is_refused_by_the_room_too(acts: Acts) -> None:
    from app.core.errors import Forbidden
    from app.core.pagination import Ask
    from app.services.audit import reads
    from app.services.audit.schemas import AuditFilters

    async with acts.open(actor(scope=EVERYWHERE)) as act:
        with pytest.raises(Forbidden):
            await reads.listed(act, AuditFilters(), Ask())
    assert str(Permission.audit_read) == reads.PERMISSION
