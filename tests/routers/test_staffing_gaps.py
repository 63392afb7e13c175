"""Somebody in charge: branches without a secretary, organisations without an instructor, terms that end soon."""

from datetime import date
from typing import Any

import asyncpg
import httpx

from tests.conftest import Api
from tests.kit import party, sending
from tests.kit.organizations import add


async def gaps(client: httpx.AsyncClient, **asked: str) -> list[tuple[str, str, str, str | None]]:
    answer = await client.get("/v1/staffing-gaps", params=asked)
    assert answer.status_code == 200, answer.text
    return sorted((row["kind"], row["about"], row["id"], row["due_on"]) for row in answer.json()["items"])


async def test_a_branch_without_a_secretary(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    branch = await party.branch(client, direct, await party.authority(client))
    missing = [("no_secretary", "branch", branch["id"], None)]
    assert await gaps(client, kind="no_secretary") == missing
    secretary = {"holder_name": "某书记", "formal_member": True, "role": "secretary", "selection_channel": "dispatched"}
    term = await client.post(
        "/v1/terms",
        json={"branch_id": branch["id"], "election": "elected", "valid_from": "2026-03-01", "posts": [secretary]},
    )
    assert term.status_code == 201, term.text
    assert await gaps(client, kind="no_secretary") == []
    ended = await client.post(
        f"/v1/terms/{term.json()['id']}/end",
        json={"valid_to": "2026-03-02", "reason": "工作调动"},
        headers=party.tag(term.json()),
    )
    assert ended.status_code == 200, ended.text
    assert await gaps(client, kind="no_secretary", region="330106000000") == missing
    assert await gaps(client, kind="no_secretary", region="330108000000") == []
    assert await gaps(client, kind="no_secretary", authority="033001006010000") == missing


async def test_an_organisation_without_an_instructor(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    (firm,) = await add(direct, 1)
    await add(direct, 1, kind="state_owned")
    await add(direct, 1, status="suspended")
    (later,) = await add(direct, 1)
    await direct.execute("UPDATE organizations SET established_on = '2026-03-03' WHERE id = $1", later)
    await party.branch(client, direct, await party.authority(client))  # its firm is covered
    assert await gaps(client, kind="no_instructor") == [("no_instructor", "organization", str(firm), None)]
    await sending.sent(direct, await sending.instructor(direct), str(firm))
    assert await gaps(client, kind="no_instructor") == []


async def test_what_ends_soon_and_is_followed_by_nothing(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    """Six months from 2 March: until 2 September."""
    firms = [str(key) for key in await add(direct, 3)]
    soon = await sending.instructor(direct, "将届满", until=date(2026, 9, 2))
    later = await sending.instructor(direct, "未届满", until=date(2026, 9, 3))
    ending = await sending.sent(direct, soon, firms[0], until=date(2026, 9, 2))
    await sending.sent(direct, later, firms[1], until=date(2026, 9, 3))
    followed = await sending.sent(direct, soon, firms[2], until=date(2026, 6, 1))
    await sending.sent(direct, later, firms[2], since=date(2026, 6, 1), until=date(2026, 9, 3))
    role = await direct.fetchval("SELECT id FROM worker_roles WHERE worker_id = $1::text::uuid", soon)
    found = await gaps(client, kind="term_ending")
    assert found == sorted(
        [("term_ending", "assignment", ending, "2026-09-02"), ("term_ending", "worker_role", str(role), "2026-09-02")]
    )
    assert followed not in str(found)
    branch = await party.branch(client, direct, await party.authority(client))
    secretary = {"holder_name": "某书记", "formal_member": True, "role": "secretary", "selection_channel": "dispatched"}
    term = await client.post(
        "/v1/terms",
        json={
            "branch_id": branch["id"], "election": "elected", "valid_from": "2025-03-01", "due_on": "2026-06-30",
            "posts": [secretary], "departure_reason": "试点",
        },
    )  # fmt: skip
    assert term.status_code == 201, term.text
    assert ("term_ending", "term", term.json()["id"], "2026-06-30") in await gaps(client, kind="term_ending")
    assert len(await gaps(client)) == 3, "all kinds in one list: nobody is missing now"


async def test_pages_files_and_scope(api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    await add(direct, 3)
    branch = await party.branch(client, direct, await party.authority(client))
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await client.get("/v1/staffing-gaps", params={"limit": "2", **cursor})).json()
        seen += [row["id"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == 4
    assert branch["id"] in seen
    turned = (await client.get("/v1/staffing-gaps", params={"sort": "-region_code", "count": "exact"})).json()
    assert turned["count"] == {"value": 4, "kind": "exact"}
    assert [row["id"] for row in turned["items"]] == seen[::-1]
    csv = await client.get("/v1/staffing-gaps", params={"kind": "no_secretary"}, headers={"accept": "text/csv"})
    assert "No secretary" in csv.text
    assert (await client.get("/v1/staffing-gaps", params={"kind": "nobody"})).status_code == 422
    north = await api.client("north", ranges=((330108000000, 330109000000),))
    assert (await north.get("/v1/staffing-gaps")).json()["items"] == []
    count = await direct.fetchval("SELECT count(*) FROM audit WHERE subject = 'staffing_gaps' AND verb = 'list'")
    assert count == 5
