"""Supervision over HTTP: a tour from its plan to the re-check, who sees what, and what is refused."""

from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.core.acts import Scope
from app.services.supervision.facts import STEPS, RectificationState
from tests.conftest import Api, Hands
from tests.kit import party
from tests.kit.papers import pdf
from tests.kit.party import errors, findings, tag
from tests.kit.supervising import NOBODY, County, county, demanded, finding, started, tour


@pytest.fixture
async def place(api: Api, direct: "asyncpg.Connection[Any]") -> County:
    """A county's committee, two streets, two departments."""
    return await county(api, direct)


async def rows(client: httpx.AsyncClient, path: str, **asked: str) -> list[dict[str, Any]]:
    answer = await client.get(path, params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_from_the_plan_to_the_re_check(place: County, clock: Hands) -> None:
    planned = await place.officer.post("/v1/supervisions", json=tour(place))
    assert planned.status_code == 201, planned.text
    row = planned.json()
    path = f"/v1/supervisions/{row['id']}"
    assert (row["state"], row["subjects"], row["template"]) == ("planned", 2, "two_new-2026-1")
    assert [line["code"] for line in row["checklist"]] == ["rhythm", "team", "own"]
    assert all(line["basis"] for line in row["checklist"])
    for street in (place.by_line(0), place.by_place(0)):
        assert (await street.get(path)).status_code == 404
    clock.forward(minutes=1)
    begun = (await place.officer.post(f"{path}/start", headers=tag(row))).json()
    assert (begun["state"], begun["started_on"]) == ("under_way", "2026-03-02")
    first, second = await rows(place.officer, f"{path}/subjects")
    assert {first["body_id"], second["body_id"]} == set(place.streets)
    subject = first if first["body_id"] == place.streets[0] else second
    clock.forward(days=1)
    fine = finding(subject, severity="ok", check_code="team", what="班子健全", found_on="2026-03-03")
    del fine["demand"], fine["due_on"]
    assert (await place.officer.post(f"{path}/findings", json=fine)).status_code == 201
    row = await demanded(place, begun["id"], subject)
    assert (row["subject_name"], row["state"], row["issued_on"]) == (
        "街道党工委033001006010000",
        "issued",
        "2026-03-03",
    )
    assert (row["supervision_title"], row["what"], row["basis"]) == (
        "第一季度督查", "缺少两次记录", "《中国共产党支部工作条例（试行）》（2018年）",
    )  # fmt: skip

    path_of, street = f"/v1/rectifications/{row['id']}", place.by_line(0)
    (mine,) = await rows(street, "/v1/rectifications", open="true")
    assert mine["committee_name"] == "某区两新工委033001006000000"
    assert await rows(place.by_place(0), "/v1/rectifications") == [mine]
    assert await rows(place.by_line(1), "/v1/rectifications") == []
    can = {each["action"]: each["reason"] for each in (await street.get(path_of)).json()["allowed_actions"]}
    assert can == {"answer": None, "add_file": None, "accept": "permission", "send_back": "permission"}
    clock.forward(days=1)
    kept = await street.post(f"{path_of}/files", params={"filename": "记录.pdf"}, content=pdf("记录"))
    assert kept.status_code == 201, kept.text
    answered = await street.post(f"{path_of}/answer", json={"text": "已补齐"}, headers=tag(row))
    assert (answered.json()["state"], answered.json()["answered_on"]) == ("answered", "2026-03-04")
    twice = await street.post(f"{path_of}/answer", json={"text": "再报"}, headers=tag(answered.json()))
    assert (twice.status_code, errors(twice)) == (409, [("", "rectification_answered")])
    clock.forward(days=1)
    officer_row = (await place.officer.get(path_of)).json()
    (file,) = officer_row["files"]
    assert (await place.officer.get(f"{path_of}/files/{file['id']}")).status_code == 200
    back = {"result": "仍缺一次", "due_on": "2026-03-31"}
    early = await place.officer.post(
        f"{path_of}/send-back", json=back | {"due_on": "2026-03-10"}, headers=tag(officer_row)
    )
    assert errors(early) == [("/due_on", "day_too_early")]
    sent = await place.officer.post(f"{path_of}/send-back", json=back, headers=tag(officer_row))
    assert (sent.json()["state"], sent.json()["sent_back"], sent.json()["due_on"]) == ("sent_back", 1, "2026-03-31")
    own = place.by_place(0)
    early = await own.post(f"{path_of}/accept", json={"result": "属实"}, headers=tag(sent.json()))
    assert early.status_code == 403
    clock.forward(days=1)
    answered = await own.post(f"{path_of}/answer", json={"text": "全部补齐"}, headers=tag(sent.json()))
    assert answered.json()["state"] == "answered"
    waiting = {"kind": "correction", "until": "2026-12-31"}
    assert [each["id"] for each in await rows(place.officer, "/v1/reminders", **waiting)] == [row["id"]]
    assert await rows(street, "/v1/reminders", **waiting) == []
    for somebody in (own, street):  # its own officer writes supervisions as well, and does not accept for the committee
        refused = await somebody.post(f"{path_of}/accept", json={"result": "属实"}, headers=tag(answered.json()))
        assert refused.status_code == 403
    open_still = await place.officer.post(
        f"{path}/close", json={"reason": "结束"}, headers=tag((await place.officer.get(path)).json())
    )
    assert (open_still.status_code, findings(open_still)) == (409, {"rectifications_open": "departure"})
    clock.forward(days=1)
    accepted = await place.officer.post(f"{path_of}/accept", json={"result": "属实"}, headers=tag(answered.json()))
    assert (accepted.json()["state"], accepted.json()["checked_on"]) == ("accepted", "2026-03-07")
    closed = await place.officer.post(
        f"{path}/close", json={"reason": "结束"}, headers=tag((await place.officer.get(path)).json())
    )
    assert (closed.json()["state"], closed.json()["departures"]) == ("closed", [])
    states = [each["state"] for each in await rows(street, f"{path_of}/history")]
    assert states == ["accepted", "answered", "sent_back", "answered", "issued"]
    assert [each["severity"] for each in await rows(place.officer, f"{path}/findings")] == ["ok", "rectify"]
    sheet = await place.officer.get("/v1/rectifications", headers={"accept": "text/csv"})
    assert "补齐记录" in sheet.text

    asked = {"region": "330106000000", "kind": "township"}
    told = {each["authority_id"]: each for each in await rows(place.officer, "/v1/supervisions/subjects", **asked)}
    assert [told[key]["times"] for key in place.streets] == [1, 0]
    assert [told[key]["never"] for key in place.streets] == [False, True]
    assert await rows(street, "/v1/supervisions/subjects") == [told[place.streets[0]]]  # whoever asks
    never = await rows(place.officer, "/v1/supervisions/subjects", **asked, never="true")
    assert [each["authority_id"] for each in never] == place.streets[1:]
    before = await rows(place.officer, "/v1/supervisions/subjects", **asked, until="2026-03-01")
    assert {each["times"] for each in before} == {0}
    dim = await place.officer.get("/v1/supervisions/subjects", params={"until": "0001-01-01"})
    assert (dim.status_code, errors(dim)) == (422, [("/until", "greater_than_equal")])


async def test_what_is_open_when_a_tour_ends_is_handed_on_with_a_reason(place: County, clock: Hands) -> None:
    begun, subjects = await started(place)
    row = await demanded(place, begun["id"], subjects[0])
    clock.forward(minutes=1)
    end = {"reason": "督查结束", "departure_reason": "由街道党工委跟进"}
    closed = await place.officer.post(f"/v1/supervisions/{begun['id']}/close", json=end, headers=tag(begun))
    (departure,) = closed.json()["departures"]
    assert (departure["code"], departure["actual"], departure["reason"]) == (
        "rectifications_open",
        1,
        "由街道党工委跟进",
    )
    now = (await place.officer.get(f"/v1/rectifications/{row['id']}")).json()
    assert (now["state"], now["handed_on_reason"], now["version"]) == ("handed_on", "由街道党工委跟进", 2)
    late = await place.officer.post(f"/v1/rectifications/{row['id']}/answer", json={"text": "已改"}, headers=tag(now))
    assert (late.status_code, errors(late)) == (409, [("", "rectification_handed_on")])
    more = await place.officer.post(f"/v1/supervisions/{begun['id']}/findings", json=finding(subjects[0]))
    assert (more.status_code, errors(more)) == (409, [("", "tour_closed")])


async def test_each_kind_of_body_answers_for_itself(
    place: County, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    branch = await party.branch(place.named("all", "officer", Scope(((0, 10**12),))), direct, place.streets[0])
    firm = str(await direct.fetchval("SELECT organization_id FROM branch_organizations LIMIT 1"))
    chosen = {"department_ids": place.departments[:1], "branch_ids": [branch["id"]], "organization_ids": [firm]}
    begun, subjects = await started(place, subjects=chosen, lead_department_id=place.departments[1])
    of = {each["kind"]: each for each in subjects}
    assert set(of) == {"department", "branch", "organization"}
    assert (await place.member(1).get(f"/v1/supervisions/{begun['id']}")).status_code == 200  # it leads
    assert (await place.member(0).get(f"/v1/supervisions/{begun['id']}")).status_code == 404
    told = {kind: await demanded(place, begun["id"], each) for kind, each in of.items()}
    secretary = place.named("secretary", "branch_secretary", Scope(subjects=frozenset({UUID(branch["id"])})))
    clock.forward(minutes=1)
    for somebody, kind in ((place.member(0), "department"), (secretary, "branch"), (place.by_line(0), "organization")):
        path = f"/v1/rectifications/{told[kind]['id']}"
        done = await somebody.post(f"{path}/answer", json={"text": "已整改"}, headers=tag(told[kind]))
        assert done.json()["state"] == "answered", (kind, done.text)
    for somebody, kind in ((place.member(0), "branch"), (secretary, "department"), (place.by_line(1), "organization")):
        assert (await somebody.get(f"/v1/rectifications/{told[kind]['id']}")).status_code == 404
    led = place.member(1)
    assert len(await rows(led, "/v1/rectifications")) == 3
    other = await led.post(
        f"/v1/rectifications/{told['branch']['id']}/answer", json={"text": "代答"}, headers=tag({"version": 2})
    )
    assert other.status_code == 403


async def test_what_cannot_be_is_refused_with_its_code(place: County, clock: Hands) -> None:
    async def wrong(**change: Any) -> list[tuple[str, str]]:
        answer = await place.officer.post("/v1/supervisions", json=tour(place, **change))
        assert answer.status_code == 422, answer.text
        return errors(answer)

    assert await wrong(template="none") == [("/template", "template_unknown")]
    assert await wrong(checks=["rhythm", "nothing"]) == [("/checks/1", "check_unknown")]
    assert await wrong(template=None, checks=None, lines=[]) == [("/lines", "checklist_empty")]
    assert await wrong(lines=[{"code": "team", "text": "又一次", "basis": "文件"}]) == [("/lines", "check_twice")]
    assert await wrong(ends_on="2026-03-01") == [("/ends_on", "day_too_early")]
    assert await wrong(lead_department_id=NOBODY) == [("/lead_department_id", "department_not_member")]
    assert await wrong(subjects={"branch_ids": [NOBODY]}) == [("/subjects/branch_ids/0", "reference_unknown")]
    assert (await place.by_place(0).post("/v1/supervisions", json=tour(place))).status_code == 403

    empty = (await place.officer.post("/v1/supervisions", json=tour(place, subjects={}))).json()
    path = f"/v1/supervisions/{empty['id']}"
    none = await place.officer.post(f"{path}/start", headers=tag(empty))
    assert (none.status_code, errors(none)) == (409, [("", "tour_without_subjects")])
    clock.forward(minutes=1)
    filled = await place.officer.patch(path, json={"subjects": {"authority_ids": place.streets}}, headers=tag(empty))
    assert (filled.json()["subjects"], filled.json()["version"]) == (2, 2)
    (subject, _) = await rows(place.officer, f"{path}/subjects")
    ahead = await place.officer.post(f"{path}/findings", json=finding(subject))
    assert (ahead.status_code, errors(ahead)) == (409, [("", "tour_planned")])
    clock.forward(minutes=1)
    begun = (await place.officer.post(f"{path}/start", headers=tag(filled.json()))).json()
    fixed = await place.officer.patch(path, json={"title": "x"}, headers=tag(begun))
    assert (fixed.status_code, errors(fixed)) == (409, [("", "tour_under_way")])
    for change, told in (
        ({"subject_id": NOBODY}, [("/subject_id", "reference_unknown")]),
        ({"check_code": "members"}, [("/check_code", "check_unknown")]),
        ({"found_on": "2026-03-03"}, [("/found_on", "day_future")]),
        ({"found_on": "2026-03-01"}, [("/found_on", "day_too_early")]),
        ({"due_on": "2026-03-01"}, [("/due_on", "day_past")]),
        ({"demand": None, "due_on": None}, [("/demand", "missing"), ("/due_on", "missing")]),
        ({"severity": "remind"}, [("/demand", "finding_demands_nothing"), ("/due_on", "finding_demands_nothing")]),
        ({"what": "电话13800138000"}, [("/what", "number_in_text")]),
    ):
        answer = await place.officer.post(f"{path}/findings", json=finding(subject, **change))
        assert (answer.status_code, errors(answer)) == (422, told)
    far = await place.officer.post(f"{path}/findings", json=finding(subject, due_on="2026-04-02"))
    assert (far.status_code, findings(far)) == (409, {"rectification_days_long": "departure"})
    row = await demanded(place, begun["id"], subject, due_on="2026-04-02", departure_reason="需协调多部门")
    assert row["departures"][0]["reason"] == "需协调多部门"
    clock.forward(minutes=1)
    own = await place.officer.post(f"/v1/rectifications/{row['id']}/answer", json={"text": "代报"}, headers=tag(row))
    clock.forward(minutes=1)
    hard = await place.officer.post(
        f"/v1/rectifications/{row['id']}/accept", json={"result": "属实"}, headers=tag(own.json())
    )
    assert (hard.status_code, findings(hard)) == (409, {"rectification_own_answer": "hard"})


async def test_what_is_demanded_goes_along_with_its_subject(
    place: County, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    branch = await party.branch(place.named("all", "officer", Scope(((0, 10**12),))), direct, place.streets[0])
    firm = str(await direct.fetchval("SELECT organization_id FROM branch_organizations LIMIT 1"))
    chosen = {"branch_ids": [branch["id"]], "organization_ids": [firm]}
    begun, subjects = await started(place, subjects=chosen)
    demands = [await demanded(place, begun["id"], each) for each in subjects]
    for row in demands:
        files = f"/v1/rectifications/{row['id']}/files"
        kept = await place.by_line(0).post(files, params={"filename": "佐证.pdf"}, content=pdf(row["id"]))
        assert kept.status_code == 201, kept.text
    clock.forward(minutes=1)
    await direct.execute("SELECT set_config('liangxin.now', $1, false)", clock().isoformat())
    moved = "SET region_code = 330106011000, region_level = 4, version = version + 1, recorded_at = now()"
    await direct.execute(f"UPDATE branches {moved} WHERE id = $1::uuid", branch["id"])
    await direct.execute(f"UPDATE organizations {moved} WHERE id = $1::uuid", firm)
    found = await rows(place.by_place(1), "/v1/rectifications")
    assert sorted(row["id"] for row in found) == sorted(row["id"] for row in demands)
    assert await rows(place.by_place(0), "/v1/rectifications") == []
    assert len(await rows(place.by_line(0), "/v1/rectifications")) == 2  # under whom it stands has not changed
    stands = (
        "SELECT region_code, authority_code, outflow_authority_code FROM files WHERE subject_kind = 'rectifications'"
    )
    assert {tuple(row) for row in await direct.fetch(stands)} == {
        (330106011000, 33_001_006_010_000, 33_001_006_000_000)
    }


async def test_lists_come_as_files(place: County, clock: Hands) -> None:
    begun, subjects = await started(place)
    await demanded(place, begun["id"], subjects[0])
    path = f"/v1/supervisions/{begun['id']}"
    for where, word in (("/subjects", "街道党工委"), ("/findings", "缺少两次记录")):
        sheet = await place.officer.get(path + where, headers={"accept": "text/csv"})
        assert sheet.status_code == 200
        assert word in sheet.text
    (shipped,) = (await place.officer.get("/v1/supervisions/templates")).json()["items"]
    assert {"rhythm", "team"} <= {line["code"] for line in shipped["lines"]}


async def test_the_database_holds_the_same_steps(place: County, direct: "asyncpg.Connection[Any]") -> None:
    begun, subjects = await started(place)
    row = await demanded(place, begun["id"], subjects[0])
    allowed = {(str(old), str(new)) for old, _, new, _ in STEPS}
    for old in RectificationState:
        for new in RectificationState:
            if old == new:
                continue
            await direct.execute("ALTER TABLE rectifications DISABLE TRIGGER rectifications_steps")
            await direct.execute(
                "UPDATE rectifications SET state = $2::text, answer = 'x', answered_on = '2026-03-02',"
                " answered_by = 'x', check_result = 'x', checked_on = '2026-03-02', checked_by = 'x',"
                " handed_on_reason = CASE $2::text WHEN 'handed_on' THEN 'x' END WHERE id = $1::uuid",
                row["id"], str(old),
            )  # fmt: skip
            await direct.execute("ALTER TABLE rectifications ENABLE TRIGGER rectifications_steps")
            change = (
                "UPDATE rectifications SET state = $2::text,"
                " handed_on_reason = CASE $2::text WHEN 'handed_on' THEN 'x' END WHERE id = $1::uuid"
            )
            if (str(old), str(new)) in allowed:
                await direct.execute(change, row["id"], str(new))
            else:
                with pytest.raises(asyncpg.CheckViolationError, match="ck_rectifications_steps"):
                    await direct.execute(change, row["id"], str(new))
