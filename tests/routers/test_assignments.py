"""Assignments over HTTP: sent, called back, handed over, and each wrong order refused with its code."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit import party, sending
from tests.kit.organizations import add
from tests.kit.party import errors, findings, tag

NORTH = ((330108000000, 330109000000),)


@pytest.fixture
async def firm(direct: "asyncpg.Connection[Any]") -> str:
    """An organisation that no branch covers."""
    return str((await add(direct, 1))[0])


@pytest.fixture
async def worker(direct: "asyncpg.Connection[Any]") -> str:
    """An instructor until September 2027."""
    return await sending.instructor(direct)


def draft(worker: str, firm: str | None = None, **change: Any) -> dict[str, Any]:
    return {
        "worker_id": worker, "organization_id": firm, "purpose": "guide_formation", "valid_from": "2026-03-01",
    } | change  # fmt: skip


async def sent(client: httpx.AsyncClient, worker: str, firm: str, **change: Any) -> dict[str, Any]:
    answer = await client.post("/v1/assignments", json=draft(worker, firm, **change))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_sent_to_the_end_of_the_term_and_the_facts_follow(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, firm: str
) -> None:
    row = await sent(client, worker, firm)
    assert (row["worker_name"], row["valid_to"], row["state"]) == ("某指导员", "2027-09-01", "running")
    assert row["organization_name"].startswith("甲")
    assert [(each["action"], each["allowed"]) for each in row["allowed_actions"]] == [
        ("end", True),
        ("hand_over", True),
    ]
    assert (await client.get(f"/v1/organizations/{firm}")).json()["has_instructor"]
    listed = (await client.get("/v1/assignments", params={"state": "running", "organization_id": firm})).json()["items"]
    assert [each["id"] for each in listed] == [row["id"]]
    assert (await client.get("/v1/assignments", params={"state": "ended"})).json()["items"] == []
    noted = "SELECT count(*) FROM audit WHERE subject = 'assignments' AND verb = 'list'"
    assert await direct.fetchval(noted) == 2
    csv = await client.get("/v1/assignments", headers={"accept": "text/csv"})
    assert "某指导员" in csv.text
    assert "Guide towards formation" in csv.text


async def test_to_a_branch(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str) -> None:
    branch = await party.branch(client, direct, await party.authority(client))
    wrong = await client.post("/v1/assignments", json=draft(worker, branch_id=branch["id"]))
    assert (wrong.status_code, errors(wrong)) == (422, [("/purpose", "purpose_unfit")])
    answer = await client.post("/v1/assignments", json=draft(worker, branch_id=branch["id"], purpose="guide_branch"))
    assert answer.status_code == 201, answer.text
    assert (answer.json()["branch_name"], answer.json()["authority_code"]) == ("某公司支部", "033001006010000")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"valid_to": "2027-09-02"}, "beyond_term"),
        ({"valid_from": "2025-08-31"}, "assignment_without_role"),
        ({"valid_from": "2027-09-01"}, "assignment_without_role"),
    ],
)
async def test_never_beyond_the_term(
    client: httpx.AsyncClient, worker: str, firm: str, change: dict[str, str], code: str
) -> None:
    answer = await client.post("/v1/assignments", json=draft(worker, firm, **change))
    assert (answer.status_code, findings(answer)) == (409, {code: "hard"})


@pytest.mark.parametrize("formal", [None, False])
async def test_no_non_member(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, firm: str, formal: bool | None
) -> None:
    await direct.execute("UPDATE workers SET stated_formal = $1", formal)
    answer = await client.post("/v1/assignments", json=draft(worker, firm))
    assert (answer.status_code, findings(answer)) == (409, {"instructor_not_formal": "hard"})


@pytest.mark.parametrize("status", ["closed", "revoked"])
async def test_not_to_what_has_ended(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, firm: str, status: str
) -> None:
    await direct.execute("UPDATE organizations SET status = $1", status)
    answer = await client.post("/v1/assignments", json=draft(worker, firm))
    assert (answer.status_code, findings(answer)) == (409, {"assignment_target_ended": "hard"})


async def test_not_before_it_was_there(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, firm: str
) -> None:
    await direct.execute("UPDATE organizations SET established_on = '2026-02-01'")
    answer = await client.post("/v1/assignments", json=draft(worker, firm, valid_from="2026-01-31"))
    assert answer.status_code == 422, answer.text
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [("/valid_from", "day_too_early")]
    await sent(client, worker, firm, valid_from="2026-02-01")


async def test_not_to_a_branch_before_it_was_founded(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str
) -> None:
    there = await party.branch(client, direct, await party.authority(client), founded_on="2026-02-01")
    told = draft(worker, branch_id=there["id"], purpose="guide_branch")
    early = await client.post("/v1/assignments", json=told | {"valid_from": "2026-01-31"})
    assert (early.status_code, errors(early)) == (422, [("/valid_from", "day_too_early")])
    assert "2026-02-01" in early.json()["errors"][0]["detail"]
    answer = await client.post("/v1/assignments", json=told | {"valid_from": "2026-02-01"})
    assert answer.status_code == 201, answer.text


async def test_more_than_five_at_once_need_a_reason(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str
) -> None:
    firms = [str(key) for key in await add(direct, 7)]
    for firm in firms[:5]:
        await sent(client, worker, firm)
    refused = await client.post("/v1/assignments", json=draft(worker, firms[5]))
    assert (refused.status_code, findings(refused)) == (409, {"instructor_overloaded": "departure"})
    assert errors(refused) == [("/departure_reason", "departure_reason_missing")]
    (finding,) = refused.json()["findings"]
    assert (finding["limit"], finding["actual"]) == (5, 6)
    row = await sent(client, worker, firms[5], departure_reason="同一楼宇，走访方便")
    assert [each["code"] for each in row["departures"]] == ["instructor_overloaded"]
    assert row["departures"][0]["reason"] == "同一楼宇，走访方便"
    later = await sent(client, worker, firms[6], valid_from="2026-04-01", departure_reason="同上")
    assert later["departures"][0]["actual"] == 7
    assert later["state"] == "planned"


async def test_interests_need_a_note_and_a_reason(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, firm: str
) -> None:
    note = "其原单位持有该企业股份"
    refused = await client.post("/v1/assignments", json=draft(worker, firm, conflict_note=note))
    assert (refused.status_code, findings(refused)) == (409, {"assignment_conflict": "departure"})
    row = await sent(client, worker, firm, conflict_note=note, departure_reason="仅负责政策宣讲")
    assert (row["conflict_of_interest"], row["conflict_note"]) == (True, note)
    (told,) = await direct.fetch("SELECT detail::text FROM audit WHERE subject = 'assignments' AND verb = 'insert'")
    assert "conflict_note" in told[0]
    assert note not in told[0]


async def test_the_same_twice_is_refused(client: httpx.AsyncClient, worker: str, firm: str) -> None:
    await sent(client, worker, firm)
    answer = await client.post("/v1/assignments", json=draft(worker, firm, valid_from="2026-05-01"))
    assert (answer.status_code, errors(answer)) == (409, [("/worker_id", "assigned_already")])


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"worker_id": str(uuid4())}, ("/worker_id", "reference_unknown")),
        ({"organization_id": str(uuid4())}, ("/organization_id", "reference_unknown")),
        ({"branch_id": str(uuid4())}, ("", "assignment_one_of_two")),
        ({"organization_id": None}, ("", "assignment_one_of_two")),
        ({"organization_id": None, "branch_id": str(uuid4())}, ("/branch_id", "reference_unknown")),
        ({"purpose": "guide_branch"}, ("/purpose", "purpose_unfit")),
        ({"valid_to": "2026-03-01"}, ("/valid_to", "day_too_early")),
        ({"valid_from": "20260301"}, ("/valid_from", "date_parsing")),
        ({"stated": True}, ("/stated", "extra_forbidden")),
    ],
)
async def test_wrong_orders(
    client: httpx.AsyncClient, worker: str, firm: str, change: dict[str, Any], wrong: tuple[str, str]
) -> None:
    answer = await client.post("/v1/assignments", json=draft(worker, firm, **change))
    assert answer.status_code == 422, answer.text
    assert wrong in [
        (each["pointer"] if each["pointer"] != "/body" else "", each["code"]) for each in answer.json()["errors"]
    ]


async def test_called_back_on_a_day(client: httpx.AsyncClient, worker: str, firm: str, clock: Hands) -> None:
    row = await sent(client, worker, firm)
    clock.forward(minutes=1)
    path = f"/v1/assignments/{row['id']}/end"
    for day, code in (("2026-02-28", "day_too_early"), ("2027-09-02", "day_too_late")):
        answer = await client.post(path, json={"ended_on": day, "reason": "已单独组建"}, headers=tag(row))
        assert (answer.status_code, errors(answer)) == (422, [("/ended_on", code)])
    assert (await client.post(path, json={"ended_on": "2026-03-02", "reason": "已单独组建"})).status_code == 428
    ended = await client.post(path, json={"ended_on": "2026-03-02", "reason": "已单独组建"}, headers=tag(row))
    assert ended.status_code == 200, ended.text
    assert (ended.json()["state"], ended.json()["end_kind"]) == ("ended", "ended")
    assert {each["reason"] for each in ended.json()["allowed_actions"]} == {"assignment_ended"}
    assert not (await client.get(f"/v1/organizations/{firm}")).json()["has_instructor"]
    again = await client.post(path, json={"ended_on": "2026-03-02", "reason": "已单独组建"}, headers=tag(ended.json()))
    assert (again.status_code, errors(again)) == (409, [("", "assignment_ended")])
    stale = await client.post(path, json={"ended_on": "2026-03-02", "reason": "已单独组建"}, headers=tag(row))
    assert stale.status_code == 412
    versions = (await client.get(f"/v1/assignments/{row['id']}/history")).json()["items"]
    assert [each["version"] for each in versions] == [2, 1]


async def test_another_takes_over_and_no_day_is_without(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, firm: str
) -> None:
    row = await sent(client, worker, firm)
    other = await sending.instructor(direct, "另一指导员", until=sending.UNTIL.replace(year=2026, month=12))
    path = f"/v1/assignments/{row['id']}/hand-over"
    wish = {"worker_id": other, "on": "2026-03-02", "reason": "原指导员轮岗"}
    self = await client.post(path, json=wish | {"worker_id": worker}, headers=tag(row))
    assert errors(self) == [("/worker_id", "hand_over_to_self")]
    late = await client.post(path, json=wish | {"on": "2027-09-01"}, headers=tag(row))
    assert errors(late) == [("/on", "day_too_late")]
    beyond = await client.post(path, json=wish | {"valid_to": "2027-01-01"}, headers=tag(row))
    assert findings(beyond) == {"beyond_term": "hard"}
    assert (await client.get(f"/v1/assignments/{row['id']}")).json()["version"] == 1, "nothing half written"
    answer = await client.post(path, json=wish, headers=tag(row))
    assert answer.status_code == 201, answer.text
    new = answer.json()
    assert (new["worker_id"], new["valid_from"], new["valid_to"]) == (other, "2026-03-02", "2026-12-01")
    assert new["purpose"] == "guide_formation"
    old = (await client.get(f"/v1/assignments/{row['id']}")).json()
    assert (old["valid_to"], old["end_kind"], old["succeeded_by"]) == ("2026-03-02", "handed_over", new["id"])
    assert (await client.get(f"/v1/organizations/{firm}")).json()["has_instructor"]


async def test_a_hand_over_may_lie_ahead(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, firm: str
) -> None:
    row = await sent(client, worker, firm)
    other = await sending.instructor(direct, "另一指导员")
    wish = {"worker_id": other, "on": "2026-06-01", "reason": "届时轮岗"}
    new = (await client.post(f"/v1/assignments/{row['id']}/hand-over", json=wish, headers=tag(row))).json()
    old = (await client.get(f"/v1/assignments/{row['id']}")).json()
    assert (old["state"], new["state"], old["valid_to"]) == ("running", "planned", new["valid_from"])


async def test_the_term_is_not_cut_while_somebody_is_sent(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, firm: str
) -> None:
    await sent(client, worker, firm)
    role = await direct.fetchrow("SELECT id, version FROM worker_roles WHERE worker_id = $1", UUID(worker))
    assert role is not None
    answer = await client.post(
        f"/v1/worker-roles/{role['id']}/end",
        json={"ended_on": "2026-03-02", "reason": "调离"},
        headers={"if-match": f'"{role["version"]}"'},
    )
    assert answer.status_code == 409, answer.text
    assert errors(answer) == [("/ck_assignments_within_role", "constraint.ck_assignments_within_role")]
    ended = await client.post(
        f"/v1/workers/{worker}/end", json={"ended_on": "2026-03-02", "reason": "调离"}, headers={"if-match": '"1"'}
    )
    assert ended.status_code == 409, ended.text


async def test_beyond_the_scope_nothing_is_told_and_nothing_written(
    api: Api, client: httpx.AsyncClient, worker: str, firm: str
) -> None:
    row = await sent(client, worker, firm)
    north = await api.client("north", ranges=NORTH)
    assert (await north.get("/v1/assignments")).json()["items"] == []
    assert (await north.get(f"/v1/assignments/{row['id']}")).status_code == 404
    assert (await north.get(f"/v1/assignments/{row['id']}/history")).status_code == 404
    answer = await north.post("/v1/assignments", json=draft(worker, firm))
    assert errors(answer) == [("/worker_id", "reference_unknown"), ("/organization_id", "reference_unknown")]
    wish = {"ended_on": "2026-03-02", "reason": "已单独组建"}
    assert (await north.post(f"/v1/assignments/{row['id']}/end", json=wish, headers=tag(row))).status_code == 404
    reader = await api.client("reader", role="auditor")
    assert (await reader.post("/v1/assignments", json=draft(worker, firm))).status_code == 403


async def test_what_he_has_elsewhere_counts_too(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, firm: str, clock: Hands
) -> None:
    for key in await add(direct, 5, region_code=330108000000, region_level=3):
        await sent(client, worker, str(key))
    county = await api.client("county", ranges=((330106000000, 330107000000),))
    assert len((await county.get("/v1/assignments")).json()["items"]) == 0
    refused = await county.post("/v1/assignments", json=draft(worker, firm))
    assert findings(refused) == {"instructor_overloaded": "departure"}


async def test_whoever_is_told_what_is_held_learns_where_he_was_sent_and_is_forgotten(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, firm: str, clock: Hands
) -> None:
    note = "其原单位持有该企业股份"
    row = await sent(client, worker, firm, conflict_note=note, departure_reason="仅负责政策宣讲")
    clock.forward(minutes=1)
    read = await client.get(f"/v1/workers/{worker}")
    named = await client.patch(
        f"/v1/workers/{worker}", json={"phone": "13800138000"}, headers={"if-match": read.headers["etag"]}
    )
    assert named.status_code == 200, named.text
    export = await client.post("/v1/data-subjects/export", json={"phone": "13800138000", "reason": "本人申请查阅"})
    (told,) = export.json()["items"]
    assert [each["id"] for each in told["data"]["assignments"]] == [row["id"]]
    left = await client.post(
        f"/v1/instructors/{worker}/leave",
        json={"on": "2026-03-02", "reason": "退休", "uncovered_reason": "暂无人选"},
        headers=tag(named.json()),
    )
    assert left.status_code == 200, left.text
    clock.forward(minutes=1)
    read = await client.get(f"/v1/workers/{worker}")
    ended = await client.post(
        f"/v1/workers/{worker}/end",
        json={"ended_on": "2026-03-02", "reason": "退休"},
        headers={"if-match": read.headers["etag"]},
    )
    assert ended.status_code == 200, ended.text
    clock.forward(minutes=1)
    gone = await client.post(
        f"/v1/workers/{worker}/erase",
        json={"ground": "purpose_achieved", "reason": "本人申请"},
        headers=tag(ended.json()),
    )
    assert gone.status_code == 204, gone.text
    after = (await client.get(f"/v1/assignments/{row['id']}")).json()
    assert (after["worker_name"], after["conflict_of_interest"], after["conflict_note"]) == (None, True, None)
    kept = (
        "SELECT concat((SELECT string_agg(row::text, '') FROM history),"
        " (SELECT string_agg(detail::text, '') FROM audit))"
    )
    assert note not in await direct.fetchval(kept)
