"""Calendar feeds over HTTP: made by whom they are for, read by their token alone, ended with what they stand on."""

import logging
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import icalendar
import pytest

from app.core.config import Settings
from tests.conftest import Api, Hands, running
from tests.kit import calendars, meetings
from tests.kit.departments import entered, joined
from tests.kit.identity import administrators, granted, signed_in
from tests.kit.identity import entered as machine
from tests.kit.organizations import add
from tests.kit.party import errors, tag

FEEDS = "/v1/calendar-feeds"
LIAISON = {"name": "某联络员", "post": "科长", "valid_from": "2026-01-01", "main": True}
NINGBO = ((330200000000, 330300000000),)


@pytest.fixture
async def committee(client: httpx.AsyncClient) -> str:
    """A county's work committee."""
    return await meetings.committee(client)


@pytest.fixture
async def department(client: httpx.AsyncClient, committee: str) -> dict[str, Any]:
    """A department of its meeting."""
    return await joined(client, committee)


@pytest.fixture
async def liaison(client: httpx.AsyncClient, department: dict[str, Any]) -> dict[str, Any]:
    """Through whom it is reached."""
    return await entered(client, "/v1/department-liaisons", LIAISON | {"department_id": department["id"]})


async def made(client: httpx.AsyncClient, liaison: dict[str, Any], **change: Any) -> dict[str, Any]:
    body = {"kind": "joint_meetings", "subject_id": liaison["id"], "name": "办公室"} | change
    return await entered(client, FEEDS, body)


async def read(api: Api, feed: dict[str, Any], **headers: str) -> httpx.Response:
    """As a calendar program does: the address, and nothing else."""
    stranger = await api.anonymous()
    return await stranger.get(feed["url"], headers=headers)


def entries(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    return {str(each["UID"]): each for each in icalendar.Calendar.from_ical(answer.content).walk("VEVENT")}


async def test_a_liaison_reads_the_meetings_and_their_changes(
    api: Api, client: httpx.AsyncClient, committee: str, liaison: dict[str, Any], clock: Hands
) -> None:
    calendars.prepared()
    feed = await made(client, liaison)
    assert feed["url"].startswith("http://liangxin/v1/joint-meeting-schedules/calendar.ics?token=lxc_")
    assert len(feed["url"].partition("lxc_")[2]) >= 43  # 256 bits
    meeting = await meetings.planned(client, committee)
    answer = await read(api, feed)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    (entry,) = entries(answer).values()
    assert entry["DTSTART"].dt.isoformat() == "2026-03-30T14:30:00+08:00"
    (seen,) = calendars.seen(answer.content, datetime(2027, 1, 1, tzinfo=UTC))["entries"]
    assert (seen["starts"], seen["zone"], seen["status"]) == ("2026-03-30T06:30:00.000Z", "Asia/Shanghai", "CONFIRMED")
    same = await read(api, feed, **{"if-none-match": answer.headers["etag"]})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", answer.headers["etag"])

    clock.forward(minutes=1)
    where = f"/v1/joint-meetings/{meeting['id']}"
    moved = await client.patch(where, json={"starts_at": "2026-03-31T09:00:00+08:00"}, headers=tag(meeting))
    assert moved.status_code == 200, moved.text
    changed = await read(api, feed, **{"if-none-match": answer.headers["etag"]})
    (again,) = calendars.seen(changed.content, datetime(2027, 1, 1, tzinfo=UTC))["entries"]
    assert (again["uid"], again["starts"]) == (seen["uid"], "2026-03-31T01:00:00.000Z")
    assert again["sequence"] > seen["sequence"]
    clock.forward(minutes=1)
    off = await client.post(f"{where}/cancel", json={"reason": "议题不足"}, headers=tag(moved.json()))
    assert off.status_code == 200, off.text
    (gone,) = calendars.seen((await read(api, feed)).content, datetime(2027, 1, 1, tzinfo=UTC))["entries"]
    assert (gone["uid"], gone["status"]) == (seen["uid"], "CANCELLED")
    assert gone["sequence"] > again["sequence"]


async def test_a_feed_is_listed_without_its_token_and_taken_back(
    api: Api, client: httpx.AsyncClient, liaison: dict[str, Any], direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    feed = await made(client, liaison)
    token = feed["url"].partition("token=")[2]
    assert (await read(api, feed)).status_code == 200
    listed = (await client.get(FEEDS, params={"mine": True, "count": "exact", "region": "330106000000"})).json()
    assert [(each["id"], each["last_read_on"]) for each in listed["items"]] == [(feed["id"], "2026-03-02")]
    for path in (FEEDS, f"{FEEDS}/{feed['id']}", f"{FEEDS}/{feed['id']}/history"):
        assert "lxc_" not in (await client.get(path)).text
    file = await client.get(FEEDS, headers={"accept": "text/csv"})
    assert "Joint meetings" in file.text
    kept = await direct.fetchval("SELECT count(*) FROM audit WHERE detail::text LIKE '%' || $1 || '%'", token)
    assert kept == 0

    clock.forward(minutes=1)
    where = f"{FEEDS}/{feed['id']}"
    assert (await client.post(f"{where}/revoke", json={"reason": "手机遗失"})).status_code == 428
    revoked = await client.post(f"{where}/revoke", json={"reason": "手机遗失"}, headers=tag(feed))
    assert (revoked.status_code, revoked.json()["allowed_actions"]) == (
        200, [{"action": "revoke", "allowed": False, "reason": "feed_revoked"}],
    )  # fmt: skip
    twice = await client.post(f"{where}/revoke", json={"reason": "手机遗失"}, headers=tag(revoked.json()))
    assert (twice.status_code, errors(twice)) == (409, [("", "feed_revoked")])
    gone = await read(api, feed)
    assert (gone.status_code, gone.json()["code"]) == (404, "not_found")
    assert (await client.get(FEEDS, params={"revoked": False})).json()["items"] == []
    versions = (await client.get(f"{where}/history")).json()["items"]
    assert [each["version"] for each in versions] == [2, 1]
    assert versions[0]["revoke_reason"] == "手机遗失"


async def test_the_feed_of_a_dismissed_liaison_has_ended(
    api: Api, client: httpx.AsyncClient, department: dict[str, Any], liaison: dict[str, Any], clock: Hands
) -> None:
    feed = await made(client, liaison)
    assert (await read(api, feed)).status_code == 200
    clock.forward(minutes=1)
    path = f"/v1/department-liaisons/{liaison['id']}/end"
    done = await client.post(path, json={"valid_to": "2026-03-02", "reason": "调离"}, headers=tag(liaison))
    assert done.status_code == 200, done.text
    ended = await read(api, feed)
    assert (ended.status_code, ended.json()["code"]) == (403, "feed_ended")
    assert ended.headers["content-type"] == "application/problem+json"
    again = await client.post(FEEDS, json={"kind": "joint_meetings", "subject_id": liaison["id"], "name": "x"})
    assert (again.status_code, errors(again)) == (422, [("/subject_id", "feed_subject")])


async def test_the_feed_ends_with_the_department(
    api: Api, client: httpx.AsyncClient, department: dict[str, Any], liaison: dict[str, Any], clock: Hands
) -> None:
    feed = await made(client, liaison)
    clock.forward(minutes=1)
    path = f"/v1/departments/{department['id']}/end"
    done = await client.post(path, json={"valid_to": "2026-03-02", "reason": "机构改革"}, headers=tag(department))
    assert done.status_code == 200, done.text
    assert (await read(api, feed)).json()["code"] == "feed_ended"


async def test_a_member_makes_it_for_the_own_department_alone(
    api: Api, client: httpx.AsyncClient, committee: str, department: dict[str, Any], liaison: dict[str, Any]
) -> None:
    other = await joined(client, committee, kind="union", name="某区总工会")
    theirs = await entered(client, "/v1/department-liaisons", LIAISON | {"department_id": other["id"]})
    system, security = await administrators(api)
    one = await machine(system)
    await granted(security, one.id, "department_member", subjects=[department["id"]])
    member = await signed_in(api, one)
    own = await made(member, liaison)
    body = {"kind": "joint_meetings", "subject_id": theirs["id"], "name": "x"}
    assert errors(await member.post(FEEDS, json=body)) == [("/subject_id", "feed_subject")]
    foreign = await made(client, theirs)
    assert [each["id"] for each in (await member.get(FEEDS)).json()["items"]] == [own["id"]]
    assert (await member.get(f"{FEEDS}/{foreign['id']}")).status_code == 404
    assert (await read(api, own)).status_code == 200
    far = await api.client(role="region_officer", ranges=NINGBO, identity="far")
    assert errors(await far.post(FEEDS, json=body)) == [("/subject_id", "feed_subject")]
    assert (await far.get(FEEDS)).json()["items"] == []
    near = await api.client(role="region_officer", ranges=((330106000000, 330107000000),), identity="near")
    assert {each["id"] for each in (await near.get(FEEDS)).json()["items"]} == {own["id"], foreign["id"]}


async def test_reminders_are_read_under_ones_own_grant_until_it_ends(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    system, security = await administrators(api)
    one = await machine(system)
    grant = await granted(security, one.id, "region_officer")
    mine = await signed_in(api, one)
    body = {"kind": "reminders", "subject_id": grant["id"], "name": "办公室"}
    feed = await entered(mine, FEEDS, body)
    assert "/v1/reminders/calendar.ics?token=lxc_" in feed["url"]
    assert entries(await read(api, feed)) == {}
    (firm,) = await add(direct, 1, name="某某科技有限公司")
    task = {"kind": "talk", "organization_id": str(firm), "owner_kind": "union", "owner_name": "区总工会"}
    row = await entered(client, "/v1/formation-tasks", task | {"due_on": "2026-05-20"})
    await entered(client, "/v1/formation-tasks", task | {"due_on": "2026-12-31"})  # beyond a quarter
    ((uid, entry),) = entries(await read(api, feed)).items()
    assert uid == f"formation_task.{row['id']}.2026-05-20@liangxin"
    assert (entry["DTSTART"].dt, str(entry["SUMMARY"])) == (date(2026, 5, 20), "组建任务到期：某某科技有限公司")
    assert errors(await client.post(FEEDS, json=body)) == [("/subject_id", "feed_subject")]  # another's grant
    missing = await mine.post(FEEDS, json=body | {"subject_id": str(uuid4())})
    assert errors(missing) == [("/subject_id", "feed_subject")]
    clock.forward(minutes=1)
    ended = await security.post(f"/v1/grants/{grant['id']}/end", json={"reason": "调离"}, headers=tag(grant))
    assert ended.status_code == 200, ended.text
    assert (await read(api, feed)).json()["code"] == "feed_ended"


async def test_a_token_opens_its_own_calendar_and_nothing_else(
    api: Api, client: httpx.AsyncClient, liaison: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    feed = await made(client, liaison)
    token = feed["url"].partition("token=")[2]
    stranger = await api.anonymous()
    meetings_at, reminders_at = "/v1/joint-meeting-schedules/calendar.ics", "/v1/reminders/calendar.ics"
    with caplog.at_level(logging.DEBUG):
        for path, sent, status in (
            (meetings_at, {"token": token}, 200),
            (reminders_at, {"token": token}, 404),
            (meetings_at, {"token": "lxc_" + "A" * 43}, 404),
            (meetings_at, {"token": token.replace("lxc_", "lxs_")}, 404),
            (meetings_at, {"token": ""}, 422),
            (meetings_at, {}, 422),
            (meetings_at, {"token": "x" * 201}, 422),
            (meetings_at, {"token": token, "since": "2026-01-01"}, 422),
        ):
            answer = await stranger.get(path, params=sent)
            assert answer.status_code == status, (path, sent, answer.text)
            assert token not in answer.text
    told = [f"{each.getMessage()} {vars(each)}" for each in caplog.records if each.name.startswith("liangxin")]
    assert any(meetings_at in each for each in told)
    assert not any(token in each for each in told)
    bearer = await api.anonymous({"authorization": f"Bearer {token}"})
    assert (await bearer.get(FEEDS)).status_code == 401
    assert (await client.get(meetings_at)).status_code == 422  # a signed-in person has no token of a feed either


async def test_readings_are_counted_each_feed_for_itself(
    settings: Settings, clock: Hands, server: Any, client: httpx.AsyncClient, liaison: dict[str, Any]
) -> None:
    first, second = await made(client, liaison), await made(client, liaison, name="手机")
    narrow = settings.model_copy(update={"rate_limit": 3, "rate_limit_anonymous": 2})
    async with running(narrow, clock) as api:
        assert [(await read(api, first)).status_code for _ in range(4)] == [200, 200, 200, 429]
        assert (await read(api, second)).status_code == 200
        guess = {"url": "http://liangxin/v1/reminders/calendar.ics?token=lxc_guess"}
        assert [(await read(api, guess)).status_code for _ in range(3)] == [404, 404, 429]


async def test_the_address_is_the_public_one_of_the_settings(
    settings: Settings, clock: Hands, client: httpx.AsyncClient, liaison: dict[str, Any]
) -> None:
    public = settings.model_copy(update={"public_url": "https://gov.example/liangxin/"})
    async with running(public, clock) as api:
        feed = await made(await api.client(), liaison)
    assert feed["url"].startswith("https://gov.example/liangxin/v1/joint-meeting-schedules/calendar.ics?token=lxc_")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"kind": "birthdays"}, ("/kind", "enum")),
        ({"subject_id": str(uuid4())}, ("/subject_id", "feed_subject")),
        ({"name": ""}, ("/name", "string_too_short")),
    ],
)
async def test_what_no_feed_can_be(
    client: httpx.AsyncClient, change: dict[str, Any], expected: tuple[str, str]
) -> None:
    body = {"kind": "joint_meetings", "subject_id": str(uuid4()), "name": "办公室"} | change
    answer = await client.post(FEEDS, json=body)
    assert (answer.status_code, errors(answer)) == (422, [expected])
