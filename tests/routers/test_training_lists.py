"""Attendance lists as spreadsheets: every line told, what fits entered, nothing twice, no number kept."""

from typing import Any

import asyncpg
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit.members import branch as founded
from tests.kit.members import errors, member
from tests.kit.persons import person
from tests.kit.sending import instructor
from tests.kit.training import COUNTY, course, made, session

ONE, TWO = person(1), person(2)
CSV = {"content-type": "text/csv"}


@pytest.fixture
async def held(client: httpx.AsyncClient) -> dict[str, Any]:
    """A session that is over."""
    return await session(client, (await course(client))["id"])


@pytest.fixture
async def numbered(client: httpx.AsyncClient) -> dict[str, Any]:
    """A worker whose identity number is kept."""
    return await made(
        client,
        "/v1/workers",
        name=ONE.name,
        identity_number=ONE.identity_number,
        formal_member=True,
        region_code=COUNTY,
        since="2025-01-01",
    )


async def sent(client: httpx.AsyncClient, held: dict[str, Any], *lines: str, encoding: str = "utf-8") -> httpx.Response:
    """A list as a spreadsheet writes it."""
    body = "\r\n".join(lines).encode(encoding)
    return await client.post(f"/v1/training-sessions/{held['id']}/attendances", content=body, headers=CSV)


def told(answer: httpx.Response) -> list[tuple[int, str, str]]:
    """Line, outcome and the first reason."""
    assert answer.status_code == 200, answer.text
    return [
        (line["line"], line["outcome"], line["errors"][0]["code"] if line["errors"] else "")
        for line in answer.json()["lines"]
    ]


async def test_lines_name_workers_by_number_by_id_and_by_name(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", held: dict[str, Any], numbered: dict[str, Any]
) -> None:
    his = await instructor(direct, "周某")
    await instructor(direct, "同名")
    await instructor(direct, "同名")
    other = await instructor(direct, "吴某")
    lines = (
        "区委党校书记班签到表,,,",
        "姓名,身份证号码,人员编号,学时",
        f"{ONE.name},{ONE.identity_number},,4",
        f",,{his},",
        "吴某,,,2.5",
        "同名,,,",
        "无此人,,,",
        f"他人,,{his},",
        f",{TWO.identity_number},,",
        ",123,,",
        ",,,3",
        "吴某,,,",
        f",,{numbered['id']},9",
        "",
        "合计,,,20",
    )
    answer = await sent(client, held, *lines, encoding="gb18030")
    assert told(answer) == [
        (3, "created", ""),
        (4, "created", ""),
        (5, "created", ""),
        (6, "rejected", "worker_ambiguous"),
        (7, "rejected", "worker_unknown"),
        (8, "rejected", "worker_name_differs"),
        (9, "rejected", "worker_unknown"),
        (10, "rejected", "identity_number_wrong"),
        (11, "rejected", "worker_not_named"),
        (12, "rejected", "worker_doubled"),
        (13, "rejected", "less_than_equal"),
        (15, "rejected", "stream.total_row"),
    ]
    shown = answer.json()
    assert (shown["records"], shown["created"], shown["rejected"], shown["blank_rows"]) == (12, 3, 9, 1)
    listed = (await client.get("/v1/attendances", params={"session_id": held["id"]})).json()["items"]
    assert {row["worker_id"]: row["minutes"] for row in listed} == {numbered["id"]: 180, his: 360, other: 113}
    assert ONE.identity_number not in answer.text
    kept = "SELECT count(*) FROM history WHERE row::text LIKE $1"
    assert await direct.fetchval(kept, f"%{ONE.identity_number}%") == 0


async def test_a_list_sent_again_changes_nothing_and_one_put_right_changes_minutes(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", held: dict[str, Any]
) -> None:
    his, hers = await instructor(direct, "周某"), await instructor(direct, "吴某")
    lines = ("姓名,分钟", "周某,360", "吴某,100")
    assert [outcome for _, outcome, _ in told(await sent(client, held, *lines))] == ["created", "created"]
    assert [outcome for _, outcome, _ in told(await sent(client, held, *lines))] == ["unchanged", "unchanged"]
    again = await sent(client, held, "姓名,分钟", "周某,180", "吴某,100")
    assert [outcome for _, outcome, _ in told(again)] == ["updated", "unchanged"]
    rows = await direct.fetch("SELECT worker_id::text, minutes, version FROM attendances ORDER BY minutes")
    assert [tuple(row) for row in rows] == [(hers, 100, 1), (his, 180, 2)]


@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
async def test_the_list_of_attendances_comes_back_as_it_went_out(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", held: dict[str, Any], language: str
) -> None:
    for name in ("同名", "同名"):
        his = await instructor(direct, name)
        await made(client, "/v1/attendances", session_id=held["id"], worker_id=his, minutes=90)
    asked = {"accept": "text/csv", "accept-language": language}
    sheet = await client.get("/v1/attendances", params={"session_id": held["id"]}, headers=asked)
    path = f"/v1/training-sessions/{held['id']}/attendances"
    assert [outcome for _, outcome, _ in told(await client.post(path, content=sheet.content, headers=CSV))] == [
        "unchanged",
        "unchanged",
    ]
    shorter = sheet.content.replace(b",90,", b",45,")
    again = told(await client.post(path, content=shorter, headers=CSV))
    assert [outcome for _, outcome, _ in again] == ["updated", "updated"]


async def test_what_was_told_of_the_course_and_day_becomes_the_attendance(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", held: dict[str, Any]
) -> None:
    his = await instructor(direct, "周某")
    came = await made(
        client, "/v1/attendances", worker_id=his, course_title=held["course_title"], held_on="2026-02-25", minutes=90
    )
    assert told(await sent(client, held, "姓名", "周某")) == [(2, "updated", "")]
    row = (await client.get(f"/v1/attendances/{came['id']}")).json()
    assert (row["session_id"], row["minutes"]) == (held["id"], 360)


async def test_whoever_was_at_another_session_then_is_refused_alone(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", held: dict[str, Any]
) -> None:
    his = await instructor(direct, "周某")
    await instructor(direct, "吴某")
    await made(client, "/v1/attendances", session_id=held["id"], worker_id=his)
    other = await session(client, (await course(client, title="另一班"))["id"])
    answer = await sent(client, other, "姓名", "周某", "吴某")
    assert told(answer) == [(2, "rejected", "attendance_overlaps"), (3, "created", "")]


async def test_a_member_who_is_a_worker_is_known_by_the_number_on_the_roll(
    client: httpx.AsyncClient, held: dict[str, Any]
) -> None:
    home = await founded(client)
    one = await member(client, 2, branch_id=home["id"])
    worker = await made(client, "/v1/workers", member_id=one["id"], region_code=COUNTY)
    answer = await sent(client, held, "姓名,身份证号", f"{TWO.name},{TWO.identity_number}")
    assert told(answer) == [(2, "created", "")]
    listed = (await client.get("/v1/attendances", params={"worker_id": worker["id"]})).json()["items"]
    assert [row["worker_name"] for row in listed] == [TWO.name]


async def test_workers_out_of_scope_are_unknown(
    api: Api,
    client: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
    held: dict[str, Any],
    numbered: dict[str, Any],
) -> None:
    street = await api.client("street", role="region_officer", ranges=((330106010000, 330106011000),))
    await instructor(direct, "周某", region=330106010000)
    answer = await sent(street, held, "姓名,身份证号", f",{ONE.identity_number}", f"{numbered['name']},", "周某,")
    assert [code for _, _, code in told(answer)] == ["worker_unknown", "worker_unknown", ""]


async def test_what_cannot_be_read_is_refused_whole(
    api: Api, client: httpx.AsyncClient, held: dict[str, Any], clock: Hands
) -> None:
    path = f"/v1/training-sessions/{held['id']}/attendances"
    asked: list[tuple[bytes, str, int, str]] = [
        (b"PK\x03\x04" + bytes(200), "text/csv", 422, "file.spreadsheet_not_supported"),
        (b"", "text/csv", 422, "file.empty"),
        ("甲,乙\r\n1,2\r\n".encode(), "text/csv", 422, "file.header_missing"),
        ("姓名\r\n".encode() + "周某\r\n".encode() * 2001, "text/csv", 422, "file.too_many_records"),
    ]
    for body, media, status, code in asked:
        answer = await client.post(path, content=body, headers={"content-type": media})
        assert (answer.status_code, errors(answer)[0][1]) == (status, code), answer.text
    large = await client.post(path, content=b"x" * (2 << 20) + b"x", headers=CSV)
    assert large.status_code == 413
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert (await client.post(path, content=b"PK", headers={"content-type": sheet})).status_code == 415
    listed = await client.post(path, json=[{"name": "周某", "unknown": 1}, {"name": "周某"}])
    assert [code for _, _, code in told(listed)] == ["extra_forbidden", "worker_unknown"]
    ahead = await session(client, held["course_id"], "2026-03-03")
    early = await sent(client, ahead, "姓名", "周某")
    assert (early.status_code, errors(early)) == (409, [("", "session_not_held")])
    elsewhere = await api.client("elsewhere", role="region_officer", ranges=((330108000000, 330109000000),))
    assert (await sent(elsewhere, held, "姓名", "周某")).status_code == 404
    reader = await api.client("reader", role="instructor", ranges=((330106000000, 330107000000),))
    assert (await sent(reader, held, "姓名", "周某")).status_code == 403
