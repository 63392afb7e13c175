"""Files over HTTP: brought, kept once, handed out to whoever may read what they belong to, and let go."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from app.core.acts import Acts
from app.core.config import Settings
from app.services.files import service
from app.services.files.storing import Folder, place, storage_of
from tests.conftest import Api, Hands, running
from tests.kit import papers, party
from tests.kit.papers import pdf
from tests.kit.party import errors, holder, tag
from tests.kit.s3 import BUCKET, serving

NOBODY = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c13"
BINJIANG = ((330108000000, 330109000000),)
PDF = {"content-type": "application/pdf"}


@pytest.fixture
async def term(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> str:
    """A team in office."""
    return await team(client, direct, await party.authority(client))


async def team(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", authority: str) -> str:
    branch = await party.branch(client, direct, authority)
    (someone,) = await party.enrol(direct, branch["id"], ["沈若安"])
    body = {"branch_id": branch["id"], "election": "elected", "valid_from": "2026-02-10", "posts": [holder(someone)]}
    answer = await client.post("/v1/terms", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def document(client: httpx.AsyncClient, term: str, *, issue: bool = True) -> dict[str, Any]:
    """A reminder, issued."""
    answer = await client.post("/v1/documents", json={"kind": "term_reminder", "subject_id": term})
    assert answer.status_code == 201, answer.text
    row: dict[str, Any] = answer.json()
    if issue:
        answer = await client.post(f"/v1/documents/{row['id']}/issue", json={"word": "西两新工委"}, headers=tag(row))
        assert answer.status_code == 200, answer.text
        row = answer.json()
    return row


async def bring(
    client: httpx.AsyncClient, row: dict[str, Any], body: Any, name: str = "扫描.pdf", purpose: str = "scans",
    **headers: str,
) -> httpx.Response:  # fmt: skip
    return await client.post(
        f"/v1/documents/{row['id']}/{purpose}", params={"filename": name}, content=body,
        headers={key.replace("_", "-"): value for key, value in headers.items()},
    )  # fmt: skip


def kept(folder: Path) -> list[str]:
    """The hashes in the storage."""
    return sorted(path.name for path in folder.glob("*/*/*"))


async def test_a_scan_is_brought_and_read_again(client: httpx.AsyncClient, term: str, settings: Settings) -> None:
    row = await document(client, term)
    body = pdf("a")
    answer = await bring(client, row, body, "批复（盖章） 第1号.pdf", content_type="application/pdf")
    assert answer.status_code == 201, answer.text
    file = answer.json()
    digest = hashlib.sha256(body)
    assert answer.headers["location"] == f"/v1/files/{file['id']}"
    assert (file["media_type"], file["size"], file["sha256"], file["purpose"]) == (
        "application/pdf", len(body), digest.hexdigest(), "scan",
    )  # fmt: skip
    assert (await client.get(f"/v1/documents/{row['id']}")).json()["files"] == [file]
    got = await client.get(f"/v1/files/{file['id']}")
    assert (got.status_code, got.content) == (200, body)
    assert got.headers["content-type"] == "application/pdf"
    assert got.headers["content-disposition"] == (
        "attachment; filename=\"1.pdf\"; filename*=UTF-8''"
        "%E6%89%B9%E5%A4%8D%EF%BC%88%E7%9B%96%E7%AB%A0%EF%BC%89%20%E7%AC%AC1%E5%8F%B7.pdf"
    )
    assert got.headers["x-content-type-options"] == "nosniff"
    assert got.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    same = await client.get(f"/v1/files/{file['id']}", headers={"if-none-match": got.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert kept(settings.files_folder) == [digest.hexdigest()]
    assert list(settings.spool.iterdir()) == []


async def test_what_is_not_kept(client: httpx.AsyncClient, term: str, settings: Settings) -> None:
    row, draft = await document(client, term), await document(client, term, issue=False)
    for to, body, name, purpose, headers, status, code in (
        (row, b"", "a.pdf", "scans", {}, 422, "upload.empty"),
        (row, papers.PDF, "a.exe", "scans", {}, 422, "upload.name_contradicted"),
        (row, papers.PDF, "a.pdf", "scans", {"content_type": "image/png"}, 422, "upload.type_contradicted"),
        (row, b"\x7fELF" + b"\x00" * 9, "a.pdf", "scans", PDF, 422, "upload.type_not_allowed"),
        (row, papers.PDF + papers.zipped(papers.PARTS), "a.pdf", "scans", {}, 422, "upload.two_in_one"),
        (row, papers.zipped(papers.PARTS), "a.docx", "scans", {}, 415, None),
        (row, papers.PDF, "a/b.pdf", "scans", {}, 422, None),
        (row, papers.PDF, "a\u202efdp.pdf", "scans", {}, 422, None),
        (row, papers.PDF, "x" * 147 + ".pdf", "scans", {}, 422, None),
        (row, papers.PDF, "a.pdf", "scans", {"content_encoding": "gzip"}, 415, None),
        (draft, papers.PDF, "a.pdf", "scans", {}, 409, "document_state"),
        ({"id": NOBODY}, papers.PDF, "a.pdf", "scans", {}, 404, None),
    ):
        answer = await bring(client, to, body, name, purpose, **{k.replace("-", "_"): v for k, v in headers.items()})
        assert answer.status_code == status, f"{name}: {answer.text}"
        if code is not None:
            assert [each[1] for each in errors(answer)] == [code]
    attached = await bring(client, draft, papers.zipped(papers.PARTS), "附件.docx", "attachments")
    assert attached.status_code == 201, attached.text
    assert len(kept(settings.files_folder)) == 1
    bare = await client.post(f"/v1/documents/{row['id']}/scans", content=papers.PDF)
    assert bare.status_code == 422


async def test_one_content_is_kept_once_and_each_file_has_its_own_readers(
    api: Api, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]", term: str, settings: Settings
) -> None:
    body = pdf("shared")
    here = (await bring(client, await document(client, term), body)).json()
    far = await party.authority(client, "033001008001000", "330108001000")
    branch = await party.branch(client, direct, far, region_code="330108001000", formation_mode="territorial",
                                organization_ids=[], formal_members=3)  # fmt: skip
    (someone,) = await party.enrol(direct, branch["id"], ["贺嘉树"])
    began = await client.post(
        "/v1/terms",
        json={"branch_id": branch["id"], "election": "elected", "valid_from": "2026-02-10", "posts": [holder(someone)]},
    )
    assert began.status_code == 201, began.text
    neighbour = await api.client("neighbour", ranges=BINJIANG)
    theirs = await bring(neighbour, await document(neighbour, began.json()["id"]), body, "另一份.pdf")
    assert theirs.status_code == 201, theirs.text
    assert len(kept(settings.files_folder)) == 1
    assert (await neighbour.get(f"/v1/files/{here['id']}")).status_code == 404
    assert (await neighbour.get(f"/v1/files/{theirs.json()['id']}")).content == body
    end = {"reason": "重新上传"}
    refused = await neighbour.post(f"/v1/files/{here['id']}/remove", json=end, headers=tag(here))
    assert refused.status_code == 404
    gone = await neighbour.post(f"/v1/files/{theirs.json()['id']}/remove", json=end, headers=tag(theirs.json()))
    assert gone.status_code == 204, gone.text
    assert (await client.get(f"/v1/files/{here['id']}")).content == body


async def test_what_no_file_has_is_swept_a_day_later_and_can_come_back(
    client: httpx.AsyncClient, term: str, settings: Settings, acts: Acts, clock: Hands
) -> None:
    row, body = await document(client, term), pdf("swept")
    storage = storage_of(settings)
    file = (await bring(client, row, body)).json()
    keeps = (await bring(client, row, pdf("stays"), "b.pdf")).json()
    for headers, status in (({}, 428), ({"if-match": '"9"'}, 412)):
        answer = await client.post(f"/v1/files/{file['id']}/remove", json={"reason": "不清晰"}, headers=headers)
        assert answer.status_code == status
    assert (await client.post(f"/v1/files/{file['id']}/remove", json={}, headers=tag(file))).status_code == 422
    clock.forward(days=3)
    removed = await client.post(f"/v1/files/{file['id']}/remove", json={"reason": "不清晰"}, headers=tag(file))
    assert removed.status_code == 204
    assert (await client.get(f"/v1/files/{file['id']}")).status_code == 404
    assert await service.sweep(acts, storage) == 0
    assert len(kept(settings.files_folder)) == 2
    clock.forward(days=1, seconds=1)
    assert await service.sweep(acts, storage) == 1
    assert kept(settings.files_folder) == [keeps["sha256"]]
    again = await bring(client, row, body)
    assert again.status_code == 201, again.text
    assert (await client.get(f"/v1/files/{again.json()['id']}")).content == body


async def test_bringing_waits_for_a_sweep_of_the_same_bytes(
    client: httpx.AsyncClient, term: str, settings: Settings, acts: Acts, clock: Hands
) -> None:
    row, body = await document(client, term), pdf("raced")
    file = (await bring(client, row, body)).json()
    await client.post(f"/v1/files/{file['id']}/remove", json={"reason": "不清晰"}, headers=tag(file))
    clock.forward(days=2)
    removing, resumed = asyncio.Event(), asyncio.Event()

    class Slow(Folder):
        """Stops before the bytes go."""

        async def remove(self, sha256: bytes) -> None:
            removing.set()
            await resumed.wait()
            await super().remove(sha256)

    sweeping = asyncio.create_task(service.sweep(acts, Slow(settings.files_folder)))
    await removing.wait()
    bringing = asyncio.create_task(bring(client, row, body))
    done, _ = await asyncio.wait({bringing}, timeout=0.5)
    assert not done
    resumed.set()
    assert await sweeping == 1
    answer = await bringing
    assert answer.status_code == 201, answer.text
    assert (await client.get(f"/v1/files/{answer.json()['id']}")).content == body


async def test_missing_or_cut_bytes_are_a_named_problem(
    client: httpx.AsyncClient, term: str, settings: Settings
) -> None:
    file = (await bring(client, await document(client, term), pdf("lost"))).json()
    path = settings.files_folder / place(bytes.fromhex(file["sha256"]))
    path.write_bytes(b"cut")
    for _ in range(2):
        answer = await client.get(f"/v1/files/{file['id']}")
        assert (answer.status_code, answer.json()["code"]) == (409, "content_missing")
        path.unlink(missing_ok=True)
    assert (await client.get(f"/v1/documents/{file['subject_id']}")).json()["files"] == [file]


async def test_limits_and_quotas(settings: Settings, clock: Hands, direct: "asyncpg.Connection[Any]") -> None:
    small = settings.model_copy(update={"files_limit": 1000, "files_quota": 260, "files_quota_daily": 200})
    async with running(small, clock) as api:
        client, second = await api.client(), await api.client("second")
        row = await document(client, await team(client, direct, await party.authority(client)))
        body = pdf("q")
        assert 70 < len(body) < 80
        large = await bring(client, row, b"%PDF-" + b"x" * 2000 + b"%%EOF")
        assert (large.status_code, large.json()["code"]) == (413, "too_large")
        said = await bring(client, row, body, content_length="2000")
        assert said.status_code == 413
        for number in range(2):
            assert (await bring(client, row, pdf(str(number)))).status_code == 201
        daily = await bring(client, row, body)
        assert (daily.status_code, daily.json()["code"]) == (409, "quota_reached")
        answers = await asyncio.gather(*(bring(second, row, pdf(letter)) for letter in "abc"))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
        clock.forward(days=2)
        county = await bring(client, row, body)
        assert county.status_code == 409
        assert await direct.fetchval("SELECT sum(size) <= 260 FROM files")


async def test_an_upload_holds_no_connection_while_it_comes(
    client: httpx.AsyncClient, term: str, settings: Settings
) -> None:
    row = await document(client, term)
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield papers.PDF[:20]
        begun.set()
        await go_on.wait()
        yield papers.PDF[20:]

    waiting = [asyncio.create_task(bring(client, row, slow(), f"{number}.pdf")) for number in range(8)]
    await begun.wait()
    assert (await client.get(f"/v1/documents/{row['id']}")).status_code == 200  # five connections, eight uploads
    go_on.set()
    assert [(await each).status_code for each in waiting] == [201] * 8
    assert len(kept(settings.files_folder)) == 1


async def test_that_a_file_was_asked_for_and_removed_is_noted(
    client: httpx.AsyncClient, term: str, direct: "asyncpg.Connection[Any]"
) -> None:
    file = (await bring(client, await document(client, term), pdf("noted"), "某人.pdf")).json()
    await client.get(f"/v1/files/{file['id']}")
    await client.post(f"/v1/files/{file['id']}/remove", json={"reason": "不清晰"}, headers=tag(file))
    rows = await direct.fetch("SELECT verb, why, detail::text FROM audit WHERE subject = 'files' ORDER BY id")
    assert [(row["verb"], row["why"]) for row in rows] == [("insert", None), ("export", None), ("delete", "不清晰")]
    assert "某人" not in str(rows)


async def test_a_bucket_instead_of_a_folder_and_one_that_is_away(
    settings: Settings, clock: Hands, direct: "asyncpg.Connection[Any]"
) -> None:
    with serving() as server:
        bucket = settings.model_copy(
            update={
                "files_s3_bucket": BUCKET, "files_s3_endpoint": server.endpoint, "files_s3_key_id": "key",
                "files_s3_secret": "secret",
            }
        )  # fmt: skip
        async with running(bucket, clock) as api:
            client = await api.client()
            row = await document(client, await team(client, direct, await party.authority(client)))
            body = b"%PDF-1.4\n" + b"a stamped page\n" * 100_000 + b"%%EOF\n"
            file = (await bring(client, row, body)).json()
            got = await client.get(f"/v1/files/{file['id']}")
            assert (got.status_code, got.content) == (200, body)
            assert kept(settings.files_folder) == []
            removed = await client.post(f"/v1/files/{file['id']}/remove", json={"reason": "不清晰"}, headers=tag(file))
            assert removed.status_code == 204
            clock.forward(days=2)
            assert await service.sweep(api.app.state.liangxin.acts, storage_of(bucket)) == 1
            file = (await bring(client, row, body)).json()
            assert (await client.get(f"/v1/files/{file['id']}")).content == body
            server.process.terminate()
            server.process.wait(timeout=20)
            for answer in (await client.get(f"/v1/files/{file['id']}"), await bring(client, row, pdf("other"))):
                assert (answer.status_code, answer.json()["code"]) == (503, "storage_away"), answer.text
                assert int(answer.headers["retry-after"]) > 0
            assert (await client.get(f"/v1/documents/{row['id']}")).json()["files"] == [file]
