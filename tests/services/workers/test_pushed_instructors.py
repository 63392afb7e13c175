"""Pushed instructors: known by a sealed number, entered with their terms, shortened by no push; dirt comes back."""

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
from tests.kit.members import XIHU, branch, member
from tests.kit.persons import Person, person
from tests.kit.vaults import sealing_acts, superuser
from tests.services.contacts.test_pushed_contacts import outcomes

PUSH = "/v1/datasets/instructors/batches"
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
    """A county's department that sends people."""
    return await api.client("sender", role="department_partner", datasets=("instructors",), ranges=XIHU)


def record(one: Person, **told: Any) -> dict[str, Any]:
    """One pushed record."""
    return {
        "name": one.name, "identity_number": one.identity_number, "phone": one.phone, "member_kind": "正式党员",
        "background": "机关", "sending_body": "西湖区市场监督管理局", "qualifications": "懂经营管理、熟悉党务",
        "industries": "制造业、17", "home_region": "西湖区转塘街道", "term_from": "2026-03-01",
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


async def terms(direct: "asyncpg.Connection[Any]") -> list[tuple[str, str, str]]:
    """Name and term of all instructors."""
    rows = await direct.fetch(
        "SELECT coalesce(workers.name, members.name) AS name, valid_from, valid_to FROM worker_roles"
        " JOIN workers ON workers.id = worker_id LEFT JOIN members ON members.id = member_id"
        " WHERE role = 'instructor' ORDER BY name, valid_from"
    )
    return [(row["name"], row["valid_from"].isoformat(), row["valid_to"].isoformat()) for row in rows]


async def test_a_list_goes_in_changes_and_stays(
    partner: httpx.AsyncClient, worker: Worker, direct: "asyncpg.Connection[Any]"
) -> None:
    people = [person(serial) for serial in range(7)]
    batch = await push(partner, worker, *(record(one) for one in people))
    assert (batch["created"], batch["rejected"]) == (7, 0), await outcomes(partner, batch)
    row = await direct.fetchrow("SELECT * FROM workers WHERE name = $1", ONE.name)
    assert row is not None
    kept = {name: row[name] for name in ("background", "sending_body", "source", "stated_formal", "full_time")}
    assert kept == {
        "background": "government_organ", "sending_body": "西湖区市场监督管理局", "source": "instructors",
        "stated_formal": True, "full_time": False,
    }  # fmt: skip
    assert (row["qualifications"], row["industries"]) == (["business_management", "party_affairs"], ["17", "C"])
    assert (row["home_region_code"] // 1000, row["home_region_level"]) == (330106010, 4)
    assert (row["region_code"], row["region_level"]) == (330106000000, 3)
    assert (await terms(direct))[0] == (people[0].name, "2026-03-01", "2028-03-01")
    assert (await push(partner, worker, *(record(one) for one in people)))["unchanged"] == 7
    other = await push(
        partner, worker, record(people[0], industries="住宿和餐饮业", phone=person(99).phone), record(people[1])
    )
    assert (other["updated"], other["unchanged"]) == (1, 1)
    assert await direct.fetchval("SELECT industries FROM workers WHERE name = $1", people[0].name) == ["H"]
    assert await direct.fetchval("SELECT count(*) FROM workers") == 7
    assert await direct.fetchval("SELECT count(*) FROM worker_roles") == 7


async def test_nothing_lies_in_clear(
    partner: httpx.AsyncClient, worker: Worker, server: Clones, database_name: str
) -> None:
    await push(partner, worker, record(ONE), record(TWO, region="某某县"))
    async with superuser(server, database_name) as keeper:
        tables = await keeper.fetch(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace"
        )
        for table in tables:
            rows = await keeper.fetch(f'SELECT row_to_json(told)::text AS told FROM "{table["relname"]}" AS told')
            for row in rows:
                for one in (ONE, TWO):
                    assert one.identity_number not in row["told"], table["relname"]
                    assert one.phone not in row["told"], table["relname"]


@pytest.mark.parametrize(
    ("told", "codes"),
    [
        ({"identity_number": "3.3E17"}, ["code_as_number", "missing"]),
        ({"identity_number": None}, ["missing"]),
        ({"identity_number": ONE.identity_number[:-1] + "Y"}, ["identity_number_wrong"]),
        ({"phone": "1"}, ["phone_wrong"]),
        ({"name": f"李清{ONE.phone}"}, ["number_in_text"]),
        ({"sending_body": f"某局 {ONE.phone}"}, ["number_in_text"]),
        ({"member_kind": "预备党员"}, ["instructor_not_formal"]),
        ({"member_kind": "群众"}, ["instructor_not_formal"]),
        ({"member_kind": None}, ["missing"]),
        ({"member_kind": "民革"}, ["literal_error", "missing"]),
        ({"background": "不知道"}, ["literal_error"]),
        ({"industries": "制造业、某某"}, ["industries_unread"]),
        ({"qualifications": "本科"}, ["qualifications_unread"]),
        ({"home_region": "火星"}, ["region_unknown"]),
        ({"home_region_code": "330106999999"}, ["region_unknown"]),
        ({"term_from": None}, ["missing"]),
        ({"term_from": "2026年3月"}, ["date_parsing", "missing"]),
        ({"term_from": "1900-01-01"}, ["term_first_day"]),
        ({"term_from": "2026-03-03"}, ["term_first_day"]),
        ({"term_last_day": "2026-02-28"}, ["term_backwards"]),
        ({"term_last_day": "2028-03-01"}, ["term_too_long"]),
        ({"full_time": "也许"}, ["literal_error"]),
        ({"region": "滨江区"}, ["outside_scope"]),
    ],
)
async def test_dirt_comes_back_with_its_reason(
    partner: httpx.AsyncClient,
    worker: Worker,
    direct: "asyncpg.Connection[Any]",
    told: dict[str, Any],
    codes: list[str],
) -> None:
    batch = await push(partner, worker, record(ONE, **told))
    (outcome,) = await outcomes(partner, batch)
    assert outcome == ("rejected", codes)
    report = (await partner.get(f"/v1/batches/{batch['id']}/records")).text
    assert ONE.identity_number[:-1] not in report
    assert await direct.fetchval("SELECT count(*) FROM workers") == 0


async def test_a_term_is_prolonged_and_followed_by_another_and_not_shortened(
    partner: httpx.AsyncClient, worker: Worker, direct: "asyncpg.Connection[Any]"
) -> None:
    await push(partner, worker, record(ONE, term_last_day="2027-02-28"))
    assert await terms(direct) == [(ONE.name, "2026-03-01", "2027-03-01")]
    longer = await push(partner, worker, record(ONE, term_last_day="2028-02-29"))
    assert longer["updated"] == 1
    assert await terms(direct) == [(ONE.name, "2026-03-01", "2028-03-01")]
    shorter = await push(partner, worker, record(ONE, term_last_day="2027-12-31"))
    assert await outcomes(partner, shorter) == [("rejected", ["term_shortened"])]
    across = await push(partner, worker, record(ONE, term_from="2026-02-01"))
    assert await outcomes(partner, across) == [("rejected", ["term_overlaps"])]
    earlier = await push(partner, worker, record(ONE, term_from="2024-03-01", term_last_day="2026-02-28"))
    assert earlier["updated"] == 1, await outcomes(partner, earlier)
    assert [each[1:] for each in await terms(direct)] == [("2024-03-01", "2026-03-01"), ("2026-03-01", "2028-03-01")]
    assert await direct.fetchval("SELECT count(*) FROM workers") == 1
    assert str(await direct.fetchval("SELECT since FROM workers")) == "2024-03-01"


async def test_one_person_several_times_in_a_file(
    partner: httpx.AsyncClient, worker: Worker, direct: "asyncpg.Connection[Any]"
) -> None:
    """Two terms are two records of one person; a third that lies across them is refused wherever its chunk ends."""
    batch = await push(
        partner,
        worker,
        record(ONE, term_from="2022-03-01", term_last_day="2024-02-29"),
        record(ONE, term_from="2024-03-01", term_last_day="2026-02-28", industries="教育"),
        record(ONE, term_from="2024-06-01"),
        record(ONE, term_from="2025-06-01"),
        record(TWO),
        record(TWO),
        record(ONE, term_from="2026-03-01"),
    )
    told = await outcomes(partner, batch)
    assert [each[1] for each in told if each[0] == "rejected"] == [["term_overlaps"]] * 2
    assert (batch["created"] + batch["updated"], batch["unchanged"], batch["rejected"]) == (4, 1, 2)
    assert [each[1] for each in await terms(direct)] == ["2022-03-01", "2024-03-01", "2026-03-01", "2026-03-01"]
    assert await direct.fetchval("SELECT count(*) FROM workers") == 2


async def test_a_member_is_the_worker_under_the_name_on_the_roll(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, direct: "asyncpg.Connection[Any]"
) -> None:
    home = await branch(client)
    enrolled = await member(client, 1, branch_id=home["id"])
    on_probation = await member(client, 2, branch_id=home["id"], kind="probationary")
    batch = await push(partner, worker, record(ONE, name="李清一"), record(TWO))
    assert await outcomes(partner, batch) == [("created", []), ("rejected", ["instructor_not_formal"])]
    assert on_probation["kind"] == "probationary"
    row = await direct.fetchrow("SELECT member_id, name FROM workers")
    assert row is not None
    assert (str(row["member_id"]), row["name"]) == (enrolled["id"], None)
    assert (await push(partner, worker, record(ONE, name="李清一")))["unchanged"] == 1
    assert (await push(partner, worker, record(ONE, phone=person(9).phone)))["updated"] == 1


async def test_who_holds_a_post_here_is_the_same_worker(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, direct: "asyncpg.Connection[Any]"
) -> None:
    home = await branch(client)
    enrolled = await member(client, 1, branch_id=home["id"])
    post = {"member_id": enrolled["id"], "role": "secretary", "selection_channel": "internal", "qualifications": []}
    term = {"branch_id": home["id"], "election": "elected", "valid_from": "2026-02-10", "posts": [post]}
    answer = await client.post("/v1/terms", json=term)
    assert answer.status_code == 201, answer.text
    batch = await push(partner, worker, record(ONE))
    assert batch["updated"] == 1, await outcomes(partner, batch)
    roles = await direct.fetch("SELECT role FROM worker_roles ORDER BY role")
    assert [row["role"] for row in roles] == ["instructor", "secretary"]
    assert await direct.fetchval("SELECT count(*) FROM workers") == 1
    assert (await push(partner, worker, record(ONE)))["unchanged"] == 1


async def test_who_is_kept_elsewhere_is_not_entered_twice(
    api: Api, partner: httpx.AsyncClient, worker: Worker, direct: "asyncpg.Connection[Any]"
) -> None:
    await push(partner, worker, record(ONE))
    across = await api.client(
        "across", role="department_partner", datasets=("instructors",), ranges=((330108000000, 330109000000),)
    )
    batch = await push(across, worker, record(ONE), record(TWO, home_region=None))
    assert await outcomes(across, batch) == [("rejected", ["outside_scope"]), ("created", [])]
    city = await api.client(
        "city", role="department_partner", datasets=("instructors",), ranges=((330100000000, 330200000000),)
    )
    assert (await push(city, worker, record(ONE, region="滨江区", phone=TWO.phone)))["updated"] == 1
    assert await direct.fetchval("SELECT region_code FROM workers WHERE name = $1", ONE.name) == 330106000000


async def test_a_place_that_is_not_certain_waits_for_a_person(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, direct: "asyncpg.Connection[Any]"
) -> None:
    batch = await push(partner, worker, record(ONE, region="某某县"))
    assert await outcomes(partner, batch) == [("needs_review", ["review.place_unknown"])]
    (item,) = (await client.get("/v1/reviews")).json()["items"]
    assert "identity_number" not in item["values"]
    decided = await client.post(
        f"/v1/reviews/{item['id']}/decide",
        json={"verdict": "create", "region_code": "330106010000"},
        headers={"If-Match": '"1"'},
    )
    assert decided.status_code == 200, decided.text
    assert await direct.fetchval("SELECT region_code FROM workers") == 330106010000
    assert await terms(direct) == [(ONE.name, "2026-03-01", "2028-03-01")]
    assert (await push(partner, worker, record(ONE, region="某某县")))["unchanged"] == 1


async def test_who_has_left_stays_away_until_a_later_term(
    client: httpx.AsyncClient,
    partner: httpx.AsyncClient,
    worker: Worker,
    direct: "asyncpg.Connection[Any]",
    clock: Hands,
) -> None:
    await push(partner, worker, record(ONE))
    key = await direct.fetchval("SELECT id FROM workers")
    row = (await client.get(f"/v1/workers/{key}")).json()
    assert (row["formal"], row["source"], row["identity_number"][-1]) == (True, "instructors", ONE.identity_number[-1])
    clock.forward(days=10)
    gone = {"ended_on": "2026-03-12", "reason": "调离"}
    ended = await client.post(f"/v1/workers/{key}/end", json=gone, headers={"if-match": f'"{row["version"]}"'})
    assert ended.status_code == 200, ended.text
    assert await terms(direct) == [(ONE.name, "2026-03-01", "2026-03-12")]
    assert (await push(partner, worker, record(ONE)))["unchanged"] == 1
    back = await push(partner, worker, record(ONE, term_from="2026-03-11"))
    assert await outcomes(partner, back) == [("rejected", ["term_before_leaving"])]
    clock.forward(days=10)
    assert (await push(partner, worker, record(ONE, term_from="2026-03-20")))["created"] == 1
    states = await direct.fetch("SELECT state FROM workers ORDER BY since, id")
    assert [each["state"] for each in states] == ["ended", "current"]
    assert [each[1] for each in await terms(direct)] == ["2026-03-01", "2026-03-20"]


async def test_a_validation_predicts_and_leaves_nothing(
    partner: httpx.AsyncClient, worker: Worker, server: Clones, database_name: str
) -> None:
    batch = await push(partner, worker, *[record(ONE)] * 4, record(ONE, phone=TWO.phone), mode="validate")
    assert (batch["created"], batch["unchanged"], batch["updated"]) == (1, 3, 1)
    async with superuser(server, database_name) as keeper:
        for table in ("workers", "worker_roles", "personal_values"):
            assert await keeper.fetchval(f"SELECT count(*) FROM {table}") == 0


CSV = (
    "附件1：党建指导员花名册\r\n"
    "姓名,身份证号码,政治面貌,来源,选派单位,任职条件,从业经历,居住镇街,任期起,任期止,专兼职,备注\r\n"
    "{one[0]}　{one[1]} {one[2]},{first},中共党员,退役军人,西湖区退役军人事务局,党务;法律,"
    "批发和零售业,转塘街道,2026年3月1日,2028/2/29,专职,\r\n"
    "{two},'{second}, 群众 ,其他,,,,,2026.3.1,,兼职,无\r\n"
    ",,,,,,,,,,,\r\n"
    "合计,2人,,,,,,,,,,\r\n"
)


async def test_a_sheet_as_departments_write_it(
    partner: httpx.AsyncClient, worker: Worker, direct: "asyncpg.Connection[Any]"
) -> None:
    """A title above, a total below, GB18030, two ways of writing a day."""
    body = CSV.format(one=ONE.name, first=ONE.identity_number, two=TWO.name, second=TWO.identity_number)
    sent = {"Content-Type": "text/csv", "Idempotency-Key": "a-sheet-of-theirs"}
    answer = await partner.post(PUSH, content=body.encode("gb18030"), headers=sent)
    assert answer.status_code == 202, answer.text
    await worker.drain()
    batch = (await partner.get(answer.headers["location"])).json()
    assert (batch["received"], batch["created"], batch["rejected"]) == (3, 1, 2), await outcomes(partner, batch)
    row = await direct.fetchrow("SELECT background, qualifications, industries, full_time FROM workers")
    assert row is not None
    assert tuple(row) == ("veteran", ["law", "party_affairs"], ["F"], True)
    assert await terms(direct) == [(ONE.name, "2026-03-01", "2028-03-01")]
