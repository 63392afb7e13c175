"""Action items over HTTP: a life from decision to acceptance, what each step refuses, who sees and who writes."""

from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from app.core.acts import Actor, Scope
from app.services.access.permissions import ROLES, Permission
from tests.access.cast import client as named
from tests.conftest import Api, Hands
from tests.kit import items, meetings
from tests.kit.items import decided, done, tried
from tests.kit.papers import PDF
from tests.kit.party import errors, tag

OTHER_COUNTY = Scope(((330108000000, 330109000000),))
COUNTY = Scope(((330106000000, 330107000000),))


@pytest.fixture
def house(api: Api) -> meetings.House:
    """Everybody who has to do with it."""
    return meetings.House(api)


@pytest.fixture
def client(house: meetings.House) -> httpx.AsyncClient:
    """The committee's office, which sees everything."""
    return house.officer("office")


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


def refused(row: dict[str, Any], name: str) -> str | None:
    """Why he may not do something."""
    (told,) = [each["reason"] for each in row["allowed_actions"] if each["action"] == name]
    return str(told) if told else None


def _without(house: meetings.House, name: str, permission: Permission) -> httpx.AsyncClient:
    """An officer of the county without a permission."""
    rest = frozenset(ROLES["region_officer"]) - {permission}
    house.cast.actors[name] = Actor(name, name, rest, COUNTY)
    return named(house.app, name)


async def test_from_decision_to_acceptance(
    client: httpx.AsyncClient, house: meetings.House, committee: str, departments: list[str], clock: Hands
) -> None:
    market, union = departments[1], departments[2]
    item = await decided(client, committee, market, supporters=[union])
    assert (item["state"], item["year"], item["number"], item["decided_on"]) == ("open", 2026, 1, "2026-03-02")
    assert (item["region_code"], item["authority_code"]) == ("330106000000", "033001006000000")
    assert item["department_name"] == "某区market_regulator"
    assert [each["department_id"] for each in item["supporters"]] == [union]
    mine = house.member("zhou", market, committee)
    seen = (await mine.get(f"/v1/action-items/{item['id']}")).json()
    assert allowed(seen) == {"report", "add_evidence"}
    clock.forward(days=1)
    told = await done(mine, item, "report")
    assert (told["state"], told["reported_on"]) == ("reported", "2026-03-03")
    back = await done(client, told, "send-back")
    assert (back["state"], back["reported_on"]) == ("sent_back", None)
    later = await done(client, back, "carry-over")
    assert (later["state"], later["due_on"]) == ("carried_over", "2026-04-30")
    again = await done(mine, later, "report", text="已补充街道明细")
    end = await done(client, again, "accept", remark="同意办结")
    assert (end["state"], end["settled_on"], end["version"]) == ("accepted", "2026-03-03", 6)
    assert not allowed(end)
    entries = (await client.get(f"/v1/action-items/{item['id']}/entries")).json()["items"]
    assert [(each["item_version"], each["kind"], each["from_state"], each["to_state"]) for each in entries] == [
        (1, "decide", None, "open"),
        (2, "report", "open", "reported"),
        (3, "send_back", "reported", "sent_back"),
        (4, "carry_over", "sent_back", "carried_over"),
        (5, "report", "carried_over", "reported"),
        (6, "accept", "reported", "accepted"),
    ]
    assert (entries[1]["by"], entries[1]["on_behalf"], entries[3]["due_on"]) == ("zhou", False, "2026-04-30")
    versions = (await mine.get(f"/v1/action-items/{item['id']}/history")).json()["items"]
    assert [each["version"] for each in versions] == [6, 1]  # the others were written at the same instant
    assert errors(await tried(client, end, "withdraw")) == [("", "item_accepted")]


async def test_each_step_from_another_state_is_refused(
    client: httpx.AsyncClient, committee: str, departments: list[str]
) -> None:
    item = await decided(client, committee, departments[1])
    for verb in ("accept", "send-back"):
        answer = await tried(client, item, verb)
        assert (answer.status_code, errors(answer)) == (409, [("", "item_open")])
    told = await done(client, item, "report")
    for verb in ("report", "carry-over"):
        assert errors(await tried(client, told, verb)) == [("", "item_reported")]
    assert (await tried(client, item, "accept")).status_code == 412
    assert (await client.post(f"/v1/action-items/{item['id']}/accept", json={})).status_code == 428
    gone = await done(client, told, "withdraw")
    assert (gone["state"], gone["reported_on"] is not None) == ("withdrawn", True)
    assert errors(await tried(client, gone, "supporters")) == [("", "item_withdrawn")]


async def test_what_the_office_enters_for_a_department_is_marked(
    client: httpx.AsyncClient, committee: str, departments: list[str]
) -> None:
    """Handed in on paper, it may be accepted by the same hand."""
    told = await done(client, await decided(client, committee, departments[1]), "report")
    entries = (await client.get(f"/v1/action-items/{told['id']}/entries")).json()["items"]
    assert [each["on_behalf"] for each in entries] == [False, True]
    assert (await done(client, told, "accept"))["state"] == "accepted"


async def test_nobody_accepts_what_he_reported_for_his_own_department(
    client: httpx.AsyncClient, house: meetings.House, committee: str, departments: list[str]
) -> None:
    item = await decided(client, committee, departments[1])
    told = await done(house.member("zhou", departments[1], committee), item, "report")
    both = house.officer("zhou", scope=COUNTY)
    assert refused((await both.get(f"/v1/action-items/{item['id']}")).json(), "accept") == "item_own_report"
    answer = await tried(both, told, "accept")
    assert (answer.status_code, errors(answer)) == (409, [("", "item_own_report")])
    assert (await done(client, told, "accept"))["state"] == "accepted"


async def test_other_departments_see_and_do_not_write(
    client: httpx.AsyncClient, house: meetings.House, committee: str, departments: list[str],
    direct: "asyncpg.Connection[Any]",
) -> None:  # fmt: skip
    item = await decided(client, committee, departments[1], supporters=[departments[2]])
    helper = house.member("wu", departments[2], committee)
    seen = (await helper.get(f"/v1/action-items/{item['id']}")).json()
    assert refused(seen, "report") == "outside_scope"
    assert refused(seen, "accept") == "permission"
    assert (await helper.get(f"/v1/action-items/{item['id']}/entries")).json()["items"][0]["kind"] == "decide"
    sheet = await helper.get("/v1/action-items", headers={"accept": "text/csv"})
    assert item["id"] in sheet.text
    assert (await tried(helper, item, "report")).status_code == 403
    assert (await tried(helper, item, "accept")).status_code == 403
    elsewhere = await meetings.committee(client, "033001008000000", "330108000000")
    foreign = house.member("zheng", await meetings.department(direct, elsewhere, "某局"), elsewhere)
    assert (await foreign.get(f"/v1/action-items/{item['id']}")).status_code == 404
    assert (await foreign.get("/v1/action-items")).json()["items"] == []
    other = house.officer("wang", scope=OTHER_COUNTY)
    assert (await tried(other, item, "report")).status_code == 404


async def test_a_department_cannot_go_another_way_even_past_the_service(
    client: httpx.AsyncClient, committee: str, departments: list[str], direct: "asyncpg.Connection[Any]"
) -> None:
    """The database knows the table as well."""
    item = await decided(client, committee, departments[1])
    for change in (
        "state = 'accepted', reported_on = '2026-03-02', settled_on = '2026-03-02'",
        "number = number + 1",
        "decided_on = '2026-03-01'",
    ):
        with pytest.raises(asyncpg.CheckViolationError, match="ck_action_items"):
            await direct.execute(
                f"UPDATE action_items SET {change}, version = version + 1 WHERE id = $1",
                item["id"],
            )
    with pytest.raises(asyncpg.CheckViolationError, match="ck_action_item_entries_frozen"):
        await direct.execute("UPDATE action_item_entries SET text = 'x' WHERE action_item_id = $1", item["id"])
    with pytest.raises(asyncpg.CheckViolationError, match="ck_action_item_entries_step"):
        await direct.execute(
            "INSERT INTO action_item_entries (version, action_item_id, item_version, kind, from_state, to_state,"
            " due_on, on_behalf, by, at, recorded_at)"
            " VALUES (1, $1, 2, 'accept', 'open', 'accepted', '2026-03-31', false, 'x', now(), now())",
            item["id"],
        )


async def test_what_is_wrong_with_a_decision(
    client: httpx.AsyncClient, house: meetings.House, committee: str, departments: list[str],
    direct: "asyncpg.Connection[Any]",
) -> None:  # fmt: skip
    market, union = departments[1], departments[2]

    async def told(**change: Any) -> tuple[int, list[tuple[str, str]]]:
        answer = await client.post("/v1/action-items", json=items.wish(committee, market, **change))
        return answer.status_code, errors(answer)

    assert await told(committee_id=str(uuid4())) == (422, [("/committee_id", "reference_unknown")])
    assert await told(department_id=str(uuid4())) == (422, [("/department_id", "reference_unknown")])
    assert await told(due_on="2026-03-01") == (422, [("/due_on", "day_past")])
    left = await meetings.department(
        direct, committee, "已退出", until=await direct.fetchval("SELECT date '2026-03-02'")
    )
    assert await told(department_id=left) == (422, [("/department_id", "department_not_member")])
    assert await told(supporters=[market]) == (422, [("/supporters/0", "supporter_responsible")])
    assert await told(supporters=[union, union]) == (422, [("/supporters/1", "listed_twice")])
    assert await told(supporters=[left]) == (422, [("/supporters/0", "department_not_member")])
    assert await told(what="联系人13800138000") == (422, [("/what", "number_in_text")])
    reader = house.officer("wang", "work_committee_officer", OTHER_COUNTY)
    answer = await reader.post("/v1/action-items", json=items.wish(committee, market))
    assert answer.status_code in (403, 422)
    item = await decided(client, committee, market)
    for day in ("2026-03-31", "2026-03-15"):
        answer = await tried(client, item, "carry-over", due_on=day)
        assert (answer.status_code, errors(answer)) == (422, [("/due_on", "carry_not_later")])


async def test_numbers_run_within_a_committee_and_a_year(
    client: httpx.AsyncClient, committee: str, departments: list[str], direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    market = departments[1]
    elsewhere = await meetings.committee(client, "033001008000000", "330108000000")
    other = await meetings.department(direct, elsewhere, "某局")
    assert [(await decided(client, committee, market))["number"] for _ in range(2)] == [1, 2]
    assert (await decided(client, elsewhere, other))["number"] == 1
    await client.post("/v1/action-items", json=items.wish(committee, market, supporters=[market]))  # refused
    assert (await decided(client, committee, market))["number"] == 3
    clock.forward(days=304)  # 2026-12-31, 17:00 in Shanghai is still that year
    row = await decided(client, committee, market, due_on="2027-03-31")
    assert (row["year"], row["number"]) == (2026, 4)
    clock.forward(days=1)
    row = await decided(client, committee, market, due_on="2027-03-31")
    assert (row["year"], row["number"]) == (2027, 1)


async def test_the_list_and_what_is_overdue(
    client: httpx.AsyncClient, committee: str, departments: list[str], clock: Hands
) -> None:
    market, union = departments[1], departments[2]
    late = await decided(client, committee, market, due_on="2026-03-05")
    told = await done(client, await decided(client, committee, union, due_on="2026-03-04"), "report")
    await decided(client, committee, market, supporters=[union])
    clock.forward(days=7)

    async def found(**asked: Any) -> list[str]:
        answer = await client.get("/v1/action-items", params=asked)
        assert answer.status_code == 200, answer.text
        return [str(row["id"]) for row in answer.json()["items"]]

    assert (await found())[:2] == [told["id"], late["id"]]
    assert await found(overdue="true") == [late["id"]]
    assert late["id"] not in await found(overdue="false")
    row = (await client.get(f"/v1/action-items/{late['id']}")).json()
    assert (row["overdue"], row["days_overdue"], row["state"]) == (True, 4, "open")
    assert await found(state="reported") == [told["id"]]
    assert await found(department_id=union) == [told["id"]]
    assert len(await found(supporter_id=union)) == 1
    assert await found(due_before="2026-03-05") == [told["id"]]
    assert len(await found(committee_id=committee, settled="false", year=2026)) == 3
    assert await found(settled="true") == []
    assert len(await found(region="330106000000")) == 3
    assert await found(region="330108000000") == []
    assert len(await found(authority="033001006000000")) == 3
    assert (await client.get("/v1/action-items", params={"overdu": "true"})).status_code == 422
    sheet = await client.get("/v1/action-items", headers={"accept": "text/csv"})
    assert sheet.status_code == 200
    assert "摸清骑手中党员底数" in sheet.text


async def test_what_waits_for_a_department_is_among_what_is_due(
    client: httpx.AsyncClient, house: meetings.House, committee: str, departments: list[str]
) -> None:
    """For the office all of it, for a department what it answers for."""
    mine = await decided(client, committee, departments[1], due_on="2026-03-05")
    other = await decided(client, committee, departments[2], due_on="2026-03-06")
    told = await done(client, await decided(client, committee, departments[1], due_on="2026-03-04"), "report")

    async def due(by: httpx.AsyncClient, kind: str = "action_item") -> list[str]:
        answer = await by.get("/v1/reminders", params={"kind": kind, "until": "2026-03-31"})
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()["items"]]

    assert await due(client) == [mine["id"], other["id"]]
    zhou = house.member("zhou", departments[1], committee)
    assert await due(zhou) == [mine["id"]]
    assert await due(client, "report") == [told["id"]]
    assert await due(zhou, "report") == []


async def test_helpers_are_set_as_a_whole(client: httpx.AsyncClient, committee: str, departments: list[str]) -> None:
    item = await decided(client, committee, departments[1], supporters=[departments[2]])
    same = await done(client, item, "supporters", supporters=[departments[2]])
    assert same["version"] == 1
    row = await done(client, item, "supporters", supporters=[departments[3], departments[0]])
    assert {each["department_id"] for each in row["supporters"]} == {departments[0], departments[3]}
    assert row["version"] == 2
    answer = await tried(client, row, "supporters", supporters=[departments[1]])
    assert (answer.status_code, errors(answer)) == (422, [("/supporters/0", "supporter_responsible")])


async def test_evidence_of_the_department(
    client: httpx.AsyncClient, house: meetings.House, committee: str, departments: list[str]
) -> None:
    item = await decided(client, committee, departments[1])
    mine, other = house.member("zhou", departments[1], committee), house.member("wu", departments[2], committee)
    where = f"/v1/action-items/{item['id']}/evidence"

    async def sent(by: httpx.AsyncClient) -> httpx.Response:
        return await by.post(
            where, params={"filename": "台账.pdf"}, content=PDF, headers={"content-type": "application/pdf"}
        )

    assert (await sent(other)).status_code == 403
    kept = await sent(mine)
    assert kept.status_code == 201, kept.text
    file = kept.json()
    row = (await other.get(f"/v1/action-items/{item['id']}")).json()
    assert [each["name"] for each in row["evidence"]] == ["台账.pdf"]
    bytes_there = await other.get(f"{where}/{file['id']}")
    assert (bytes_there.status_code, bytes_there.content) == (200, PDF)
    again = await decided(client, committee, departments[1])
    assert (await mine.get(f"/v1/action-items/{again['id']}/evidence/{file['id']}")).status_code == 404
    gone = await mine.post(f"{where}/{file['id']}/remove", json={"reason": "上传有误"}, headers=tag(file))
    assert gone.status_code == 204, gone.text
    await done(client, await done(client, item, "report"), "accept")
    late = await sent(mine)
    assert (late.status_code, errors(late)) == (409, [("", "item_accepted")])


async def test_figures_about_departments(
    client: httpx.AsyncClient, house: meetings.House, committee: str, departments: list[str], clock: Hands
) -> None:
    market = departments[1]
    first = await decided(client, committee, market, due_on="2026-03-05")
    await done(client, await done(client, first, "report"), "accept")
    second = await decided(client, committee, market, due_on="2026-03-05")
    await decided(client, committee, market, due_on="2026-03-06")
    await done(client, await decided(client, committee, market, due_on="2026-03-05"), "withdraw")
    await decided(client, committee, market, due_on="2026-05-01")
    clock.forward(days=5)
    await done(client, await done(client, second, "report"), "accept")
    asked = {"committee_id": committee}
    answer = await client.get("/v1/department-figures", params=asked)
    assert answer.status_code == 200, answer.text
    rows = {row["department_id"]: row for row in answer.json()["items"]}
    assert set(rows) == set(departments)
    told = rows[market]
    assert (told["since"], told["until"]) == ("2026-01-01", "2026-03-08")
    assert [told[name] for name in (
        "action_items_due", "action_items_done_percent", "action_items_on_time_percent", "items_overdue",
    )] == [3, 66, 33, 1]  # fmt: skip
    idle = rows[departments[2]]
    assert (idle["action_items_due"], idle["action_items_done_percent"], idle["items_overdue"]) == (0, None, 0)
    mine = house.member("zhou", market, committee)
    assert len((await mine.get("/v1/department-figures", params=asked)).json()["items"]) == 4
    for query, code in (({"until": "2026-01-01", "since": "2026-01-01"}, "figures_until_early"),
                        ({"since": "1990-01-01"}, "figures_too_long")):  # fmt: skip
        answer = await client.get("/v1/department-figures", params=query)
        assert (answer.status_code, errors(answer)) == (422, [("/until", code)])
    dim = await client.get("/v1/department-figures", params={"until": "0001-01-01"})
    assert (dim.status_code, errors(dim)) == (422, [("/until", "greater_than_equal")])
    codes = {each["code"]: each for each in (await client.get("/v1/indicators")).json()["items"]}
    assert codes["items_overdue"]["subject_kind"] == "department"
    sheet = await client.get("/v1/department-figures", headers={"accept": "text/csv"})
    assert (sheet.status_code, sheet.text.count("\n") > 4) == (200, True)


async def test_what_a_meeting_decided(
    client: httpx.AsyncClient, house: meetings.House, committee: str, departments: list[str],
    direct: "asyncpg.Connection[Any]", clock: Hands,
) -> None:  # fmt: skip
    """Once the minutes are approved, withdrawing is for whoever approves minutes."""
    meeting = await meetings.invited(client, await meetings.planned(client, committee))
    clock.forward(days=29)
    meeting = await meetings.held(client, meeting, departments)
    answer = await client.post(
        f"/v1/joint-meetings/{meeting['id']}/decisions",
        json={"what": "建立台账", "department_id": departments[1], "due_on": "2026-06-30"},
    )
    assert answer.status_code == 201, answer.text
    items_there = (await client.get("/v1/action-items", params={"meeting_id": meeting["id"]})).json()["items"]
    (item,) = items_there
    assert (item["decided_on"], item["number"]) == ("2026-03-30", 1)
    await direct.execute(
        "INSERT INTO meeting_minutes (version, meeting_id, committee_id, edition, paragraphs, state, written_by,"
        " approved_by, approved_at, decisions, created_at, recorded_at) SELECT 1, id, committee_id, 1, '[]',"
        " 'approved', '{x}', 'y', now(), '[]', now(), now() FROM joint_meetings WHERE id = $1",
        meeting["id"],
    )
    plain = _without(house, "li", Permission.joint_meetings_approve)
    row = (await plain.get(f"/v1/action-items/{item['id']}")).json()
    assert refused(row, "withdraw") == "item_minuted"
    answer = await tried(plain, item, "withdraw")
    assert (answer.status_code, errors(answer)) == (409, [("", "item_minuted")])
    assert (await done(client, item, "withdraw"))["state"] == "withdrawn"
