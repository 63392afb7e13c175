"""Papers of a committee's meeting: minutes, notices and demands; numbered, frozen, seen by whom they concern."""

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import docx
import httpx
import pytest

from app.core.acts import EVERYWHERE, Scope
from app.services.authorities.facts import span
from tests.conftest import Api, Hands
from tests.kit import meetings
from tests.kit.departments import entered
from tests.kit.party import errors, tag
from tests.kit.supervising import County, county, demanded, issued, notice, started

WORD = {"word": "西两新"}
BOTH = "街道党工委033001006010000、街道党工委033001006011000"


@pytest.fixture
async def place(api: Api, direct: "asyncpg.Connection[Any]") -> County:
    """A county's committee, two streets, two departments."""
    return await county(api, direct)


@pytest.fixture
def head(place: County) -> httpx.AsyncClient:
    """Who approves what somebody else wrote."""
    return place.named("head", "officer", EVERYWHERE)


@pytest.fixture
async def minutes(place: County, clock: Hands) -> dict[str, Any]:
    """A draft of the minutes of a meeting that one department missed and that decided something."""
    called = await meetings.invited(place.officer, await meetings.planned(place.officer, place.committee))
    clock.forward(days=28)
    first, second = place.departments
    held = await meetings.held(place.officer, called, [first])
    where = f"/v1/joint-meetings/{held['id']}"
    decided = {"what": "建立骑手党员台账", "department_id": first, "due_on": "2026-06-30", "supporters": [second]}
    await entered(place.officer, f"{where}/decisions", decided)
    words = {
        "paragraphs": [{"heading": "一、研究骑手党建", "text": "会议听取了情况通报。"}, {"text": "会议强调抓好落实。"}]
    }
    return {**await entered(place.officer, f"{where}/minutes", words), "where": where}


async def approved(head: httpx.AsyncClient, draft: dict[str, Any]) -> dict[str, Any]:
    answer = await head.post(f"{draft['where']}/minutes/approve", headers=tag(draft))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def about(kind: str, subject: Any, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "subject_id": str(subject), **more}


async def given_out(client: httpx.AsyncClient, row: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = await client.post(f"/v1/documents/{row['id']}/issue", json=WORD | more, headers=tag(row))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def lines(client: httpx.AsyncClient, row: dict[str, Any]) -> list[str]:
    answer = await client.get(f"/v1/documents/{row['id']}/docx")
    assert answer.status_code == 200, answer.text
    return [line.text for line in docx.Document(BytesIO(answer.content)).paragraphs if line.text]


async def refused(client: httpx.AsyncClient, kind: str, subject: Any) -> tuple[int, list[tuple[str, str]]]:
    answer = await client.post("/v1/documents", json=about(kind, subject))
    return answer.status_code, errors(answer)


async def test_minutes_are_a_paper_once_they_are_approved(
    place: County, head: httpx.AsyncClient, minutes: dict[str, Any]
) -> None:
    assert await refused(place.officer, "minutes", minutes["id"]) == (409, [("/subject_id", "document_minutes_draft")])
    assert (await refused(place.officer, "minutes", uuid4()))[0] == 404
    await approved(head, minutes)
    draft = await entered(place.officer, "/v1/documents", about("minutes", minutes["id"]))
    assert (draft["subject_kind"], draft["title"]) == ("meeting_minutes", "骑手党建专题会纪要")
    assert (draft["issuer_id"], draft["region_code"], draft["authority_code"]) == (
        place.committee, "330106000000", "033001006000000",
    )  # fmt: skip
    paper = await given_out(place.officer, draft)
    told = await lines(place.officer, paper)
    assert told[1:] == [
        "西两新〔2026〕1号",
        "各成员单位：",
        "2026年3月30日14:30，某区两新工委033001006000000在三楼会议室召开骑手党建专题会。现将会议主要内容纪要如下：",
        "一、研究骑手党建",
        "会议听取了情况通报。",
        "会议强调抓好落实。",
        "会议议定以下事项：",
        "1. 建立骑手党员台账（某区social_work_department负责；某区market_regulator配合，2026年6月30日前完成）",
        "出席单位：某区social_work_department。",
        "缺席单位：某区market_regulator、某区tax、某区union。",
        "请各责任部门按照分工抓好落实，按期报送办理情况。",
        "某区两新工委033001006000000",
        "2026年3月30日",
    ]
    # A correction is another paper with another number; the first one keeps its words.
    words = {"paragraphs": [{"text": "更正。"}], "correction_reason": "更正责任部门名称"}
    later = await entered(place.officer, f"{minutes['where']}/minutes", words)
    second = await approved(head, {**later, "where": minutes["where"]})
    again = await given_out(
        place.officer, await entered(place.officer, "/v1/documents", about("minutes", second["id"]))
    )
    assert again["number_text"] == "西两新〔2026〕2号"
    assert "本纪要更正前一版，更正原因：更正责任部门名称。" in await lines(place.officer, again)
    assert await lines(place.officer, paper) == told


async def test_a_notice_is_a_paper_once_it_is_issued(place: County) -> None:
    drafted = await entered(place.officer, "/v1/notices", notice(place.committee))
    unissued = (409, [("/subject_id", "document_notice_unissued")])
    assert await refused(place.officer, "notice", drafted["id"]) == unissued
    sent, _ = await issued(place)
    draft = await entered(place.officer, "/v1/documents", about("notice", sent["id"]))
    assert (draft["subject_kind"], draft["title"]) == ("notices", "关于开展自查的通知")
    paper = await given_out(place.officer, draft)
    assert (await lines(place.officer, paper))[1:] == [
        "西两新〔2026〕1号", f"{BOTH}：", "请各单位开展自查，", "按期报送报告。", "请于2026年3月31日前报送办理情况。",
        "特此通知。", "某区两新工委033001006000000", "2026年3月2日",
    ]  # fmt: skip
    listed = (await place.officer.get("/v1/documents", params={"kind": "notice"})).json()["items"]
    assert [row["id"] for row in listed] == [paper["id"]]
    # The word of one kind's numbers is no other's: two papers would have one number.
    tour, (one, _) = await started(place)
    demand = await demanded(place, tour["id"], one)
    other = await entered(place.officer, "/v1/documents", about("rectification_notice", demand["id"]))
    doubled = await place.officer.post(f"/v1/documents/{other['id']}/issue", json=WORD, headers=tag(other))
    assert (doubled.status_code, errors(doubled)[0][1]) == (
        409, "constraint.uq_number_series_authority_id_word_year",
    )  # fmt: skip


async def test_what_is_to_be_put_right_is_a_paper_while_it_is_open(place: County, clock: Hands) -> None:
    tour, subjects = await started(place)
    (subject,) = [each for each in subjects if each["body_id"] == place.streets[0]]
    row = await demanded(place, tour["id"], subject)
    draft = await entered(place.officer, "/v1/documents", about("rectification_notice", row["id"]))
    assert (draft["subject_kind"], draft["region_code"]) == ("rectifications", "330106010000")
    assert (draft["issuer_id"], draft["authority_code"]) == (place.committee, "033001006000000")
    paper = await given_out(place.officer, draft)
    assert (await lines(place.officer, paper))[1:] == [
        "西两新〔2026〕1号",
        "街道党工委033001006010000：",
        "在“第一季度督查”中，发现你单位存在以下问题：缺少两次记录。",
        "依据：《中国共产党支部工作条例（试行）》（2018年）。",
        "请按以下要求整改：补齐记录。",
        "请于2026年3月20日前完成整改，并书面报送整改情况。某区两新工委033001006000000将组织复查。",
        "特此通知。",
        "某区两新工委033001006000000",
        "2026年3月2日",
    ]
    # Who is told reads it, by place and by line; nobody else below does, and nobody there changes it.
    for street in (place.by_place(0), place.by_line(0)):
        assert (await street.get(f"/v1/documents/{paper['id']}")).json()["number_text"] == paper["number_text"]
    for other in (place.by_place(1), place.by_line(1)):
        assert (await other.get(f"/v1/documents/{paper['id']}")).status_code == 404
    another = await entered(place.officer, "/v1/documents", about("rectification_notice", row["id"]))
    for street in (place.by_place(0), place.by_line(0)):
        for each in (paper, another):
            path = f"/v1/documents/{each['id']}"
            assert (await street.get(path)).status_code == 200
            void = await street.post(f"{path}/void", json={"reason": "不服"}, headers=tag(each))
            changed = await street.patch(path, json={"addition": "另有说明"}, headers=tag(each))
            assert (void.status_code, changed.status_code) == (403, 403)
        own = await street.post(
            "/v1/documents", json=about("rectification_notice", row["id"], issuer_id=place.streets[0])
        )
        assert own.status_code == 403, own.text
    clock.forward(days=1)
    street = place.by_line(0)
    now = await street.post(f"/v1/rectifications/{row['id']}/answer", json={"text": "已补齐"}, headers=tag(row))
    clock.forward(days=1)
    over = await place.officer.post(
        f"/v1/rectifications/{row['id']}/accept", json={"result": "属实"}, headers=tag(now.json())
    )
    assert over.status_code == 200, over.text
    assert await refused(place.officer, "rectification_notice", row["id"]) == (
        409, [("/subject_id", "document_rectification_over")],
    )  # fmt: skip


async def test_a_department_reads_its_minutes_and_no_papers(
    place: County, head: httpx.AsyncClient, minutes: dict[str, Any]
) -> None:
    await approved(head, minutes)
    paper = await given_out(
        place.officer, await entered(place.officer, "/v1/documents", about("minutes", minutes["id"]))
    )
    member = place.member(0)
    assert (await member.get(f"{minutes['where']}/minutes/editions/1")).status_code == 200
    assert (await member.get("/v1/documents")).status_code == 403
    assert (await member.get(f"/v1/documents/{paper['id']}")).status_code == 403
    assert (await member.get(f"/v1/documents/{paper['id']}/docx")).status_code == 403
    assert (await refused(member, "minutes", minutes["id"]))[0] == 403


async def test_the_text_of_minutes_is_for_those_who_may_see_names(
    place: County, head: httpx.AsyncClient, minutes: dict[str, Any]
) -> None:
    await approved(head, minutes)
    paper = await given_out(
        place.officer, await entered(place.officer, "/v1/documents", about("minutes", minutes["id"]))
    )
    reader = place.named("reader", "portal_reader", EVERYWHERE)
    told = (await reader.get(f"/v1/documents/{paper['id']}")).json()
    assert (told["text"], told["number_text"]) == (None, "西两新〔2026〕1号")
    assert (await reader.get(f"/v1/documents/{paper['id']}/docx")).status_code == 403
    assert "会议强调" not in (await place.officer.get(f"/v1/documents/{paper['id']}/history")).text
    line = place.named("line", "line_officer", Scope(lines=(span(33001006000000),)))
    assert (await line.get(f"/v1/documents/{paper['id']}")).json()["text"]["title"] == ["骑手党建专题会纪要"]
    for stranger in (place.by_place(0), place.by_line(0)):
        assert (await stranger.get(f"/v1/documents/{paper['id']}")).status_code == 404
        assert (await refused(stranger, "minutes", minutes["id"]))[0] == 404


async def test_nothing_is_written_to_somebody_out_of_sight(place: County, direct: "asyncpg.Connection[Any]") -> None:
    sent, _ = await issued(place)
    await direct.execute(
        "UPDATE authorities SET region_code = 330102000000, region_level = 3, version = version + 1 WHERE id = $1",
        UUID(place.streets[1]),
    )
    unseen = (409, [("/subject_id", "document_bodies_unseen")])
    assert await refused(place.officer, "notice", sent["id"]) == unseen


async def test_papers_go_along_with_what_they_are_about(
    place: County, head: httpx.AsyncClient, minutes: dict[str, Any], direct: "asyncpg.Connection[Any]"
) -> None:
    await approved(head, minutes)
    sent, _ = await issued(place, due_on="2026-04-30")
    tour, subjects = await started(place, starts_on="2026-03-30", ends_on="2026-04-20")
    (subject,) = [each for each in subjects if each["body_id"] == place.streets[0]]
    row = await demanded(place, tour["id"], subject, found_on="2026-03-30", due_on="2026-04-20")
    papers = [
        await entered(place.officer, "/v1/documents", about(kind, key))
        for kind, key in (("minutes", minutes["id"]), ("notice", sent["id"]), ("rectification_notice", row["id"]))
    ]
    await direct.execute(
        "UPDATE authorities SET region_code = 330102000000, code = 33001002000000, version = version + 1 WHERE id = $1",
        UUID(place.committee),
    )
    await direct.execute(
        "UPDATE authorities SET region_code = 330106012000, code = 33001006012000, version = version + 1 WHERE id = $1",
        UUID(place.streets[0]),
    )
    found = await direct.fetch(
        "SELECT region_code, authority_code, outflow_authority_code FROM documents ORDER BY array_position($1, id)",
        [UUID(paper["id"]) for paper in papers],
    )
    stands = [tuple(row) for row in found]
    assert stands == [
        (330102000000, 33001002000000, None),
        (330102000000, 33001002000000, None),
        (330106012000, 33001002000000, 33001006012000),
    ]
