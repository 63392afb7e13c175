"""Minutes and decisions over HTTP: written, approved by somebody else, then frozen."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from app.core.acts import Acts, Scope
from app.core.errors import NotFound
from app.services.joint_meetings.minutes.reads import paper
from tests.conftest import Api, Hands, actor
from tests.kit import items, meetings
from tests.kit.meetings import House
from tests.kit.party import errors, findings, tag

WORDS = {"paragraphs": [{"heading": "一、议定事项", "text": "会议研究了骑手党建工作。"}]}


@pytest.fixture
def house(api: Api) -> House:
    """Everybody by name."""
    return House(api)


@pytest.fixture
def client(house: House) -> httpx.AsyncClient:
    """Who writes for the committee."""
    return house.officer("clerk")


@pytest.fixture
def head(house: House) -> httpx.AsyncClient:
    """Who approves."""
    return house.officer("head")


@pytest.fixture
async def committee(client: httpx.AsyncClient) -> str:
    """A county's work committee."""
    return await meetings.committee(client)


@pytest.fixture
async def departments(direct: "asyncpg.Connection[Any]", committee: str) -> list[str]:
    """Its four departments."""
    return await meetings.departments(direct, committee)


@pytest.fixture
async def meeting(client: httpx.AsyncClient, committee: str, departments: list[str], clock: Hands) -> dict[str, Any]:
    """A meeting that was held today."""
    called = await meetings.invited(client, await meetings.planned(client, committee))
    clock.forward(days=28)
    return await meetings.held(client, called, departments)


def decision(department: str | None, **change: Any) -> dict[str, Any]:
    return {"what": "建立骑手党员台账", "department_id": department, "due_on": "2026-06-30"} | change


async def test_written_approved_frozen_and_corrected(
    client: httpx.AsyncClient, head: httpx.AsyncClient, meeting: dict[str, Any], departments: list[str],
    direct: "asyncpg.Connection[Any]",
) -> None:  # fmt: skip
    where = f"/v1/joint-meetings/{meeting['id']}"
    taken = await client.post(f"{where}/decisions", json=decision(departments[1], supporters=[departments[2]]))
    assert taken.status_code == 201, taken.text
    draft = await client.post(f"{where}/minutes", json=WORDS)
    assert draft.status_code == 201, draft.text
    assert (draft.json()["edition"], draft.json()["state"], draft.json()["written_by"]) == (1, "draft", ["clerk"])
    assert draft.headers["location"] == f"{where}/minutes/editions/1"
    second = await client.post(f"{where}/minutes", json=WORDS)
    assert (second.status_code, errors(second)) == (409, [("", "minutes_draft_there")])
    better = {"paragraphs": [*WORDS["paragraphs"], {"text": "散会。"}]}
    revised = await client.patch(f"{where}/minutes", json=better, headers=tag(draft.json()))
    assert (revised.status_code, len(revised.json()["paragraphs"])) == (200, 2)
    assert (await client.patch(f"{where}/minutes", json=WORDS, headers=tag(draft.json()))).status_code == 412
    mine = await client.post(f"{where}/minutes/approve", headers=tag(revised.json()))
    assert (mine.status_code, findings(mine)) == (409, {"minutes_own": "hard"})
    approved = await head.post(f"{where}/minutes/approve", headers=tag(revised.json()))
    assert approved.status_code == 200, approved.text
    told = approved.json()
    assert (told["state"], told["approved_by"], told["decisions"][0]["supporters"]) == (
        "approved", "head", ["某区union"],
    )  # fmt: skip
    assert (await client.get(where)).json()["state"] == "minuted"
    for answer in (
        await client.patch(f"{where}/minutes", json=WORDS, headers=tag(told)),
        await head.post(f"{where}/minutes/approve", headers=tag(told)),
    ):
        assert (answer.status_code, errors(answer)) == (409, [("", "minutes_no_draft")])
    with pytest.raises(asyncpg.CheckViolationError) as frozen:
        await direct.execute("UPDATE meeting_minutes SET paragraphs = '[]', version = 9")
    assert frozen.value.constraint_name == "ck_meeting_minutes_frozen"
    unsaid = await client.post(f"{where}/minutes", json=WORDS)
    assert (unsaid.status_code, errors(unsaid)) == (422, [("/correction_reason", "missing")])
    corrected = await head.post(f"{where}/minutes", json=WORDS | {"correction_reason": "更正责任部门名称"})
    assert (corrected.status_code, corrected.json()["edition"]) == (201, 2), corrected.text
    again = await client.post(f"{where}/minutes/approve", headers=tag(corrected.json()))
    assert (again.status_code, again.json()["approved_by"]) == (200, "clerk")
    editions = (await client.get(f"{where}/minutes")).json()["items"]
    assert [(each["edition"], each["state"]) for each in editions] == [(2, "approved"), (1, "approved")]


async def test_a_decision_is_changed_until_the_minutes_are_approved(
    client: httpx.AsyncClient, head: httpx.AsyncClient, meeting: dict[str, Any], departments: list[str]
) -> None:
    where = f"/v1/joint-meetings/{meeting['id']}"
    taken = (await client.post(f"{where}/decisions", json=decision(departments[1]))).json()
    assert (taken["number"], taken["state"], taken["supporters"]) == (1, "open", [])
    one = f"{where}/decisions/{taken['id']}"
    assert (await client.patch(one, json={"due_on": "2026-07-31"})).status_code == 428
    changed = await client.patch(one, json={"due_on": "2026-07-31", "supporters": [departments[2]]}, headers=tag(taken))
    assert changed.status_code == 200, changed.text
    assert (changed.json()["due_on"], changed.json()["supporters"]) == ("2026-07-31", [departments[2]])
    lost = await client.patch(one, json={"department_id": None}, headers=tag(changed.json()))
    assert (lost.status_code, errors(lost)) == (422, [("/department_id", "decision_without_department")])
    other = (await client.post(f"{where}/decisions", json=decision(departments[2]))).json()
    gone = await client.post(f"{where}/decisions/{other['id']}/withdraw", json={"reason": "重复"}, headers=tag(other))
    assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn"), gone.text
    draft = (await client.post(f"{where}/minutes", json=WORDS)).json()
    approved = await head.post(f"{where}/minutes/approve", headers=tag(draft))
    assert [each["number"] for each in approved.json()["decisions"]] == [1]
    for answer in (
        await client.patch(one, json={"due_on": "2026-08-31"}, headers=tag(changed.json())),
        await client.post(f"{one}/withdraw", json={"reason": "不办"}, headers=tag(changed.json())),
        await client.post(f"{where}/decisions", json=decision(departments[1])),
    ):
        assert (answer.status_code, errors(answer)) == (409, [("", "meeting_minuted")])
    listed = (await client.get(f"{where}/decisions")).json()["items"]
    assert [(each["number"], each["state"]) for each in listed] == [(1, "open"), (2, "withdrawn")]


async def test_what_a_decision_needs(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", committee: str, meeting: dict[str, Any],
    departments: list[str],
) -> None:  # fmt: skip
    from datetime import date

    former = await meetings.department(direct, committee, "某区原部门", until=date(2026, 1, 1))
    where = f"/v1/joint-meetings/{meeting['id']}/decisions"
    for change, pointer, code in (
        ({"department_id": None}, "/department_id", "decision_without_department"),
        ({"department_id": str(uuid4())}, "/department_id", "reference_unknown"),
        ({"department_id": former}, "/department_id", "department_not_member"),
        ({"due_on": "2026-03-29"}, "/due_on", "due_before_meeting"),
        ({"due_on": None}, "/due_on", "date_parsing"),
        ({"agenda_item_id": str(uuid4())}, "/agenda_item_id", "agenda_unfit"),
        ({"supporters": [departments[1]]}, "/supporters/0", "supporter_responsible"),
        ({"supporters": [departments[2], departments[2]]}, "/supporters/1", "listed_twice"),
        ({"supporters": [former]}, "/supporters/0", "department_not_member"),
        ({"what": "x" * 300}, "/what", "string_too_long"),
        ({"what": "联系 13800138000"}, "/what", "number_in_text"),
    ):
        answer = await client.post(where, json=decision(departments[1], **change))
        assert (answer.status_code, errors(answer)) == (422, [(pointer, code)]), (change, answer.text)
    whole = decision(departments[1])
    del whole["department_id"]
    answer = await client.post(where, json=whole)
    assert (answer.status_code, errors(answer)) == (422, [("/department_id", "decision_without_department")])


async def test_nothing_is_decided_or_minuted_before_the_meeting(
    client: httpx.AsyncClient, committee: str, departments: list[str]
) -> None:
    ahead = await meetings.planned(client, committee)
    where = f"/v1/joint-meetings/{ahead['id']}"
    for path, body in (("decisions", decision(departments[0])), ("minutes", WORDS)):
        answer = await client.post(f"{where}/{path}", json=body)
        assert (answer.status_code, errors(answer)) == (409, [("", "meeting_planned")])
    unknown = {"paragraphs": [{"text": "某事", "agenda_item_id": str(uuid4())}]}
    assert (await client.post(f"{where}/minutes", json=unknown)).status_code == 409


async def test_minutes_are_not_an_outsiders(
    house: House, client: httpx.AsyncClient, meeting: dict[str, Any], committee: str, departments: list[str]
) -> None:
    where = f"/v1/joint-meetings/{meeting['id']}/minutes"
    member = house.member("member", departments[1], committee)
    elsewhere = house.officer("elsewhere", "region_officer", Scope(((330108000000, 330109000000),)))
    line = house.officer("line", "line_officer", Scope(lines=((33001006000000, 33001006001000),)))
    refused = await member.post(where, json=WORDS)
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    unseen = await elsewhere.post(where, json=WORDS)
    assert (unseen.status_code, unseen.json()["code"]) == (404, "not_found")
    assert (await line.post(where, json=WORDS)).status_code == 403
    draft = (await client.post(where, json=WORDS)).json()
    assert (await member.get(f"{where}/editions/1")).status_code == 404  # a draft is the committee's
    assert (await member.get(where)).json()["items"] == []
    assert (await elsewhere.post(f"{where}/approve", headers=tag(draft))).status_code == 404
    assert (await member.post(f"{where}/approve", headers=tag(draft))).status_code == 403
    wrong = {"paragraphs": [{"text": "某事", "agenda_item_id": str(uuid4())}]}
    answer = await client.patch(where, json=wrong, headers=tag(draft))
    assert (answer.status_code, errors(answer)) == (422, [("/paragraphs/0/agenda_item_id", "reference_unknown")])
    first = await client.patch(where, json={"correction_reason": "更正"}, headers=tag(draft))
    assert (first.status_code, errors(first)) == (422, [("/correction_reason", "minutes_first_edition")])
    head = house.officer("head")
    approved = await head.post(f"{where}/approve", headers=tag(draft))
    assert approved.status_code == 200
    assert (await member.get(f"{where}/editions/1")).status_code == 200


async def test_what_was_decided_stays_told_as_it_was(
    client: httpx.AsyncClient, house: House, meeting: dict[str, Any], departments: list[str],
    direct: "asyncpg.Connection[Any]",
) -> None:  # fmt: skip
    where = f"/v1/joint-meetings/{meeting['id']}"
    taken = (await client.post(f"{where}/decisions", json=decision(departments[1]))).json()
    draft = (await client.post(f"{where}/minutes", json=WORDS)).json()
    await house.officer("head").post(f"{where}/minutes/approve", headers=tag(draft))
    await direct.execute("UPDATE departments SET name = '改名后', version = 2 WHERE id = $1", UUID(departments[1]))
    told = (await client.get(f"{where}/minutes/editions/1")).json()["decisions"][0]
    assert (told["action_item_id"], told["department_name"], told["due_on"]) == (
        taken["id"], "某区market_regulator", "2026-06-30",
    )  # fmt: skip


async def test_minutes_tell_the_day_that_the_meeting_set_and_a_correction_decides_nothing_anew(
    client: httpx.AsyncClient, head: httpx.AsyncClient, meeting: dict[str, Any], departments: list[str]
) -> None:
    where = f"/v1/joint-meetings/{meeting['id']}"
    taken = (await client.post(f"{where}/decisions", json=decision(departments[1]))).json()
    other = (await client.post(f"{where}/decisions", json=decision(departments[2]))).json()
    changed = await client.patch(f"{where}/decisions/{taken['id']}", json={"due_on": "2026-07-15"}, headers=tag(taken))
    await items.done(client, changed.json(), "carry-over", due_on="2026-08-31")
    draft = (await client.post(f"{where}/minutes", json=WORDS)).json()
    first = (await head.post(f"{where}/minutes/approve", headers=tag(draft))).json()
    assert [each["due_on"] for each in first["decisions"]] == ["2026-07-15", "2026-06-30"]
    assert (await items.done(head, other, "withdraw"))["state"] == "withdrawn"
    corrected = (await client.post(f"{where}/minutes", json=WORDS | {"correction_reason": "更正错字"})).json()
    second = (await head.post(f"{where}/minutes/approve", headers=tag(corrected))).json()
    assert second["decisions"] == first["decisions"]


async def test_an_edition_as_a_paper_tells_it(
    client: httpx.AsyncClient, house: House, meeting: dict[str, Any], departments: list[str], acts: Acts
) -> None:
    where = f"/v1/joint-meetings/{meeting['id']}"
    right = {"attendance": [{"department_id": departments[3], "present": "none"}]}
    await client.post(f"{where}/hold", json=right, headers=tag(meeting))
    await client.post(f"{where}/decisions", json=decision(departments[1]))
    draft = (await client.post(f"{where}/minutes", json=WORDS)).json()
    await house.officer("head").post(f"{where}/minutes/approve", headers=tag(draft))
    async with acts.open(actor()) as act:
        told = await paper(act, UUID(draft["id"]))
        with pytest.raises(NotFound):
            await paper(act, uuid4())
    assert (told["title"], str(told["held_on"]), told["place"], told["edition"]) == (
        "骑手党建专题会", "2026-03-30", "三楼会议室", 1,
    )  # fmt: skip
    assert told["attended"] == ["某区market_regulator", "某区social_work_department", "某区union"]
    assert (told["missing"], len(told["decisions"])) == (["某区tax"], 1)
