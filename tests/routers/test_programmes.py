"""Programmes over HTTP: from the draft to what was frozen, who writes what, and what each step refuses."""

from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.core.acts import Scope
from tests.conftest import Api, Hands
from tests.kit import meetings
from tests.kit.organizations import add
from tests.kit.party import authority, branch, errors, tag
from tests.kit.programmes import aimed, done, draft, drawn_up, task, tasked, tried

STREET = Scope(((330106010000, 330106011000),))
COUNTY = Scope(((330106000000, 330107000000),))
REASON = {"departure_reason": "区委会议研究同意"}


@pytest.fixture
def house(api: Api) -> meetings.House:
    """Everybody who has to do with it."""
    return meetings.House(api)


@pytest.fixture
def client(house: meetings.House) -> httpx.AsyncClient:
    """Who draws it up."""
    return house.officer("office")


@pytest.fixture
def chief(house: meetings.House) -> httpx.AsyncClient:
    """Who approves it."""
    return house.officer("chief", "region_officer", COUNTY)


@pytest.fixture
async def committee(client: httpx.AsyncClient) -> str:
    """A county's work committee."""
    return await meetings.committee(client)


@pytest.fixture
async def departments(direct: "asyncpg.Connection[Any]", committee: str) -> list[str]:
    """Its four departments."""
    return await meetings.departments(direct, committee)


def allowed(row: dict[str, Any]) -> set[str]:
    """What the caller may do now."""
    return {each["action"] for each in row["allowed_actions"] if each["allowed"]}


def codes(answer: httpx.Response) -> list[str]:
    """The findings of a refusal."""
    assert answer.status_code == 409, answer.text
    return [each["code"] for each in answer.json()["findings"]]


async def _approved(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, committee: str, department: str
) -> tuple[dict[str, Any], dict[str, Any]]:
    programme = await drawn_up(client, committee)
    one = await tasked(client, programme, department)
    return await done(chief, "programmes", programme, "approve"), one


async def test_a_year_from_the_draft_to_its_frozen_result(
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    house: meetings.House,
    direct: "asyncpg.Connection[Any]",
    committee: str,
    departments: list[str],
    clock: Hands,
) -> None:
    programme = await drawn_up(client, committee)
    assert (programme["state"], programme["region_code"], programme["year"]) == ("draft", "330106000000", 2026)
    assert [each["code"] for each in programme["items"]] == ["三（二）", "四"]
    assert allowed(programme) == {"update", "add_task", "add_target"}
    one = await tasked(client, programme, departments[1])
    assert (one["owner_name"], one["item_code"], one["place_code"]) == (
        "某区market_regulator",
        "三（二）",
        "330106000000",
    )
    street = await authority(client)
    two = await tasked(client, programme, authority_id=street, item_id=programme["items"][1]["id"])
    assert (two["place_code"], two["place_level"], two["owner_code"]) == ("330106010000", 4, "033001006010000")
    assert codes(await tried(client, "programmes", programme, "approve", {})) == ["programme_own_draft"]
    programme = await done(chief, "programmes", programme, "approve")
    assert (programme["state"], programme["approved_by"], programme["approved_on"]) == (
        "approved",
        "chief",
        "2026-03-02",
    )

    # The department and the street report on their own; the marks are the committee's.
    clock.forward(days=1)
    mine = house.member("zhou", departments[1], committee)
    seen = (await mine.get(f"/v1/programme-tasks/{one['id']}")).json()
    assert allowed(seen) == {"report"}
    assert (await mine.get(f"/v1/programmes/{programme['id']}")).status_code == 200
    one = await done(mine, "programme-tasks", seen, "report", progress=40, text="新建党组织四个")
    assert (one["progress"], one["state"]) == (40, "open")
    below = house.officer("below", "region_officer", STREET)
    assert [each["id"] for each in (await below.get("/v1/programme-tasks")).json()["items"]] == [two["id"]]
    seen = (await below.get(f"/v1/programme-tasks/{two['id']}")).json()
    assert seen["programme_title"] == programme["title"]
    assert allowed(seen) == {"report"}
    two = await done(below, "programme-tasks", seen, "report", progress=100, done=True, text="已完成培训两期")
    assert (two["state"], two["done_on"]) == ("done", "2026-03-03")
    assert (await tried(below, "programme-tasks", two, "drop", {"reason": "不做了", **REASON})).status_code == 403
    assert (await tried(mine, "programme-tasks", one, "", {"what": "另一件事"})).status_code == 403
    reports = (await client.get(f"/v1/programme-tasks/{two['id']}/reports")).json()["items"]
    assert [(each["progress"], each["done"], each["on_behalf"]) for each in reports] == [(100, True, False)]

    meeting = await meetings.planned(client, committee)
    one = await done(
        client, "programme-tasks", one, "mark", mark="planned", marked_on="2026-01-15", meeting_id=meeting["id"]
    )
    for mark in ("deployed", "inspected", "appraised"):
        one = await done(
            client, "programme-tasks", one, "mark", mark=mark, marked_on="2026-03-03", reference="推进会部署"
        )
    assert [each["mark"] for each in one["marks"]] == ["planned", "deployed", "inspected", "appraised"]
    lacking = (await client.get("/v1/programme-tasks?missing=appraised")).json()["items"]
    assert [each["id"] for each in lacking] == [two["id"]]
    counts = (await client.get(f"/v1/programmes/{programme['id']}")).json()["counts"]
    assert counts == {
        "tasks": 2, "open": 1, "done": 1, "dropped": 0, "overdue": 0, "unlinked": 0, "unmarked": 1,
        "planned": 1, "deployed": 1, "inspected": 1, "appraised": 1,
    }  # fmt: skip

    # After the approval a change departs; the target's figure is live until the year is closed.
    body = {"programme_id": programme["id"], "indicator": "branches_founded", "target": 2}
    assert codes(await client.post("/v1/programme-targets", json=body)) == ["programme_changed_late"]
    target = await aimed(client, programme, target=2, **REASON)
    await branch(client, direct, street, founded_on="2026-02-10")
    target = (await client.get(f"/v1/programme-targets/{target['id']}")).json()
    assert (target["value"], target["expected"], target["progress_permille"], target["on_track"]) == (1, 0, 500, True)
    programme = (await client.get(f"/v1/programmes/{programme['id']}")).json()
    assert [each["code"] for each in programme["departures"]] == ["programme_changed_late"]
    refused = await tried(client, "programmes", programme, "close", {})
    assert codes(refused) == ["programme_year_not_over", "programme_tasks_open", "programme_tasks_unmarked"]
    closed = await done(client, "programmes", programme, "close", **REASON)
    assert (closed["state"], closed["frozen"], closed["counts"]) == ("closed", True, counts)
    assert {each["what"] for each in closed["result"]["tasks"]} == {one["what"]}
    assert closed["result"]["targets"][0]["value"] == 1
    await branch(client, direct, street, founded_on="2026-02-11", name="又一个支部")
    listed = (await client.get("/v1/programme-targets")).json()["items"]
    assert [(each["value"], each["frozen"]) for each in listed] == [(1, True)]
    again = await tried(mine, "programme-tasks", one, "report", {"progress": 50, "text": "继续推进中"})
    assert errors(again) == [("", "programme_closed")]
    assert (
        await client.get(f"/v1/programmes/{programme['id']}", headers={"if-none-match": f'"{closed["version"]}"'})
    ).status_code == 304
    versions = (await client.get(f"/v1/programmes/{programme['id']}/history")).json()["items"]
    assert [each["state"] for each in versions] == ["closed", "approved"]


async def test_bad_input_has_its_code(
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    committee: str,
    departments: list[str],
) -> None:
    assert errors(await client.post("/v1/programmes", json=draft(str(uuid4())))) == [
        ("/committee_id", "reference_unknown")
    ]
    street = await authority(client)
    assert errors(await client.post("/v1/programmes", json=draft(street))) == [
        ("/committee_id", "authority_no_committee")
    ]
    twice = draft(committee, items=[{"code": "一", "text": "甲项"}, {"code": "一", "text": "乙项"}])
    assert errors(await client.post("/v1/programmes", json=twice)) == [("/items/1/code", "listed_twice")]
    programme = await drawn_up(client, committee)
    assert (await client.post("/v1/programmes", json=draft(committee))).status_code == 409

    async def of(**change: Any) -> list[tuple[str, str]]:
        return errors(await client.post("/v1/programme-tasks", json=task(programme, **change)))

    elsewhere = await meetings.committee(client, "033001008000000", "330108000000")
    stranger = await meetings.department(direct, elsewhere, "外区部门")
    assert await of() == [("/department_id", "programme_task_owner")]
    assert await of(department_id=str(uuid4())) == [("/department_id", "reference_unknown")]
    assert await of(department_id=stranger) == [("/department_id", "department_not_member")]
    assert await of(department_id=departments[0], item_id=str(uuid4())) == [("/item_id", "reference_unknown")]
    assert await of(department_id=departments[0], due_on="2027-01-01") == [("/due_on", "programme_day_outside")]
    outside = {"department_id": departments[0], "region_code": "330108000000"}
    assert await of(**outside) == [("/region_code", "programme_place_outside")]
    assert await of(authority_id=street, region_code="330106000000") == [("/region_code", "programme_task_place")]
    assert await of(department_id=departments[0], programme_id=str(uuid4())) == [("/programme_id", "reference_unknown")]

    one = await tasked(client, programme, departments[0])
    assert errors(await tried(client, "programmes", programme, "", {"items": []})) == [
        ("/items", "programme_items_used")
    ]
    assert errors(await tried(client, "programme-tasks", one, "report", {"progress": 10, "text": "进行中"})) == [
        ("", "programme_draft")
    ]

    async def marked(**told: Any) -> list[tuple[str, str]]:
        body = {"mark": "planned", "marked_on": "2026-03-01"} | told
        return errors(await tried(client, "programme-tasks", one, "mark", body))

    assert await marked() == [("/reference", "programme_mark_unshown")]
    assert await marked(meeting_id=str(uuid4())) == [("/meeting_id", "reference_unknown")]
    both = {"meeting_id": str(uuid4()), "notice_id": str(uuid4())}
    assert await marked(**both) == [("/meeting_id", "programme_mark_twice"), ("/notice_id", "programme_mark_twice")]
    assert await marked(reference="推进会", marked_on="2026-03-03") == [("/marked_on", "day_future")]
    gone = {"mark": "planned", "reason": "误记了"}
    assert errors(await tried(client, "programme-tasks", one, "unmark", gone)) == [("/mark", "programme_mark_missing")]

    await done(chief, "programmes", programme, "approve")
    half = {"progress": 90, "done": True, "text": "全部完成"}
    assert errors(await tried(client, "programme-tasks", one, "report", half)) == [
        ("/progress", "programme_progress_done")
    ]
    stale = await client.post(
        f"/v1/programme-tasks/{one['id']}/report", json={"progress": 9, "text": "进行中"}, headers={"if-match": '"7"'}
    )
    assert stale.status_code == 412


async def test_a_target_names_what_it_is_measured_by(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", committee: str
) -> None:
    programme = await drawn_up(client, committee)

    async def of(**change: Any) -> list[tuple[str, str]]:
        body = {"programme_id": programme["id"], "indicator": "branches_standing", "target": 4, "baseline": 0} | change
        return errors(await client.post("/v1/programme-targets", json=body))

    coverage = {"indicator": "organization_coverage_permille", "target": 500}
    assert await of(indicator="visits_made") == [("/indicator", "programme_indicator_unknown")]
    assert await of(**coverage) == [("/basis", "programme_basis_unknown")]
    assert await of(basis="eligible") == [("/basis", "programme_basis_unknown")]
    assert await of(**coverage | {"basis": "eligible", "target": 1001}) == [("/target", "programme_target_share")]
    assert await of(target=3, baseline=5) == [("/target", "programme_target_backwards")]
    assert await of(indicator="branches_founded", baseline=2) == [("/baseline", "programme_baseline_grows")]
    assert await of(due_on="2026-02-01", from_on="2026-03-01") == [("/due_on", "programme_due_before")]
    assert await of(due_on="2027-02-01") == [("/due_on", "programme_day_outside")]
    assert await of(region_code="330108000000") == [("/region_code", "programme_place_outside")]
    nothing = {"indicator": "formation_tasks_on_time_percent", "target": 90, "baseline": None}
    assert await of(**nothing) == [("/baseline", "programme_baseline_unknown")]

    await add(direct, 4, formal_members_relation=3)
    street = await authority(client)
    await branch(client, direct, street)
    target = await aimed(client, programme, **coverage, basis="eligible")
    assert (target["baseline"], target["baseline_on"], target["basis_version"]) == (200, "2026-03-02", "default-2026")
    assert (target["value"], target["frozen"]) == (200, False)
    again = {"programme_id": programme["id"], **coverage, "basis": "eligible"}
    assert (await client.post("/v1/programme-targets", json=again)).status_code == 409
    other = await aimed(
        client, programme, indicator="organizations_uncovered", basis="eligible", direction="down", target=0
    )
    assert (other["baseline"], other["reached"]) == (4, False)
    less = await done(client, "programme-targets", other, "", target=1)
    assert less["target"] == 1
    gone = await done(client, "programme-targets", less, "withdraw", reason="口径统一调整")
    assert gone["withdrawn_reason"] == "口径统一调整"
    assert errors(await tried(client, "programme-targets", gone, "", {"target": 0})) == [
        ("", "programme_target_withdrawn")
    ]
    sheet = await client.get("/v1/programme-targets?withdrawn=false", headers={"accept": "text/csv"})
    assert "Organisation coverage (per mille)" in sheet.text


async def test_regions_stand_beside_each_other(
    client: httpx.AsyncClient, house: meetings.House, direct: "asyncpg.Connection[Any]"
) -> None:
    street = await authority(client)
    await add(direct, 4, formal_members_relation=3)
    await branch(client, direct, street, founded_on="2026-02-10")
    below = house.officer("below", "region_officer", COUNTY)
    rows = (await below.get("/v1/region-figures?region=330106000000&denominator=eligible")).json()["items"]
    told = {row["region_code"]: row for row in rows}
    county = told["330106000000"]
    assert (county["organization_coverage_permille"], county["organizations_uncovered"]) == (200, 4)
    assert (county["branches_founded"], county["branches_standing"], county["instructors"]) == (1, 1, 0)
    assert (county["formation_tasks_on_time_percent"], county["policy_version"]) == (None, "default-2026")
    assert told["330106010000"]["branches_founded"] == 1
    assert len(rows) > 2
    assert (await below.get("/v1/region-figures?region=330108000000")).status_code == 404
    early = await below.get("/v1/region-figures?region=330106000000&since=2026-03-01&until=2026-03-01")
    assert errors(early) == [("/until", "figures_until_early")]
    indicators = {each["code"]: each for each in (await below.get("/v1/indicators")).json()["items"]}
    assert "eligible" in indicators["organization_coverage_permille"]["bases"]
    assert indicators["visits_made"]["bases"] == []


async def test_a_draft_is_not_known_below_and_an_approved_one_is(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, house: meetings.House, committee: str, departments: list[str]
) -> None:
    programme = await drawn_up(client, committee)
    below = house.officer("below", "region_officer", STREET)
    other = house.officer("other", "region_officer", Scope(((330108000000, 330109000000),)))
    where = f"/v1/programmes/{programme['id']}"
    assert (await below.get(where)).status_code == 404
    await tasked(client, programme, departments[0])
    await done(chief, "programmes", programme, "approve")
    assert (await below.get(where)).status_code == 200
    assert not allowed((await below.get(where)).json())
    assert (await other.get(where)).status_code == 404
    assert (await below.get("/v1/programmes")).json()["items"] == []
    row = (await below.get(where)).json()
    assert (await below.post(f"{where}/close", json=REASON, headers=tag(row))).status_code == 403


async def test_a_department_is_told_how_far_its_committees_targets_are(
    client: httpx.AsyncClient,
    house: meetings.House,
    direct: "asyncpg.Connection[Any]",
    committee: str,
    departments: list[str],
) -> None:
    programme = await drawn_up(client, committee)
    for target in (
        {"indicator": "organization_coverage_permille", "basis": "has_members", "baseline": 0, "target": 900},
        {"indicator": "branches_founded", "target": 2},
    ):
        await aimed(client, programme, **target)
    await add(direct, 4, formal_members_relation=3)
    await branch(client, direct, await authority(client), founded_on="2026-02-10")
    mine = house.member("zhou", departments[0], committee)
    told = (await mine.get("/v1/programme-targets?sort=indicator")).json()["items"]
    assert [(each["indicator"], each["value"]) for each in told] == [
        ("branches_founded", 1),
        ("organization_coverage_permille", 200),
    ]
    assert (await mine.get("/v1/region-figures?region=330106000000")).status_code == 403
    detail = (await mine.get(f"/v1/programme-targets/{told[0]['id']}")).json()
    assert not allowed(detail)
