"""Documents over HTTP: drafted, numbered, frozen, void; their scans; who may read what."""

import asyncio
from io import BytesIO
from typing import Any

import asyncpg
import docx
import httpx
import pytest

from tests.conftest import Api, Hands
from tests.kit import party
from tests.kit.organizations import add
from tests.kit.party import errors, holder, tag

NOBODY = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"
XIHU = ((330106000000, 330107000000),)
BINJIANG = ((330108000000, 330109000000),)
WORD = {"word": "西两新工委"}


@pytest.fixture
async def authority(client: httpx.AsyncClient) -> str:
    """The street's committee."""
    return await party.authority(client)


@pytest.fixture
async def branch(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str) -> dict[str, Any]:
    """A branch of five formal members."""
    return await party.branch(client, direct, authority)


@pytest.fixture
async def term(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", branch: dict[str, Any]) -> dict[str, Any]:
    """Its team of two."""
    roll = await party.enrol(direct, branch["id"], ["沈若安", "陆明远"])
    body = {
        "branch_id": branch["id"], "election": "elected", "valid_from": "2026-02-10",
        "posts": [holder(roll[0]), holder(roll[1], "deputy_secretary")],
    }  # fmt: skip
    answer = await client.post("/v1/terms", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def application(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, *, approve: bool = True
) -> dict[str, Any]:
    """An application of two firms, approved by the superior."""
    body = {
        "name": "中共云栖联合支部委员会", "formation_mode": "joint", "authority_id": authority,
        "region_code": party.STREET, "applied_on": "2026-02-02",
        "organization_ids": [str(key) for key in await add(direct, 2, formal_members_relation=2)],
    }  # fmt: skip
    answer = await client.post("/v1/branch-applications", json=body)
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    if approve:
        superior = await api.client("superior", ranges=XIHU)
        decided = await superior.post(
            f"/v1/branch-applications/{row['id']}/approve", json={"decided_on": "2026-02-20"}, headers=tag(row)
        )
        assert decided.status_code == 200, decided.text
        row = decided.json()
    return row


async def drafted(client: httpx.AsyncClient, kind: str, subject: str, **more: Any) -> dict[str, Any]:
    answer = await client.post("/v1/documents", json={"kind": kind, "subject_id": subject} | more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/documents/{found['id']}"
    return found


async def done(client: httpx.AsyncClient, row: dict[str, Any], verb: str, **body: Any) -> dict[str, Any]:
    answer = await client.post(f"/v1/documents/{row['id']}/{verb}", json=body, headers=tag(row))
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def paper(client: httpx.AsyncClient, row: dict[str, Any]) -> list[str]:
    """The lines of the DOCX, read again."""
    answer = await client.get(f"/v1/documents/{row['id']}/docx")
    assert answer.status_code == 200, answer.text
    return [line.text for line in docx.Document(BytesIO(answer.content)).paragraphs if line.text]


async def test_an_approval_is_drafted_numbered_frozen_and_read_again(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, clock: Hands
) -> None:
    asked = await application(api, client, direct, authority)
    draft = await drafted(client, "approval", asked["id"], addition="三、经费另行安排。\n四、其他事项另文通知。")
    assert (draft["state"], draft["number_text"], draft["version"], draft["files"]) == ("draft", None, 1, [])
    assert draft["title"] == "关于同意成立中共云栖联合支部委员会的批复"
    assert (draft["region_code"], draft["authority_code"]) == (party.STREET, "033001006010000")
    assert {each["action"]: each["allowed"] for each in draft["allowed_actions"]} == {
        "update": True, "issue": True, "void": True, "add_scan": False, "add_attachment": True,
    }  # fmt: skip
    assert (await paper(client, draft))[0] == "（草稿，未发文）"

    bare = await client.post(f"/v1/documents/{draft['id']}/issue", json={}, headers=tag(draft))
    assert (bare.status_code, errors(bare)) == (422, [("/word", "document_word_needed")])
    late = await client.post(
        f"/v1/documents/{draft['id']}/issue", json=WORD | {"issued_on": "2026-03-03"}, headers=tag(draft)
    )
    assert (late.status_code, errors(late)) == (422, [("/issued_on", "day_future")])
    clock.forward(minutes=1)
    issued = await done(client, draft, "issue", **WORD)
    assert (issued["state"], issued["number_text"], issued["issued_on"]) == (
        "issued",
        "西两新工委〔2026〕1号",
        "2026-03-02",
    )

    lines = await paper(client, issued)
    assert lines[:3] == [issued["title"], "西两新工委〔2026〕1号", "中共云栖联合支部委员会筹备组："]
    assert lines[3] == "你们2026年2月2日报来的关于成立党组织的申请收悉。经研究，现批复如下："
    assert "组建方式为联合" in lines[4]
    assert "隶属街道党工委033001006010000。" in lines[4]
    assert "两新组织2家" in lines[5]
    assert lines[6:] == [
        "三、经费另行安排。", "四、其他事项另文通知。", "此复。", "街道党工委033001006010000", "2026年3月2日",
    ]  # fmt: skip

    for verb, method, body in (("", "PATCH", {"recipient": "另一单位"}), ("/issue", "POST", WORD)):
        answer = await client.request(method, f"/v1/documents/{draft['id']}{verb}", json=body, headers=tag(issued))
        assert (answer.status_code, errors(answer)) == (409, [("", "document_state")])
    again = await client.post("/v1/documents", json={"kind": "approval", "subject_id": asked["id"]})
    assert (again.status_code, errors(again)) == (
        409, [("/ix_documents_one_approval", "constraint.ix_documents_one_approval")],
    )  # fmt: skip

    clock.forward(minutes=1)
    void = await done(client, issued, "void", reason="名称有误")
    assert (void["state"], void["number_text"], void["voided_on"]) == ("void", "西两新工委〔2026〕1号", "2026-03-02")
    assert void["text"] == issued["text"]
    assert (await paper(client, void))[0] == "（已作废）"
    second = await done(client, await drafted(client, "approval", asked["id"]), "issue")
    assert second["number_text"] == "西两新工委〔2026〕2号"
    versions = (await client.get(f"/v1/documents/{draft['id']}/history")).json()["items"]
    assert [(each["version"], each["state"]) for each in versions] == [(3, "void"), (2, "issued"), (1, "draft")]


async def test_an_issued_text_does_not_follow_its_subject_and_the_database_holds_it(
    client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", term: dict[str, Any], branch: dict[str, Any]
) -> None:
    draft = await drafted(client, "term_reminder", term["id"])
    renamed = await client.patch(f"/v1/branches/{branch['id']}", json={"name": "新名支部"}, headers=tag(branch))
    assert renamed.status_code == 200, renamed.text
    now = (await client.get(f"/v1/documents/{draft['id']}")).json()
    assert now["text"]["title"] == ["关于做好新名支部换届工作的提醒"]
    issued = await done(client, draft, "issue", **WORD)
    assert issued["title"] == "关于做好新名支部换届工作的提醒"
    await client.patch(f"/v1/branches/{branch['id']}", json={"name": "再改名支部"}, headers=tag(renamed.json()))
    assert (await client.get(f"/v1/documents/{draft['id']}")).json()["text"] == issued["text"]
    assert "应于2029年2月10日前完成换届" in "".join(await paper(client, issued))
    for change in ("number = 9", "title = 'x'", "content = '{}'", "state = 'draft'", "issued_on = '2026-01-01'"):
        with pytest.raises(asyncpg.CheckViolationError):
            await direct.execute(f"UPDATE documents SET {change}")


async def test_an_appointment_names_persons_to_those_who_may_read_teams(
    api: Api, client: httpx.AsyncClient, term: dict[str, Any]
) -> None:
    left = await client.post(
        f"/v1/terms/{term['id']}/posts/{term['posts'][1]['id']}/end",
        json={"valid_to": "2026-03-01", "reason": "工作调动"}, headers=tag(term),
    )  # fmt: skip
    assert left.status_code == 200, left.text
    issued = await done(client, await drafted(client, "appointment", term["id"]), "issue", **WORD)
    assert "沈若安" not in issued["title"]
    lines = await paper(client, issued)
    assert "沈若安同志任某公司支部书记。" in lines
    assert "免去陆明远同志的某公司支部副书记职务。" in lines

    scan = await client.post(
        f"/v1/documents/{issued['id']}/scans", params={"filename": "任免.pdf"},
        content=b"%PDF-1.4\n%%EOF\n", headers={"content-type": "application/pdf"},
    )  # fmt: skip
    assert scan.status_code == 201, scan.text
    reader = await api.client("reader", role="portal_reader")
    told = await reader.get(f"/v1/documents/{issued['id']}")
    assert (told.status_code, told.json()["text"]) == (200, None)
    assert "沈若安" not in told.text + (await reader.get("/v1/documents")).text
    for path in (f"/v1/documents/{issued['id']}/docx", f"/v1/files/{scan.json()['id']}"):
        refused = await reader.get(path)
        assert refused.status_code == 403, refused.text
        assert (await client.get(path)).status_code == 200
    trail = (await client.get(f"/v1/documents/{issued['id']}/history")).text
    assert "沈若安" not in trail


async def test_twenty_at_once_leave_no_gap_and_no_double(
    client: httpx.AsyncClient, term: dict[str, Any], direct: "asyncpg.Connection[Any]"
) -> None:
    drafts = [await drafted(client, "term_reminder", term["id"]) for _ in range(24)]
    await done(client, drafts[20], "void", reason="不再需要")
    stale = drafts[21] | {"version": 9}

    async def issue(row: dict[str, Any]) -> httpx.Response:
        return await client.post(f"/v1/documents/{row['id']}/issue", json=WORD, headers=tag(row))

    answers = await asyncio.gather(*(issue(row) for row in (*drafts[:20], drafts[20], stale)))
    assert [answer.status_code for answer in answers] == [200] * 20 + [412, 412]
    numbers = await direct.fetch("SELECT number, number_text FROM documents WHERE number IS NOT NULL ORDER BY number")
    assert [row["number"] for row in numbers] == list(range(1, 21))
    assert len({row["number_text"] for row in numbers}) == 20
    assert await direct.fetchval("SELECT last_number FROM number_series") == 20
    twice = await asyncio.gather(issue(drafts[22]), issue(drafts[22]), issue(drafts[23]))
    assert sorted(answer.status_code for answer in twice) == [200, 200, 412]
    assert await direct.fetchval("SELECT max(number) FROM documents") == 22


async def test_series_go_by_issuer_kind_and_year_and_words_do_not_double(
    client: httpx.AsyncClient, term: dict[str, Any], clock: Hands
) -> None:
    first = await done(client, await drafted(client, "term_reminder", term["id"]), "issue", **WORD)
    other = await drafted(client, "appointment", term["id"])
    doubled = await client.post(f"/v1/documents/{other['id']}/issue", json=WORD, headers=tag(other))
    assert doubled.status_code == 409, doubled.text
    assert errors(doubled)[0][1] == "constraint.uq_number_series_authority_id_word_year"
    second = await done(client, other, "issue", word="西两新任")
    assert second["number_text"] == "西两新任〔2026〕1号"
    draft = await drafted(client, "term_reminder", term["id"])
    changed = await client.post(f"/v1/documents/{draft['id']}/issue", json={"word": "别的"}, headers=tag(draft))
    assert (changed.status_code, errors(changed)) == (409, [("/word", "document_word_fixed")])
    early = await client.post(
        f"/v1/documents/{draft['id']}/issue", json={"issued_on": "2026-03-01"}, headers=tag(draft)
    )
    assert (early.status_code, errors(early)) == (422, [("/issued_on", "day_too_early")])
    clock.now = clock.now.replace(year=2027)
    next_year = await done(client, draft, "issue")
    assert next_year["number_text"] == "西两新工委〔2027〕1号"
    county = await party.authority(client, "033001006000000", "330106000000")
    above = await drafted(client, "term_reminder", term["id"], issuer_id=county)
    assert (await done(client, above, "issue", **WORD))["number_text"] == "西两新工委〔2027〕1号"
    listed = await client.get("/v1/documents", params={"number": first["number_text"], "count": "exact"})
    assert [row["id"] for row in listed.json()["items"]] == [first["id"]]
    narrow = {"issuer_id": county, "kind": "term_reminder", "issued_from": "2027-01-01", "issued_before": "2028-01-01"}
    assert [row["id"] for row in (await client.get("/v1/documents", params=narrow)).json()["items"]] == [above["id"]]
    sheet = await client.get("/v1/documents", headers={"accept": "text/csv"})
    assert "西两新任〔2026〕1号" in sheet.text


async def test_what_cannot_be_written(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str, term: dict[str, Any]
) -> None:
    open_one = await application(api, client, direct, authority, approve=False)
    ended = await client.post(
        f"/v1/terms/{term['id']}/end", json={"valid_to": "2026-03-02", "reason": "整改"}, headers=tag(term)
    )
    assert ended.status_code == 200
    for kind, subject, status, code in (
        ("approval", open_one["id"], 409, "document_application_open"),
        ("term_reminder", term["id"], 409, "document_term_ended"),
        ("approval", NOBODY, 404, None),
        ("appointment", open_one["id"], 404, None),
    ):
        answer = await client.post("/v1/documents", json={"kind": kind, "subject_id": subject})
        assert answer.status_code == status, answer.text
        assert [each[1] for each in errors(answer)] == ([] if code is None else [code])
    for body in (
        {"kind": "letter", "subject_id": term["id"]},
        {"kind": "appointment"},
        {"kind": "appointment", "subject_id": "x"},
        {"kind": "appointment", "subject_id": term["id"], "number": 3},
        {"kind": "appointment", "subject_id": term["id"], "recipient": "a\u0000b"},
        {"kind": "appointment", "subject_id": term["id"], "recipient": "x" * 201},
    ):
        assert (await client.post("/v1/documents", json=body)).status_code in (400, 422)
    draft = await drafted(client, "appointment", term["id"])
    for word in ("", "a〔b", "西12", "x" * 31, " "):
        answer = await client.post(f"/v1/documents/{draft['id']}/issue", json={"word": word}, headers=tag(draft))
        assert answer.status_code == 422, word
    assert (await client.post(f"/v1/documents/{draft['id']}/issue", json=WORD)).status_code == 428
    assert (await client.post(f"/v1/documents/{NOBODY}/issue", json=WORD, headers=tag(draft))).status_code == 404
    bare = await client.post(f"/v1/documents/{draft['id']}/void", json={}, headers=tag(draft))
    assert bare.status_code == 422


async def test_who_sees_and_who_writes(api: Api, client: httpx.AsyncClient, term: dict[str, Any]) -> None:
    draft = await drafted(client, "term_reminder", term["id"])
    stranger = await api.client("stranger", ranges=BINJIANG)
    assert (await stranger.get("/v1/documents")).json()["items"] == []
    for path in ("", "/docx", "/history"):
        assert (await stranger.get(f"/v1/documents/{draft['id']}{path}")).status_code == 404
    created = await stranger.post("/v1/documents", json={"kind": "term_reminder", "subject_id": term["id"]})
    assert created.status_code == 404
    reader = await api.client("reader", role="portal_reader")
    assert (await reader.get(f"/v1/documents/{draft['id']}")).json()["text"] is None
    refused = await reader.post(f"/v1/documents/{draft['id']}/issue", json=WORD, headers=tag(draft))
    assert refused.status_code == 403
    street = await api.client("street", ranges=((330106010000, 330106011000),))
    county = await party.authority(client, "033001006000000", "330106000000")
    above = await street.patch(f"/v1/documents/{draft['id']}", json={"issuer_id": county}, headers=tag(draft))
    assert above.status_code == 403, above.text
    mine = await street.patch(f"/v1/documents/{draft['id']}", json={"recipient": "某支部全体党员"}, headers=tag(draft))
    assert (mine.status_code, mine.json()["version"]) == (200, 2), mine.text
    same = await street.patch(
        f"/v1/documents/{draft['id']}", json={"recipient": "某支部全体党员"}, headers=tag(mine.json())
    )
    assert same.json()["version"] == 2
    lifted = await client.patch(f"/v1/documents/{draft['id']}", json={"issuer_id": county}, headers=tag(same.json()))
    issued = await done(client, lifted.json(), "issue", **WORD)
    assert issued["issuer_name"] == "街道党工委033001006000000"
    void = await street.post(f"/v1/documents/{draft['id']}/void", json={"reason": "不当"}, headers=tag(issued))
    assert void.status_code == 403, void.text


async def test_papers_go_along_with_what_they_are_about(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str
) -> None:
    asked = await application(api, client, direct, authority)
    draft = await drafted(client, "approval", asked["id"])
    issued = await done(client, draft, "issue", **WORD)
    scan = await client.post(
        f"/v1/documents/{draft['id']}/scans", params={"filename": "a.pdf"}, content=b"%PDF-1.4\n%%EOF\n"
    )
    assert scan.status_code == 201, scan.text
    await direct.execute("UPDATE branch_applications SET region_code = 330106003000, version = version + 1")
    await direct.execute("UPDATE authorities SET region_code = 330106003000, version = version + 1")
    assert (await client.get(f"/v1/documents/{draft['id']}")).json()["region_code"] == "330106003000"
    assert await direct.fetchval("SELECT region_code FROM files") == 330106003000
    assert await direct.fetchval("SELECT region_code FROM number_series") == 330106003000
    asked = (await client.get(f"/v1/branch-applications/{asked['id']}")).json()
    founded = await client.post(
        f"/v1/branch-applications/{asked['id']}/found",
        json={"founded_on": "2026-02-26", "election": "elected"}, headers=tag(asked),
    )  # fmt: skip
    assert founded.status_code == 200, founded.text
    branch_id = founded.json()["branch_id"]
    assert (await client.get(f"/v1/documents/{draft['id']}")).json()["branch_id"] == branch_id
    await direct.execute("UPDATE branches SET region_code = 330106002000, version = version + 1, recorded_at = now()")
    now = (await client.get(f"/v1/documents/{draft['id']}")).json()
    assert (now["region_code"], now["text"]) == ("330106002000", issued["text"])
    assert await direct.fetchval("SELECT region_code FROM files") == 330106002000
