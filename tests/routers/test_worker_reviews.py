"""A worker's year over HTTP: duties, targets, what the data say, reported, answered about, decided, taken up again."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from app.core.acts import Acts, Scope
from app.services.duties.reviews.reads import bands
from tests.access.cast import client as known
from tests.access.cast import on_stage
from tests.conftest import Api, Hands, actor
from tests.kit import party, sending
from tests.kit.organizations import add
from tests.kit.party import errors, findings, tag

OPENING = {"year": 2026, "region_code": "330106000000"}
XIHU = ((330106000000, 330107000000),)
REPORT = {"report": "走访企业，协助组建联合党支部一个。", "band": "competent"}
STUDY = """
INSERT INTO attendances (version, worker_id, course_title, held_on, minutes, source, source_time, created_at, recorded_at)
VALUES (1, $1, '党务实务', $2, $3, 'officer', '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z', '2026-03-01T00:00:00Z')
"""  # noqa: E501


@pytest.fixture
async def firm(direct: "asyncpg.Connection[Any]") -> str:
    """An organisation that no branch covers."""
    return str((await add(direct, 1))[0])


@pytest.fixture
async def worker(direct: "asyncpg.Connection[Any]") -> str:
    """An instructor since September 2025."""
    return await sending.instructor(direct)


@pytest.fixture
async def assignment(direct: "asyncpg.Connection[Any]", worker: str, firm: str) -> str:
    """He is sent to the organisation from September on."""
    return await sending.sent(direct, worker, firm)


async def visited(client: httpx.AsyncClient, assignment: str, day: str) -> None:
    draft = {"assignment_id": assignment, "visited_on": day, "kind": "on_site", "did": ["met_owner"]}
    answer = await client.post("/v1/visits", json=draft)
    assert answer.status_code == 201, answer.text


async def opened(client: httpx.AsyncClient, worker: str, year: int = 2025) -> dict[str, Any]:
    answer = await client.post("/v1/worker-reviews", json={"year": year, "worker_ids": [worker]})
    assert answer.status_code == 200, answer.text
    (row,) = (await client.get("/v1/worker-reviews", params={"worker_id": worker, "year": year})).json()["items"]
    review: dict[str, Any] = (await client.get(f"/v1/worker-reviews/{row['id']}")).json()
    return review


async def done(client: httpx.AsyncClient, row: dict[str, Any], verb: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await client.post(f"/v1/worker-reviews/{row['id']}/{verb}", json=body, headers=tag(row))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def figures(row: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    """Value, due and per cent by indicator."""
    return {each["indicator"]: (each["value"], each["due"], each["percent"]) for each in row["figures"]}


async def test_the_catalogue_tells_what_is_counted(client: httpx.AsyncClient) -> None:
    items = (await client.get("/v1/indicators")).json()["items"]
    assert [each["code"] for each in items if each["subject_kind"] == "worker"] == [
        "visits_made", "visits_due_met_percent", "organizations_assigned", "branches_founded_with_help",
        "training_minutes", "tasks_done", "tasks_on_time_percent", "branch_meetings_held",
    ]  # fmt: skip
    assert {each["subject_kind"] for each in items} == {"worker", "department", "region"}
    assert all(each["name"] and each["counted"] for each in items)


async def test_duties_by_role_rest_on_all_policies(client: httpx.AsyncClient) -> None:
    told = (await client.get("/v1/worker-duties")).json()
    roles = {each["role"]: each for each in told["roles"]}
    assert set(roles) == {
        "secretary", "deputy_secretary", "committee_member", "full_time_worker", "instructor", "liaison",
    }  # fmt: skip
    secretary = {each["indicator"]: each["value"] for each in roles["secretary"]["asked"]}
    assert secretary == {"training_minutes": 56 * 45, "tasks_on_time_percent": 90, "branch_meetings_held": 20}
    assert "hold_meetings" in roles["secretary"]["duties"]
    policy = {
        "kind": "duties", "region_code": "330106000000", "region_level": 3, "valid_from": "2026-01-01",
        "reason": "试点",
        "numbers": {"branches_founded": {"value": 2, "document": "区工委文件"}},
    }  # fmt: skip
    laid = await client.post("/v1/policies", json=policy)
    assert laid.status_code == 201, laid.text
    asked = {"region": "330106000000", "role": "instructor"}
    (instructor,) = (await client.get("/v1/worker-duties", params=asked)).json()["roles"]
    founded = next(each for each in instructor["asked"] if each["indicator"] == "branches_founded_with_help")
    assert (founded["value"], founded["unit"], founded["citation"]) == (2, "branches", "区工委文件")
    policy["numbers"] = {"competent_from": {"value": 95, "document": "区工委文件"}}
    refused = await client.post("/v1/policies", json=policy | {"valid_from": "2026-02-01"})
    assert (refused.status_code, errors(refused)) == (422, [("/numbers/competent_from/value", "duty_bands_wrong")])
    assert (await client.get("/v1/worker-duties", params={"rolle": "x"})).status_code == 422


async def test_a_year_is_told_from_what_is_kept(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, assignment: str
) -> None:
    await visited(client, assignment, "2025-10-10")
    await visited(client, assignment, "2026-01-15")
    await direct.execute(STUDY, UUID(worker), date(2025, 11, 3), 270)
    path = f"/v1/worker-duties/{worker}"
    year = (await client.get(path, params={"year": 2025})).json()
    assert (year["since"], year["until"]) == ("2025-01-01", "2026-01-01")
    assert year["roles"] == [{"role": "instructor", "since": "2025-09-01", "until": "2027-09-01"}]
    assert "visit_organizations" in year["duties"]
    assert figures(year) == {
        "visits_made": (1, None, None),
        "visits_due_met_percent": (100, 100, 100),  # 92 days from September on
        "organizations_assigned": (1, None, None),
        "branches_founded_with_help": (0, None, None),
        "training_minutes": (270, 481, 56),  # 1440 minutes a year, for 122 of 365 days
        "tasks_done": (None, None, None),
        "tasks_on_time_percent": (None, 90, None),
        "branch_meetings_held": (None, None, None),
    }
    now = (await client.get(path)).json()
    assert (now["year"], now["until"]) == (2026, "2026-03-03")
    assert figures(now)["training_minutes"] == (0, 241, 0)  # 61 of 365 days
    assert next(each for each in now["figures"] if each["indicator"] == "training_minutes")["target"] == 1440
    assert (await client.get(f"/v1/worker-duties/{uuid4()}")).status_code == 404


async def test_workers_stand_beside_each_other(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, firm: str, assignment: str
) -> None:
    await visited(client, assignment, "2025-10-10")
    idle = await sending.instructor(direct, "另一指导员", since=date(2025, 7, 1))
    await sending.instructor(direct, "新指导员", since=date(2026, 1, 1))
    target = {"worker_id": idle, "year": 2025, "indicator": "training_minutes", "value": 0, "reason": "借调"}
    assert (await client.post("/v1/worker-targets", json=target)).status_code == 201
    review = await opened(client, worker)
    asked: dict[str, Any] = {"year": 2025, "region": "330106000000", "role": "instructor", "count": "exact"}
    told = (await client.get("/v1/worker-figures", params=asked)).json()
    assert told["count"]["value"] == 2
    rows = {each["worker_id"]: each for each in told["items"]}
    assert set(rows) == {worker, idle}
    one = rows[worker]
    assert (one["visits_made"], one["visits_due_met_percent"], one["tasks_done"], one["roles"]) == (
        1, 100, None, ["instructor"],
    )  # fmt: skip
    assert (one["score"], one["band_by_score"], one["missed"]) == (50, "incompetent", ["training_minutes"])
    assert (one["targets_measured"], one["targets_reached"]) == (2, 1)
    assert (one["review_id"], one["review_state"], one["band"]) == (review["id"], "open", None)
    assert (rows[idle]["score"], rows[idle]["band_by_score"], rows[idle]["review_id"]) == (None, None, None)
    alone = figures((await client.get(f"/v1/worker-duties/{worker}", params={"year": 2025})).json())
    assert {name: value for name, (value, *_) in alone.items()} == {name: one[name] for name in alone}
    sheet = await client.get("/v1/worker-figures", params={"year": 2025}, headers={"accept": "text/csv"})
    assert "某指导员,Instructor,2025,1,100,1,0,0,,,,2,1,Training (minutes),50,Not competent,Open,," in sheet.text
    assert (await client.get("/v1/worker-figures", params={"role": "secretary"})).json()["items"] == []


async def test_tasks_meetings_and_branches_count(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, firm: str, assignment: str, clock: Hands
) -> None:
    authority = await party.authority(client)
    task = {
        "kind": "talk", "due_on": "2026-03-10", "owner_kind": "authority", "authority_id": authority,
        "organization_id": firm,
    }  # fmt: skip
    first = (await client.post("/v1/formation-tasks", json=task)).json()
    assert (await client.post("/v1/formation-tasks", json=task | {"due_on": "2026-03-05"})).status_code == 201
    clock.forward(days=1)
    assert (
        await client.post(
            f"/v1/formation-tasks/{first['id']}/finish", json={"ended_on": "2026-03-03"}, headers=tag(first)
        )
    ).status_code == 200
    await direct.execute("UPDATE organizations SET formal_members_relation = 4 WHERE id = $1", UUID(firm))
    await party.branch(client, direct, authority, founded_on="2026-03-02", organization_ids=[firm], name="新支部")
    clock.forward(days=10)
    told = figures((await client.get(f"/v1/worker-duties/{worker}")).json())
    assert told["tasks_done"][0] == 1
    assert told["tasks_on_time_percent"] == (50, 90, 55)
    assert told["branches_founded_with_help"][0] == 1


async def test_meetings_of_the_branch_count_for_its_team(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    branch = await party.branch(client, direct, await party.authority(client))
    (someone,) = await party.enrol(direct, branch["id"], ["王某"])
    begun = await client.post(
        "/v1/terms",
        json={
            "branch_id": branch["id"], "election": "elected", "valid_from": "2026-01-10",
            "posts": [party.holder(someone)],
        },
    )  # fmt: skip
    assert begun.status_code == 201, begun.text
    for day in ("2026-01-05", "2026-01-20", "2026-02-20"):  # the first one before his time
        held = {"branch_id": branch["id"], "kind": "theme_day", "held_on": day, "topic": "学习", "attended": 4}
        assert (await client.post("/v1/activities", json=held)).status_code == 201
    worker = await direct.fetchval("SELECT worker_id FROM worker_roles WHERE role = 'secretary'")
    told = figures((await client.get(f"/v1/worker-duties/{worker}")).json())
    assert told["branch_meetings_held"] == (2, 3, 66)  # 20 a year, for 52 of 365 days
    review = await opened(client, str(worker), 2026)
    assert (review["opinions"]["asked"], review["worker_name"]) == (1, "王某")
    body = {"branch_id": branch["id"], "answer": "satisfied"}
    after = await done(client, review, "opinions", body)
    assert after["opinions"] == {"asked": 1, "satisfied": 1, "basically": 0, "dissatisfied": 0}


async def test_from_opening_to_a_correction(
    client: httpx.AsyncClient, api: Api, direct: "asyncpg.Connection[Any]", worker: str, firm: str, assignment: str,
    clock: Hands,
) -> None:  # fmt: skip
    await visited(client, assignment, "2025-10-10")
    idle = await sending.instructor(direct, "新指导员", since=date(2026, 1, 1))
    wish = {"year": 2025, "region_code": "330106000000"}
    counted = (await client.post("/v1/worker-reviews", json=wish)).json()
    assert counted == {"year": 2025, "opened": 1, "standing": 0, "idle": 1}
    again = (await client.post("/v1/worker-reviews", json={"year": 2025, "worker_ids": [worker, idle]})).json()
    assert again == {"year": 2025, "opened": 0, "standing": 1, "idle": 1}
    row = await opened(client, worker)
    assert (row["state"], row["frozen"], row["suggested_band"], row["score"]) == ("open", False, "incompetent", 50)
    assert row["opinions"] == {"asked": 1, "satisfied": 0, "basically": 0, "dissatisfied": 0}
    early = await client.post(
        f"/v1/worker-reviews/{row['id']}/decide", json={"band": "basic", "consequence": "talk"}, headers=tag(row)
    )
    assert (early.status_code, errors(early)) == (409, [("", "review_state")])

    row = await done(client, row, "self-report", REPORT)
    assert (row["state"], row["self_band"], row["on_behalf"]) == ("self_reported", "competent", True)
    number = REPORT | {"report": "走访企业，联系人电话 13800138000。"}
    numbered = await client.post(f"/v1/worker-reviews/{row['id']}/self-report", json=number, headers=tag(row))
    assert (numbered.status_code, errors(numbered)) == (422, [("/report", "number_in_text")])
    where = f"/v1/worker-reviews/{row['id']}"
    closing = await client.post(f"{where}/close-opinions", json={}, headers=tag(row))
    assert (closing.status_code, findings(closing)) == (409, {"review_opinions_missing": "departure"})
    stranger = str((await add(direct, 1))[0])
    for body, wrong in (
        ({"organization_id": stranger, "answer": "satisfied"}, ("/organization_id", "opinion_body_unrelated")),
        ({"organization_id": firm, "answer": "glad"}, ("/answer", "enum")),
        ({"answer": "satisfied"}, ("/body", "opinion_body")),
        ({"organization_id": firm, "answer": "not", "answered_on": "2026-03-03"}, ("/answered_on", "day_future")),
        ({"organization_id": firm, "answer": "not", "answered_on": "2024-12-31"}, ("/answered_on", "day_too_early")),
    ):
        answer = await client.post(f"{where}/opinions", json=body, headers=tag(row))
        assert (answer.status_code, errors(answer)) == (422, [wrong]), answer.text
    asked = (await client.get(f"{where}/opinions")).json()["items"]
    assert [(each["body_id"], each["answer"]) for each in asked] == [(firm, None)]
    clock.forward(minutes=1)
    row = await done(client, row, "opinions", {"organization_id": firm, "answer": "satisfied"})
    twice = await client.post(f"{where}/opinions", json={"organization_id": firm, "answer": "not"}, headers=tag(row))
    assert (twice.status_code, errors(twice)[0][1]) == (
        409, "constraint.uq_worker_opinions_review_id_organization_id",
    )  # fmt: skip
    (told,) = (await client.get(f"{where}/opinions")).json()["items"]
    clock.forward(minutes=1)
    opinion = f"{where}/opinions/{told['opinion_id']}"
    assert (await client.patch(opinion, json={"answer": "not"}, headers={"if-match": '"9"'})).status_code == 412
    worse = (await client.patch(opinion, json={"answer": "not"}, headers=tag(told))).json()
    assert worse["opinions"]["dissatisfied"] == 1
    assert [each["code"] for each in worse["reasons"]] == [
        "review_targets_missed", "review_not_content_enough", "review_dissatisfied",
    ]  # fmt: skip
    await direct.execute(STUDY, UUID(worker), date(2025, 11, 3), 500)
    row = await done(client, worse, "close-opinions", {})
    # All that is due was done, and the owner is not content: no better than the third band.
    assert (row["state"], row["score"], row["suggested_band"]) == ("opinions_in", 100, "basic")

    other = await client.post(f"{where}/decide", json={"band": "competent", "consequence": "talk"}, headers=tag(row))
    assert findings(other) == {"review_band_departs": "departure", "review_consequence_departs": "departure"}
    row = await done(client, row, "decide", {"band": "basic", "consequence": "talk"})
    assert (row["state"], row["band"], row["frozen"], row["departures"]) == ("decided", "basic", True, [])
    frozen = {name: row[name] for name in ("figures", "score", "opinions", "reasons", "as_of", "policy_version")}
    clock.forward(days=1)
    await direct.execute(STUDY, UUID(worker), date(2025, 12, 3), 500)
    later = (await client.get(where)).json()
    assert (await client.get(where, headers={"if-none-match": f'"{later["version"]}"'})).status_code == 304
    assert {name: later[name] for name in frozen} == frozen
    target = {"worker_id": worker, "year": 2025, "indicator": "training_minutes", "value": 1, "reason": "病假半年"}
    fixed = await client.post("/v1/worker-targets", json=target)
    assert (fixed.status_code, errors(fixed)) == (409, [("", "worker_year_decided")])

    row = await done(client, later, "reopen", {"reason": "补录了十二月的培训"})
    assert (row["state"], row["band"], row["frozen"]) == ("opinions_in", "basic", False)
    assert figures(row)["training_minutes"][0] == 1000
    (correction,) = row["corrections"]
    assert (correction["band"], correction["result"]["score"]) == ("basic", 100)
    clock.forward(minutes=1)
    row = await done(
        client,
        row,
        "decide",
        {"band": "competent", "consequence": "continue", "departure_reason": "业主复核后改为满意"},
    )
    assert (row["band"], [each["code"] for each in row["departures"]]) == ("competent", ["review_band_departs"])
    states = [each["state"] for each in (await client.get(f"{where}/history")).json()["items"]]
    assert states == ["decided", "opinions_in", "decided", "self_reported", "self_reported"]
    narrowed: list[tuple[dict[str, Any], int]] = [
        ({"role": "instructor"}, 1),
        ({"role": "secretary"}, 0),
        ({"role": "instructor", "year": 2026}, 0),
        ({"state": "decided", "consequence": "continue"}, 1),
        ({"authority": "033001006000000"}, 0),
        ({"region": "330106000000"}, 1),
        ({"region": "330108000000"}, 0),
    ]
    for asked, expected in narrowed:
        found = await client.get("/v1/worker-reviews", params={**asked, "count": "exact"})
        assert found.json()["count"]["value"] == expected, asked
    sheet = await client.get("/v1/worker-reviews", params={"band": "competent"}, headers={"accept": "text/csv"})
    assert "某指导员,2025,Decided,Competent,Competent,Continues" in sheet.text


async def test_nobody_decides_on_his_own_year(
    api: Api,
    client: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    worker: str,
    assignment: str,
    firm: str,
    clock: Hands,
) -> None:
    row = await opened(client, worker)
    other = await opened(client, await sending.instructor(direct, "另一指导员"))
    mine = await done(client, other, "self-report", REPORT | {"own": True})
    mine = await done(client, mine, "close-opinions", {})
    wish = {"band": "competent", "consequence": "continue", "departure_reason": "本年度刚到岗"}
    refused = await client.post(f"/v1/worker-reviews/{mine['id']}/decide", json=wish, headers=tag(mine))
    assert (refused.status_code, findings(refused)["review_own"]) == (409, "hard")
    assert {each["action"]: each["reason"] for each in mine["allowed_actions"]}["decide"] == "review_own"
    colleague = await api.client("colleague")
    assert (await done(colleague, mine, "decide", wish))["band"] == "competent"

    cast = on_stage(api.app)
    cast.put("himself", "instructor", Scope(subjects=frozenset({UUID(worker)})))
    cast.put("officer", "officer")
    himself, officer = known(api.app, "himself"), known(api.app, "officer")
    where = f"/v1/worker-reviews/{row['id']}"
    assert [each["id"] for each in (await himself.get("/v1/worker-reviews")).json()["items"]] == [row["id"]]
    assert (await himself.get(f"/v1/worker-reviews/{other['id']}")).status_code == 404
    row = await done(himself, row, "self-report", REPORT)
    assert (row["on_behalf"], row["self_reported_by"]) == (False, "himself")
    assert {each["action"]: each["reason"] for each in row["allowed_actions"]} == {
        "self_report": None, "enter_opinion": "outside_scope", "close_opinions": "outside_scope",
        "decide": "permission", "reopen": "permission",
    }  # fmt: skip
    same = (await himself.get(f"/v1/worker-duties/{worker}", params={"year": 2025})).json()
    assert figures(same) == figures((await officer.get(f"/v1/worker-duties/{worker}", params={"year": 2025})).json())
    opinion = {"organization_id": firm, "answer": "satisfied"}
    for answer in (
        await himself.post(f"{where}/opinions", json=opinion, headers=tag(row)),
        await himself.post(f"{where}/close-opinions", json={}, headers=tag(row)),
        await himself.post(f"{where}/decide", json=wish, headers=tag(row)),
        await himself.get(f"{where}/opinions"),
        await himself.post("/v1/worker-reviews", json={"year": 2026, "worker_ids": [worker]}),
        await himself.post(
            "/v1/worker-targets",
            json={"worker_id": worker, "year": 2026, "indicator": "tasks_done", "value": 0, "reason": "太忙"},
        ),
    ):
        assert answer.status_code == 403, answer.text
    target = {"worker_id": worker, "year": 2026, "indicator": "tasks_done", "value": 2, "reason": "分工调整"}
    set_for_him = (await officer.post("/v1/worker-targets", json=target)).json()
    seen = (await himself.get(f"/v1/worker-targets/{set_for_him['id']}")).json()
    assert {each["reason"] for each in seen["allowed_actions"]} == {"outside_scope"}
    for verb, body in (("", {"value": 0, "reason": "太忙"}), ("/withdraw", {"reason": "太忙"})):
        path = f"/v1/worker-targets/{set_for_him['id']}{verb}"
        answer = await (himself.post if verb else himself.patch)(path, json=body, headers=tag(seen))
        assert answer.status_code == 403, answer.text
    clock.forward(minutes=1)
    row = await done(officer, row, "opinions", opinion)
    assert (await himself.get(where)).json()["opinions"]["satisfied"] == 1
    assert len((await himself.get(f"{where}/history")).json()["items"]) == 2


async def test_of_two_who_decide_at_once_one_does(client: httpx.AsyncClient, worker: str, assignment: str) -> None:
    row = await opened(client, worker)
    row = await done(client, row, "close-opinions", {"departure_reason": "本人在外，单位已搬迁"})
    assert [each["code"] for each in row["departures"]] == ["review_without_report", "review_opinions_missing"]
    wishes = [
        {"band": band, "consequence": "retrain", "departure_reason": "合议决定"} for band in ("basic", "incompetent")
    ]
    path = f"/v1/worker-reviews/{row['id']}/decide"
    told = await asyncio.gather(*(client.post(path, json=wish, headers=tag(row)) for wish in wishes))
    assert sorted(answer.status_code for answer in told) == [200, 412]
    (won,) = [answer.json() for answer in told if answer.status_code == 200]
    assert (await client.get(f"/v1/worker-reviews/{row['id']}")).json()["band"] == won["band"]
    again = await asyncio.gather(*(client.post("/v1/worker-reviews", json=each) for each in [OPENING] * 4))
    assert sum(answer.json()["opened"] for answer in again) == 1


async def test_targets_are_changed_with_a_reason(
    client: httpx.AsyncClient, worker: str, assignment: str, clock: Hands
) -> None:
    draft = {
        "worker_id": worker, "year": 2026, "indicator": "training_minutes", "value": 720, "reason": "上半年在外挂职",
    }  # fmt: skip
    answer = await client.post("/v1/worker-targets", json=draft)
    assert answer.status_code == 201, answer.text
    target = answer.json()
    told = (await client.get(f"/v1/worker-duties/{worker}")).json()
    (minutes,) = [each for each in told["figures"] if each["indicator"] == "training_minutes"]
    assert (minutes["target"], minutes["due"], minutes["source"], minutes["citation"]) == (
        720, 120, "changed", "上半年在外挂职",
    )  # fmt: skip
    twice = await client.post("/v1/worker-targets", json=draft)
    assert (twice.status_code, errors(twice)[0][1]) == (
        409, "constraint.uq_worker_targets_worker_id_year_indicator",
    )  # fmt: skip
    for change, wrong in (
        ({"worker_id": str(uuid4())}, ("/worker_id", "reference_unknown")),
        ({"indicator": "smiles"}, ("/indicator", "indicator_unknown")),
        ({"indicator": "tasks_on_time_percent", "value": 101}, ("/value", "less_than_equal")),
        ({"value": -1}, ("/value", "greater_than_equal")),
        ({"year": "2026"}, ("/year", "value_wrong")),
        ({"reason": "电话 13800138000"}, ("/reason", "number_in_text")),
    ):
        answer = await client.post("/v1/worker-targets", json=draft | change)
        assert answer.status_code == 422, answer.text
        assert errors(answer)[0][0] == wrong[0], answer.text
        assert errors(answer) == [wrong] or wrong[1] in ("value_wrong", "greater_than_equal")
    clock.forward(minutes=1)
    where = f"/v1/worker-targets/{target['id']}"
    assert (await client.patch(where, json={"value": 900, "reason": "挂职缩短"})).status_code == 428
    more = (await client.patch(where, json={"value": 900, "reason": "挂职缩短"}, headers=tag(target))).json()
    assert (more["value"], more["version"]) == (900, 2)
    clock.forward(minutes=1)
    gone = (await client.post(f"{where}/withdraw", json={"reason": "按政策执行"}, headers=tag(more))).json()
    assert gone["withdrawn_reason"] == "按政策执行"
    assert {each["reason"] for each in gone["allowed_actions"]} == {"target_withdrawn"}
    late = await client.patch(where, json={"reason": "再改"}, headers=tag(gone))
    assert (late.status_code, errors(late)) == (409, [("", "target_withdrawn")])
    assert (await client.post("/v1/worker-targets", json=draft)).status_code == 201  # there is room again
    versions = (await client.get(f"{where}/history")).json()["items"]
    assert [each["value"] for each in versions] == [900, 900, 720]
    counting = (await client.get("/v1/worker-targets", params={"withdrawn": "false"})).json()["items"]
    assert [each["value"] for each in counting] == [720]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"year": 2027, "region_code": "330106000000"}, 422, "year_future"),
        ({"year": 2025}, 422, "review_whose"),
        ({"year": 2025, "region_code": "990106000000"}, 422, "region_unknown"),
        ({"year": 2025, "worker_ids": ["019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"]}, 422, "reference_unknown"),
        ({"year": 1999, "region_code": "330106000000"}, 422, "greater_than_equal"),
    ],
)
async def test_an_opening_that_cannot_be(
    client: httpx.AsyncClient, worker: str, body: dict[str, Any], status: int, code: str
) -> None:
    answer = await client.post("/v1/worker-reviews", json=body)
    assert (answer.status_code, errors(answer)[0][1]) == (status, code), answer.text
    assert (await client.get("/v1/worker-reviews")).json()["items"] == []


async def test_reviews_stand_where_the_worker_stands(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, assignment: str
) -> None:
    row = await opened(client, worker)
    there = await api.client("li", "region_officer", XIHU)
    elsewhere = await api.client("zhao", "region_officer", ((330108000000, 330109000000),))
    where = f"/v1/worker-reviews/{row['id']}"
    assert (await there.get(where)).status_code == 200
    assert (await elsewhere.get(where)).status_code == 404
    wish = {"year": 2025, "region_code": "330106000000"}
    assert (await elsewhere.post("/v1/worker-reviews", json=wish)).status_code == 403
    await direct.execute(
        "UPDATE workers SET region_code = 330108000000, version = version + 1, recorded_at = now() WHERE id = $1",
        UUID(worker),
    )
    assert (await there.get(where)).status_code == 404
    assert (await elsewhere.get(where)).json()["region_code"] == "330108000000"


async def test_whoever_is_erased_leaves_figures_and_no_words(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, assignment: str, clock: Hands
) -> None:
    row = await opened(client, worker)
    clock.forward(minutes=1)
    row = await done(client, row, "self-report", REPORT)
    target = {"worker_id": worker, "year": 2026, "indicator": "tasks_done", "value": 3, "reason": "分工调整"}
    assert (await client.post("/v1/worker-targets", json=target)).status_code == 201
    audit = await direct.fetchval("SELECT string_agg(detail::text, '') FROM audit WHERE subject = 'worker_reviews'")
    assert REPORT["report"] not in audit
    await direct.execute(
        "UPDATE workers SET erased = true, name = NULL, state = 'ended', until = since, version = version + 1,"
        " recorded_at = now() WHERE id = $1",
        UUID(worker),
    )
    after = (await client.get(f"/v1/worker-reviews/{row['id']}")).json()
    assert (after["self_report"], after["worker_name"], after["state"]) == (None, None, "self_reported")
    kept = "SELECT count(*) FROM history WHERE subject IN ('worker_reviews', 'worker_targets')"
    assert await direct.fetchval(kept) == 0
    assert await direct.fetchval("SELECT count(*) FROM worker_targets") == 0


async def test_whoever_asks_what_is_held_is_told_of_his_reviews_and_not_of_others(
    client: httpx.AsyncClient, worker: str, firm: str, assignment: str, clock: Hands
) -> None:
    who = await client.get(f"/v1/workers/{worker}")
    named = await client.patch(f"/v1/workers/{worker}", json={"phone": "13800138000"}, headers=tag(who.json()))
    assert named.status_code == 200, named.text
    target = {"worker_id": worker, "year": 2025, "indicator": "tasks_done", "value": 3, "reason": "分工调整"}
    assert (await client.post("/v1/worker-targets", json=target)).status_code == 201
    honour = {"worker_id": worker, "kind": "honour", "title": "某荣誉", "body": "某党委", "awarded_on": "2026-01-01"}
    assert (await client.post("/v1/treatment/honours", json=honour)).status_code == 201
    row = await opened(client, worker)
    row = await done(client, row, "self-report", REPORT)
    row = await done(client, row, "opinions", {"organization_id": firm, "answer": "satisfied"})
    row = await done(client, row, "close-opinions", {})
    reason = {"departure_reason": "合议决定"}
    row = await done(client, row, "decide", {"band": "competent", "consequence": "continue"} | reason)
    clock.forward(days=1)
    await done(client, row, "reopen", {"reason": "补录走访"})
    wish = {"phone": "13800138000", "reason": "本人申请查阅"}
    answer = await client.post("/v1/data-subjects/export", json=wish)
    (told,) = [each["data"] for each in answer.json()["items"] if each["table"] == "workers"]
    (review,) = told["worker_reviews"]
    assert (review["year"], review["band"], review["self_report"]) == (2025, "competent", REPORT["report"])
    assert review["opinions"] == {"asked": 1, "satisfied": 1, "basically": 0, "dissatisfied": 0}
    assert [each["reason"] for each in review["corrections"]] == ["补录走访"]
    assert [each["reason"] for each in told["worker_targets"]] == ["分工调整"]
    assert [each["title"] for each in told["treatment_honours"]] == ["某荣誉"]
    assert told["treatment_entitlements"] == []
    assert "tester" not in answer.text, "nobody who judged him is named"


async def test_a_corrected_band_held_until_the_correction(
    client: httpx.AsyncClient, acts: Acts, worker: str, assignment: str, clock: Hands
) -> None:
    row = await opened(client, worker)
    row = await done(client, row, "close-opinions", {"departure_reason": "本人在外，单位已搬迁"})
    reason = {"departure_reason": "合议决定"}
    row = await done(client, row, "decide", {"band": "basic", "consequence": "talk"} | reason)
    clock.forward(days=30)
    row = await done(client, row, "reopen", {"reason": "补录走访"})
    clock.forward(days=3)
    await done(client, row, "decide", {"band": "competent", "consequence": "continue"} | reason)
    async with acts.open(actor()) as act:
        everywhere, someone = (0, 10**12), UUID(worker)
        assert await bands(act, everywhere, date(2026, 5, 1)) == {
            someone: [(date(2026, 3, 2), "basic"), (date(2026, 4, 4), "competent")]
        }
        assert await bands(act, everywhere, date(2026, 4, 4)) == {someone: [(date(2026, 3, 2), "basic")]}
        assert await bands(act, (330108000000, 330109000000), date(2026, 5, 1)) == {}
