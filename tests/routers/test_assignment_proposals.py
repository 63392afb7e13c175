"""Assignment proposals over HTTP: proposed and proven, changed by hand, approved; each wrong wish with its code."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit import party, sending
from tests.kit.organizations import add
from tests.kit.party import errors, findings, tag

COUNTY = "330106000000"
PATH = "/v1/assignment-proposals"
NORTH = ((330108000000, 330109000000),)


async def proposed(client: httpx.AsyncClient, **wish: Any) -> dict[str, Any]:
    answer = await client.post(PATH, json={"region_code": COUNTY} | wish)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def pairs(client: httpx.AsyncClient, proposal: dict[str, Any], **filters: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"{PATH}/{proposal['id']}/pairs", params={"limit": 200} | filters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def approved(client: httpx.AsyncClient, proposal: dict[str, Any], **wish: Any) -> dict[str, Any]:
    answer = await client.post(f"{PATH}/{proposal['id']}/approve", json=wish, headers=tag(proposal))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def codes(pair: dict[str, Any]) -> list[str]:
    return [reason["code"] for reason in pair["reasons"]]


async def test_proposed_proven_and_approved(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    near = await add(direct, 4, region_code=330106002000, region_level=4, industry="C17")
    far = await add(direct, 3, region_code=330106003000, region_level=4, industry="I65")
    one = await sending.instructor(direct, region=330106002000, level=4)
    two = await sending.instructor(direct, region=330106003000, level=4)
    await direct.execute(
        "UPDATE workers SET industries = '{I65}', background = 'government_organ' WHERE id = $1", UUID(two)
    )
    proposal = await proposed(client, title="选派方案")
    figures = proposal["figures"]
    assert (proposal["state"], proposal["purpose"], proposal["starts_on"]) == (
        "computed",
        "work_coverage",
        "2026-03-02",
    )
    assert (figures["targets"], figures["covered"], figures["left"], figures["room"]) == (7, 7, 0, 10)
    assert figures["proven"]
    assert figures["objective"] == figures["bound"]
    assert figures["pairs_priced"] == 14
    assert figures["nearest_first"]["covered"] == 7
    assert (figures["load_most"], figures["load_least"], figures["mean_way"]) == (4, 3, 2000)
    rows = await pairs(client, proposal)
    assert {row["organization_id"]: row["worker_id"] for row in rows} == {
        **{str(key): one for key in near},
        **{str(key): two for key in far},
    }
    assert [row["turn"] for row in rows] == list(range(1, 8))
    last = next(row for row in rows if row["worker_id"] == two)
    assert codes(last) == ["same_street", "knows_trade", "load_then"]
    assert (last["way"], last["cost"]) == (2000, 8000)  # a background that is lacking, and a newcomer
    assert last["reasons"][-1]["text"].startswith("Has 1 then")
    told = await approved(client, proposal)
    assert (told["state"], told["pairs"], told["version"]) == ("approved", {"approved": 7}, 2)
    sent = (await client.get("/v1/assignments", params={"proposal_id": proposal["id"], "limit": 50})).json()["items"]
    assert {(row["organization_id"], row["worker_id"]) for row in sent} == {
        (row["organization_id"], row["worker_id"]) for row in rows
    }
    assert {row["valid_to"] for row in sent} == {"2027-09-01"}
    assert (await client.get(f"/v1/organizations/{near[0]}")).json()["has_instructor"]
    again = await client.post(f"{PATH}/{proposal['id']}/approve", json={}, headers=tag(told))
    assert (again.status_code, errors(again)) == (409, [("", "proposal_approved")])
    # Nobody waits any more, and what runs takes room.
    empty = await proposed(client)
    assert (empty["figures"]["targets"], empty["figures"]["room"], empty["figures"]["proven"]) == (0, 3, True)


async def test_who_is_left_is_told_and_what_runs_is_not_torn_up(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    firms = await add(direct, 7)
    worker = await sending.instructor(direct)
    kept = await sending.sent(direct, worker, str(firms[0]))
    proposal = await proposed(client)
    assert (proposal["figures"]["covered"], proposal["figures"]["left"], proposal["figures"]["load_most"]) == (4, 2, 5)
    left = await pairs(client, proposal, left="true")
    assert [(row["worker_id"], codes(row)) for row in left] == [(None, ["all_full"])] * 2
    assert len(await pairs(client, proposal, left="false")) == 4
    await approved(client, proposal)
    assert (await client.get(f"/v1/assignments/{kept}")).json()["version"] == 1


async def test_what_is_not_there_by_then_does_not_wait(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    here, later = await add(direct, 2)
    await direct.execute("UPDATE organizations SET established_on = '2026-04-01' WHERE id = $1", later)
    await sending.instructor(direct)
    assert [row["organization_id"] for row in await pairs(client, await proposed(client))] == [str(here)]
    then = await proposed(client, starts_on="2026-04-01")
    assert {row["organization_id"] for row in await pairs(client, then)} == {str(here), str(later)}


async def test_more_than_normal_needs_a_reason_and_else_nothing_is_sent(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    await add(direct, 7)
    await sending.instructor(direct)
    proposal = await proposed(client, options={"most": 7})
    refused = await client.post(f"{PATH}/{proposal['id']}/approve", json={}, headers=tag(proposal))
    assert (refused.status_code, findings(refused)) == (409, {"instructor_overloaded": "departure"})
    assert (await client.get("/v1/assignments")).json()["items"] == []
    told = await approved(client, proposal, departure_reason="同一楼宇，走访方便")
    assert told["pairs"] == {"approved": 7}
    rows = await pairs(client, proposal)
    detail = (await client.get(f"{PATH}/{proposal['id']}/pairs/{rows[-1]['id']}")).json()
    assert [each["code"] for each in detail["departures"]] == ["instructor_overloaded"]


async def test_what_has_changed_meanwhile_is_left_out_with_the_reason(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    firms = [str(key) for key in await add(direct, 5)]
    worker, other = await sending.instructor(direct), await sending.instructor(direct, region=330108000000)
    proposal = await proposed(client)
    await direct.execute("UPDATE organizations SET status = 'closed' WHERE id = $1", UUID(firms[0]))
    await direct.execute("UPDATE organizations SET established_on = '2026-03-03' WHERE id = $1", UUID(firms[4]))
    await sending.sent(direct, other, firms[1])
    await sending.sent(direct, worker, firms[2])
    told = await approved(client, proposal)
    assert told["pairs"] == {"approved": 1, "outdated": 4}
    found = {row["organization_id"]: codes(row)[-1] for row in await pairs(client, proposal, state="outdated")}
    assert found == {
        firms[0]: "outdated_assignment_target_ended",
        firms[1]: "outdated_instructor_there_already",
        firms[2]: "outdated_assigned_already",
        firms[4]: "outdated_day_too_early",
    }
    sent = (await client.get("/v1/assignments", params={"proposal_id": proposal["id"]})).json()["items"]
    assert [row["organization_id"] for row in sent] == [firms[3]]


async def test_what_a_branch_covers_by_now_is_left_out_unless_chosen_by_hand(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    firms = [str(key) for key in await add(direct, 3)]
    first, second = [await sending.instructor(direct) for _ in range(2)]
    proposal = await proposed(client, purpose="guide_formation")
    rows = {row["organization_id"]: row for row in await pairs(client, proposal)}
    chosen = rows[firms[0]]
    by_hand = await client.patch(
        f"{PATH}/{proposal['id']}/pairs/{chosen['id']}",
        json={"worker_id": first if chosen["worker_id"] == second else second},
        headers=tag(chosen),
    )
    assert by_hand.status_code == 200, by_hand.text
    body = {
        "name": "联合支部", "formation_mode": "territorial", "authority_id": await party.authority(client),
        "region_code": COUNTY, "founded_on": "2026-03-01", "formal_members": 3, "organization_ids": firms[:2],
    }  # fmt: skip
    founded = await client.post("/v1/branches", json=body)
    assert founded.status_code == 201, founded.text
    read = (await client.get(f"{PATH}/{proposal['id']}")).json()
    told = await approved(client, read)
    assert told["pairs"] == {"approved": 2, "outdated": 1}
    (left,) = await pairs(client, proposal, state="outdated")
    assert (left["organization_id"], codes(left)[-1]) == (firms[1], "outdated_organization_covered_already")
    assert left["reasons"][-1]["text"] == "A branch covers it by now"


async def test_changed_by_hand(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    firms = [str(key) for key in await add(direct, 2)]
    near = await sending.instructor(direct, region=330106002000, level=4)
    away = await sending.instructor(direct, region=330108000000)
    lay = await sending.instructor(direct)
    await direct.execute("UPDATE workers SET stated_formal = false WHERE id = $1", UUID(lay))
    proposal = await proposed(client)
    first, second = await pairs(client, proposal)
    assert {first["worker_id"], second["worker_id"]} == {near}
    path = f"{PATH}/{proposal['id']}/pairs/{first['id']}"
    answer = await client.patch(path, json={"worker_id": away}, headers=tag(first))
    assert answer.status_code == 200, answer.text
    changed = answer.json()
    assert (changed["worker_id"], changed["state"], changed["way"]) == (away, "edited", 40_000)
    assert codes(changed) == ["chosen_by_hand", "same_city", "load_then"]
    assert [(each["action"], each["allowed"]) for each in changed["allowed_actions"]] == [
        ("update", True),
        ("drop", True),
    ]
    stale = await client.patch(path, json={"worker_id": near}, headers=tag(first))
    assert stale.status_code == 412
    refused = await client.patch(path, json={"worker_id": lay}, headers=tag(changed))
    assert (refused.status_code, findings(refused)) == (409, {"instructor_not_formal": "hard"})
    unknown = await client.patch(path, json={"worker_id": str(uuid4())}, headers=tag(changed))
    assert (unknown.status_code, errors(unknown)) == (422, [("/worker_id", "reference_unknown")])
    dropped = await client.post(
        f"{PATH}/{proposal['id']}/pairs/{second['id']}/drop", json={"reason": "企业即将搬迁"}, headers=tag(second)
    )
    assert (dropped.status_code, dropped.json()["state"], dropped.json()["drop_reason"]) == (
        200,
        "dropped",
        "企业即将搬迁",
    )
    twice = await client.patch(
        f"{PATH}/{proposal['id']}/pairs/{second['id']}", json={"worker_id": away}, headers=tag(dropped.json())
    )
    assert (twice.status_code, errors(twice)) == (409, [("", "pair_dropped")])
    now = (await client.get(f"{PATH}/{proposal['id']}")).json()
    assert (now["state"], now["version"], now["pairs"]) == ("edited", 2, {"dropped": 1, "edited": 1})
    told = await approved(client, now)
    assert told["pairs"] == {"approved": 1, "dropped": 1}
    (sent,) = (await client.get("/v1/assignments")).json()["items"]
    assert (sent["organization_id"], sent["worker_id"]) == (first["organization_id"], away)
    assert firms


async def test_one_too_many_by_hand_needs_a_reason_that_is_kept(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    await add(direct, 6)
    one = await sending.instructor(direct, region=330106002000, level=4)
    two = await sending.instructor(direct)
    proposal = await proposed(client)
    rows = await pairs(client, proposal)
    assert sorted(sum(row["worker_id"] == each for row in rows) for each in (one, two)) == [1, 5]
    last = next(row for row in rows if row["worker_id"] == two)
    path = f"{PATH}/{proposal['id']}/pairs/{last['id']}"
    refused = await client.patch(path, json={"worker_id": one}, headers=tag(last))
    assert (refused.status_code, findings(refused)) == (409, {"instructor_overloaded": "departure"})
    wish = {"worker_id": one, "departure_reason": "同一楼宇，走访方便"}
    assert (await client.patch(path, json=wish, headers=tag(last))).status_code == 200
    told = await approved(client, (await client.get(f"{PATH}/{proposal['id']}")).json())
    assert told["pairs"] == {"approved": 6}


async def test_successors_take_over(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    firms = [str(key) for key in await add(direct, 2)]
    branch = await party.branch(client, direct, await party.authority(client))
    leaving, heir = await sending.instructor(direct), await sending.instructor(direct)
    old = [await sending.sent(direct, leaving, firm) for firm in firms]
    old.append(await sending.sent(direct, leaving, branch=branch["id"]))
    proposal = await proposed(client, hand_over_of=leaving)
    assert (proposal["purpose"], proposal["hand_over_of"], proposal["figures"]["covered"]) == (None, leaving, 3)
    assert proposal["title"] == "党建指导员交接方案"
    rows = await pairs(client, proposal)
    assert {(row["replaces"], row["worker_id"]) for row in rows} == {(key, heir) for key in old}
    ended = await client.get(f"/v1/assignments/{old[0]}")
    stop = {"ended_on": "2026-03-02", "reason": "企业搬迁"}
    assert (await client.post(f"/v1/assignments/{old[0]}/end", json=stop, headers=tag(ended.json()))).status_code == 200
    told = await approved(client, proposal)
    assert told["pairs"] == {"approved": 2, "outdated": 1}
    (lost,) = await pairs(client, proposal, state="outdated")
    assert (lost["replaces"], codes(lost)[-1]) == (old[0], "outdated_assignment_ended")
    for key in old[1:]:
        row = (await client.get(f"/v1/assignments/{key}")).json()
        assert (row["end_kind"], row["valid_to"]) == ("handed_over", "2026-03-02")
        successor = (await client.get(f"/v1/assignments/{row['succeeded_by']}")).json()
        assert (successor["worker_id"], successor["proposal_id"]) == (heir, proposal["id"])
    assert (await client.get(f"/v1/organizations/{firms[1]}")).json()["has_instructor"]


async def test_successors_take_over_on_the_day_on_which_he_came_but_not_on_that_of_a_visit(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    firms = [str(key) for key in await add(direct, 2)]
    leaving, heir = await sending.instructor(direct), await sending.instructor(direct)
    came, went = [await sending.sent(direct, leaving, firm, since=date(2026, 3, 2)) for firm in firms]
    proposal = await proposed(client, hand_over_of=leaving)
    visit = {"assignment_id": went, "visited_on": "2026-03-02", "kind": "on_site", "did": ["met_owner"]}
    visited = await client.post("/v1/visits", json=visit)
    assert visited.status_code == 201, visited.text
    told = await approved(client, proposal)
    assert told["pairs"] == {"approved": 1, "outdated": 1}
    (lost,) = await pairs(client, proposal, state="outdated")
    assert (lost["replaces"], codes(lost)[-1]) == (went, "outdated_visited_since")
    row = (await client.get(f"/v1/assignments/{came}")).json()
    assert (row["end_kind"], row["valid_from"], row["valid_to"]) == ("handed_over", "2026-03-02", "2026-03-02")
    assert (await client.get(f"/v1/assignments/{row['succeeded_by']}")).json()["worker_id"] == heir
    assert (await client.get(f"/v1/assignments/{went}")).json()["end_kind"] is None


async def test_who_was_there_comes_first_and_who_has_interests_never(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    firms = [str(key) for key in await add(direct, 2)]
    near = await sending.instructor(direct, region=330106002000, level=4)
    former = await sending.instructor(direct, region=330106003000, level=4)
    await direct.execute("UPDATE workers SET home_region_code = 330106002000, home_region_level = 4")
    await sending.sent(direct, former, firms[0], since=date(2025, 10, 1), until=date(2026, 1, 1))
    key = await sending.sent(direct, near, firms[1], since=date(2025, 10, 1), until=date(2026, 1, 1))
    await direct.execute(
        "UPDATE assignments SET conflict_of_interest = true, conflict_note = '持股' WHERE id = $1", UUID(key)
    )
    rows = {row["organization_id"]: row for row in await pairs(client, await proposed(client))}
    assert {each["worker_id"] for each in rows.values()} == {former}
    assert "was_there" in codes(rows[firms[0]])


@pytest.mark.parametrize(
    ("wish", "wrong"),
    [
        ({"region_code": "330000000000"}, ("/region_code", "proposal_too_wide")),
        ({"starts_on": "2026-03-01"}, ("/starts_on", "day_too_early")),
        ({"purpose": "guide_branch"}, ("/purpose", "purpose_unfit")),
        ({"hand_over_of": str(uuid4())}, ("/hand_over_of", "reference_unknown")),
        ({"hand_over_of": str(uuid4()), "purpose": "work_coverage"}, ("/purpose", "purpose_handed_over")),
        ({"options": {"most": 0}}, ("/options/most", "greater_than_equal")),
        ({"options": {"best": 1}}, ("/options/best", "extra_forbidden")),
        ({"instructors_region": "33010"}, ("/instructors_region", "string_pattern_mismatch")),
    ],
)
async def test_wrong_wishes(client: httpx.AsyncClient, wish: dict[str, Any], wrong: tuple[str, str]) -> None:
    answer = await client.post(PATH, json={"region_code": COUNTY} | wish)
    assert (answer.status_code, errors(answer)) == (422, [wrong])


async def test_beyond_the_scope(api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    await add(direct, 1)
    await sending.instructor(direct)
    proposal = await proposed(client)
    north = await api.client("person:north", "region_officer", ranges=NORTH)
    assert (await north.get(f"{PATH}/{proposal['id']}")).status_code == 404
    assert (await north.get(f"{PATH}/{proposal['id']}/pairs")).status_code == 404
    assert (await north.get(PATH)).json()["items"] == []
    assert (await north.post(PATH, json={"region_code": COUNTY})).status_code == 403


async def test_farther_than_allowed_is_nobody(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    await add(direct, 1)
    await sending.instructor(direct, region=330106003000, level=4)
    proposal = await proposed(client, options={"farthest": 2000})
    assert (proposal["figures"]["covered"], proposal["figures"]["proven"]) == (0, True)
    (row,) = await pairs(client, proposal)
    assert codes(row) == ["nobody_near"]


async def test_set_aside_and_its_versions(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    await add(direct, 1)
    await sending.instructor(direct)
    proposal = await proposed(client)
    path = f"{PATH}/{proposal['id']}"
    clock.forward(days=1)
    told = (await client.post(f"{path}/discard", json={"reason": "名单有调整"}, headers=tag(proposal))).json()
    assert (told["state"], told["closing_reason"]) == ("discarded", "名单有调整")
    refused = await client.post(f"{path}/approve", json={}, headers=tag(told))
    assert (refused.status_code, errors(refused)) == (409, [("", "proposal_discarded")])
    versions = (await client.get(f"{path}/history")).json()["items"]
    assert [each["state"] for each in versions] == ["discarded", "computed"]
    listed = (await client.get(PATH, params={"state": "discarded"})).json()["items"]
    assert [each["id"] for each in listed] == [proposal["id"]]


async def test_the_pairs_as_a_sheet(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    await add(direct, 1)
    await sending.instructor(direct)
    proposal = await proposed(client)
    sheet = await client.get(f"{PATH}/{proposal['id']}/pairs", headers={"accept": "text/csv"})
    assert "某指导员" in sheet.text
    assert "In the same county" in sheet.text
    noted = "SELECT count(*) FROM audit WHERE subject = 'assignment_proposal_pairs' AND verb = 'list'"
    assert await direct.fetchval(noted) == 1
