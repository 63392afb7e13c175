"""An instructor sees and writes what is assigned to him, from the first day of an assignment to its last."""

from datetime import date
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.core.acts import Scope
from tests.conftest import Api, Hands
from tests.kit import party, sending
from tests.kit.identity import Machine, administrators, entered, granted, signed_in
from tests.kit.organizations import add
from tests.kit.party import errors, tag

FIRST, LAST = date(2026, 2, 1), date(2026, 4, 1)


async def an_instructor(api: Api, *subjects: str) -> Machine:
    """Somebody who signs in by himself, under a grant that names these own objects."""
    system, security = await administrators(api)
    machine = await entered(system, "指导员")
    await granted(security, machine.id, "instructor", subjects=list(subjects))
    return machine


@pytest.fixture
async def firms(direct: "asyncpg.Connection[Any]") -> list[str]:
    """Three organisations that no branch covers."""
    return [str(key) for key in await add(direct, 3)]


@pytest.fixture
async def worker(direct: "asyncpg.Connection[Any]") -> str:
    """An instructor."""
    return await sending.instructor(direct)


@pytest.fixture
async def branch(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> dict[str, Any]:
    """A branch that stands."""
    return await party.branch(client, direct, await party.authority(client))


def visit(assignment: str, **change: Any) -> dict[str, Any]:
    return {"assignment_id": assignment, "visited_on": "2026-03-02", "kind": "on_site", "did": ["met_owner"]} | change


async def ids(client: httpx.AsyncClient, path: str, key: str = "id") -> list[str]:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return sorted(row[key] for row in answer.json()["items"])


async def test_sees_and_writes_exactly_what_is_assigned(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", firms: list[str], worker: str,
    branch: dict[str, Any],
) -> None:  # fmt: skip
    mine = await sending.sent(direct, worker, firms[0], since=FIRST, until=LAST)
    guided = await sending.sent(direct, worker, branch=branch["id"], since=FIRST, until=LAST)
    colleague = await sending.instructor(direct, "另一指导员")
    shared = await sending.sent(direct, colleague, firms[0], since=FIRST, until=LAST)
    theirs = await sending.sent(direct, colleague, firms[1], since=FIRST, until=LAST)
    me = await signed_in(api, await an_instructor(api, worker))

    (held,) = (await me.get("/v1/me")).json()["grants"]
    assert sorted(held["subjects"]) == sorted([worker, firms[0], branch["id"]])
    covered = await ids(client, f"/v1/branches/{branch['id']}/organizations", "organization_id")
    assert await ids(me, "/v1/organizations") == sorted([firms[0], *covered])
    assert await ids(me, "/v1/branches") == [branch["id"]]
    assert (await me.get(f"/v1/organizations/{firms[1]}")).status_code == 404

    first = await me.post("/v1/visits", json=visit(mine))
    assert first.status_code == 201, first.text
    assert (first.json()["worker_name"], first.json()["organization_id"]) == ("某指导员", firms[0])
    assert all(each["allowed"] for each in first.json()["allowed_actions"])
    assert (await me.post("/v1/visits", json=visit(guided))).status_code == 201
    hidden = await me.post("/v1/visits", json=visit(theirs))
    assert (hidden.status_code, errors(hidden)) == (422, [("/assignment_id", "reference_unknown")])
    # A colleague's visits to an organisation of both are read; in his name nobody else writes.
    refused = await me.post("/v1/visits", json=visit(shared))
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    other = (await client.post("/v1/visits", json=visit(shared, kind="by_phone"))).json()
    where = f"/v1/visits/{other['id']}"
    seen = (await me.get(where)).json()
    assert {each["reason"] for each in seen["allowed_actions"]} == {"outside_scope"}
    for answer in (
        await me.patch(where, json={"kind": "other"}, headers=tag(seen)),
        await me.post(f"{where}/cancel", json={"reason": "不是我的"}, headers=tag(seen)),
    ):
        assert answer.status_code == 403, answer.text
    hers = (await client.post("/v1/visits", json=visit(theirs))).json()
    assert (await me.get(f"/v1/visits/{hers['id']}")).status_code == 404
    assert hers["id"] not in await ids(me, "/v1/visits")
    assert len(await ids(me, "/v1/visits")) == 3

    path = f"/v1/visits/{first.json()['id']}"
    problem = {"what": "场所未落实", "owner_kind": "community", "owner_name": "云栖社区", "due_on": "2026-05-01"}
    task = await me.post(f"{path}/problems", json=problem)
    assert task.status_code == 201, task.text
    assert await ids(me, "/v1/formation-tasks") == [task.json()["id"]]
    assert (await me.post(f"{where}/problems", json=problem)).status_code == 403
    better = await me.patch(path, json={"did": ["gave_lesson"]}, headers=tag(first.json()))
    assert (better.status_code, better.json()["did"]) == (200, ["gave_lesson"])
    assert await ids(me, "/v1/visit-dues?due_before=2026-12-31", "assignment_id") == []  # all end before


async def test_the_day_after_an_assignment_ends_nothing_is_seen(
    api: Api, direct: "asyncpg.Connection[Any]", firms: list[str], worker: str, clock: Hands
) -> None:
    """What he wrote himself he still reads, without the organisation's name, and changes no more."""
    mine = await sending.sent(direct, worker, firms[0], since=FIRST, until=LAST)
    machine = await an_instructor(api, worker)
    me = await signed_in(api, machine)
    made = (await me.post("/v1/visits", json=visit(mine))).json()
    assert made["organization_name"] is not None
    clock.forward(days=29)  # the last day
    me = await signed_in(api, machine)
    assert await ids(me, "/v1/organizations") == [firms[0]]
    clock.forward(days=1)
    me = await signed_in(api, machine)
    assert await ids(me, "/v1/organizations") == []
    assert await ids(me, "/v1/formation-tasks") == []
    assert await ids(me, "/v1/visit-dues?due_before=2027-12-31", "assignment_id") == []
    assert (await me.get(f"/v1/organizations/{firms[0]}")).status_code == 404
    kept = (await me.get(f"/v1/visits/{made['id']}")).json()
    assert (kept["organization_name"], kept["did"]) == (None, ["met_owner"])
    assert {each["reason"] for each in kept["allowed_actions"]} == {"outside_scope"}
    problem = {"what": "场所未落实", "owner_kind": "community", "owner_name": "云栖社区", "due_on": "2026-05-01"}
    for answer in (
        await me.post("/v1/visits", json=visit(mine, visited_on="2026-03-31")),
        await me.patch(f"/v1/visits/{made['id']}", json={"kind": "other"}, headers=tag(kept)),
        await me.post(f"/v1/visits/{made['id']}/problems", json=problem),
    ):
        assert answer.status_code == 403, answer.text


async def test_a_new_assignment_is_seen_within_five_seconds(
    api: Api, direct: "asyncpg.Connection[Any]", firms: list[str], worker: str, clock: Hands
) -> None:
    machine = await an_instructor(api, worker)
    me = await signed_in(api, machine)
    assert await ids(me, "/v1/organizations") == []
    await sending.sent(direct, worker, firms[0], since=FIRST, until=LAST)
    await sending.sent(direct, worker, firms[1], since=date(2026, 3, 3), until=LAST)
    await sending.sent(direct, worker, firms[2], since=date(2026, 1, 1), until=FIRST)
    assert await ids(me, "/v1/organizations") == []  # asked a moment ago
    clock.forward(seconds=5)
    assert await ids(me, "/v1/organizations") == [firms[0]]
    clock.forward(days=1)
    me = await signed_in(api, machine)
    assert await ids(me, "/v1/organizations") == sorted(firms[:2])


async def test_a_grant_may_still_name_organizations_and_then_reads(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", firms: list[str], worker: str
) -> None:
    assignment = await sending.sent(direct, worker, firms[0], since=FIRST, until=LAST)
    made = (await client.post("/v1/visits", json=visit(assignment))).json()
    me = await signed_in(api, await an_instructor(api, firms[0]))
    assert await ids(me, "/v1/organizations") == [firms[0]]
    assert await ids(me, "/v1/visits") == [made["id"]]
    assert (await me.post("/v1/visits", json=visit(assignment, kind="meeting"))).status_code == 403
    assert (await me.patch(f"/v1/visits/{made['id']}", json={"kind": "other"}, headers=tag(made))).status_code == 403


async def test_whom_a_grant_names_must_be_seen_by_who_grants(api: Api, worker: str) -> None:
    _, security = await administrators(api)
    wish = {"subject": "person:张", "role": "instructor", "reason": "选派"}
    assert (await security.post("/v1/grants", json=wish | {"subjects": [worker]})).status_code == 201
    unknown = await security.post("/v1/grants", json=wish | {"subjects": [worker, str(uuid4())]})
    assert (unknown.status_code, errors(unknown)) == (422, [("/subjects/1", "reference_unknown")])
    ningbo = await api.client("person:n", role="security_administrator", ranges=((330200000000, 330300000000),))
    hidden = await ningbo.post("/v1/grants", json=wish | {"subjects": [worker]})
    assert (hidden.status_code, errors(hidden)) == (422, [("/subjects/0", "reference_unknown")])
    secretary = wish | {"role": "branch_secretary", "subjects": [worker]}
    assert (await security.post("/v1/grants", json=secretary)).status_code == 422


async def test_the_database_lets_nobody_write_for_another_when_the_checks_are_gone(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", firms: list[str], worker: str,
    monkeypatch: pytest.MonkeyPatch, clock: Hands,
) -> None:  # fmt: skip
    colleague = await sending.instructor(direct, "另一指导员")
    shared = await sending.sent(direct, colleague, firms[0], since=FIRST, until=LAST)
    mine = await sending.sent(direct, worker, firms[0], since=FIRST, until=LAST)
    machine = await an_instructor(api, worker)
    me = await signed_in(api, machine)
    made = (await me.post("/v1/visits", json=visit(mine))).json()
    monkeypatch.setattr(Scope, "holds", lambda *_, **__: True)
    assert (await me.post("/v1/visits", json=visit(shared))).status_code == 403
    clock.forward(days=30)
    me = await signed_in(api, machine)
    assert (await me.post("/v1/visits", json=visit(mine, visited_on="2026-03-31"))).status_code == 403
    changed = await me.patch(f"/v1/visits/{made['id']}", json={"kind": "other"}, headers=tag(made))
    assert changed.status_code == 403


async def test_a_secretary_reads_what_was_done_for_the_branch_and_adds_a_task(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", firms: list[str], worker: str,
    branch: dict[str, Any],
) -> None:  # fmt: skip
    guided = await sending.sent(direct, worker, branch=branch["id"], since=FIRST, until=LAST)
    elsewhere = await sending.sent(direct, worker, firms[0], since=FIRST, until=LAST)
    made = (await client.post("/v1/visits", json=visit(guided))).json()
    other = (await client.post("/v1/visits", json=visit(elsewhere))).json()
    system, security = await administrators(api)
    machine = await entered(system, "书记")
    await granted(security, machine.id, "branch_secretary", subjects=[branch["id"]])
    me = await signed_in(api, machine)
    assert await ids(me, "/v1/visits") == [made["id"]]
    seen = (await me.get(f"/v1/visits/{made['id']}")).json()
    assert (seen["branch_name"], seen["worker_name"]) == (branch["name"], None)
    assert {each["reason"] for each in seen["allowed_actions"]} == {"permission"}
    assert (await me.get(f"/v1/visits/{other['id']}")).status_code == 404
    assert await ids(me, "/v1/visit-dues?due_before=2026-12-31", "assignment_id") == []
    task = {
        "kind": "solve", "what": "党员教育材料不足", "owner_kind": "department", "owner_name": "区委组织部",
        "due_on": "2026-04-30", "branch_id": branch["id"],
    }  # fmt: skip
    entered_task = await me.post("/v1/formation-tasks", json=task)
    assert entered_task.status_code == 201, entered_task.text
    assert await ids(me, f"/v1/formation-tasks?branch_id={branch['id']}") == [entered_task.json()["id"]]
