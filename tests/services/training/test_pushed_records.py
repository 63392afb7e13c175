"""Pushed training records: known by a sealed number, a course and a day; unknown persons wait; officers are heard."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import orjson
import pytest

from app.catalogues.datasets import DATASETS
from app.core.acts import Acts
from app.core.config import Settings
from app.core.jobs import Bell
from app.services.exchange.processing import Worker
from tests.conftest import Api, Hands
from tests.kit.databases import Clones
from tests.kit.members import XIHU, branch, member, tag
from tests.kit.persons import Person, person
from tests.kit.training import COUNTY, course, made, session
from tests.kit.vaults import sealing_acts, superuser
from tests.services.contacts.test_pushed_contacts import outcomes

PUSH = "/v1/datasets/training_records/batches"
ONE, TWO = person(1), person(2)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Small chunks, so that few records make many."""
    return settings.model_copy(update={"chunk_records": 3})


@pytest.fixture
async def sealing(settings: Settings, clock: Hands) -> AsyncIterator[Acts]:
    """Acts with the application's ring."""
    async with sealing_acts(settings, clock) as acts:
        yield acts


@pytest.fixture
async def worker(sealing: Acts) -> Worker:
    """A worker that works when told to."""
    return Worker(sealing, DATASETS, Bell(), lease=15)


@pytest.fixture
async def partner(api: Api) -> httpx.AsyncClient:
    """A county's party school."""
    return await api.client("school", role="department_partner", datasets=("training_records",), ranges=XIHU)


async def learner(client: httpx.AsyncClient, one: Person, region: str = COUNTY) -> dict[str, Any]:
    """Somebody who works for the party, by name and number."""
    body = {"name": one.name, "identity_number": one.identity_number, "formal_member": True, "since": "2025-01-01"}
    return await made(client, "/v1/workers", **body, region_code=region)


def record(one: Person, **told: Any) -> dict[str, Any]:
    """One pushed record."""
    return {
        "name": one.name, "identity_number": one.identity_number, "course_title": "书记轮训班", "held_on": "2026-02-25",
        "hours": 3.5,
    } | told  # fmt: skip


async def push(partner: httpx.AsyncClient, worker: Worker, *records: dict[str, Any], **query: str) -> dict[str, Any]:
    """The batch, worked off."""
    sent = {"Content-Type": "application/json", "Idempotency-Key": f"key-{uuid4()}"}
    answer = await partner.post(PUSH, content=orjson.dumps(records), headers=sent, params=query)
    assert answer.status_code == 202, answer.text
    await worker.drain()
    batch: dict[str, Any] = (await partner.get(answer.headers["location"])).json()
    assert batch["state"] == "done", batch
    return batch


async def only(client: httpx.AsyncClient) -> dict[str, Any]:
    """The one attendance there is."""
    (row,) = (await client.get("/v1/attendances")).json()["items"]
    return dict(row)


async def test_records_go_in_change_and_stay(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker
) -> None:
    people = [person(serial) for serial in range(5)]
    for one in people:
        await learner(client, one)
    batch = await push(partner, worker, *(record(one) for one in people))
    assert (batch["created"], batch["rejected"]) == (5, 0), await outcomes(partner, batch)
    rows = (await client.get("/v1/attendances")).json()["items"]
    assert {(row["minutes"], row["source"], row["session_id"]) for row in rows} == {(158, "training_records", None)}
    again = await push(partner, worker, *(record(one) for one in people))
    assert again["unchanged"] == 5
    more = await push(
        partner, worker, record(people[0], hours=8), record(people[1]), record(people[2], held_on="2026-02-26")
    )
    assert (more["updated"], more["unchanged"], more["created"]) == (1, 1, 1)
    told = sorted(row["minutes"] for row in (await client.get("/v1/attendances")).json()["items"])
    assert told == [158, 158, 158, 158, 158, 360]


async def test_nobody_counts_twice_and_an_officers_word_stands(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker
) -> None:
    his = await learner(client, ONE)
    held = await session(client, (await course(client, title="书记轮训班"))["id"])
    await made(client, "/v1/attendances", session_id=held["id"], worker_id=his["id"], minutes=180)
    batch = await push(partner, worker, record(ONE, hours=8))
    assert (batch["updated"], batch["created"]) == (1, 0), await outcomes(partner, batch)
    assert (await only(client))["minutes"] == 180
    other = await push(partner, worker, record(ONE, course_title="另一班", minutes=90))
    assert other["created"] == 1
    (row,) = [
        each for each in (await client.get("/v1/attendances")).json()["items"] if each["course_title"] == "另一班"
    ]
    right = await client.patch(f"/v1/attendances/{row['id']}", json={"minutes": 45}, headers=tag(row))
    assert right.status_code == 200
    await push(partner, worker, record(ONE, course_title="另一班", minutes=100))
    assert (await client.get(f"/v1/attendances/{row['id']}")).json()["minutes"] == 45


async def test_a_cancelled_record_is_not_told_again(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker
) -> None:
    await learner(client, ONE)
    await push(partner, worker, record(ONE))
    row = await only(client)
    gone = await client.post(f"/v1/attendances/{row['id']}/cancel", json={"reason": "查无此事"}, headers=tag(row))
    assert gone.status_code == 200
    await push(partner, worker, record(ONE, hours=8))
    assert (await only(client))["cancel_reason"] == "查无此事"


async def test_dirty_records_come_back_with_their_reasons(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker
) -> None:
    await learner(client, ONE)
    await learner(client, TWO, region="330108000000")
    batch = await push(
        partner, worker,
        record(ONE, identity_number="110105194912310021"), record(ONE, held_on="2026-03-03"),
        record(ONE, hours=None), record(ONE, hours=0), record(ONE, hours=321), record(ONE, hours="许多"),
        record(ONE, course_title=f"班 {ONE.identity_number}"), record(TWO), record(person(9)),
    )  # fmt: skip
    assert await outcomes(partner, batch) == [
        ("rejected", ["identity_number_wrong"]),
        ("rejected", ["day_out_of_range"]),
        ("rejected", ["missing"]),
        ("rejected", ["greater_than_equal"]),
        ("rejected", ["less_than_equal"]),
        ("rejected", ["number_wrong"]),
        ("rejected", ["number_in_text"]),
        ("rejected", ["outside_scope"]),
        ("needs_review", ["review.worker_unknown"]),
    ]


async def test_whoever_was_unknown_goes_in_once_known(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker
) -> None:
    assert (await push(partner, worker, record(ONE)))["needs_review"] == 1
    (item,) = (await client.get("/v1/reviews", params={"state": "open"})).json()["items"]
    assert ONE.identity_number not in str(item)
    path = f"/v1/reviews/{item['id']}/decide"
    early = await client.post(path, json={"verdict": "create"}, headers=tag(item))
    assert early.status_code == 422, early.text
    home = await branch(client)
    one = await member(client, 1, branch_id=home["id"])
    await made(client, "/v1/workers", member_id=one["id"], region_code=COUNTY)
    decided = await client.post(path, json={"verdict": "create"}, headers=tag(item))
    assert decided.status_code == 200, decided.text
    row = await only(client)
    assert (row["worker_name"], row["minutes"], row["source"]) == (ONE.name, 158, "training_records")


async def test_nothing_lies_in_clear_and_nothing_stays_of_who_is_erased(
    client: httpx.AsyncClient,
    partner: httpx.AsyncClient,
    worker: Worker,
    server: Clones,
    database_name: str,
    direct: "asyncpg.Connection[Any]",
) -> None:
    his = await learner(client, ONE)
    await push(partner, worker, record(ONE), record(TWO))
    async with superuser(server, database_name) as keeper:
        tables = await keeper.fetch(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        for table in tables:
            rows = await keeper.fetch(f'SELECT row_to_json(told)::text AS told FROM "{table["relname"]}" AS told')
            for row in rows:
                assert ONE.identity_number not in row["told"], table["relname"]
                assert TWO.identity_number not in row["told"], table["relname"]
    said = "SELECT count(*) FROM dataset_records WHERE dataset = 'training_records'"
    sealed = (
        "SELECT count(*) FROM personal_values WHERE row_key LIKE 'training_records/%' AND holder = 'dataset_records'"
    )
    assert (await direct.fetchval(said), await direct.fetchval(sealed)) == (1, 1)
    demand = {"identity_number": ONE.identity_number, "reason": "本人书面申请"}
    told = await client.post("/v1/data-subjects/export", json=demand)
    assert told.status_code == 200, told.text
    assert "书记轮训班" in told.text
    end = {"ended_on": "2026-03-02", "reason": "调离"}
    ended = await client.post(f"/v1/workers/{his['id']}/end", json=end, headers=tag(his))
    assert ended.status_code == 200, ended.text
    erased = await client.post("/v1/data-subjects/erase", json=demand | {"ground": "consent_withdrawn"})
    assert [row["erased"] for row in erased.json()["items"] if row["table"] == "workers"] == [True], erased.text
    assert (await direct.fetchval(said), await direct.fetchval(sealed)) == (0, 0)
    assert await direct.fetchval("SELECT count(*) FROM attendances") == 0


@pytest.mark.parametrize(("day", "hours"), [("开班日期", "8"), ("日期", "8学时"), ("日期", "８．0 课时")])
async def test_a_sheet_of_a_party_school_is_read_as_it_is(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, day: str, hours: str
) -> None:
    await learner(client, ONE)
    lines = (
        "2026年春季学期培训学时登记表,,,,",
        f"序号,姓名,公民身份号码,培训班名称,{day},培训学时",
        f"1,{ONE.name},{ONE.identity_number},书记轮训班,2026年2月25日,{hours}",
        "合计,,,,,8",
    )
    sent = {"Content-Type": "text/csv", "Idempotency-Key": "a-sheet-of-theirs"}
    answer = await partner.post(PUSH, content="\r\n".join(lines).encode("gb18030"), headers=sent)
    assert answer.status_code == 202, answer.text
    await worker.drain()
    batch = (await partner.get(answer.headers["location"])).json()
    assert (batch["created"], batch["rejected"]) == (1, 1), await outcomes(partner, batch)
    assert (await only(client))["minutes"] == 360
