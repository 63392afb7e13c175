"""Notices downward over HTTP: drafted, issued, received, answered, chased, closed; who sees what."""

from typing import Any

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit.papers import pdf
from tests.kit.party import errors, tag
from tests.kit.supervising import NOBODY, County, county, issued, notice


@pytest.fixture
async def place(api: Api, direct: "asyncpg.Connection[Any]") -> County:
    """A county's committee, two streets, two departments."""
    return await county(api, direct)


async def mine(client: httpx.AsyncClient, **asked: str) -> list[dict[str, Any]]:
    answer = await client.get("/v1/notice-recipients", params=asked)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()["items"]
    return rows


async def test_a_draft_is_the_committees_alone_until_it_is_issued(place: County, clock: Hands) -> None:
    drafted = await place.officer.post(
        "/v1/notices",
        json=notice(
            place.committee, recipients={"authority_ids": place.streets[:1], "department_ids": place.departments[:1]}
        ),
    )
    assert drafted.status_code == 201, drafted.text
    row = drafted.json()
    path = f"/v1/notices/{row['id']}"
    assert (row["state"], row["sent"], row["region_code"], row["region_level"]) == ("draft", 0, "330106000000", 3)
    assert {each["action"] for each in row["allowed_actions"] if each["allowed"]} == {"update", "issue", "drop"}
    for somebody in (place.by_line(0), place.by_place(0), place.member(0)):
        assert (await somebody.get(path)).status_code == 404
        assert await mine(somebody) == []
    clock.forward(minutes=1)
    changed = await place.officer.patch(path, json={"due_on": "2026-04-15", "number_text": None}, headers=tag(row))
    assert (changed.json()["due_on"], changed.json()["number_text"], changed.json()["version"]) == (
        "2026-04-15",
        None,
        2,
    )
    assert (await place.officer.patch(path, json={"title": "x"}, headers=tag(row))).status_code == 412
    assert (await place.officer.post(f"{path}/issue")).status_code == 428
    clock.forward(minutes=1)
    sent = await place.officer.post(f"{path}/issue", headers=tag(changed.json()))
    assert (sent.json()["state"], sent.json()["sent"], sent.json()["waiting"]) == ("issued", 2, 2)
    late = await place.officer.patch(path, json={"title": "x"}, headers=tag(sent.json()))
    assert (late.status_code, errors(late)) == (409, [("", "notice_issued")])
    (line,), (street,), (department,) = (
        await mine(place.by_line(0)),
        await mine(place.by_place(0)),
        await mine(place.member(0)),
    )
    assert line == street
    assert (line["recipient_name"], line["committee_name"], line["state"]) == (
        "街道党工委033001006010000", "某区两新工委033001006000000", "waiting",
    )  # fmt: skip
    assert (department["department_id"], department["recipient_code"]) == (place.departments[0], None)
    assert await mine(place.by_line(1)) == await mine(place.by_place(1)) == await mine(place.member(1)) == []
    read = (await place.by_line(0).get(f"/v1/notice-recipients/{line['id']}")).json()
    assert (read["text"], read["issued_on"]) == ("请各单位开展自查，\n按期报送报告。", "2026-03-02")
    assert (await place.by_line(1).get(f"/v1/notice-recipients/{line['id']}")).status_code == 404
    versions = (await place.officer.get(f"{path}/history")).json()["items"]
    assert [each["state"] for each in versions] == ["issued", "draft", "draft"]


async def test_all_of_a_kind_are_told_and_answer_for_themselves(place: County, clock: Hands) -> None:
    told, rows = await issued(place)
    assert told["sent"] == 2
    assert sorted(row["authority_id"] for row in rows) == sorted(place.streets)
    (row,) = await mine(place.by_line(0), waiting="true")
    path, line = f"/v1/notice-recipients/{row['id']}", place.by_line(0)
    clock.forward(days=1)
    received = await line.post(f"{path}/receive", headers=tag(row))
    assert (received.json()["state"], received.json()["received_on"]) == ("received", "2026-03-03")
    again = await line.post(f"{path}/receive", headers=tag(received.json()))
    assert (again.status_code, errors(again)) == (409, [("", "notice_received")])
    numbered = await line.post(f"{path}/answer", json={"text": "电话13800138000"}, headers=tag(received.json()))
    assert errors(numbered) == [("/text", "number_in_text")]
    clock.forward(days=1)
    kept = await line.post(f"{path}/files", params={"filename": "报告.pdf"}, content=pdf("报告"))
    assert kept.status_code == 201, kept.text
    stranger = await place.by_line(1).post(f"{path}/files", params={"filename": "报告.pdf"}, content=pdf("他人"))
    assert stranger.status_code == 404
    answered = await line.post(f"{path}/answer", json={"text": "已完成自查"}, headers=tag(received.json()))
    assert (answered.json()["state"], answered.json()["answered_on"]) == ("answered", "2026-03-04")
    (file,) = (await place.officer.get(path)).json()["files"]
    assert file["name"] == "报告.pdf"
    assert (await place.officer.get(f"{path}/files/{file['id']}")).status_code == 200
    assert (await place.by_line(1).get(f"{path}/files/{file['id']}")).status_code == 404
    clock.forward(days=1)
    amended = await line.post(f"{path}/answer", json={"text": "已完成自查，补充一项"}, headers=tag(answered.json()))
    assert (amended.json()["answered_on"], amended.json()["late"]) == ("2026-03-04", False)
    assert await mine(line, waiting="true") == []
    counted = (await place.officer.get(f"/v1/notices/{told['id']}")).json()
    assert [counted[name] for name in ("sent", "received", "answered", "waiting", "late")] == [2, 1, 1, 1, 0]
    history = (await line.get(f"{path}/history")).json()["items"]
    assert [each["answer"] for each in history] == ["已完成自查，补充一项", "已完成自查", None, None]


async def test_who_owes_is_chased_once_a_day_and_counted(place: County, clock: Hands) -> None:
    told, rows = await issued(place)
    path = f"/v1/notices/{told['id']}"
    (owing,) = [row for row in rows if row["authority_id"] == place.streets[0]]
    (other,) = [row for row in rows if row["authority_id"] == place.streets[1]]
    clock.forward(days=2)
    everyone = await place.officer.post(f"{path}/chase", json={})
    assert (everyone.json()["succeeded"], {each["chased"] for each in everyone.json()["items"]}) == (2, {1})
    assert (await place.officer.post(f"{path}/chase", json={})).json()["items"] == []
    clock.forward(days=1)
    (now,) = await mine(place.by_line(1))
    done = await place.by_line(1).post(
        f"/v1/notice-recipients/{other['id']}/answer", json={"text": "已完成"}, headers=tag(now)
    )
    assert done.status_code == 200, done.text
    named = await place.officer.post(f"{path}/chase", json={"recipient_ids": [owing["id"], other["id"], NOBODY]})
    assert [(each["status"], each["chased"]) for each in named.json()["items"]] == [(200, 2), (409, None), (404, None)]
    assert named.json()["items"][1]["problem"]["errors"][0]["code"] == "notice_owes_nothing"
    again = await place.officer.post(f"{path}/chase", json={"recipient_ids": [owing["id"]]})
    assert again.json()["items"][0]["problem"]["errors"][0]["code"] == "chased_today"
    clock.forward(days=40)
    (late,) = await mine(place.by_line(0), late="true")
    assert (late["chased"], late["last_chased_on"], late["days_late"]) == (2, "2026-03-05", 14)
    assert await mine(place.by_line(1), late="true") == []
    sheet = await place.officer.get(f"{path}/recipients", headers={"accept": "text/csv"})
    assert "Times chased" in sheet.text
    assert "街道党工委033001006010000" in sheet.text
    row = (await place.officer.get(path)).json()
    closed = await place.officer.post(f"{path}/close", json={"reason": "不再等待"}, headers=tag(row))
    assert (closed.json()["state"], closed.json()["waiting"], closed.json()["late"]) == ("closed", 0, 1)
    (now,) = await mine(place.by_line(0))
    out = await place.by_line(0).post(
        f"/v1/notice-recipients/{owing['id']}/answer", json={"text": "已完成"}, headers=tag(now)
    )
    assert (out.status_code, errors(out)) == (409, [("", "notice_closed")])
    gone = await place.officer.post(f"{path}/chase", json={})
    assert (gone.status_code, errors(gone)) == (409, [("", "notice_closed")])


async def test_what_waits_is_among_what_is_due(place: County, clock: Hands) -> None:
    await issued(place)
    asked = {"kind": "notice", "until": "2026-03-31"}
    for somebody, owed in ((place.by_line(0), 1), (place.by_place(1), 1), (place.officer, 2), (place.member(0), 0)):
        answer = await somebody.get("/v1/reminders", params=asked)
        assert answer.status_code == 200, answer.text
        assert len(answer.json()["items"]) == owed
    (row,) = await mine(place.by_line(0))
    path = f"/v1/notice-recipients/{row['id']}"
    await place.by_line(0).post(f"{path}/answer", json={"text": "已办"}, headers=tag(row))
    assert (await place.by_line(0).get("/v1/reminders", params=asked)).json()["items"] == []


async def test_what_cannot_be_told_is_refused_with_its_code(
    place: County, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    async def wrong(**change: Any) -> list[tuple[str, str]]:
        answer = await place.officer.post("/v1/notices", json=notice(place.committee, **change))
        assert answer.status_code == 422, answer.text
        return errors(answer)

    assert await wrong(due_on="2026-03-01") == [("/due_on", "day_past")]
    assert await wrong(committee_id=NOBODY) == [("/committee_id", "reference_unknown")]
    chosen = {"authority_ids": [place.committee, NOBODY], "department_ids": [NOBODY]}
    assert await wrong(recipients=chosen) == [
        ("/recipients/authority_ids/0", "recipient_not_below"),
        ("/recipients/authority_ids/1", "reference_unknown"),
        ("/recipients/department_ids/0", "reference_unknown"),
    ]
    await direct.execute("UPDATE departments SET valid_to = '2026-02-01' WHERE id = $1::uuid", place.departments[1])
    gone = {"department_ids": [place.departments[1]]}
    assert await wrong(recipients=gone) == [("/recipients/department_ids/0", "reference_ended")]
    street = await place.by_place(0).post("/v1/notices", json=notice(place.committee))
    assert street.status_code == 403
    assert (await place.by_line(0).post("/v1/notices", json=notice(place.committee))).status_code == 403

    empty = await place.officer.post("/v1/notices", json=notice(place.committee, recipients={}))
    path = f"/v1/notices/{empty.json()['id']}"
    nobody = await place.officer.post(f"{path}/issue", headers=tag(empty.json()))
    assert (nobody.status_code, errors(nobody)) == (409, [("", "notice_reaches_nobody")])
    early = await place.officer.post(f"{path}/chase", json={})
    assert (early.status_code, errors(early)) == (409, [("", "notice_draft")])
    clock.forward(days=60)
    past = await place.officer.post(f"{path}/issue", headers=tag(empty.json()))
    assert (past.status_code, errors(past)) == (409, [("", "notice_day_past")])
    dropped = await place.officer.post(f"{path}/drop", json={"reason": "不再印发"}, headers=tag(empty.json()))
    assert dropped.json()["state"] == "dropped"


async def test_what_was_issued_is_frozen_by_the_database(
    place: County, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    told, _ = await issued(place)
    for change in ("title = 'x'", "text = 'x'", "state = 'draft'", "due_on = due_on + 1", "recipients = '{}'"):
        with pytest.raises(asyncpg.CheckViolationError, match="ck_notices_frozen"):
            await direct.execute(f"UPDATE notices SET {change} WHERE id = $1::uuid", told["id"])


async def test_what_was_told_goes_along_with_whom_it_was_told(
    place: County, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    told, rows = await issued(
        place, recipients={"authority_ids": place.streets[:1], "department_ids": place.departments[:1]}
    )
    clock.forward(minutes=1)
    await direct.execute("SELECT set_config('liangxin.now', $1, false)", clock().isoformat())
    await direct.execute(
        "UPDATE authorities SET code = 33001006500000, region_code = 330106012000 WHERE id = $1::uuid", place.streets[0]
    )
    assert await mine(place.by_line(0)) == await mine(place.by_place(0)) == []
    (row,) = [each for each in await mine(place.officer) if each["authority_id"]]
    assert (row["recipient_code"], row["region_code"], row["version"]) == ("033001006500000", "330106012000", 2)
    await direct.execute("UPDATE authorities SET region_code = 330108000000 WHERE id = $1::uuid", place.committee)
    assert (await place.officer.get(f"/v1/notices/{told['id']}")).status_code == 404
    assert [each["id"] for each in await mine(place.member(0))] == [
        each["id"] for each in rows if each["department_id"]
    ]
    region = await direct.fetchval("SELECT region_code FROM notice_recipients WHERE department_id IS NOT NULL")
    assert region == 330108000000
