"""Pushed members: known by a sealed number, entered where they belong, never moved by a push; dirt comes back."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest

from app.catalogues.datasets import DATASETS
from app.catalogues.retention import apply_retention
from app.core.acts import Acts
from app.core.config import Settings
from app.core.jobs import Bell
from app.services.exchange.processing import Worker
from tests.conftest import Api, Hands
from tests.kit.databases import Clones
from tests.kit.members import ACROSS, BINJIANG, STREET, XIHU, branch, counts, firm, member, read, tag
from tests.kit.persons import Person, person
from tests.kit.vaults import sealing_acts, superuser
from tests.routers.test_organizations import uscc
from tests.services.contacts.test_pushed_contacts import outcomes

PUSH, MEMBERS = "/v1/datasets/members/batches", "/v1/members"
CODE, LATER = uscc(1), uscc(2)
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
    """An organisation department that pushes its roll."""
    return await api.client("partner", role="department_partner", datasets=("members",))


@pytest.fixture
async def home(client: httpx.AsyncClient) -> dict[str, Any]:
    """The branch that records name."""
    return await branch(client, name="云栖联合党支部")


@pytest.fixture
async def works(client: httpx.AsyncClient) -> dict[str, Any]:
    """The employer that records name."""
    return await firm(client, uscc=CODE)


def record(one: Person, **told: Any) -> dict[str, Any]:
    """One pushed record."""
    return {
        "name": one.name, "identity_number": one.identity_number, "phone": one.phone, "member_kind": "正式党员",
        "branch_name": "云栖联合党支部", "uscc": CODE, "relation_since": "2026-02-10",
    } | told  # fmt: skip


async def push(partner: httpx.AsyncClient, worker: Worker, *records: dict[str, Any], **query: str) -> dict[str, Any]:
    """The batch, worked off."""
    sent = {"Content-Type": "application/json", "Idempotency-Key": f"key-{uuid4()}"}
    answer = await partner.post(PUSH, content=orjson.dumps(records), headers=sent, params=query)
    assert answer.status_code == 202, answer.text
    await worker.drain()
    batch: dict[str, Any] = (await partner.get(answer.headers["location"])).json()
    return batch


async def only(client: httpx.AsyncClient, one: Person) -> dict[str, Any]:
    """The member with this person's number."""
    found = await client.post(f"{MEMBERS}/search", json={"identity_number": one.identity_number})
    (row,) = found.json()["items"]
    return dict(row)


@pytest.mark.usefixtures("home")
async def test_a_roll_goes_in_changes_and_stays(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, works: dict[str, Any]
) -> None:
    people = [person(serial) for serial in range(7)]
    batch = await push(partner, worker, *(record(one) for one in people))
    assert (batch["state"], batch["created"], batch["rejected"]) == ("done", 7, 0)
    assert await counts(client, works) == (7, 7, 0)
    told = await only(client, people[0])
    assert (told["source"], told["since"], told["branch_name"], told["organization_id"]) == (
        "members", "2026-02-10", "云栖联合党支部", works["id"],
    )  # fmt: skip
    again = await push(partner, worker, *(record(one) for one in people))
    assert again["unchanged"] == 7
    other = await push(partner, worker, record(people[0], phone=person(99).phone), record(people[1]))
    assert (other["updated"], other["unchanged"]) == (1, 1)
    assert len((await client.post(f"{MEMBERS}/search", json={"phone": person(99).phone})).json()["items"]) == 1


@pytest.mark.usefixtures("home", "works")
async def test_nothing_lies_in_clear(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, server: Clones, database_name: str
) -> None:
    await push(partner, worker, record(ONE), record(TWO, branch_name="没有这个党支部"))
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
        keys = await keeper.fetch("SELECT record_key FROM dataset_records WHERE dataset = 'members'")
    assert [len(row["record_key"]) for row in keys] == [64]


@pytest.mark.usefixtures("home", "works")
@pytest.mark.parametrize(
    ("told", "codes"),
    [
        ({"identity_number": "3.3E17"}, ["code_as_number", "missing"]),
        ({"identity_number": 3.3e17}, ["code_as_number", "missing"]),
        ({"identity_number": None}, ["missing"]),
        ({"identity_number": ONE.identity_number[:-1] + "Y"}, ["identity_number_wrong"]),
        ({"phone": "1"}, ["phone_wrong"]),
        ({"name": f"李清{ONE.phone}"}, ["number_in_text"]),
        ({"uscc": "91330102MA27XL0T1X"}, None),
        ({"branch_name": None, "uscc": None}, ["member_branch_or_employer"]),
        ({"member_kind": "群众"}, None),
        ({"formal_on": "2019-01-01", "admitted_on": "2020-01-01"}, ["formal_before_admitted"]),
        ({"formal_on": "2019-01-01", "member_kind": "预备党员"}, ["formal_on_of_probationary"]),
        ({"admitted_on": "2036-01-01"}, ["day_out_of_range"]),
        ({"relation_since": "1900-01-01"}, ["day_out_of_range"]),
        ({"floating": "也许"}, None),
    ],
)
async def test_dirt_comes_back_with_its_reason(
    partner: httpx.AsyncClient, worker: Worker, told: dict[str, Any], codes: list[str] | None
) -> None:
    batch = await push(partner, worker, record(ONE, **told))
    (outcome,) = await outcomes(partner, batch)
    assert outcome[0] == "rejected"
    assert outcome[1] == codes if codes else len(outcome[1]) == 1
    report = (await partner.get(f"/v1/batches/{batch['id']}/records")).text
    assert ONE.identity_number[:-1] not in report


@pytest.mark.usefixtures("works")
async def test_who_belongs_to_an_unknown_branch_waits_and_goes_in_when_it_comes(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker
) -> None:
    batch = await push(partner, worker, record(ONE))
    assert await outcomes(partner, batch) == [("needs_review", ["review.branch_unknown"])]
    (item,) = (await client.get("/v1/reviews")).json()["items"]
    assert "identity_number" not in item["values"]
    place = f"/v1/reviews/{item['id']}/decide"
    early = await client.post(place, json={"verdict": "create"}, headers={"If-Match": '"1"'})
    assert early.json()["errors"][0]["code"] == "branch_unknown"
    home = await branch(client, name="云栖联合党支部")
    decided = await client.post(place, json={"verdict": "create"}, headers={"If-Match": '"1"'})
    assert decided.status_code == 200, decided.text
    assert (await only(client, ONE))["branch_id"] == home["id"]
    assert (await push(partner, worker, record(ONE)))["unchanged"] == 1


@pytest.mark.usefixtures("home")
async def test_two_branches_of_one_name_and_an_unknown_employer_are_for_a_person(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, home: dict[str, Any]
) -> None:
    batch = await push(partner, worker, record(ONE, uscc=LATER))
    assert await outcomes(partner, batch) == [("needs_review", ["review.organization_unknown"])]
    await branch(client, name="云栖联合党支部", authority_id=home["authority_id"])
    batch = await push(partner, worker, record(TWO, uscc=None))
    assert await outcomes(partner, batch) == [("needs_review", ["review.branch_ambiguous"])]


@pytest.mark.usefixtures("works")
async def test_a_push_moves_nobody_and_takes_nothing_back(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, home: dict[str, Any]
) -> None:
    other = await branch(client, name="另一个党支部", region=ACROSS)
    await push(partner, worker, record(ONE))
    made = await only(client, ONE)
    await push(partner, worker, record(ONE, branch_name=other["name"], member_kind="预备党员"))
    stands = await only(client, ONE)
    assert (stands["branch_id"], stands["kind"]) == (home["id"], "formal")
    right = await client.patch(f"{MEMBERS}/{made['id']}", json={"name": TWO.name}, headers=tag(stands))
    assert right.status_code == 200, right.text
    await push(partner, worker, record(ONE, admitted_on="2019-06-28"))
    told = await only(client, ONE)
    assert (told["name"], told["admitted_on"]) == (TWO.name, "2019-06-28")
    end = await client.post(f"{MEMBERS}/{made['id']}/end", json={"ended_on": "2026-03-01"}, headers=tag(told))
    assert end.status_code == 200, end.text
    await push(partner, worker, record(ONE, phone=person(9).phone))
    assert (await read(client, MEMBERS, made))["version"] == end.json()["version"]


@pytest.mark.usefixtures("works")
async def test_who_is_a_member_elsewhere_is_not_entered_twice(
    api: Api, client: httpx.AsyncClient, worker: Worker, home: dict[str, Any]
) -> None:
    await member(client, 1, branch_id=home["id"])
    away = await branch(client, name="滨江党支部", region=ACROSS)
    partner = await api.client("across", role="department_partner", datasets=("members",), ranges=BINJIANG)
    batch = await push(partner, worker, record(ONE, branch_name=away["name"], uscc=None))
    assert await outcomes(partner, batch) == [("rejected", ["outside_scope"])]
    here = await api.client("here", role="department_partner", datasets=("members",), ranges=XIHU)
    batch = await push(here, worker, record(ONE, uscc=None, phone=TWO.phone))
    assert [outcome for outcome, _ in await outcomes(here, batch)] == ["updated"]
    assert (await only(client, ONE))["phone"] == f"{TWO.phone[:3]}****{TWO.phone[-4:]}"


@pytest.mark.usefixtures("home", "works")
async def test_a_validation_predicts_and_leaves_nothing(
    partner: httpx.AsyncClient, worker: Worker, server: Clones, database_name: str
) -> None:
    batch = await push(partner, worker, *[record(ONE)] * 4, record(ONE, phone=TWO.phone), mode="validate")
    assert (batch["created"], batch["unchanged"], batch["updated"]) == (1, 3, 1)
    async with superuser(server, database_name) as keeper:
        for table in ("members", "member_relations", "personal_values"):
            assert await keeper.fetchval(f"SELECT count(*) FROM {table}") == 0


@pytest.mark.usefixtures("works")
async def test_the_roll_as_a_file_comes_back(
    client: httpx.AsyncClient, partner: httpx.AsyncClient, worker: Worker, home: dict[str, Any]
) -> None:
    await push(partner, worker, record(ONE))
    sheet = (await client.get(MEMBERS, headers={"accept": "text/csv", "accept-language": "zh"})).content
    sent = {"Content-Type": "text/csv", "Idempotency-Key": "the-file-comes-back"}
    answer = await partner.post(PUSH, content=sheet, headers=sent)
    await worker.drain()
    batch = (await partner.get(answer.headers["location"])).json()
    # Its numbers are masked, and a masked number is no number: whoever corrects a roll sends his own.
    assert await outcomes(partner, batch) == [("rejected", ["phone_wrong", "identity_number_wrong"])]
    assert (await only(client, ONE))["branch_id"] == home["id"]


async def test_members_who_left_long_ago_go(
    client: httpx.AsyncClient, sealing: Acts, clock: Hands, server: Clones, database_name: str
) -> None:
    home = await branch(client)
    gone, stays = await member(client, 1, branch_id=home["id"]), await member(client, 2, branch_id=home["id"])
    await client.post(f"{MEMBERS}/{gone['id']}/end", json={"ended_on": "2026-03-01"}, headers=tag(gone))
    clock.forward(days=729)
    assert await apply_retention(sealing) == 0
    clock.forward(days=1)
    assert await apply_retention(sealing) == 1
    assert (await client.get(f"{MEMBERS}/{gone['id']}")).status_code == 404
    assert (await client.get(f"{MEMBERS}/{stays['id']}")).json()["region_code"] == STREET
    async with superuser(server, database_name) as keeper:
        assert await keeper.fetchval("SELECT count(*) FROM erasures WHERE holder = 'members'") == 1
        assert await keeper.fetchval("SELECT count(*) FROM member_relations") == 1
