"""Brand projects over HTTP: asked for by a branch, decided by another, paid out once with an appropriation."""

from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.core.acts import Acts, Scope
from app.core.database import driver
from tests.conftest import Api, Hands, actor
from tests.kit import giving, meetings
from tests.kit.giving import PROJECTS, done, given, lines, proposed, tried
from tests.kit.party import authority, errors
from tests.kit.programmes import entered

COUNTY = Scope(((330106000000, 330107000000),))
REASON = {"departure_reason": "区委会议研究同意"}


@pytest.fixture
def house(api: Api) -> meetings.House:
    """Everybody who has to do with it."""
    return meetings.House(api)


@pytest.fixture
def client(house: meetings.House) -> httpx.AsyncClient:
    """Who draws up what is given."""
    return house.officer("office")


@pytest.fixture
def chief(house: meetings.House) -> httpx.AsyncClient:
    """Who decides."""
    return house.officer("chief", "region_officer", COUNTY)


@pytest.fixture
async def committee(client: httpx.AsyncClient, acts: Acts, direct: "asyncpg.Connection[Any]") -> str:
    """A county's work committee with money in its funds."""
    committee_id = await meetings.committee(client)
    async with acts.open(actor()) as act:
        await giving.in_funds(act, direct, committee_id)
    return committee_id


@pytest.fixture
async def street(client: httpx.AsyncClient) -> str:
    """The body that manages branches."""
    return await authority(client)


def secretary(house: meetings.House, *branches: str, name: str = "secretary") -> httpx.AsyncClient:
    """The secretary of these branches."""
    return house.officer(name, "branch_secretary", Scope(subjects=frozenset(map(UUID, branches))))


def wish(committee_id: str, branch_id: str, **change: Any) -> dict[str, Any]:
    """A project of the year of the clock."""
    return {
        "committee_id": committee_id,
        "branch_id": branch_id,
        "year": 2026,
        "title": "红链云栖",
        "purpose": "产业链上下游党组织结对共建",
        "asked_fen": 8_000_000,
    } | change


def allowed(row: dict[str, Any]) -> set[str]:
    """What the caller may do now."""
    return {each["action"] for each in row["allowed_actions"] if each["allowed"]}


def codes(answer: httpx.Response) -> list[str]:
    """The findings of a refusal."""
    assert answer.status_code == 409, answer.text
    return [each["code"] for each in answer.json()["findings"]]


async def test_asked_by_the_secretary_decided_by_the_office_and_paid_out_once(
    house: meetings.House,
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
    clock: Hands,
) -> None:
    own = await giving.branch(direct, street, 0)
    asks = secretary(house, own)
    row = await entered(asks, PROJECTS, wish(committee, own))
    clock.forward(minutes=1)
    assert (row["state"], row["asked_by"], row["place_code"], row["ceiling_fen"]) == (
        *("asked", "secretary", "330106010000", 10_000_000),
    )
    assert allowed(row) == {"update", "withdraw"}
    assert [each["code"] for each in row["findings"]] == ["brand_project_own"]
    row = await done(asks, row, "", PROJECTS, asked_fen=7_000_000)
    clock.forward(minutes=1)
    assert (await tried(asks, row, "approve", PROJECTS, approved_fen=1)).status_code == 403
    assert (await tried(chief, row, "", PROJECTS, asked_fen=1)).status_code == 403
    more = await tried(chief, row, "approve", PROJECTS, approved_fen=7_000_001)
    assert (more.status_code, errors(more)) == (422, [("/approved_fen", "brand_project_more_than_asked")])
    row = await done(chief, row, "approve", PROJECTS, approved_fen=6_000_000, document="西两新〔2026〕9号")
    clock.forward(minutes=1)
    assert (row["state"], row["approved_fen"], row["decided_by"]) == ("approved", 6_000_000, "chief")
    for verb, body in (("", {"title": "改名"}), ("withdraw", {"reason": "不做了"})):
        assert errors(await tried(asks, row, verb, PROJECTS, **body)) == [("", "brand_project_approved")]

    posted = await given(client, chief, committee, kinds=["brand_project"])
    clock.forward(minutes=1)
    assert posted["total_fen"] == await giving.held(direct, own) == 6_000_000
    (line,) = await lines(asks, posted)
    assert line["text"] == "Brand project “红链云栖”: 60,000.00 yuan were approved; it gets 60,000.00 yuan."
    row = (await asks.get(f"{PROJECTS}/{row['id']}")).json()
    assert (row["state"], row["appropriation_item_id"]) == ("appropriated", line["id"])
    answer = await client.post(giving.APPROPRIATIONS, json=giving.draft(committee, kinds=["brand_project"]))
    assert errors(answer) == [("/kinds", "appropriation_nothing_due")]
    await done(client, posted, "reverse", booked_on="2026-03-02", reason="项目调整")
    row = (await asks.get(f"{PROJECTS}/{row['id']}")).json()
    assert (row["state"], row["appropriation_item_id"]) == ("approved", None)
    assert (await proposed(client, committee, kinds=["brand_project"]))["total_fen"] == 6_000_000
    states = [each["state"] for each in (await asks.get(f"{PROJECTS}/{row['id']}/history")).json()["items"]]
    assert states == ["approved", "appropriated", "approved", "asked", "asked"]


async def test_nobody_decides_on_what_he_asked_for(
    client: httpx.AsyncClient, committee: str, street: str, direct: "asyncpg.Connection[Any]", acts: Acts
) -> None:
    own = await giving.branch(direct, street)
    row = await entered(client, PROJECTS, wish(committee, own))
    assert codes(await tried(client, row, "approve", PROJECTS, approved_fen=1)) == ["brand_project_own"]
    assert codes(await tried(client, row, "refuse", PROJECTS, reason="不合适")) == ["brand_project_own"]
    for decided_by, asked_by, constraint in (
        ("office", "office", "decided_by_another"),
        ("chief", "office", "decided"),  # in another's name
        ("office", "chief", "frozen"),  # what another asked
    ):
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            async with acts.open(actor("office")) as act:
                await (await driver(act.session)).execute(
                    "UPDATE funding_brand_projects SET state = 'approved', approved_fen = 1, decided_by = $2,"
                    " asked_by = $3, decided_on = '2026-03-02' WHERE id = $1",
                    *(UUID(row["id"]), decided_by, asked_by),
                )
        assert refused.value.constraint_name == f"ck_funding_brand_projects_{constraint}"


async def test_the_ceiling_is_hard_unless_the_place_lays_down_otherwise(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, committee: str, street: str, direct: "asyncpg.Connection[Any]"
) -> None:
    own = await giving.branch(direct, street)
    row = await entered(client, PROJECTS, wish(committee, own, asked_fen=12_000_000))
    refused = await tried(chief, row, "approve", PROJECTS, approved_fen=12_000_000, **REASON)
    assert codes(refused) == ["brand_project_above_ceiling"]
    assert refused.json()["findings"][0]["limit"] == 10_000_000
    policy = {
        "kind": "appropriation",
        "region_code": "330106000000",
        "region_level": 3,
        "valid_from": "2026-01-01",
        "reason": "区级办法",
        "numbers": {"brand_ceiling_hard": {"value": False, "document": "西两新〔2026〕2号"}},
    }
    await entered(client, "/v1/policies", policy)
    bare = await tried(chief, row, "approve", PROJECTS, approved_fen=12_000_000)
    assert codes(bare) == ["brand_project_above_ceiling"]
    row = await done(chief, row, "approve", PROJECTS, approved_fen=12_000_000, **REASON)
    assert [each["code"] for each in row["departures"]] == ["brand_project_above_ceiling"]
    second = await entered(client, PROJECTS, wish(committee, own, title="红链二期"))
    assert codes(await tried(chief, second, "approve", PROJECTS, approved_fen=1)) == ["brand_projects_many"]
    assert (await done(chief, second, "approve", PROJECTS, approved_fen=1, **REASON))["state"] == "approved"


async def test_refused_and_withdrawn_projects_may_be_asked_for_again(
    house: meetings.House,
    chief: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
) -> None:
    own, other = await giving.branch(direct, street), await giving.branch(direct, street)
    asks = secretary(house, own)
    row = await entered(asks, PROJECTS, wish(committee, own))
    twice = await asks.post(PROJECTS, json=wish(committee, own))
    assert (twice.status_code, [code for _, code in errors(twice)]) == (
        *(409, ["constraint.uq_funding_brand_projects_title"]),
    )
    row = await done(chief, row, "refuse", PROJECTS, reason="与上年度重复")
    assert (row["state"], row["decision_reason"], row["decided_by"]) == ("refused", "与上年度重复", "chief")
    row = await entered(asks, PROJECTS, wish(committee, own))
    neighbour = secretary(house, other, name="neighbour")
    assert (await neighbour.get(f"{PROJECTS}/{row['id']}")).status_code == 404
    assert (await done(asks, row, "withdraw", PROJECTS, reason="条件未成熟"))["state"] == "withdrawn"
    found = (await asks.get(PROJECTS, params={"branch_id": own})).json()["items"]
    assert [each["state"] for each in found] == ["withdrawn", "refused"]
    assert (await neighbour.get(PROJECTS)).json()["items"] == []


async def test_who_cannot_ask_for_what(
    house: meetings.House,
    client: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
) -> None:
    own, other = await giving.branch(direct, street), await giving.branch(direct, street)
    elsewhere = await authority(client, "033001008010000", "330108001000")
    far = await giving.branch(direct, elsewhere, region_code=330108001000)
    asks = secretary(house, own, far)
    unknown = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12"
    for body, pointer, code in (
        (wish(committee, other), "/branch_id", "reference_unknown"),
        (wish(unknown, own), "/committee_id", "reference_unknown"),
        (wish(committee, far), "/committee_id", "reference_unknown"),
        (wish(street, own), "/committee_id", "authority_no_committee"),
        (wish(committee, own, asked_fen=0), "/asked_fen", "greater_than"),
        (wish(committee, own, asked_fen=1e3), "/asked_fen", "int_type"),
        (wish(committee, own, asked_fen=10**14), "/asked_fen", "less_than_equal"),
        (wish(committee, own, currency="EUR"), "/currency", "currency_unsupported"),
    ):
        answer = await asks.post(PROJECTS, json=body)
        assert (answer.status_code, errors(answer)) == (422, [(pointer, code)]), answer.text
    answer = await client.post(PROJECTS, json=wish(committee, far))
    assert errors(answer) == [("/branch_id", "appropriation_branch_elsewhere")]
    reader = house.officer("reader", "portal_reader", COUNTY)
    assert (await reader.post(PROJECTS, json=wish(committee, own))).status_code == 403
