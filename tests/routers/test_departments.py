"""Departments over HTTP: joined, changed, left; their duties; what they push and how fresh it is."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from sqlalchemy import update

from app.core.acts import Acts
from app.services.authorities.models import Authority
from tests.conftest import Api, Hands, actor
from tests.kit import meetings
from tests.kit.departments import DEPARTMENT, entered, joined, pushed
from tests.kit.identity import administrators, granted, signed_in
from tests.kit.identity import entered as machine
from tests.kit.party import errors, tag

WEST_LAKE = ((330106000000, 330107000000),)


@pytest.fixture
async def committee(client: httpx.AsyncClient) -> str:
    """A county's work committee."""
    return await meetings.committee(client)


async def test_joins_changes_and_leaves(client: httpx.AsyncClient, committee: str, clock: Hands) -> None:
    row = await joined(client, committee)
    assert (row["committee_name"], row["region_code"], row["authority_code"]) == (
        "某区两新工委033001006000000", "330106000000", "033001006000000",
    )  # fmt: skip
    twice = await client.post("/v1/departments", json={"committee_id": committee, **DEPARTMENT})
    assert (twice.status_code, errors(twice)[0][1]) == (409, "constraint.ex_departments_name")
    clock.forward(minutes=1)
    path = f"/v1/departments/{row['id']}"
    body = await meetings.committee(client, "033001006001000")
    changed = await client.patch(path, json={"authority_id": body, "name": "某区市场监督管理局"}, headers=tag(row))
    assert (changed.json()["authority_name"], changed.json()["version"]) == ("某区两新工委033001006001000", 2)
    same = await client.patch(path, json={"name": "某区市场监督管理局"}, headers=tag(changed.json()))
    assert same.json()["version"] == 2
    assert (await client.patch(path, json={"name": "x"}, headers=tag(row))).status_code == 412
    assert (await client.patch(path, json={"name": "x"})).status_code == 428
    itself = await client.patch(path, json={"authority_id": committee}, headers=tag(same.json()))
    assert errors(itself) == [("/authority_id", "department_is_committee")]
    seat = {
        "department": "market_regulation", "department_name": "某区市场监督管理局", "duty": "member",
        "post": "副局长", "valid_from": "2026-01-01",
    }  # fmt: skip
    seats = f"/v1/authorities/{committee}/seats"
    told = (await client.get(f"/v1/authorities/{committee}")).json()
    assert (await client.post(seats, json=seat, headers=tag(told))).status_code in (200, 201)
    assert (await client.get(path)).json()["seats"] == [{"duty": "member", "post": "副局长"}]

    duty = await entered(client, "/v1/department-duties", duty_of(row["id"]))
    clock.forward(minutes=1)
    end = {"valid_to": "2026-03-02", "reason": "机构改革"}
    ahead = await client.post(f"{path}/end", json=end | {"valid_to": "2026-03-03"}, headers=tag(same.json()))
    assert errors(ahead) == [("/valid_to", "day_future")]
    early = await client.post(f"{path}/end", json=end | {"valid_to": "2025-12-31"}, headers=tag(same.json()))
    assert errors(early) == [("/valid_to", "day_too_early")]
    left = await client.post(f"{path}/end", json=end, headers=tag(same.json()))
    assert (left.json()["valid_to"], left.json()["end_reason"]) == ("2026-03-02", "机构改革")
    assert {each["reason"] for each in left.json()["allowed_actions"]} == {"department_ended"}
    assert (await client.get(f"/v1/department-duties/{duty['id']}")).json()["valid_to"] == "2026-03-02"
    again = await client.post(f"{path}/end", json=end, headers=tag(left.json()))
    assert (again.status_code, errors(again)) == (409, [("", "department_ended")])
    late = await client.post("/v1/department-duties", json=duty_of(row["id"]))
    assert (late.status_code, errors(late)) == (409, [("", "department_ended")])
    assert [each["version"] for each in (await client.get(f"{path}/history")).json()["items"]] == [3, 2, 1]
    assert (await client.get("/v1/departments", params={"on": "2026-03-02"})).json()["items"] == []
    found = await client.get("/v1/departments", params={"on": "2026-03-01", "committee_id": committee})
    assert len(found.json()["items"]) == 1
    assert "某区市场监督管理局" in (await client.get("/v1/departments", headers={"accept": "text/csv"})).text
    assert (await joined(client, committee, valid_from="2026-03-02"))["id"] != row["id"], "it may come back"


def duty_of(department: str, **change: Any) -> dict[str, Any]:
    return {
        "department_id": department, "text": "每月推送新设企业", "source": "联席会议制度第四条",
        "valid_from": "2026-02-01",
    } | change  # fmt: skip


async def test_who_joins_later_may_be_invited_and_may_stay_away(client: httpx.AsyncClient, committee: str) -> None:
    row = await joined(client, committee, valid_from="2026-06-01")
    assert (await client.get("/v1/departments", params={"on": "2026-05-31"})).json()["items"] == []
    assert len((await client.get("/v1/departments", params={"on": "2026-06-01"})).json()["items"]) == 1
    path, end = f"/v1/departments/{row['id']}/end", {"valid_to": "2026-06-01", "reason": "暂不加入"}
    for day, code in (("2026-06-02", "day_future"), ("2026-03-02", "day_too_early")):
        wrong = await client.post(path, json=end | {"valid_to": day}, headers=tag(row))
        assert errors(wrong) == [("/valid_to", code)]
    assert (await client.post(path, json=end, headers=tag(row))).json()["valid_to"] == "2026-06-01"
    assert (await client.get("/v1/departments", params={"on": "2026-06-01"})).json()["items"] == []
    assert (await joined(client, committee, valid_from="2026-06-01"))["id"] != row["id"]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"committee_id": str(uuid4())}, ("/committee_id", "reference_unknown")),
        ({"authority_id": str(uuid4())}, ("/authority_id", "reference_unknown")),
        ({"kind": "court"}, ("/kind", "enum")),
        ({"name": ""}, ("/name", "string_too_short")),
        ({"valid_from": "next year"}, ("/valid_from", "date_parsing")),
        ({"phone": "1"}, ("/phone", "extra_forbidden")),
    ],
)
async def test_wrong_departments(
    client: httpx.AsyncClient, committee: str, change: dict[str, Any], wrong: tuple[str, str]
) -> None:
    answer = await client.post("/v1/departments", json={"committee_id": committee, **DEPARTMENT} | change)
    assert (answer.status_code, errors(answer)) == (422, [wrong])


async def test_a_committee_of_above_is_seen_and_not_given_departments(api: Api, committee: str) -> None:
    city = await api.client()
    above = await meetings.committee(city, "033001000000000", "330100000000")
    officer = await api.client("person:x", role="region_officer", ranges=WEST_LAKE)
    answer = await officer.post("/v1/departments", json={"committee_id": above, **DEPARTMENT})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (await officer.post("/v1/departments", json={"committee_id": committee, **DEPARTMENT})).status_code == 201
    theirs = await joined(city, above)
    assert (await officer.get(f"/v1/departments/{theirs['id']}")).status_code == 404
    before = await city.post("/v1/department-duties", json=duty_of(theirs["id"], valid_from="2025-12-31"))
    assert errors(before) == [("/valid_from", "day_too_early")]
    hidden = await officer.post("/v1/department-duties", json=duty_of(theirs["id"]))
    assert errors(hidden) == [("/department_id", "reference_unknown")]


async def test_duties_have_dates_and_a_source(client: httpx.AsyncClient, committee: str, clock: Hands) -> None:
    department = await joined(client, committee)
    duty = await entered(client, "/v1/department-duties", duty_of(department["id"]))
    assert (duty["department_name"], duty["department_kind"]) == ("某区市场监管局", "market_regulator")
    await entered(client, "/v1/department-duties", duty_of(department["id"]))  # the same twice is no error
    clock.forward(minutes=1)
    path = f"/v1/department-duties/{duty['id']}"
    better = await client.patch(path, json={"source": "区委办〔2026〕8 号"}, headers=tag(duty))
    assert (better.json()["source"], better.json()["version"]) == ("区委办〔2026〕8 号", 2)
    nothing = await client.patch(path, json={"source": None}, headers=tag(better.json()))
    assert nothing.status_code == 422
    clock.forward(minutes=1)
    ended = await client.post(
        f"{path}/end", json={"valid_to": "2026-03-01", "reason": "移交"}, headers=tag(better.json())
    )
    assert ended.json()["valid_to"] == "2026-03-01"
    again = await client.patch(path, json={"text": "别的职责"}, headers=tag(ended.json()))
    assert (again.status_code, errors(again)) == (409, [("", "duty_ended")])
    listed = await client.get("/v1/department-duties", params={"department_id": department["id"], "on": "2026-03-02"})
    assert len(listed.json()["items"]) == 1
    assert len((await client.get(f"{path}/history")).json()["items"]) == 3
    sheet = await client.get("/v1/department-duties", headers={"accept": "text/csv"})
    assert "每月推送新设企业" in sheet.text


async def test_freshness_by_client_by_region_and_never(
    client: httpx.AsyncClient, committee: str, direct: "asyncpg.Connection[Any]", api: Api, clock: Hands
) -> None:
    department = await joined(client, committee)
    known = await machine((await administrators(api))[0])
    base = {"department_id": department["id"], "dataset": "registrations", "every_days": 7, "valid_from": "2026-02-01"}
    anyone = await entered(client, "/v1/department-datasets", base)
    named = await entered(client, "/v1/department-datasets", base | {"client_id": known.id})
    never = await entered(client, "/v1/department-datasets", base | {"dataset": "contacts", "every_days": 29})
    for body, wrong in (
        (base | {"dataset": "tax_returns"}, ("/dataset", "dataset_unknown")),
        (base | {"client_id": "client-0"}, ("/client_id", "subject_unknown")),
        (base | {"every_days": 0}, ("/every_days", "greater_than_equal")),
        (base | {"department_id": str(uuid4())}, ("/department_id", "reference_unknown")),
    ):
        assert errors(await client.post("/v1/department-datasets", json=body)) == [wrong]
    twice = await client.post("/v1/department-datasets", json=base)
    assert (twice.status_code, errors(twice)[0][1]) == (409, "constraint.ex_department_datasets_dataset")

    await pushed(direct, datetime(2026, 2, 10, 17, tzinfo=UTC), owner=known.id, region=460100000000, level=2)
    await pushed(direct, datetime(2026, 2, 24, tzinfo=UTC), region=330106010000, level=4)
    await pushed(direct, datetime(2026, 2, 25, tzinfo=UTC), region=330000000000, level=1)
    await pushed(direct, datetime(2026, 2, 27, tzinfo=UTC), region=330102000000)  # the neighbour's
    await pushed(direct, datetime(2026, 2, 28, tzinfo=UTC), state="failed")
    await pushed(direct, datetime(2026, 2, 28, tzinfo=UTC), mode="validate")
    page = await client.get(f"/v1/departments/{department['id']}/freshness")
    told = [(row["id"], row["due_on"], row["days_late"], row["never"]) for row in page.json()["items"]]
    assert told == [
        (named["id"], "2026-02-18", 12, False),  # the 11th in Shanghai and seven days
        (never["id"], "2026-03-02", 0, True),
        (anyone["id"], "2026-03-04", 0, False),
    ]
    late = (await client.get("/v1/department-freshness", params={"late": "true"})).json()["items"]
    assert [row["id"] for row in late] == [named["id"]]
    assert len((await client.get("/v1/department-freshness", params={"late": "false"})).json()["items"]) == 2
    sheet = await client.get("/v1/department-freshness", headers={"accept": "text/csv"}, params={"dataset": "contacts"})
    assert "2026-03-02" in sheet.text
    assert "registrations" not in sheet.text
    pages = await client.get("/v1/department-freshness", params={"limit": 1, "count": "exact"})
    assert (pages.json()["items"][0]["id"], pages.json()["count"]["value"]) == (named["id"], 3)
    due = await client.get("/v1/reminders", params={"kind": "department_data", "until": "2026-03-03"})
    assert [(row["id"], row["due_on"], row["overdue"], row["path"]) for row in due.json()["items"]] == [
        (named["id"], "2026-02-18", True, f"/v1/department-datasets/{named['id']}"),
        (never["id"], "2026-03-02", False, f"/v1/department-datasets/{never['id']}"),
    ]
    clock.forward(minutes=1)
    path = f"/v1/department-datasets/{named['id']}"
    changed = await client.patch(path, json={"client_id": None, "every_days": 8}, headers=tag(named))
    assert changed.status_code == 409  # the other one holds already
    changed = await client.patch(path, json={"every_days": 8}, headers=tag(named))
    assert (changed.json()["every_days"], changed.json()["version"]) == (8, 2)
    clock.forward(minutes=1)
    ended = await client.post(
        f"{path}/end", json={"valid_to": "2026-03-02", "reason": "改由省局推送"}, headers=tag(changed.json())
    )
    assert ended.json()["valid_to"] == "2026-03-02"
    assert len((await client.get("/v1/department-freshness")).json()["items"]) == 2
    assert len((await client.get(f"{path}/history")).json()["items"]) == 3
    assert len((await client.get("/v1/department-datasets")).json()["items"]) == 3


async def test_what_a_committee_has_goes_along_with_it(
    client: httpx.AsyncClient, committee: str, direct: "asyncpg.Connection[Any]", acts: Acts, clock: Hands
) -> None:
    department = await joined(client, committee)
    duty = await entered(client, "/v1/department-duties", duty_of(department["id"]))
    liaison = await entered(
        client,
        "/v1/department-liaisons",
        {
            "department_id": department["id"], "name": "陈晓云", "post": "科长", "phone": "13800138000",
            "valid_from": "2026-02-01",
        },
    )  # fmt: skip
    clock.forward(minutes=1)
    async with acts.open(actor()) as act:
        moved = update(Authority).where(Authority.id == UUID(committee))
        await act.session.execute(
            moved.values(region_code=330102000000, version=Authority.version + 1, recorded_at=act.now)
        )
    for path in (
        f"/v1/departments/{department['id']}",
        f"/v1/department-duties/{duty['id']}",
        f"/v1/department-liaisons/{liaison['id']}",
    ):
        row = (await client.get(path)).json()
        assert (row["region_code"], row["version"]) == ("330102000000", 2), path
    stands = await direct.fetchval("SELECT region_code FROM personal_values WHERE holder = 'department_liaisons'")
    assert stands == 330102000000


async def test_a_member_department_sees_its_meeting_while_it_belongs_to_it(
    api: Api, client: httpx.AsyncClient, committee: str, clock: Hands
) -> None:
    mine = await joined(client, committee)
    colleague = await joined(client, committee, name="某区总工会", kind="union")
    duty = await entered(client, "/v1/department-duties", duty_of(colleague["id"]))
    elsewhere = await meetings.committee(client, "033001002000000", "330102000000")
    foreign = await joined(client, elsewhere)
    system, security = await administrators(api)
    who = await machine(system, "市场监管局联络员")
    unknown = {"subject": who.id, "role": "department_member", "subjects": [str(uuid4())], "reason": "试点"}
    refused = await security.post("/v1/grants", json=unknown)
    assert errors(refused) == [("/subjects/0", "reference_unknown")]
    await granted(security, who.id, "department_member", subjects=[mine["id"]])
    me = await signed_in(api, who)
    (held,) = (await me.get("/v1/me")).json()["grants"]
    assert sorted(held["subjects"]) == sorted([mine["id"], committee])
    seen = (await me.get("/v1/departments", params={"sort": "name"})).json()["items"]
    assert {row["id"] for row in seen} == {mine["id"], colleague["id"]}
    assert {row["committee_name"] for row in seen} == {"某区两新工委033001006000000"}
    assert (await me.get(f"/v1/department-duties/{duty['id']}")).status_code == 200
    assert (await me.get(f"/v1/departments/{foreign['id']}")).status_code == 404
    assert (await me.get(f"/v1/departments/{mine['id']}/history")).status_code == 200
    assert (await me.get("/v1/department-liaisons")).status_code == 403  # names are not for everybody
    assert (await me.post("/v1/department-duties", json=duty_of(mine["id"]))).status_code == 403
    shown = (await me.get(f"/v1/departments/{mine['id']}")).json()
    assert {each["reason"] for each in shown["allowed_actions"]} == {"permission"}

    clock.forward(minutes=1)
    end = {"valid_to": "2026-03-02", "reason": "机构改革"}
    assert (await client.post(f"/v1/departments/{mine['id']}/end", json=end, headers=tag(mine))).status_code == 200
    clock.forward(seconds=5)
    me = await signed_in(api, who)
    assert (await me.get("/v1/departments")).json()["items"] == []
    assert (await me.get(f"/v1/departments/{mine['id']}")).status_code == 404
    assert (await me.get(f"/v1/department-duties/{duty['id']}")).status_code == 404
    (held,) = (await me.get("/v1/me")).json()["grants"]
    assert held["subjects"] == []
