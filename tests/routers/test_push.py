"""Pushing bodies over HTTP: what is taken, what is refused and how, and that a key has one effect."""

import asyncio
import gzip
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import text

from app.core.acts import Acts
from app.core.config import Settings
from app.core.streams import unpack
from tests.conftest import Api, actor

CSV = "企业名称,统一社会信用代码\r\n甲公司,91330000MA27U00K3D\r\n乙公司,\r\n".encode()
PUSH = "/v1/datasets/registrations/batches"


def headers(key: str = "key-00000001", media: str = "text/csv", **more: str) -> dict[str, str]:
    return {"Content-Type": media, "Idempotency-Key": key, **more}


async def stored(acts: Acts, statement: str) -> list[tuple[object, ...]]:
    async with acts.open(actor("system")) as act:
        return [tuple(row) for row in await act.session.execute(text(statement))]


def narrow(api: Api, settings: Settings, **limits: float) -> None:
    state = api.app.state.liangxin
    api.app.state.liangxin = replace(state, settings=settings.model_copy(update=limits))


def code_of(answer: httpx.Response) -> str:
    found: str = answer.json()["errors"][0]["code"]
    return found


async def test_a_pushed_body_is_a_batch_with_its_records_as_sent(client: httpx.AsyncClient, acts: Acts) -> None:
    answer = await client.post(
        PUSH, content=CSV, headers=headers(), params={"filename": "a.csv", "source_time": "2026-03-01T00:00:00+08:00"}
    )
    assert answer.status_code == 202
    batch = answer.json()
    assert answer.headers["location"] == f"/v1/batches/{batch['id']}"
    assert batch["state"] == "waiting"
    assert (batch["received"], batch["encoding"], batch["format"]) == (2, "utf-8", "csv")
    assert batch["sha256"] == hashlib.sha256(CSV).hexdigest()
    assert batch["source_time"] == "2026-02-28T16:00:00+00:00"
    assert (await client.get(answer.headers["location"])).json() == batch
    assert (await client.get("/v1/batches")).json()["items"] == [batch]
    chunks = await stored(acts, "SELECT seq, first_line, records, raw, state FROM batch_chunks")
    assert [chunk[:3] for chunk in chunks] == [(0, 2, 2)]
    raw = chunks[0][3]
    assert isinstance(raw, bytes)
    assert [record.raw.decode() for record in unpack(raw)] == ["甲公司,91330000MA27U00K3D", "乙公司,"]


@pytest.mark.parametrize(
    ("dataset", "head", "ignored"),
    [
        ("registrations", "企业名称,备注,统一社会信用代码,员工人数\r\n", ["备注", "员工人数"]),
        ("registrations", "企业名称,统一社会信用代码\r\n", []),
        ("contacts", "统一社会信用代码,13800000000,联系人,角色\r\n", ["#2", "#4"]),
    ],
)
async def test_columns_that_nothing_is_taken_of_are_told(
    client: httpx.AsyncClient, dataset: str, head: str, ignored: list[str]
) -> None:
    place = f"/v1/datasets/{dataset}/batches"
    answer = await client.post(place, content=(head + "甲,1,2,3,4").encode(), headers=headers())
    assert (answer.status_code, answer.json()["ignored_columns"]) == (202, ignored)


@pytest.mark.parametrize(
    ("media", "body"),
    [
        ("text/csv; charset=gbk", CSV.decode().encode("gbk")),
        ("application/x-ndjson", b'{"name":"a"}\n\n{"name":"b"}'),
        ("application/json", b'[{"name":"a"},{"name":{"x":1}}]'),
        ("text/csv", CSV + b",\r\n" * 100_000),
    ],
)
async def test_every_format_is_taken(client: httpx.AsyncClient, media: str, body: bytes) -> None:
    answer = await client.post(PUSH, content=body, headers=headers(media=media))
    assert answer.status_code == 202, answer.text
    assert answer.json()["received"] == 2


@pytest.mark.parametrize(
    ("media", "body", "code"),
    [
        ("text/csv", b"", "file.empty"),
        ("text/csv", b"\r\n\r\n", "file.empty"),
        ("text/csv", b"\xff\xff\xff,1\n", "file.bad_encoding"),
        ("text/csv", "甲公司,91330000MA27U00K3D\n".encode(), "file.header_missing"),
        ("text/csv", "企业名称,企业名称\na,b\n".encode(), "file.header_doubled"),
        ("text/csv", b"PK\x03\x04", "file.spreadsheet_not_supported"),
        ("text/csv", gzip.compress(CSV), "file.compressed_not_supported"),
        ("text/csv", b"\0\0\0\0", "file.not_text_at"),
        ("text/csv", b"%PDF-1.4", "file.not_text"),
        ("application/json", b'{"name":"a"}', "file.json_array_expected"),
        ("application/x-ndjson", b'[{"name":"a"}]', "file.ndjson_expected"),
    ],
)
async def test_a_body_that_cannot_be_read_leaves_nothing_and_frees_its_key(
    client: httpx.AsyncClient, acts: Acts, settings: Settings, media: str, body: bytes, code: str
) -> None:
    answer = await client.post(PUSH, content=body, headers=headers(media=media))
    assert (answer.status_code, answer.json()["code"], code_of(answer)) == (422, "file_unreadable", code)
    assert "{" not in answer.json()["errors"][0]["detail"]
    assert await stored(acts, "SELECT id FROM batches") == []
    assert list(settings.spool.iterdir()) == []
    assert (await client.post(PUSH, content=CSV, headers=headers())).status_code == 202


async def test_a_cut_body_is_taken_with_the_cut_record_marked(client: httpx.AsyncClient, acts: Acts) -> None:
    body = b'[{"name":"a"},{"name":"b'
    answer = await client.post(PUSH, content=body, headers=headers(media="application/json"))
    assert answer.status_code == 202
    (raw,) = (await stored(acts, "SELECT raw FROM batch_chunks"))[0]
    assert isinstance(raw, bytes)
    assert [record.problem for record in unpack(raw)] == [None, "truncated_json"]


async def test_the_texts_come_in_three_languages(api: Api) -> None:
    details = set()
    for language in ("zh-Hans", "zh-Hant", "en"):
        client = await api.client(language=language)
        answer = await client.post(PUSH, content=b"PK\x03\x04", headers=headers())
        details.add(answer.json()["errors"][0]["detail"])
    assert len(details) == 3


async def test_a_repeat_is_answered_byte_for_byte(client: httpx.AsyncClient, acts: Acts) -> None:
    first = await client.post(PUSH, content=CSV, headers=headers())
    again = await client.post(PUSH, content=CSV, headers=headers())
    assert again.status_code == 202
    assert again.content == first.content
    assert again.headers["location"] == first.headers["location"]
    assert again.headers["idempotent-replayed"] == "true"
    assert len(await stored(acts, "SELECT id FROM batches")) == 1


@pytest.mark.parametrize("change", ["body", "query", "media"])
async def test_a_key_stands_for_one_request(client: httpx.AsyncClient, change: str) -> None:
    await client.post(PUSH, content=CSV, headers=headers())
    answer = await client.post(
        PUSH,
        content=CSV + b"x" if change == "body" else CSV,
        headers=headers(media="application/x-ndjson" if change == "media" else "text/csv"),
        params={"mode": "validate"} if change == "query" else {},
    )
    assert (answer.status_code, code_of(answer)) == (422, "idempotency_reused")


async def test_the_same_batch_a_hundred_times_at_once_has_one_effect(client: httpx.AsyncClient, acts: Acts) -> None:
    pushes = (client.post(PUSH, content=CSV, headers=headers()) for _ in range(100))
    answers = await asyncio.gather(*pushes)
    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.content for answer in answers if answer.status_code == 202}) == 1
    for answer in answers:
        if answer.status_code == 409:
            assert (answer.json()["code"], answer.headers["retry-after"]) == ("in_flight", "1")
    assert len(await stored(acts, "SELECT id FROM batches")) == 1


async def test_two_senders_may_use_the_same_key(api: Api, acts: Acts) -> None:
    for name in ("one", "two"):
        client = await api.client(name)
        assert (await client.post(PUSH, content=CSV, headers=headers())).status_code == 202
        assert len((await client.get("/v1/batches")).json()["items"]) == 1
    assert len(await stored(acts, "SELECT id FROM batches")) == 2


async def test_a_batch_is_its_owners_alone(api: Api) -> None:
    one, two = await api.client("one"), await api.client("two")
    place = (await one.post(PUSH, content=CSV, headers=headers())).headers["location"]
    for path in (place, f"{place}/records", f"{place}/rejects.csv", f"{place}/events"):
        assert (await two.get(path)).status_code == 404, path
    assert (await two.post(f"{place}/cancel")).status_code == 404


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"Content-Type": "text/plain"}, 415, "unsupported_media"),
        ({"Content-Type": "text/csv", "Content-Encoding": "gzip"}, 415, "unsupported_media"),
        ({"Content-Type": "text/csv", "Idempotency-Key": "short"}, 422, "invalid"),
        ({"Content-Type": "text/csv", "Idempotency-Key": ""}, 422, "invalid"),
    ],
)
async def test_wrong_headers(client: httpx.AsyncClient, sent: dict[str, str], status: int, code: str) -> None:
    answer = await client.post(PUSH, content=CSV, headers={"Idempotency-Key": "key-00000001", **sent})
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "query",
    [
        {"mode": "maybe"},
        {"strategy": "merge"},
        {"unknown": "1"},
        {"source_time": "2026-03-01T00:00:00"},
        {"source_time": "2027-03-01T00:00:00Z"},
        {"filename": "x" * 201},
    ],
)
async def test_wrong_queries(client: httpx.AsyncClient, query: dict[str, str]) -> None:
    answer = await client.post(PUSH, content=CSV, headers=headers(), params=query)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_who_may_push(api: Api, client: httpx.AsyncClient) -> None:
    assert (await client.post("/v1/datasets/nothing/batches", content=CSV, headers=headers())).status_code == 404
    other = await api.client("partner", role="partner", datasets=("party_facts",))
    assert (await other.post(PUSH, content=CSV, headers=headers())).status_code == 403
    reader = await api.client("reader", role="reader")
    assert (await reader.post(PUSH, content=CSV, headers=headers())).status_code == 403
    anonymous = await api.anonymous()
    assert (await anonymous.post(PUSH, content=CSV, headers=headers())).status_code == 401


async def test_datasets_say_what_they_take(api: Api) -> None:
    partner = await api.client("partner", role="partner", datasets=("registrations",))
    listed = {one["name"]: one for one in (await partner.get("/v1/datasets")).json()["items"]}
    assert listed["registrations"]["granted"]
    assert not listed["party_facts"]["granted"]
    one = (await partner.get("/v1/datasets/registrations")).json()
    assert one == listed["registrations"]
    assert "企业名称" in {header for field in one["fields"] for header in field["headers"]}
    assert (await partner.get("/v1/datasets/nothing")).status_code == 404


async def test_the_place_of_a_batch_is_the_smallest_region_of_the_grant(api: Api, acts: Acts) -> None:
    client = await api.client(ranges=((330106000000, 330107000000), (330108000000, 330109000000)))
    assert (await client.post(PUSH, content=CSV, headers=headers())).status_code == 202
    assert await stored(acts, "SELECT region_code, region_level, scope FROM batches") == [
        (330100000000, 2, "{[330106000000,330107000000),[330108000000,330109000000)}")
    ]  # fmt: skip


async def test_a_body_beyond_the_limit_is_refused_before_it_is_read(api: Api, settings: Settings) -> None:
    narrow(api, settings, upload_limit=1000)
    client, taken = await api.client(), 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 100

    declared = await client.post(PUSH, content=b"x" * 1001, headers=headers())
    streamed = await client.post(PUSH, content=endless(), headers=headers())
    for answer in (declared, streamed):
        assert (answer.status_code, answer.json()["code"], answer.headers["connection"]) == (413, "too_large", "close")
    assert taken < 20
    assert list(settings.spool.iterdir()) == []


async def test_a_sender_that_falls_silent_is_given_up(api: Api, settings: Settings) -> None:
    narrow(api, settings, upload_idle=0.01)
    client = await api.client()

    async def silent() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    answer = await client.post(PUSH, content=silent(), headers=headers())
    assert (answer.status_code, answer.json()["code"]) == (408, "upload_stalled")


async def test_slow_uploads_beyond_the_pool_hold_no_connection(api: Api, client: httpx.AsyncClient) -> None:
    gate = asyncio.Event()
    waiting = 0

    async def slow() -> AsyncIterator[bytes]:
        nonlocal waiting
        waiting += 1
        yield CSV
        await gate.wait()

    pushes = [
        asyncio.create_task(client.post(PUSH, content=slow(), headers=headers(f"key-{n:08d}"))) for n in range(20)
    ]
    while waiting < 20:
        assert (await client.get("/v1/batches")).status_code == 200
    gate.set()
    assert {answer.status_code for answer in await asyncio.gather(*pushes)} == {202}


async def test_an_all_or_nothing_batch_has_a_limit(
    client: httpx.AsyncClient, acts: Acts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.exchange.intake.ATOMIC_LIMIT", 1)
    answer = await client.post(PUSH, content=CSV, headers=headers(), params={"atomic": "batch"})
    assert (answer.status_code, code_of(answer)) == (422, "file.too_many_for_atomic")
    assert await stored(acts, "SELECT batch_id FROM batch_chunks") == []


async def test_a_header_without_records_is_done_at_once(client: httpx.AsyncClient) -> None:
    answer = await client.post(PUSH, content=CSV.split(b"\r\n")[0], headers=headers())
    assert (answer.json()["state"], answer.json()["received"]) == ("done", 0)
