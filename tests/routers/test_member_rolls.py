"""Rolls: what a branch says of its list of members decides which number holds; differences are a list."""

from typing import Any

import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit.databases import Clones
from tests.kit.members import ACROSS, BINJIANG, STREET, branch, counts, errors, firm, member, read, tag
from tests.kit.vaults import superuser

BRANCHES, DIFFERENCES = "/v1/branches", "/v1/member-differences"


async def roll(client: httpx.AsyncClient, row: dict[str, Any], verb: str = "keep-roll", **told: Any) -> httpx.Response:
    """Say that the roll is kept, or not any more."""
    body = told if verb == "keep-roll" else None
    return await client.post(f"{BRANCHES}/{row['id']}/{verb}", json=body, headers=tag(row))


async def stated(client: httpx.AsyncClient, row: dict[str, Any]) -> tuple[int, int]:
    """A branch's members: formal, on probation."""
    now = await read(client, BRANCHES, row)
    return now["formal_members"], now["probationary_members"]


async def test_where_the_roll_is_kept_the_counted_number_holds(client: httpx.AsyncClient) -> None:
    works = await firm(client, formal_members_working=6, formal_members_relation=5)
    idle = await firm(client, name="另一家有限公司", formal_members_relation=2)
    home = await branch(client, [works["id"], idle["id"]], formal_members=7)
    await member(client, 1, branch_id=home["id"], organization_id=works["id"])
    await member(client, 2, branch_id=home["id"], organization_id=works["id"], kind="probationary")
    assert await counts(client, works) == (6, 5, 1)
    assert await stated(client, home) == (7, 0)

    kept = await roll(client, await read(client, BRANCHES, home))
    assert kept.status_code == 200, kept.text
    assert (kept.json()["roll_kept_since"], kept.json()["formal_members"]) == ("2026-03-02", 1)
    assert await stated(client, home) == (1, 1)
    assert await counts(client, works) == (1, 1, 1)
    assert await counts(client, idle) == (0, 0, 0)

    third = await member(client, 3, branch_id=home["id"], organization_id=idle["id"])
    assert await stated(client, home) == (2, 1)
    assert await counts(client, idle) == (1, 1, 0)
    await client.post(f"/v1/members/{third['id']}/end", json={"ended_on": "2026-03-01"}, headers=tag(third))
    assert await stated(client, home) == (1, 1)

    stopped = await roll(client, await read(client, BRANCHES, home), "stop-keeping-roll")
    assert stopped.status_code == 200, stopped.text
    assert stopped.json()["roll_kept_since"] is None
    assert await counts(client, works) == (6, 5, 1)
    assert await counts(client, idle) == (0, 2, 0)
    assert await stated(client, home) == (1, 1)


async def test_counted_numbers_are_not_stated_by_hand(client: httpx.AsyncClient) -> None:
    home = await branch(client)
    kept = (await roll(client, home)).json()
    answer = await client.patch(f"{BRANCHES}/{home['id']}", json={"formal_members": 9}, headers=tag(kept))
    assert (answer.status_code, errors(answer)) == (409, [("/formal_members", "roll_kept")])
    other = await client.patch(f"{BRANCHES}/{home['id']}", json={"name": "另一名称"}, headers=tag(kept))
    assert other.status_code == 200, other.text
    assert other.json()["formal_members"] == 0


async def test_a_roll_is_kept_once_from_a_day_of_the_branch(client: httpx.AsyncClient) -> None:
    home = await branch(client)
    for day in ("2026-02-01", "2026-03-03"):
        answer = await roll(client, home, since=day)
        assert errors(answer) == [("/since", "before_founding")]
    assert errors(await roll(client, home, "stop-keeping-roll")) == [("", "roll_not_kept")]
    kept = await roll(client, home, since="2026-02-02")
    again = await roll(client, kept.json())
    assert (again.status_code, errors(again)) == (409, [("", "roll_kept")])
    assert (await client.post(f"{BRANCHES}/{home['id']}/keep-roll", json={})).status_code == 428
    end = {"dissolved_on": "2026-03-02", "reason": "试点结束"}
    ended = await client.post(f"{BRANCHES}/{home['id']}/dissolve", json=end, headers=tag(kept.json()))
    assert ended.status_code == 200, ended.text
    late = await roll(client, ended.json(), "keep-roll")
    assert errors(late) == [("", "branch_dissolved")]


async def test_what_comes_under_a_kept_roll_goes_by_it(client: httpx.AsyncClient) -> None:
    works = await firm(client, formal_members_relation=4)
    home = await branch(client)
    kept = (await roll(client, home)).json()
    body = {"organization_id": works["id"], "valid_from": "2026-03-01", "departure_reason": "试点"}
    covered = await client.post(f"{BRANCHES}/{home['id']}/organizations", json=body, headers=tag(kept))
    assert covered.status_code == 200, covered.text
    assert await counts(client, works) == (0, 0, 0)
    end = {"valid_to": "2026-03-02", "reason": "试点结束"}
    place = f"{BRANCHES}/{home['id']}/organizations/{works['id']}/end"
    ended = await client.post(place, json=end, headers=tag(covered.json()))
    assert ended.status_code == 200, ended.text
    assert await counts(client, works) == (None, 4, None)


async def test_founding_goes_by_the_numbers_that_hold(client: httpx.AsyncClient) -> None:
    works = await firm(client, formal_members_relation=1)
    start = await branch(client, region=ACROSS)
    for serial in range(1, 4):
        await member(client, serial, branch_id=start["id"], organization_id=works["id"])
    own = await branch(
        client, [works["id"]], formation_mode="standalone", formal_members=None, departure_reason=None,
        authority_id=start["authority_id"],
    )  # fmt: skip
    assert own["formal_members"] == 3


async def test_differences_tell_both_numbers_and_who_reported(api: Api, client: httpx.AsyncClient) -> None:
    works = await firm(client, formal_members_working=3, formal_members_relation=1, probationary_members=0)
    alike = await firm(client, formal_members_working=1, formal_members_relation=0, name="数字相符有限公司")
    home = await branch(client, formal_members=5)
    await member(client, 1, branch_id=home["id"], organization_id=works["id"])
    await member(client, 2, organization_id=alike["id"])
    page = (await client.get(DIFFERENCES, params={"region": STREET, "count": "exact"})).json()
    told = {(row["subject"], row["fact"]): row for row in page["items"]}
    assert set(told) == {("organization", "formal_members_working"), ("branch", "branch_formal_members")}
    assert page["count"]["value"] == 2
    row = told["organization", "formal_members_working"]
    assert (row["reported"], row["counted"], row["holds"], row["reported_by"]) == (3, 1, 3, "officer")
    assert row["reported_at"] == "2026-03-02T01:00:00+00:00"
    assert (row["subject_id"], row["name"], row["region_code"]) == (works["id"], works["name"], STREET)
    row = told["branch", "branch_formal_members"]
    assert (row["reported"], row["counted"], row["reported_at"]) == (5, 1, None)
    only = (await client.get(DIFFERENCES, params={"subject": "branch"})).json()["items"]
    assert [row["subject"] for row in only] == ["branch"]
    sheet = await client.get(DIFFERENCES, headers={"accept": "text/csv", "accept-language": "zh"})
    assert "实名统计数" in sheet.text
    assert "在此工作的正式党员" in sheet.text
    other = await api.client("other", ranges=BINJIANG)
    assert (await other.get(DIFFERENCES)).json()["items"] == []
    await roll(client, await read(client, BRANCHES, home))
    left = (await client.get(DIFFERENCES, params={"subject": "branch"})).json()["items"]
    assert left == []


async def test_differences_are_paged_by_a_key_of_their_own(client: httpx.AsyncClient) -> None:
    works = await firm(client, formal_members_working=3, formal_members_relation=2, probationary_members=4)
    await member(client, 1, organization_id=works["id"])
    found: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": "1"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(DIFFERENCES, params=params)).json()
        found += [row["fact"] for row in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == ["formal_members_relation", "formal_members_working", "probationary_members"]


@pytest.mark.parametrize("asked", [{"region": "3301"}, {"subject": "person"}, {"state": "x"}, {"cursor": "AAAA"}])
async def test_wrong_questions_are_refused(client: httpx.AsyncClient, asked: dict[str, str]) -> None:
    assert (await client.get(DIFFERENCES, params=asked)).status_code == 422


async def test_members_move_with_their_branch(
    client: httpx.AsyncClient, server: Clones, database_name: str, clock: Hands
) -> None:
    """What successions of branches call: by the member, else by the branch, else everybody."""
    first, second, third = [await branch(client, region=region) for region in (STREET, ACROSS, "330102001000")]
    some = [await member(client, serial, branch_id=first["id"]) for serial in (1, 2)]
    more = await member(client, 3, branch_id=second["id"])
    gone = await member(client, 4, branch_id=second["id"])
    await client.post(f"/v1/members/{gone['id']}/end", json={"ended_on": "2026-03-01"}, headers=tag(gone))
    clock.forward(days=1)
    async with superuser(server, database_name) as keeper:
        entering = f'{{"{some[0]["id"]}": "{second["id"]}", "*": "{third["id"]}"}}'
        moved = await keeper.fetchval(
            "SELECT move_members($1::uuid[], $2::jsonb, '2026-03-02')", [first["id"], second["id"]], entering
        )
        overlaps = await keeper.fetchval(
            "SELECT count(*) FROM member_relations a JOIN member_relations b USING (member_id)"
            " WHERE a.id < b.id AND daterange(a.valid_from, a.valid_to) && daterange(b.valid_from, b.valid_to)"
        )
    assert (moved, overlaps) == (3, 0)
    places = [(await read(client, "/v1/members", row))["branch_id"] for row in (*some, more, gone)]
    assert places == [second["id"], third["id"], third["id"], second["id"]]
