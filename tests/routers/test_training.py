"""Courses, sessions, attendance, postings and certificates through HTTP: what is entered, what is refused and why."""

from datetime import date
from typing import Any

import asyncpg
import httpx

from tests.conftest import Api, Hands
from tests.kit.members import XIHU, errors, tag
from tests.kit.sending import instructor
from tests.kit.training import COUNTY, course, made, session

ELSEWHERE = ((330108000000, 330109000000),)
STREET = ((330106010000, 330106011000),)
PAPER = {"kind": "instructor", "body": "市委组织部", "issued_on": "2026-02-27", "number": "杭指字12号"}


async def test_a_course_is_given_put_right_and_withdrawn(client: httpx.AsyncClient, clock: Hands) -> None:
    one = await course(client, roles=["deputy_secretary", "secretary", "secretary"])
    assert one["roles"] == ["deputy_secretary", "secretary"]
    path = f"/v1/courses/{one['id']}"
    same = await client.patch(path, json={"roles": ["secretary", "deputy_secretary"]}, headers=tag(one))
    assert same.json()["version"] == 1
    clock.forward(minutes=1)
    changed = await client.patch(path, json={"title": "书记轮训班"}, headers=tag(one))
    assert (changed.status_code, changed.json()["title"], changed.json()["version"]) == (200, "书记轮训班", 2)
    stale = await client.patch(path, json={"title": "某班"}, headers=tag(one))
    assert stale.status_code == 412
    clock.forward(minutes=1)
    gone = await client.post(f"{path}/withdraw", json={"reason": "不再举办"}, headers=tag(changed.json()))
    assert gone.json()["withdraw_reason"] == "不再举办"
    assert {each["reason"] for each in gone.json()["allowed_actions"]} == {"course_withdrawn"}
    again = await client.post(f"{path}/withdraw", json={"reason": "不再举办"}, headers=tag(gone.json()))
    assert (again.status_code, errors(again)) == (409, [("", "course_withdrawn")])
    late = await client.post("/v1/training-sessions", json=_session_body(one["id"]))
    assert (late.status_code, errors(late)) == (422, [("/course_id", "reference_ended")])
    told = (await client.get(f"{path}/history")).json()["items"]
    assert [row["version"] for row in told] == [3, 2, 1]


def _session_body(course_id: str, **told: Any) -> dict[str, Any]:
    return {
        "course_id": course_id,
        "starts_at": "2026-02-25T09:00:00+08:00",
        "ends_at": "2026-02-25T17:00:00+08:00",
        "minutes": 360,
        "place": "二号报告厅",
        "region_code": COUNTY,
    } | told


async def test_a_session_that_does_not_fit_is_refused(client: httpx.AsyncClient) -> None:
    one = await course(client)
    asked: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"ends_at": "2026-02-25T08:00:00+08:00"}, ("/ends_at", "session_ends_before")),
        ({"minutes": 481}, ("/minutes", "less_than_equal")),
        ({"course_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e11"}, ("/course_id", "reference_unknown")),
        ({"authority_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0e11"}, ("/authority_id", "reference_unknown")),
        ({"place": "身份证11010519491231002X"}, ("/place", "number_in_text")),
        ({"starts_at": "2026-02-25 09:00"}, ("/starts_at", "datetime_parsing")),
    ]
    for change, expected in asked:
        answer = await client.post("/v1/training-sessions", json=_session_body(one["id"]) | change)
        assert (answer.status_code, errors(answer)) == (422, [expected]), change


async def test_whoever_stands_below_sees_what_is_given_above_and_enters_who_came(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    one = await course(client)
    held = await session(client, one["id"])
    his = await instructor(direct, region=330106010000)
    street = await api.client("street", role="region_officer", ranges=STREET)
    assert (await street.get(f"/v1/courses/{one['id']}")).status_code == 200
    assert [row["id"] for row in (await street.get("/v1/training-sessions")).json()["items"]] == [held["id"]]
    refused = await street.patch(f"/v1/courses/{one['id']}", json={"title": "某班"}, headers=tag(one))
    assert refused.status_code == 403
    came = await street.post("/v1/attendances", json={"session_id": held["id"], "worker_id": his})
    assert (came.status_code, came.json()["minutes"], came.json()["course_title"]) == (201, 360, "书记示范培训班")
    own = await made(street, "/v1/training-sessions", **_session_body(one["id"], region_code="330106010000"))
    assert own["course_title"] == "书记示范培训班"
    elsewhere = await api.client("elsewhere", role="region_officer", ranges=ELSEWHERE)
    assert (await elsewhere.get(f"/v1/courses/{one['id']}")).status_code == 404
    assert (await elsewhere.get("/v1/training-sessions")).json()["items"] == []
    assert (await elsewhere.get(f"/v1/attendances/{came.json()['id']}")).status_code == 404
    stranger = await elsewhere.post("/v1/attendances", json={"session_id": held["id"], "worker_id": his})
    assert errors(stranger) == [("/worker_id", "reference_unknown")]


async def test_nobody_attends_what_has_not_been_held(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    his = await instructor(direct)
    one = await course(client)
    ahead = await session(client, one["id"], "2026-03-03")
    early = await client.post("/v1/attendances", json={"session_id": ahead["id"], "worker_id": his})
    assert (early.status_code, errors(early)) == (409, [("", "session_not_held")])
    clock.forward(days=2)
    assert (await client.post("/v1/attendances", json={"session_id": ahead["id"], "worker_id": his})).status_code == 201
    off = await session(client, one["id"])
    path = f"/v1/training-sessions/{off['id']}"
    assert (await client.post(f"{path}/cancel", json={"reason": "改期"}, headers=tag(off))).status_code == 200
    none = await client.post("/v1/attendances", json={"session_id": off["id"], "worker_id": his})
    assert (none.status_code, errors(none)) == (409, [("", "session_cancelled")])


async def test_the_database_too_refuses_what_has_not_been_held(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    his = await instructor(direct)
    ahead = await session(client, (await course(client))["id"], "2026-03-03")
    insert = (
        "INSERT INTO attendances (version, worker_id, session_id, minutes, source, source_time, created_at,"
        " recorded_at) VALUES (1, $1::text::uuid, $2::text::uuid, $3, 'officer', now(), now(), now())"
    )
    for held, minutes, name in (
        (ahead["id"], 10, "ck_attendances_session_not_held"),
        ((await session(client, ahead["course_id"]))["id"], 361, "ck_attendances_beyond_session"),
    ):
        try:
            await direct.execute(insert, his, held, minutes)
        except asyncpg.CheckViolationError as error:
            assert error.constraint_name == name  # noqa: PT017  (which constraint is the point)
        else:
            raise AssertionError(name)


async def test_an_attendance_is_refused_twice_at_one_time_and_put_right(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    his = await instructor(direct)
    one = await course(client)
    held = await session(client, one["id"])
    body = {"session_id": held["id"], "worker_id": his, "minutes": 180}
    came = await made(client, "/v1/attendances", **body)
    twice = await client.post("/v1/attendances", json=body)
    assert (twice.status_code, errors(twice)[0][1]) == (409, "constraint.uq_attendances_worker_id_session_id")
    other = await session(client, (await course(client, title="另一班"))["id"])
    both = await client.post("/v1/attendances", json={"session_id": other["id"], "worker_id": his})
    assert (both.status_code, errors(both)[0][1]) == (409, "constraint.ex_attendances_period")
    path = f"/v1/attendances/{came['id']}"
    long = await client.patch(path, json={"minutes": 361}, headers=tag(came))
    assert (long.status_code, errors(long)) == (422, [("/minutes", "less_than_equal")])
    clock.forward(minutes=1)
    right = (await client.patch(path, json={"minutes": 360}, headers=tag(came))).json()
    assert (right["minutes"], right["version"]) == (360, 2)
    clock.forward(minutes=1)
    gone = (await client.post(f"{path}/cancel", json={"reason": "重复录入"}, headers=tag(right))).json()
    assert gone["cancel_reason"] == "重复录入"
    assert (await client.post("/v1/attendances", json={"session_id": other["id"], "worker_id": his})).status_code == 201
    listed = (await client.get("/v1/attendances", params={"worker_id": his, "cancelled": "false"})).json()["items"]
    assert [row["course_title"] for row in listed] == ["另一班"]
    assert [row["version"] for row in (await client.get(f"{path}/history")).json()["items"]] == [3, 2, 1]


async def test_a_session_stays_once_somebody_attended_it(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    his = await instructor(direct)
    held = await session(client, (await course(client))["id"])
    await made(client, "/v1/attendances", session_id=held["id"], worker_id=his)
    path = f"/v1/training-sessions/{held['id']}"
    for change in ({"minutes": 100}, {"starts_at": "2026-02-25T08:00:00+08:00"}):
        answer = await client.patch(path, json=change, headers=tag(held))
        assert errors(answer)[0][1] == "constraint.ck_training_sessions_attended", answer.text
    off = await client.post(f"{path}/cancel", json={"reason": "改期"}, headers=tag(held))
    assert (off.status_code, errors(off)[0][1]) == (409, "constraint.ck_training_sessions_attended")
    moved = await client.patch(path, json={"place": "线上"}, headers=tag(held))
    assert (moved.status_code, moved.json()["place"], moved.json()["attended"]) == (200, "线上", 1)


async def test_a_course_elsewhere_becomes_the_session_once_that_is_entered(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    his = await instructor(direct)
    lacking = await client.post("/v1/attendances", json={"worker_id": his, "course_title": "书记示范培训班"})
    assert errors(lacking) == [("/held_on", "attendance_needs_session"), ("/minutes", "attendance_needs_session")]
    told = {"worker_id": his, "course_title": "书记示范培训班", "held_on": "2026-02-25", "minutes": 200}
    ahead = await client.post("/v1/attendances", json=told | {"held_on": "2026-03-03"})
    assert errors(ahead) == [("/held_on", "day_future")]
    came = await made(client, "/v1/attendances", **told)
    assert came["session_id"] is None
    twice = await client.post("/v1/attendances", json=told)
    assert errors(twice)[0][1] == "constraint.uq_attendances_worker_id_held_on_course_title"
    held = await session(client, (await course(client))["id"])
    wrong = await client.post("/v1/attendances", json=told | {"session_id": held["id"]})
    assert errors(wrong) == [("/course_title", "attendance_at_session")]
    same = await made(client, "/v1/attendances", session_id=held["id"], worker_id=his)
    assert (same["id"], same["session_id"], same["minutes"], same["version"]) == (came["id"], held["id"], 360, 2)


async def test_postings_of_one_worker_do_not_overlap(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    his = await instructor(direct)
    body = {"worker_id": his, "body": "云栖小镇联合党委", "purpose": "model_branch", "valid_from": "2026-02-02"}
    one = await made(client, "/v1/practice-postings", **body)
    both = await client.post("/v1/practice-postings", json=body | {"valid_from": "2026-05-01"})
    assert (both.status_code, errors(both)[0][1]) == (409, "constraint.ex_practice_postings_period")
    path = f"/v1/practice-postings/{one['id']}"
    back = await client.patch(path, json={"valid_to": "2026-02-02"}, headers=tag(one))
    assert errors(back) == [("/valid_to", "posting_ends_before")]
    ended = (await client.patch(path, json={"valid_to": "2026-03-02"}, headers=tag(one))).json()
    await made(client, "/v1/practice-postings", **(body | {"valid_from": "2026-03-02", "valid_to": "2026-04-01"}))
    running = (await client.get("/v1/practice-postings", params={"on": "2026-03-01"})).json()["items"]
    assert [row["id"] for row in running] == [one["id"]]
    gone = await client.post(f"{path}/cancel", json={"reason": "误录"}, headers=tag(ended))
    assert gone.json()["cancel_reason"] == "误录"
    again = await client.patch(path, json={"note": "跟班"}, headers=tag(gone.json()))
    assert (again.status_code, errors(again)) == (409, [("", "posting_cancelled")])


async def test_certificates_hold_for_a_time(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    his = await instructor(direct)
    body = {
        "worker_id": his,
        "kind": "instructor",
        "body": "市委组织部",
        "issued_on": "2026-02-27",
        "number": "杭指字12号",
    }
    one = await made(client, "/v1/certificates", **body, valid_to="2027-02-27")
    refused: list[tuple[dict[str, Any], str]] = [
        ({"issued_on": "2026-03-03"}, "day_future"),
        ({"valid_to": "2026-02-27"}, "certificate_ends_before"),
        ({"number": "11010519491231002X"}, "number_in_text"),
    ]
    for change, code in refused:
        answer = await client.post("/v1/certificates", json=body | change)
        assert (answer.status_code, errors(answer)[0][1]) == (422, code)
    twice = await client.post("/v1/certificates", json=body)
    assert errors(twice)[0][1] == "constraint.uq_certificates_worker_id_kind_issued_on"
    ending = (await client.get("/v1/certificates", params={"ends_before": "2027-03-01"})).json()["items"]
    assert [row["id"] for row in ending] == [one["id"]]
    assert (await client.get("/v1/certificates", params={"holds_on": "2027-02-27"})).json()["items"] == []
    sheet = await client.get("/v1/certificates", headers={"accept": "text/csv"})
    assert "某指导员" in sheet.text
    assert "Instructor's certificate" in sheet.text


async def test_what_hangs_on_a_worker_moves_with_him_and_goes_when_he_is_erased(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    his = await instructor(direct)
    held = await session(client, (await course(client))["id"])
    await made(client, "/v1/attendances", session_id=held["id"], worker_id=his, minutes=100)
    body = {
        "worker_id": his,
        "kind": "instructor",
        "body": "市委组织部",
        "issued_on": "2026-02-27",
        "number": "杭指字12号",
    }
    paper = await made(client, "/v1/certificates", **body)
    right = await client.patch(f"/v1/certificates/{paper['id']}", json={"number": "杭指字13号"}, headers=tag(paper))
    assert right.status_code == 200
    elsewhere = await api.client("elsewhere", role="region_officer", ranges=ELSEWHERE)
    assert (await elsewhere.get("/v1/certificates")).json()["items"] == []
    await direct.execute("UPDATE workers SET region_code = 330108000000, version = version + 1")
    assert len((await elsewhere.get("/v1/certificates")).json()["items"]) == 1
    assert len((await elsewhere.get("/v1/attendances")).json()["items"]) == 1
    here = await api.client("here", role="region_officer", ranges=XIHU)
    assert (await here.get("/v1/attendances")).json()["items"] == []
    await direct.execute("UPDATE workers SET name = NULL, erased = true, version = version + 1")
    for table in ("attendances", "certificates"):
        assert await direct.fetchval(f"SELECT count(*) FROM {table}") == 0
    assert await direct.fetchval("SELECT count(*) FROM history WHERE row::text LIKE '%杭指字%'") == 0
    assert await direct.fetchval("SELECT count(*) FROM audit WHERE detail::text LIKE '%杭指字%'") == 0
    nobody = await client.post("/v1/certificates", json=body)
    assert errors(nobody) == [("/worker_id", "reference_unknown")]


async def test_lists_come_as_files_and_reading_names_is_noted(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    his = await instructor(direct, since=date(2026, 1, 1))
    held = await session(client, (await course(client))["id"])
    await made(client, "/v1/attendances", session_id=held["id"], worker_id=his)
    for path in ("/v1/courses", "/v1/training-sessions", "/v1/attendances", "/v1/training-dues"):
        sheet = await client.get(path, headers={"accept": "text/csv"})
        assert sheet.status_code == 200, path
        assert len(sheet.text.splitlines()) == 2, path
    noted = await direct.fetch("SELECT subject FROM audit WHERE verb = 'list'")
    assert [row[0] for row in noted] == ["attendances", "attendances"]


async def test_who_may_only_read_is_told_so(api: Api, client: httpx.AsyncClient) -> None:
    one = await course(client)
    secretary = await api.client("reader", role="instructor", ranges=XIHU)
    row = (await secretary.get(f"/v1/courses/{one['id']}")).json()
    assert {each["reason"] for each in row["allowed_actions"]} == {"permission"}
    assert (await secretary.post("/v1/courses", json={})).status_code == 403
    portal = await api.client("portal", role="portal_reader", ranges=XIHU)
    assert (await portal.get("/v1/attendances")).status_code == 403


async def test_lists_are_narrowed(client: httpx.AsyncClient) -> None:
    one = await course(client, roles=["secretary"])
    every = await course(client, title="全员轮训", kind="theory")
    held = await session(client, one["id"])
    await session(client, every["id"], "2026-03-10")
    asked: list[tuple[str, dict[str, str], list[str]]] = [
        ("/v1/courses", {"role": "secretary"}, [one["id"], every["id"]]),
        ("/v1/courses", {"role": "instructor"}, [every["id"]]),
        ("/v1/courses", {"title": "轮训"}, [every["id"]]),
        ("/v1/courses", {"kind": "party_work", "given": "true"}, [one["id"]]),
        ("/v1/courses", {"given": "false"}, []),
        ("/v1/courses", {"authority": "033001006000000"}, []),
        ("/v1/training-sessions", {"kind": "party_work"}, [held["id"]]),
        ("/v1/training-sessions", {"since": "2026-02-25", "until": "2026-03-01"}, [held["id"]]),
        ("/v1/training-sessions", {"course_id": one["id"], "cancelled": "false"}, [held["id"]]),
        ("/v1/attendances", {"session_id": held["id"], "since": "2026-01-01", "until": "2027-01-01"}, []),
        ("/v1/practice-postings", {"purpose": "other", "cancelled": "true"}, []),
        ("/v1/certificates", {"kind": "other"}, []),
    ]
    for path, params, expected in asked:
        answer = await client.get(path, params=params)
        assert answer.status_code == 200, answer.text
        assert sorted(row["id"] for row in answer.json()["items"]) == sorted(expected), (path, params)
    assert (await client.get("/v1/courses", params={"colour": "red"})).status_code == 422


async def test_lists_go_on_page_by_page(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> None:
    one = await course(client)
    await course(client, title="另一班")
    for day in ("2026-02-23", "2026-02-24"):
        held = await session(client, one["id"], day)
        for name in ("甲", "乙"):
            await made(client, "/v1/attendances", session_id=held["id"], worker_id=await instructor(direct, name))
    workers = [str(row[0]) for row in await direct.fetch("SELECT id FROM workers")]
    for worker in workers:
        await made(client, "/v1/certificates", **PAPER, worker_id=worker)
        posting = {"worker_id": worker, "body": "某企业", "purpose": "enterprise", "valid_from": "2026-02-02"}
        await made(client, "/v1/practice-postings", **posting)
    for path, count in (
        ("/v1/courses", 2),
        ("/v1/training-sessions", 2),
        ("/v1/attendances", 4),
        ("/v1/practice-postings", 4),
        ("/v1/certificates", 4),
        ("/v1/training-dues", 4),
    ):
        seen, asked = set(), {"limit": "1", "region": COUNTY}
        while True:
            answer = await client.get(path, params=asked)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            seen |= {row.get("id", row.get("worker_id")) for row in page["items"]}
            if page["next_cursor"] is None:
                break
            asked["cursor"] = page["next_cursor"]
        assert len(seen) == count, path
