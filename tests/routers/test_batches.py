"""Following a batch: counts and progress, outcomes with reasons, the rejects as a file, events, cancelling."""

import asyncio
import csv
import io
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from sqlalchemy import text

from app.core.acts import Acts
from tests.conftest import Api, Hands, actor

PUSH = "/v1/datasets/registrations/batches"
HEAD = "企业名称,统一社会信用代码\r\n"
SUBJECT = UUID("019b2c34-6f00-7a11-8a55-2f6f0c1d9e01")


async def pushed(client: httpx.AsyncClient, body: str, media: str = "text/csv", **query: str) -> str:
    sent = {"Content-Type": media, "Idempotency-Key": f"key-{uuid4()}"}
    answer = await client.post(PUSH, content=body.encode(), headers=sent, params=query)
    assert answer.status_code == 202, answer.text
    place: str = answer.headers["location"]
    return place


async def run(acts: Acts, statement: str, **values: object) -> None:
    async with acts.open(actor("system")) as act:
        await act.session.execute(text(statement), values)


async def applied(acts: Acts, place: str, outcomes: list[str], findings: list[tuple[int, str, str]]) -> None:
    """What a worker would leave: outcomes a chunk, findings, counts."""
    batch = place.rsplit("/", 1)[-1]
    await run(
        acts, "UPDATE batches SET state = 'processing', started_at = :now WHERE id = :id", id=batch, now=acts.clock()
    )
    for seq, letters in enumerate(outcomes):
        await run(
            acts,
            "UPDATE batch_chunks SET outcomes = :letters, state = 'done', subjects = array_fill(CAST(:subject AS uuid),"
            " ARRAY[records]) WHERE batch_id = :id AND seq = :seq",
            id=batch, seq=seq, letters=letters.encode(), subject=SUBJECT,
        )  # fmt: skip
    for line, pointer, code in findings:
        await run(
            acts,
            "INSERT INTO batch_findings (batch_id, line, position, owner, seq, outcome, pointer, code, params)"
            " VALUES (:id, :line, 0, 'tester', 0, 'rejected', :pointer, :code, '{\"max_length\": 5}')",
            id=batch, line=line, pointer=pointer, code=code,
        )  # fmt: skip
    counts = {letter: sum(some.count(letter) for some in outcomes) for letter in "cunsrv"}
    await run(
        acts,
        "UPDATE batches SET created = :c, updated = :u, unchanged = :n, superseded = :s, rejected = :r,"
        " needs_review = :v, chunks_done = :done WHERE id = :id",
        id=batch, done=len(outcomes), **counts,
    )  # fmt: skip


async def ended(acts: Acts, place: str, state: str = "done") -> None:
    await run(
        acts,
        "UPDATE batches SET state = :state, finished_at = :now WHERE id = :id",
        id=place.rsplit("/", 1)[-1], state=state, now=acts.clock(),
    )  # fmt: skip


@pytest.fixture
def chunks_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small chunks, so that pages cross their edges."""
    monkeypatch.setattr("app.services.exchange.intake.CHUNK_BYTES", 30)


async def test_progress_and_counts(client: httpx.AsyncClient, acts: Acts, clock: Hands) -> None:
    place = await pushed(client, HEAD + "甲,1\r\n" * 10)
    clock.forward(seconds=1)
    await applied(acts, place, ["cu"], [])
    clock.forward(seconds=2)
    batch = (await client.get(place)).json()
    assert batch["progress"] == {
        "records_done": 2, "share": 0.2, "records_per_second": 1.0, "seconds_left": 8.0
    }  # fmt: skip
    assert batch["allowed_actions"] == [{"action": "cancel", "allowed": True, "reason": None}]
    await ended(acts, place)
    clock.forward(days=1)
    batch = (await client.get(place)).json()
    assert (batch["state"], batch["progress"]["records_per_second"], batch["progress"]["seconds_left"]) == (
        "done", 1.0, None
    )  # fmt: skip
    assert batch["allowed_actions"][0]["reason"] == "batch_finished"


async def test_lists_narrow_and_page(client: httpx.AsyncClient, clock: Hands, acts: Acts) -> None:
    places = []
    for n in range(5):
        places.append(await pushed(client, HEAD + f"甲{n},1", mode="validate" if n == 2 else "commit"))
        clock.forward(seconds=1)
    await ended(acts, places[0])
    page = (await client.get("/v1/batches", params={"limit": 2})).json()
    assert [f"/v1/batches/{one['id']}" for one in page["items"]] == [places[4], places[3]]
    page = (await client.get("/v1/batches", params={"limit": 2, "cursor": page["next_cursor"]})).json()
    assert [f"/v1/batches/{one['id']}" for one in page["items"]] == [places[2], places[1]]
    assert len((await client.get("/v1/batches", params={"mode": "validate"})).json()["items"]) == 1
    assert len((await client.get("/v1/batches", params={"state": "done"})).json()["items"]) == 1
    assert (await client.get("/v1/batches", params={"dataset": "party_facts"})).json()["items"] == []


@pytest.mark.usefixtures("chunks_of_two")
async def test_records_page_by_page_and_by_outcome(client: httpx.AsyncClient, acts: Acts) -> None:
    place = await pushed(client, HEAD + "".join(f'甲{n},"1\r\n23456"\r\n' for n in range(9)))
    await applied(acts, place, ["cr", "uu", "rn", "sv"], [(4, "/name", "string_too_long"), (10, "/uscc", "missing")])
    seen: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await client.get(f"{place}/records", params={"limit": "3", **cursor})).json()
        seen += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert [one["line"] for one in seen] == [2, 4, 6, 8, 10, 12, 14, 16]
    assert [one["outcome"][0] for one in seen] == ["c", "r", "u", "u", "r", "u", "s", "n"]
    assert seen[1]["errors"] == [
        {"pointer": "/name", "code": "string_too_long", "detail": "Too long; at most 5 characters."}
    ]
    assert seen[0]["errors"] == []
    assert seen[0]["subject_id"] == str(SUBJECT)
    refused = (await client.get(f"{place}/records", params={"outcome": "rejected"})).json()
    assert [one["line"] for one in refused["items"]] == [4, 10]
    both = await client.get(f"{place}/records", params={"outcome": ["superseded", "needs_review"], "limit": 1})
    assert [one["line"] for one in both.json()["items"]] == [14]


async def test_a_cursor_belongs_to_its_batch_and_outcomes(client: httpx.AsyncClient, acts: Acts) -> None:
    place = await pushed(client, HEAD + "甲,1\r\n" * 3)
    await applied(acts, place, ["ccc"], [])
    cursor = (await client.get(f"{place}/records", params={"limit": 1})).json()["next_cursor"]
    for wrong in ({"outcome": "created"}, {"cursor": "x" + cursor}, {"cursor": "é"}, {"cursor": ""}):
        answer = await client.get(f"{place}/records", params={"cursor": cursor, **wrong})
        assert answer.status_code == 422, wrong
    assert (await client.get(f"{place}/records", params={"outcome": "lost"})).status_code == 422
    assert (await client.get(f"{place}/records", params={"count": "exact"})).status_code == 422


async def test_reasons_come_in_the_readers_language(api: Api, acts: Acts) -> None:
    place = await pushed(await api.client(), HEAD + "甲,1\r\n")
    await applied(acts, place, ["r"], [(2, "", "stream.unclosed_quote")])
    details = set()
    for language in ("zh-Hans", "zh-Hant", "en"):
        client = await api.client(language=language)
        details.add((await client.get(f"{place}/records")).json()["items"][0]["errors"][0]["detail"])
    assert details == {"引号没有成对。", "引號沒有成對。", "A quote is not closed."}


async def test_rejects_come_back_as_sent_with_their_reasons(client: httpx.AsyncClient, acts: Acts) -> None:
    body = HEAD + '甲,1\r\n=乙,"9\n133"\r\n丙,913311251484801000\r\n丁,"1,2\r\n'
    place = await pushed(client, body)
    await applied(
        acts, place, ["crrr"], [(3, "/uscc", "missing"), (5, "/uscc", "missing"), (6, "", "stream.unclosed_quote")]
    )
    answer = await client.get(f"{place}/rejects.csv")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))) == [
        ["企业名称", "统一社会信用代码", "Line", "Reasons", "As sent"],
        ["'=乙", "9\n133", "3", "/uscc Required, but missing.", ""],
        ["丙", "\t913311251484801000", "5", "/uscc Required, but missing.", ""],
        ["", "", "6", "A quote is not closed.", '丁,"1,2'],
    ]
    again = await client.post(
        PUSH, content=answer.content, headers={"Content-Type": "text/csv", "Idempotency-Key": "corrected-1"}
    )
    assert (again.status_code, again.json()["received"]) == (202, 3)


async def test_a_download_of_rejects_is_noted_as_an_export(api: Api, client: httpx.AsyncClient, acts: Acts) -> None:
    place = await pushed(client, HEAD + "甲,1\r\n乙,2\r\n")
    await applied(acts, place, ["cr"], [(3, "/uscc", "missing")])
    auditor = await api.client("auditor", role="auditor")
    asked = {"verb": "export", "subject": "batches"}
    for path in ("", "/records"):  # read on a screen, a page at a time: no file leaves
        assert (await client.get(f"{place}{path}")).status_code == 200
    assert (await auditor.get("/v1/audit", params=asked)).json()["items"] == []
    answer = await client.get(f"{place}/rejects.csv")
    (row,) = (await auditor.get("/v1/audit", params=asked)).json()["items"]
    batch = place.rsplit("/", 1)[-1]
    route = "GET /v1/batches/{batch_id}/rejects.csv"
    assert row["detail"] == {"id": batch, "rows": 1, "form": "text/csv", "route": route}
    assert (row["actor"], row["ids"], row["request_id"]) == ("tester", [batch], answer.headers["x-request-id"])
    other = await api.client("other")
    assert (await other.get(f"{place}/rejects.csv")).status_code == 404
    assert len((await auditor.get("/v1/audit", params=asked)).json()["items"]) == 1


async def test_rejects_of_json_are_shown_as_sent(client: httpx.AsyncClient, acts: Acts) -> None:
    place = await pushed(client, '{"name":1}\n{"name":"甲"}\n', "application/x-ndjson")
    await applied(acts, place, ["rc"], [(1, "/name", "string_type")])
    answer = await client.get(f"{place}/rejects.csv")
    assert list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))) == [
        ["Line", "Reasons", "As sent"],
        ["1", "/name Must be text.", '{"name":1}'],
    ]


async def test_events_follow_a_batch_to_its_end(client: httpx.AsyncClient, acts: Acts) -> None:
    place = await pushed(client, HEAD + "甲,1\r\n" * 4)
    reading = asyncio.create_task(client.get(f"{place}/events"))
    await applied(acts, place, ["cccc"], [])
    await ended(acts, place)
    answer = await reading
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = [dict(line.split(": ", 1) for line in part.splitlines() if not line.startswith(":"))
              for part in answer.text.strip().split("\n\n")]  # fmt: skip
    assert events[-1]["event"] == "ended"
    assert events[-1]["id"] == "done-4"
    assert orjson.loads(events[-1]["data"])["state"] == "done"
    assert {event["event"] for event in events[:-1]} <= {"progress"}


async def test_a_reader_that_comes_back_is_not_told_again(client: httpx.AsyncClient, acts: Acts) -> None:
    place = await pushed(client, HEAD + "甲,1\r\n")
    await applied(acts, place, ["c"], [])
    await ended(acts, place)
    answer = await client.get(f"{place}/events", headers={"Last-Event-ID": "done-1"})
    assert "data:" not in answer.text
    assert "ended" in (await client.get(f"{place}/events", headers={"Last-Event-ID": "waiting-0"})).text


async def test_waiting_ends_with_the_batch(client: httpx.AsyncClient, acts: Acts) -> None:
    sent = {"Content-Type": "text/csv", "Idempotency-Key": "waiting-001", "Prefer": "respond-async, wait=60"}

    async def finish() -> None:
        while not (listed := (await client.get("/v1/batches")).json()["items"]):
            pass
        await ended(acts, listed[0]["id"])

    answer, _ = await asyncio.gather(client.post(PUSH, content=(HEAD + "甲,1").encode(), headers=sent), finish())
    assert (answer.status_code, answer.json()["state"]) == (200, "done")
    assert answer.headers["preference-applied"] == "wait=60"
    again = await client.post(PUSH, content=(HEAD + "甲,1").encode(), headers=sent)
    assert (again.status_code, again.content) == (200, answer.content)
    read = await client.get(answer.headers["location"], headers={"Prefer": "wait=60"})
    assert (read.json()["state"], read.headers["preference-applied"]) == ("done", "wait=60")


async def test_waiting_ends_with_the_process(api: Api, client: httpx.AsyncClient) -> None:
    place = await pushed(client, HEAD + "甲,1\r\n")
    api.app.state.liangxin.ending.set()
    async with asyncio.timeout(10):
        read = await client.get(place, headers={"Prefer": "wait=60"})
        stream = await client.get(f"{place}/events")
    assert (read.status_code, read.json()["state"]) == (200, "waiting")
    assert "event: progress" in stream.text
    assert "event: ended" not in stream.text


async def test_reading_may_wait_too(client: httpx.AsyncClient, acts: Acts) -> None:
    place = await pushed(client, HEAD + "甲,1\r\n")
    answer, _ = await asyncio.gather(client.get(place, headers={"Prefer": "wait=60"}), ended(acts, place))
    assert answer.json()["state"] == "done"


@pytest.mark.parametrize("prefer", ["wait=0", 'wait="0"', "wait=x", "wait", "handling=lenient"])
async def test_who_does_not_wait_is_answered_at_once(client: httpx.AsyncClient, prefer: str) -> None:
    sent = {"Content-Type": "text/csv", "Idempotency-Key": "waiting-001", "Prefer": prefer}
    assert (await client.post(PUSH, content=(HEAD + "甲,1").encode(), headers=sent)).status_code == 202


async def test_cancelling(client: httpx.AsyncClient, acts: Acts) -> None:
    place = await pushed(client, HEAD + "甲,1\r\n")
    answer = await client.post(f"{place}/cancel")
    assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    again = await client.post(f"{place}/cancel")
    assert (again.status_code, again.json()["code"]) == (409, "batch_finished")
    running = await pushed(client, HEAD + "乙,1\r\n")
    await applied(acts, running, [], [])
    for _ in range(2):
        answer = await client.post(f"{running}/cancel")
        assert (answer.json()["state"], answer.json()["cancel_requested"]) == ("processing", True)
    assert answer.json()["allowed_actions"][0]["reason"] == "cancel_requested"


async def test_a_failed_batch_says_why(client: httpx.AsyncClient, acts: Acts) -> None:
    place = await pushed(client, HEAD + "甲,1\r\n")
    failure = orjson.dumps({"code": "rejected_records", "params": {"rejected": 3}}).decode()
    await run(acts, "UPDATE batches SET failure = CAST(:failure AS jsonb)", failure=failure)
    await ended(acts, place, "failed")
    told = (await client.get(place)).json()["failure"]
    assert told["code"] == "rejected_records"
    assert "3 records" in told["detail"]


async def test_unknown_batches(client: httpx.AsyncClient) -> None:
    for path in ("", "/records", "/rejects.csv", "/events"):
        assert (await client.get(f"/v1/batches/{uuid4()}{path}")).status_code == 404
        assert (await client.get(f"/v1/batches/nonsense{path}")).status_code == 422
    assert (await client.post(f"/v1/batches/{uuid4()}/cancel")).status_code == 404
