"""Visits over HTTP: what was done, what was entered by mistake, where one is due, and problems that become tasks."""

import asyncio
from datetime import date
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit import party, sending
from tests.kit.organizations import add
from tests.kit.party import errors, tag

BINJIANG = ((330108000000, 330109000000),)


@pytest.fixture
async def firm(direct: "asyncpg.Connection[Any]") -> str:
    """An organisation that no branch covers."""
    return str((await add(direct, 1))[0])


@pytest.fixture
async def worker(direct: "asyncpg.Connection[Any]") -> str:
    """An instructor."""
    return await sending.instructor(direct)


@pytest.fixture
async def assignment(direct: "asyncpg.Connection[Any]", worker: str, firm: str) -> str:
    """He is sent to the organisation from September on."""
    return await sending.sent(direct, worker, firm)


def draft(assignment: str, **change: Any) -> dict[str, Any]:
    return {
        "assignment_id": assignment, "visited_on": "2026-02-20", "kind": "on_site",
        "did": ["explained_policy", "counted_members"], "follows": "下次带组建申请表",
    } | change  # fmt: skip


async def made(client: httpx.AsyncClient, assignment: str, **change: Any) -> dict[str, Any]:
    answer = await client.post("/v1/visits", json=draft(assignment, **change))
    assert answer.status_code == 201, answer.text
    visit: dict[str, Any] = answer.json()
    return visit


async def test_recorded_corrected_and_cancelled(
    client: httpx.AsyncClient, assignment: str, worker: str, firm: str, clock: Hands
) -> None:
    first = await made(client, assignment, next_on="2026-04-15")
    assert (first["worker_id"], first["worker_name"], first["organization_id"]) == (worker, "某指导员", firm)
    assert (first["branch_id"], first["entered_by"], first["problems"]) == (None, "tester", [])
    assert [(each["action"], each["allowed"]) for each in first["allowed_actions"]] == [
        ("update", True), ("cancel", True), ("add_problem", True),
    ]  # fmt: skip
    twice = await client.post("/v1/visits", json=draft(assignment, did=["other"]))
    assert (twice.status_code, errors(twice)) == (
        409, [("/uq_visits_assignment_id_visited_on_kind", "constraint.uq_visits_assignment_id_visited_on_kind")],
    )  # fmt: skip
    await made(client, assignment, kind="by_phone")
    where = f"/v1/visits/{first['id']}"
    clock.forward(days=1)
    assert (await client.patch(where, json={"kind": "meeting"})).status_code == 428
    same = await client.patch(where, json={"kind": "on_site", "next_on": "2026-04-15"}, headers=tag(first))
    assert (same.status_code, same.json()["version"]) == (200, 1)
    better = await client.patch(where, json={"did": ["met_owner"], "next_on": None}, headers=tag(first))
    assert (better.json()["did"], better.json()["next_on"], better.json()["version"]) == (["met_owner"], None, 2)
    assert (await client.patch(where, json={"did": ["other"]}, headers=tag(first))).status_code == 412
    for change, expected in (
        ({"visited_on": "2026-03-05"}, ("/visited_on", "day_future")),
        ({"visited_on": "2025-08-31"}, ("/visited_on", "day_too_early")),
        ({"next_on": "2026-02-20"}, ("/next_on", "day_too_early")),
        ({"did": []}, ("/did", "value_wrong")),
        ({"kind": None}, ("/kind", "enum")),
    ):
        answer = await client.patch(where, json=change, headers=tag(better.json()))
        assert (answer.status_code, errors(answer)) == (422, [expected]), answer.text
    clock.forward(days=1)
    gone = await client.post(f"{where}/cancel", json={"reason": "重复录入"}, headers=tag(better.json()))
    assert (gone.status_code, gone.json()["cancel_reason"]) == (200, "重复录入")
    assert {each["reason"] for each in gone.json()["allowed_actions"]} == {"visit_cancelled"}
    problem = {"what": "场所未落实", "owner_kind": "community", "owner_name": "云栖社区", "due_on": "2026-05-01"}
    for answer in (
        await client.post(f"{where}/cancel", json={"reason": "再次"}, headers=tag(gone.json())),
        await client.patch(where, json={"kind": "meeting"}, headers=tag(gone.json())),
        await client.post(f"{where}/problems", json=problem),
    ):
        assert (answer.status_code, errors(answer)) == (409, [("", "visit_cancelled")])
    await made(client, assignment)  # the day is free again
    versions = (await client.get(f"{where}/history")).json()["items"]
    assert [(each["version"], each["did"], each["cancel_reason"]) for each in versions] == [
        (3, ["met_owner"], "重复录入"), (2, ["met_owner"], None), (1, ["explained_policy", "counted_members"], None),
    ]  # fmt: skip
    assert (await client.get(f"/v1/visits/{uuid4()}")).status_code == 404
    assert (await client.get(f"/v1/visits/{uuid4()}/history")).status_code == 404


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"visited_on": "2026-03-03"}, "/visited_on", "day_future"),
        ({"visited_on": "2025-08-31"}, "/visited_on", "day_too_early"),
        ({"visited_on": 20260220}, "/visited_on", "date_parsing"),
        ({"kind": "stroll"}, "/kind", "enum"),
        ({"did": []}, "/did", "value_wrong"),
        ({"did": ["other", "other"]}, "/did", "listed_twice"),
        ({"did": ["thought"]}, "/did/0", "enum"),
        ({"note": "联系 13800138000"}, "/note", "number_in_text"),
        ({"follows": "110105194912310021 到场"}, "/follows", "number_in_text"),
        ({"next_on": "2026-02-20"}, "/next_on", "day_too_early"),
        ({"assignment_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"}, "/assignment_id", "reference_unknown"),
        ({"worker_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"}, "/worker_id", "extra_forbidden"),
    ],
)
async def test_a_wrong_draft_is_told_where(
    client: httpx.AsyncClient, assignment: str, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await client.post("/v1/visits", json=draft(assignment, **change))
    assert answer.status_code == 422, answer.text
    assert errors(answer) == [(pointer, code)]
    assert "13800138000" not in answer.text
    assert "110105194912310021" not in answer.text
    assert (await client.get("/v1/visits?count=exact")).json()["count"]["value"] == 0


async def test_a_visit_lies_within_its_assignment(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, firm: str
) -> None:
    past = await sending.sent(direct, worker, firm, until=date(2026, 2, 20))
    await made(client, past, visited_on="2026-02-19")
    late = await client.post("/v1/visits", json=draft(past))
    assert (late.status_code, errors(late)) == (422, [("/visited_on", "visit_after_assignment")])
    with pytest.raises(asyncpg.CheckViolationError) as refused:
        await direct.execute("UPDATE visits SET visited_on = '2026-02-20', version = 2")
    assert refused.value.constraint_name == "ck_visits_within_assignment"


async def test_no_assignment_is_cut_short_of_a_visit(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", assignment: str, worker: str
) -> None:
    visit = await made(client, assignment)
    other = await sending.instructor(direct, "另一指导员")
    sent = (await client.get(f"/v1/assignments/{assignment}")).json()
    who = (await client.get(f"/v1/workers/{worker}")).json()
    ended = (f"/v1/assignments/{assignment}/end", {"ended_on": "2026-02-20", "reason": "召回"}, sent)
    taken = (
        f"/v1/assignments/{assignment}/hand-over",
        {"worker_id": other, "on": "2026-02-01", "reason": "调离"},
        sent,
    )
    given_up = {"on": "2026-02-20", "reason": "调离", "uncovered_reason": "暂无人选"}
    left = (f"/v1/instructors/{worker}/leave", given_up, who)
    for where, body, version in (ended, taken, left):
        answer = await client.post(where, json=body, headers=tag(version))
        assert (answer.status_code, errors(answer)) == (
            409, [("/ck_assignments_keep_visits", "constraint.ck_assignments_keep_visits")],
        ), answer.text  # fmt: skip
    assert (await client.get(f"/v1/assignments/{assignment}")).json()["valid_to"] == "2027-09-01"
    assert (await client.get("/v1/assignments?count=exact")).json()["count"]["value"] == 1
    await client.post(f"/v1/visits/{visit['id']}/cancel", json={"reason": "误录"}, headers=tag(visit))
    answer = await client.post(ended[0], json=ended[1], headers=tag(sent))
    assert (answer.status_code, answer.json()["valid_to"]) == (200, "2026-02-20"), answer.text


async def test_the_day_after_the_last_visit_is_not_too_early(
    client: httpx.AsyncClient, assignment: str, clock: Hands
) -> None:
    await made(client, assignment)
    clock.forward(days=1)
    sent = (await client.get(f"/v1/assignments/{assignment}")).json()
    body = {"ended_on": "2026-02-21", "reason": "召回"}
    answer = await client.post(f"/v1/assignments/{assignment}/end", json=body, headers=tag(sent))
    assert answer.status_code == 200, answer.text


async def test_who_was_there_today_leaves_tomorrow(client: httpx.AsyncClient, assignment: str, worker: str) -> None:
    await made(client, assignment, visited_on="2026-03-02")
    who = (await client.get(f"/v1/workers/{worker}")).json()
    path, wish = f"/v1/instructors/{worker}/leave", {"reason": "调离", "uncovered_reason": "暂无人选"}
    early = await client.post(path, json=wish | {"on": "2026-03-02"}, headers=tag(who))
    assert (early.status_code, errors(early)[0][1]) == (409, "constraint.ck_assignments_keep_visits")
    left = await client.post(path, json=wish | {"on": "2026-03-03"}, headers=tag(who))
    assert left.status_code == 200, left.text
    assert [each["valid_to"] for each in left.json()["uncovered"]] == ["2026-03-03"]
    assert (await client.get(f"/v1/instructors/{worker}")).json()["term_to"] == "2026-03-03"
    again = await client.post(path, json=wish | {"on": "2026-03-03"}, headers=tag(who))
    assert (again.status_code, errors(again)) == (422, [("/on", "day_too_late")])


async def test_a_visit_stands_though_the_organization_closes_that_day(
    client: httpx.AsyncClient, assignment: str, firm: str
) -> None:
    visit = await made(client, assignment, visited_on="2026-03-02")
    works = (await client.get(f"/v1/organizations/{firm}")).json()
    over = {"closed_on": "2026-03-01", "reason": "注销"}
    answer = await client.post(f"/v1/organizations/{firm}/close", json=over, headers=tag(works))
    assert answer.status_code == 200, answer.text
    sent = (await client.get(f"/v1/assignments/{assignment}")).json()
    assert (sent["end_kind"], sent["valid_to"]) == ("target_ended", "2026-03-01")
    assert (await client.get(f"/v1/visits/{visit['id']}")).json()["cancel_reason"] is None


async def test_of_a_visit_and_an_end_at_once_one_is(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", assignment: str
) -> None:
    sent = (await client.get(f"/v1/assignments/{assignment}")).json()
    body = {"ended_on": "2026-02-20", "reason": "召回"}
    entered, ended = await asyncio.gather(
        client.post("/v1/visits", json=draft(assignment)),
        client.post(f"/v1/assignments/{assignment}/end", json=body, headers=tag(sent)),
    )
    assert sorted([entered.status_code < 300, ended.status_code < 300]) == [False, True], (entered.text, ended.text)
    outside = (
        "SELECT count(*) FROM visits JOIN assignments ON assignments.id = assignment_id WHERE visited_on >= valid_to"
    )
    assert await direct.fetchval(outside) == 0


async def test_lists_filter_and_leave_as_files(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", assignment: str, worker: str, firm: str
) -> None:
    branch = await party.branch(client, direct, await party.authority(client))
    other = await sending.instructor(direct, "另一指导员")
    guided = await sending.sent(direct, other, branch=branch["id"])
    mine = await made(client, assignment)
    phoned = await made(client, assignment, kind="by_phone", visited_on="2026-01-10", did=["met_owner"])
    theirs = await made(client, guided, visited_on="2026-02-21")
    assert (theirs["branch_name"], theirs["organization_id"]) == (branch["name"], None)
    for asked, expected in (
        ("sort=-visited_on", [theirs, mine, phoned]),
        (f"worker_id={worker}", [mine, phoned]),
        (f"organization_id={firm}&sort=visited_on", [phoned, mine]),
        (f"branch_id={branch['id']}", [theirs]),
        (f"assignment_id={assignment}&limit=1", [mine]),
        ("kind=by_phone", [phoned]),
        ("did=met_owner", [phoned]),
        ("since=2026-02-20&until=2026-02-21", [mine]),
        ("cancelled=true", []),
        ("region=330108000000", []),
        ("authority=033001006000000", [theirs]),
    ):
        answer = await client.get(f"/v1/visits?{asked}")
        assert [row["id"] for row in answer.json()["items"]] == [each["id"] for each in expected], asked
    file = (await client.get("/v1/visits", headers={"accept": "text/csv"})).text
    assert file.count("On site") == 2
    assert "Explained the policy" in file
    assert (await client.get("/v1/visits?since=1")).status_code == 422
    noted = await direct.fetchval("SELECT count(*) FROM audit WHERE (subject, verb) = ('visits', 'list')")
    assert noted == 12


async def test_where_a_visit_is_due(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", worker: str, firm: str, clock: Hands
) -> None:
    """Ninety-two days after the last visit, or after the first day; not where the assignment ends before."""
    firms = [str(key) for key in await add(direct, 4)]
    never = await sending.sent(direct, worker, firms[0], since=date(2025, 12, 1))
    seen = await sending.sent(direct, worker, firm)
    await made(client, seen, visited_on="2025-11-10")
    await made(client, seen, visited_on="2025-12-01", kind="meeting", next_on="2026-03-20")
    soon = await sending.sent(direct, worker, firms[1], since=date(2025, 12, 10))
    await sending.sent(direct, worker, firms[2], since=date(2025, 12, 10), until=date(2026, 3, 12))
    await sending.sent(direct, worker, firms[3], until=date(2026, 3, 2))

    async def due(asked: str) -> list[str]:
        answer = await client.get(f"/v1/visit-dues?{asked}")
        assert answer.status_code == 200, answer.text
        return [row["assignment_id"] for row in answer.json()["items"]]

    assert await due("") == []  # both are due on the third of March: the day itself is not late
    assert sorted(await due("due_before=2026-03-04")) == sorted([never, seen])
    assert (await due("due_before=2026-03-31"))[-1] == soon
    assert await due(f"due_before=2026-03-31&worker_id={uuid4()}") == []
    clock.forward(days=2)
    rows = (await client.get("/v1/visit-dues?region=330106000000&region_level=3&count=exact")).json()
    assert rows["count"]["value"] == 2
    told = {row["assignment_id"]: row for row in rows["items"]}
    assert (told[never]["last_visit_on"], told[never]["due_on"], told[never]["overdue"]) == (None, "2026-03-03", True)
    assert (told[seen]["last_visit_on"], told[seen]["next_on"]) == ("2025-12-01", "2026-03-20")
    assert (told[seen]["worker_name"], told[seen]["purpose"]) == ("某指导员", "guide_formation")
    assert await due("region=330108000000") == []
    file = (await client.get("/v1/visit-dues", headers={"accept": "text/csv"})).text
    assert file.count("2026-03-03") == 2
    visit = await made(client, never, visited_on="2026-03-04")
    assert await due("") == [seen]
    gone = await client.post(f"/v1/visits/{visit['id']}/cancel", json={"reason": "误录"}, headers=tag(visit))
    assert gone.status_code == 200
    assert sorted(await due("")) == sorted([never, seen])  # what does not count does not count


async def test_the_days_between_visits_are_the_policy_of_the_region(client: httpx.AsyncClient, assignment: str) -> None:
    await made(client, assignment, visited_on="2026-01-20")
    assert (await client.get("/v1/visit-dues")).json()["items"] == []
    body = {
        "kind": "workers", "region_code": "330106000000", "region_level": 3, "valid_from": "2026-01-01",
        "reason": "每月走访", "numbers": {"visit_days": {"value": 30, "document": "区委组织部文件"}},
    }  # fmt: skip
    answer = await client.post("/v1/policies", json=body)
    assert answer.status_code == 201, answer.text
    (row,) = (await client.get("/v1/visit-dues?region=330106000000&region_level=3")).json()["items"]
    assert row["due_on"] == "2026-02-19"
    assert (await client.get("/v1/visit-dues")).json()["items"] == []  # the country's is still a quarter


async def test_a_problem_becomes_a_task_with_an_owner(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", assignment: str, firm: str
) -> None:
    visit = await made(client, assignment)
    where = f"/v1/visits/{visit['id']}/problems"
    problem = {"what": "活动场所未落实", "owner_kind": "community", "owner_name": "云栖社区", "due_on": "2026-04-30"}
    for change, expected in (
        ({"due_on": "2026-03-01"}, ("/due_on", "day_past")),
        ({"what": "联系 13800138000"}, ("/what", "number_in_text")),
        ({"owner_name": None}, ("/owner_name", "owner_needs_name")),
        ({"owner_kind": "authority", "owner_name": None}, ("/authority_id", "owner_needs_authority")),
        ({"kind": "talk"}, ("/kind", "extra_forbidden")),
    ):
        answer = await client.post(where, json=problem | change)
        assert (answer.status_code, errors(answer)) == (422, [expected]), answer.text
    made_of = await client.post(where, json=problem)
    assert made_of.status_code == 201, made_of.text
    task = made_of.json()
    assert made_of.headers["location"] == f"/v1/formation-tasks/{task['id']}"
    assert (task["kind"], task["what"], task["visit_id"]) == ("solve", "活动场所未落实", visit["id"])
    assert (task["organization_id"], [each["organization_id"] for each in task["items"]]) == (firm, [firm])
    (told,) = (await client.get(f"/v1/visits/{visit['id']}")).json()["problems"]
    assert told == {"task_id": task["id"], "state": "open", **problem}
    (listed,) = (await client.get(f"/v1/formation-tasks?visit_id={visit['id']}&kind=solve")).json()["items"]
    assert listed["id"] == task["id"]
    done = await client.post(
        f"/v1/formation-tasks/{task['id']}/finish", json={"ended_on": "2026-03-02"}, headers=tag(task)
    )
    assert (done.status_code, done.json()["state"]) == (200, "done")
    file = (await client.get("/v1/formation-tasks", headers={"accept": "text/csv"})).text
    assert "活动场所未落实" in file

    branch = await party.branch(client, direct, await party.authority(client))
    guided = await sending.sent(direct, visit["worker_id"], branch=branch["id"])
    second = await made(client, guided)
    of_branch = (await client.post(f"/v1/visits/{second['id']}/problems", json=problem)).json()
    assert (of_branch["branch_id"], of_branch["branch_name"]) == (branch["id"], branch["name"])
    assert (of_branch["region_code"], of_branch["items"]) == (branch["region_code"], [])
    path = f"/v1/formation-tasks/{of_branch['id']}/finish"
    other = await client.post(path, json={"ended_on": "2026-03-02", "branch_id": str(uuid4())}, headers=tag(of_branch))
    assert (other.status_code, errors(other)) == (422, [("/branch_id", "not_in_task")])
    ended = await client.post(path, json={"ended_on": "2026-03-02"}, headers=tag(of_branch))
    assert (ended.status_code, ended.json()["branch_id"]) == (200, branch["id"])


async def test_a_task_to_solve_is_entered_without_a_visit(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", firm: str
) -> None:
    branch = await party.branch(client, direct, await party.authority(client))
    task = {
        "kind": "solve", "what": "书记空缺", "owner_kind": "union", "owner_name": "区总工会", "due_on": "2026-04-30",
        "branch_id": branch["id"],
    }  # fmt: skip
    entered = await client.post("/v1/formation-tasks", json=task)
    assert entered.status_code == 201, entered.text
    assert (entered.json()["branch_id"], entered.json()["visit_id"]) == (branch["id"], None)
    (row,) = (await client.get(f"/v1/formation-tasks?branch_id={branch['id']}")).json()["items"]
    assert row["id"] == entered.json()["id"]
    for change, expected in (
        ({"what": None}, ("/what", "missing")),
        ({"kind": "talk"}, ("/what", "task_without_problem")),
        ({"organization_id": firm}, ("/organization_id", "task_needs_one")),
        ({"branch_id": None}, ("/organization_id", "task_needs_one")),
        ({"branch_id": str(uuid4())}, ("/branch_id", "reference_unknown")),
        ({"visit_id": str(uuid4())}, ("/visit_id", "extra_forbidden")),
    ):
        answer = await client.post("/v1/formation-tasks", json=task | change)
        assert (answer.status_code, errors(answer)) == (422, [expected]), answer.text
    gone = {"dissolved_on": "2026-03-01", "reason": "企业注销"}
    assert (await client.post(f"/v1/branches/{branch['id']}/dissolve", json=gone, headers=tag(branch))).is_success
    ended = await client.post("/v1/formation-tasks", json=task)
    assert (ended.status_code, errors(ended)) == (422, [("/branch_id", "reference_ended")])


async def test_visits_stand_where_their_assignment_stands(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", assignment: str, firm: str
) -> None:
    visit = await made(client, assignment)
    binjiang = await api.client("person:b", ranges=BINJIANG)
    assert (await binjiang.get(f"/v1/visits/{visit['id']}")).status_code == 404
    unknown = await binjiang.post("/v1/visits", json=draft(assignment))
    assert (unknown.status_code, errors(unknown)) == (422, [("/assignment_id", "reference_unknown")])
    row = (await client.get(f"/v1/organizations/{firm}")).json()
    moved = await client.patch(f"/v1/organizations/{firm}", json={"region_code": "330108001000"}, headers=tag(row))
    assert moved.status_code == 200, moved.text
    seen = await binjiang.get(f"/v1/visits/{visit['id']}")
    assert (seen.status_code, seen.json()["region_code"], seen.json()["version"]) == (200, "330108001000", 2)
    assert seen.json()["worker_name"] is None  # he is kept by another county
    assert (await binjiang.patch(f"/v1/visits/{visit['id']}", json={"kind": "other"}, headers=tag(seen.json()))
            ).status_code == 200  # fmt: skip
