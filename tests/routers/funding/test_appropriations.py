"""Appropriations over HTTP: proposed from what is so, explained, approved by another, posted once, taken back."""

import asyncio
import csv
import io
from datetime import date
from time import monotonic
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.core.acts import Acts, Scope
from app.core.database import driver
from tests.conftest import Api, Hands, actor
from tests.kit import giving, meetings
from tests.kit.budgets import approved as budget_approved
from tests.kit.giving import APPROPRIATIONS, done, draft, given, lines, proposed, tried
from tests.kit.party import authority, errors, tag

COUNTY = Scope(((330106000000, 330107000000),))
OTHER = Scope(((330108000000, 330109000000),))
MANY = 500
NEW: dict[str, Any] = {"founded_on": date(2026, 2, 10), "approved_on": date(2026, 2, 1)}


@pytest.fixture
def house(api: Api) -> meetings.House:
    """Everybody who has to do with it."""
    return meetings.House(api)


@pytest.fixture
def client(house: meetings.House) -> httpx.AsyncClient:
    """Who draws it up and posts it."""
    return house.officer("office")


@pytest.fixture
def chief(house: meetings.House) -> httpx.AsyncClient:
    """Who approves it."""
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


def codes(answer: httpx.Response) -> list[str]:
    """The findings of a refusal."""
    assert answer.status_code == 409, answer.text
    return [each["code"] for each in answer.json()["findings"]]


def allowed(row: dict[str, Any]) -> set[str]:
    """What the caller may do now."""
    return {each["action"] for each in row["allowed_actions"] if each["allowed"]}


async def test_from_the_proposal_to_the_books_and_back(
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
    clock: Hands,
) -> None:
    old = await giving.branch(direct, street, 12, 2)
    new = await giving.branch(direct, street, 3, **NEW)
    empty = await giving.branch(direct, street, 0)
    row = await proposed(client, committee)
    clock.forward(minutes=1)
    assert (row["state"], row["total_fen"], row["due_fen"], row["branches"], row["lines"]) == (
        *("draft", 710_000, 710_000, 2, 3),
    )
    assert row["policy"]["member_year_fen"]["value"] == 30_000
    assert row["sums"] == [
        {"kind": "founding", "lines": 1, "amount_fen": 200_000},
        {"kind": "per_member", "lines": 2, "amount_fen": 510_000},
    ]
    assert [(each["branch_id"], each["why"]) for each in row["left_out"]] == [(empty, "no_members")]
    assert allowed(row) == {"update", "refresh", "adjust", "discard"}
    told = {(each["branch_id"], each["kind"]): each for each in await lines(client, row)}
    assert told[old, "per_member"]["text"] == "14 members × 300.00 yuan = 4,200.00 yuan; it gets 4,200.00 yuan."
    assert told[new, "founding"]["text"] == (
        "Founding approved on 2026-02-01: start-up grant of 2,000.00 yuan; it gets 2,000.00 yuan."
    )
    assert told[old, "per_member"]["explanation"]["basis"] == "formal_and_probationary"

    # Nobody approves what he had a hand in.
    assert codes(await tried(client, row, "approve")) == ["appropriation_own"]
    row = await done(chief, row, "", document="西两新〔2026〕6号")
    clock.forward(minutes=1)
    assert row["drawn_by"] == ["office", "chief"]
    assert codes(await tried(chief, row, "approve")) == ["appropriation_own"]
    row = await proposed(client, committee, document="西两新〔2026〕6号")
    clock.forward(minutes=1)
    assert (await tried(chief, {**row, "version": 7}, "approve")).status_code == 412
    row = await done(chief, row, "approve")
    clock.forward(minutes=1)
    assert (row["state"], row["approved_by"], allowed(row)) == ("approved", "chief", {"post", "discard"})

    # Posted once, whoever repeats it; the same key answers the same.
    where = f"{APPROPRIATIONS}/{row['id']}/post"
    body = {"booked_on": "2026-03-02", "reference": "国库2026-0217"}
    assert (await client.post(where, json=body, headers=tag(row))).status_code == 422
    key = tag(row) | {"idempotency-key": "once-for-ever"}
    first = await client.post(where, json=body, headers=key)
    assert first.status_code == 200, first.text
    again = await client.post(where, json=body, headers=key)
    assert (again.content, again.headers["idempotent-replayed"]) == (first.content, "true")
    posted = first.json()
    assert (await tried(client, row, "post", booked_on="2026-03-02")).status_code == 412
    assert errors(await tried(client, posted, "post", booked_on="2026-03-02")) == [("", "appropriation_posted")]
    assert [await giving.held(direct, each) for each in (old, new, empty)] == [420_000, 290_000, 0]
    entry = await direct.fetchrow("SELECT * FROM funding_entries WHERE id = $1", UUID(posted["entry_id"]))
    assert entry is not None
    assert (entry["business_key"], entry["amount_fen"], entry["lines"], entry["reference"]) == (
        *(f"appropriation:{row['id']}", 710_000, 3, "国库2026-0217"),
    )
    assert {each["state"] for each in await lines(client, row)} == {"posted"}

    # What was given is given: nothing is due any more, until it is taken back as a whole.
    clock.forward(minutes=1)
    assert errors(await client.post(APPROPRIATIONS, json=draft(committee))) == [("/kinds", "appropriation_nothing_due")]
    posted = await done(client, posted, "reverse", booked_on="2026-03-02", reason="名单有误，整批冲回")
    assert (posted["state"], posted["reversal_id"] is None) == ("reversed", False)
    assert [await giving.held(direct, each) for each in (old, new)] == [0, 0]
    assert (await proposed(client, committee))["total_fen"] == 710_000
    versions = (await client.get(f"{APPROPRIATIONS}/{row['id']}/history")).json()["items"]
    assert [each["state"] for each in versions] == ["reversed", "posted", "approved", "draft"]


async def test_who_grew_is_given_the_difference_once(
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
) -> None:
    one, other = await giving.branch(direct, street, 5), await giving.branch(direct, street, 4, **NEW)
    await given(client, chief, committee)
    await giving.grown(direct, one, 8)
    await giving.grown(direct, other, 2)
    row = await proposed(client, committee)
    (line,) = await lines(client, row)
    assert (line["branch_id"], line["turn"], line["supplement"]) == (one, 2, True)
    assert (line["due_fen"], line["granted_fen"], line["amount_fen"]) == (240_000, 150_000, 90_000)
    assert line["text"] == (
        "8 members × 300.00 yuan = 2,400.00 yuan, less 1,500.00 yuan that it had for the year; it gets 900.00 yuan."
    )
    assert {(each["branch_id"], each["kind"], each["why"]) for each in row["left_out"]} == {
        (other, "per_member", "all_given"),
        (other, "founding", "founding_given"),
    }
    row = await done(chief, row, "approve")
    await done(client, row, "post", booked_on="2026-03-02")
    assert await giving.held(direct, one) == 240_000


async def test_of_two_that_give_the_same_at_once_one_is_approved(
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
) -> None:
    for _ in range(5):
        await giving.branch(direct, street, 3, **NEW)
    rows = [await proposed(client, committee) for _ in range(4)]
    answers = await asyncio.gather(*(tried(chief, row, "approve") for row in rows))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409], [each.text for each in answers]
    found = {code for answer in answers if answer.status_code == 409 for _, code in errors(answer)}
    assert found <= {
        "appropriation_outdated",
        "constraint.uq_funding_appropriation_items_founding",
        "constraint.uq_funding_appropriation_items_per_member",
    }
    (row,) = [answer.json() for answer in answers if answer.status_code == 200]

    # And of two who post it at once one does.
    posts = await asyncio.gather(*(tried(client, row, "post", booked_on="2026-03-02") for _ in range(3)))
    assert sorted(answer.status_code for answer in posts) == [200, 412, 412]
    assert await direct.fetchval("SELECT count(*) FROM funding_entries WHERE kind = 'appropriation'") == 1
    assert row["total_fen"] == await direct.fetchval(
        "SELECT sum(amount_fen) FROM funding_lines WHERE branch_id IS NOT NULL AND amount_fen > 0"
    )


async def test_branches_that_end_or_go_elsewhere_meanwhile(
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
    clock: Hands,
) -> None:
    stays, ends, goes = [await giving.branch(direct, street, 3) for _ in range(3)]
    row = await proposed(client, committee)
    await giving.dissolved(direct, ends, date(2026, 3, 2))
    assert errors(await tried(chief, row, "approve")) == [("", "appropriation_outdated")]
    row = await done(client, row, "refresh")
    assert (row["branches"], row["total_fen"]) == (2, 180_000)
    row = await done(chief, row, "approve")
    elsewhere = await authority(client, "033001008010000", "330108001000")
    await direct.execute(
        "UPDATE branches SET authority_id = $2, region_code = 330108001000, version = version + 1 WHERE id = $1",
        UUID(goes),
        UUID(elsewhere),
    )
    (gone,) = [each["id"] for each in await lines(client, row, branch_id=goes)]
    refused = await tried(client, row, "post", booked_on="2026-03-02")
    assert (refused.status_code, errors(refused)) == (409, [(f"/items/{gone}", "appropriation_branch_moved_away")])
    assert await giving.held(direct, stays) == 0

    # What was approved is not changed, it is set aside, and the rest is given anew.
    row = await done(client, row, "discard", reason="一个支部已转出，重新测算")
    assert allowed(row) == set()
    clock.forward(minutes=1)
    await given(client, chief, committee)
    assert [await giving.held(direct, each) for each in (stays, ends, goes)] == [90_000, 0, 0]


async def test_what_a_branch_had_goes_on_in_whoever_it_became(
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
) -> None:
    before = await giving.branch(direct, street, 5, founded_on=date(2026, 1, 5))
    await given(client, chief, committee)
    after = await giving.branch(direct, street, 6, founded_on=date(2026, 3, 1))
    await giving.succeeded(direct, before, after, date(2026, 3, 1))
    row = await proposed(client, committee)
    (line,) = await lines(client, row)
    assert (line["branch_id"], line["turn"], line["amount_fen"]) == (after, 1, 30_000)
    assert line["explanation"]["inherited_fen"] == 150_000
    assert [(each["kind"], each["why"]) for each in row["left_out"]] == [("founding", "successor")]


async def test_members_are_counted_as_they_were_known_on_the_day(
    client: httpx.AsyncClient, committee: str, street: str, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    one = await giving.branch(direct, street, 5)
    clock.forward(days=3)
    await direct.execute("SELECT set_config('liangxin.now', $1, false)", clock().isoformat())
    await giving.grown(direct, one, 9)
    for day, members in (("2026-03-02", 5), ("2026-03-04", 5), ("2026-03-05", 9), (None, 9)):
        row = await proposed(client, committee, kinds=["per_member"], on=day)
        (line,) = await lines(client, row)
        assert (line["members"], row["facts_on"]) == (members, day or "2026-03-05")
    late = await proposed(client, committee, kinds=["per_member"], on="2025-12-31")  # nothing was known then
    (line,) = await lines(client, late)
    assert (line["members"], line["explanation"]["counted_on"]) == (5, "2026-03-01")


async def test_short_money_is_shared_out_and_lines_are_written_by_hand(
    house: meetings.House,
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
    clock: Hands,
) -> None:
    one, two, three = [await giving.branch(direct, street, 1) for _ in range(3)]
    more = await client.post(APPROPRIATIONS, json=draft(committee, total_wished_fen=90_001))
    assert (more.status_code, errors(more)) == (422, [("/total_wished_fen", "appropriation_more_than_due")])
    row = await proposed(client, committee, total_wished_fen=50_000)
    clock.forward(minutes=1)
    assert sorted(each["amount_fen"] for each in await lines(client, row)) == [16_666, 16_667, 16_667]
    assert (row["due_fen"], row["wished_fen"], row["total_fen"]) == (90_000, 50_000, 50_000)
    found = (await chief.get(f"{APPROPRIATIONS}/{row['id']}")).json()["findings"]
    assert [each["code"] for each in found] == ["appropriation_shared_short"]
    text = (await lines(client, row))[0]["text"]
    assert "500.00 yuan are shared out of 900.00 due in all, by the largest remainder" in text

    deep = await tried(client, row, "adjustments", branch_id=one, amount_fen=-16_668, reason="上年结余较多")
    assert errors(deep) == [("/amount_fen", "appropriation_adjustment_too_deep")]
    nothing = await tried(client, row, "adjustments", branch_id=one, amount_fen=0, reason="上年结余较多")
    assert errors(nothing) == [("/amount_fen", "appropriation_adjustment_zero")]
    second = await done(chief, row, "adjustments", branch_id=two, amount_fen=5_000, reason="承办观摩会")
    clock.forward(minutes=1)
    assert (second["total_fen"], second["lines"], second["branches"]) == (55_000, 4, 3)
    assert codes(await tried(chief, second, "approve")) == ["appropriation_own", "appropriation_shared_short",
                                                            "appropriation_adjusted"]  # fmt: skip
    (line,) = [each for each in await lines(client, second) if each["kind"] == "adjustment"]
    assert (line["reason"], line["entered_by"], line["text"]) == (
        *("承办观摩会", "chief", "By hand: 承办观摩会; it gets 50.00 yuan."),
    )
    where = f"{APPROPRIATIONS}/{row['id']}/adjustments"
    computed = next(each["id"] for each in await lines(client, second) if each["kind"] == "per_member")
    assert (await client.delete(f"{where}/{computed}", headers=tag(second))).status_code == 404
    third = (await client.delete(f"{where}/{line['id']}", headers=tag(second))).json()
    clock.forward(minutes=1)
    assert (third["total_fen"], third["lines"]) == (50_000, 3)

    # Computed again with another sum; what is left comes to whoever was given less than is due.
    fourth = await done(client, third, "refresh", total_wished_fen=None)
    clock.forward(minutes=1)
    assert (fourth["total_fen"], fourth["wished_fen"]) == (90_000, None)
    fifth = await done(client, fourth, "refresh", total_wished_fen=60_000)
    clock.forward(minutes=1)
    boss = await done(house.officer("boss", "region_officer", COUNTY), fifth, "approve")
    await done(client, boss, "post", booked_on="2026-03-02")
    rest = await proposed(client, committee)
    assert (rest["total_fen"], rest["branches"]) == (30_000, 3)
    assert {each["turn"] for each in await lines(client, rest)} == {2}
    assert {await giving.held(direct, each) for each in (one, two, three)} == {20_000}


async def test_the_budgets_line_is_taken_and_given_back(
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
    clock: Hands,
) -> None:
    await giving.branch(direct, street, 10)
    told = [{"use": "branch_activities", "title": "党组织活动经费", "basis": "党员数", "amount_fen": 400_000}]
    budget = await budget_approved(client, chief, committee, lines=told)
    line = budget["lines"][0]["id"]
    clock.forward(minutes=1)
    foreign = await client.post(APPROPRIATIONS, json=draft(committee, purse="higher_grant", budget_line_id=line))
    assert (foreign.status_code, [code for _, code in errors(foreign)]) == (
        *(409, ["constraint.fk_funding_appropriations_budget_line_id"]),
    )
    posted = await given(client, chief, committee, budget_line_id=line)

    async def executed() -> int:
        found = (await client.get(f"/v1/funding/budgets/{budget['id']}")).json()
        return int(found["executed_fen"])

    assert await executed() == 300_000
    await giving.branch(direct, street, 4)
    row = await done(chief, await proposed(client, committee, budget_line_id=line), "approve")
    short = await tried(client, row, "post", booked_on="2026-03-02")
    assert (short.status_code, errors(short)) == (409, [("/amount_fen", "budget_exceeded")])
    clock.forward(minutes=1)
    await done(client, posted, "reverse", booked_on="2026-03-02", reason="名单有误")
    assert await executed() == 0
    await done(client, row, "post", booked_on="2026-03-02")
    assert await executed() == 120_000


async def test_a_countys_branches_at_once(
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
) -> None:
    await giving.branches(direct, street, MANY)
    took = {}
    row: dict[str, Any] = {}
    for verb, by, body in (
        ("propose", client, {}),
        ("approve", chief, {}),
        ("post", client, {"booked_on": "2026-03-02"}),
        ("reverse", client, {"booked_on": "2026-03-02", "reason": "名单有误"}),
    ):
        started = monotonic()
        row = await (done(by, row, verb, **body) if row else proposed(by, committee))
        took[verb] = round(monotonic() - started, 2)
    print(f"\n{MANY} branches, seconds: {took}")
    assert (row["branches"], row["total_fen"]) == (MANY, 90_000 * MANY)
    assert await direct.fetchval("SELECT sum(balance_fen) FROM funding_balances WHERE balance_fen > 0") == 100_000_000


async def test_what_a_branch_has_spent_is_not_taken_back(
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
    acts: Acts,
) -> None:
    one, other = await giving.branch(direct, street, 3), await giving.branch(direct, street, 4)
    posted = await given(client, chief, committee)
    async with acts.open(actor()) as act:
        await giving.spent(act, UUID(committee), UUID(one), 1)
    answer = await tried(client, posted, "reverse", booked_on="2026-03-02", reason="名单有误")
    assert (answer.status_code, {code for _, code in errors(answer)}) == (409, {"overdraft"})
    assert [await giving.held(direct, each) for each in (one, other)] == [89_999, 120_000]
    assert (await client.get(f"{APPROPRIATIONS}/{posted['id']}")).json()["state"] == "posted"


async def test_money_that_is_not_there_and_years_that_are_closed(
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
) -> None:
    one = await giving.branch(direct, street, 4_000)
    row = await done(chief, await proposed(client, committee), "approve")
    short = await tried(client, row, "post", booked_on="2026-03-02")
    assert (short.status_code, [code for _, code in errors(short)]) == (409, ["overdraft"])
    for day, code in (("2025-12-31", "appropriation_other_year"), ("2026-03-03", "day_future")):
        answer = await tried(client, row, "post", booked_on=day)
        assert (answer.status_code, errors(answer)) == (422, [("/booked_on", code)])
    await done(client, row, "discard", reason="资金不足")
    await giving.grown(direct, one, 4)
    posted = await given(client, chief, committee)
    await direct.execute("SET session_replication_role = replica")  # a year that is over is closed by its own route
    await direct.execute("UPDATE funding_years SET state = 'closed', closed_by = 'x', closed_at = now()")
    answer = await tried(client, posted, "reverse", booked_on="2026-03-02", reason="名单有误")
    assert (answer.status_code, errors(answer)) == (409, [("/booked_on", "year_closed")])


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"currency": "USD"}, "/currency", "currency_unsupported"),
        ({"total_wished_fen": 1.5}, "/total_wished_fen", "int_type"),
        ({"total_wished_fen": "5"}, "/total_wished_fen", "int_type"),
        ({"total_wished_fen": 0}, "/total_wished_fen", "greater_than"),
        ({"total_wished_fen": 10_000_000_000_001}, "/total_wished_fen", "less_than_equal"),
        ({"purse": "enterprise_levy"}, "/purse", "appropriation_levy"),
        ({"purse": "dues"}, "/purse", "enum"),
        ({"kinds": ["per_member", "per_member"]}, "/kinds", "listed_twice"),
        ({"kinds": ["adjustment"]}, "/kinds/0", "literal_error"),
        ({"kinds": []}, "/kinds", "value_wrong"),
        ({"on": "2026-03-03"}, "/on", "appropriation_on_future"),
        ({"on": "2024-12-31"}, "/on", "appropriation_on_other_year"),
        ({"committee_id": "019a3f0e-7b1c-7c55-9d3e-3f1f6a1f0c12"}, "/committee_id", "reference_unknown"),
        ({"title": "经费330106199001011234"}, "/title", "number_in_text"),
        ({"amount": 5}, "/amount", "extra_forbidden"),
    ],
)
async def test_what_cannot_be_proposed(
    client: httpx.AsyncClient, committee: str, change: dict[str, Any], pointer: str, code: str
) -> None:
    answer = await client.post(APPROPRIATIONS, json=draft(committee, **change))
    assert (answer.status_code, errors(answer)) == (422, [(pointer, code)]), answer.text


async def test_only_a_committees_office_proposes_for_its_own_branches(
    house: meetings.House, client: httpx.AsyncClient, committee: str, street: str, direct: "asyncpg.Connection[Any]"
) -> None:
    own = await giving.branch(direct, street, 3)
    other = await authority(client, "033001008010000", "330108001000")
    foreign = await giving.branch(direct, other, 3, region_code=330108001000)
    of_line = await giving.branch(direct, committee, 2, region_code=330108001000)
    row = await proposed(client, committee)
    assert {each["branch_id"] for each in await lines(client, row)} == {own, of_line}
    answer = await tried(client, row, "adjustments", branch_id=foreign, amount_fen=1, reason="试一试")
    assert errors(answer) == [("/branch_id", "appropriation_branch_elsewhere")]
    assert errors(await client.post(APPROPRIATIONS, json=draft(street))) == [
        ("/committee_id", "authority_no_committee")
    ]
    stranger = house.officer("stranger", "region_officer", OTHER)
    assert (await stranger.get(f"{APPROPRIATIONS}/{row['id']}")).status_code == 404
    assert errors(await stranger.post(APPROPRIATIONS, json=draft(committee))) == [
        ("/committee_id", "reference_unknown")
    ]
    row = await done(house.officer("boss", "region_officer", COUNTY), row, "approve")
    poster = house.officer("poster", "region_officer", COUNTY)  # has the region, and not the line
    (line,) = [each["id"] for each in await lines(client, row, branch_id=of_line)]
    refused = await tried(poster, row, "post", booked_on="2026-03-02")
    assert (refused.status_code, errors(refused)) == (403, [(f"/items/{line}", "appropriation_branch_unseen")])
    await done(client, row, "post", booked_on="2026-03-02")
    assert [await giving.held(direct, each) for each in (own, of_line, foreign)] == [90_000, 60_000, 0]
    reader = house.officer("reader", "region_officer", Scope(((330106010000, 330106011000),)))
    assert (await reader.post(APPROPRIATIONS, json=draft(committee))).status_code == 403


async def test_a_branch_sees_what_it_was_given_and_no_draft(
    house: meetings.House,
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
) -> None:
    own, _ = await giving.branch(direct, street, 3), await giving.branch(direct, street, 4)
    secretary = house.officer("secretary", "branch_secretary", Scope(subjects=frozenset({UUID(own)})))
    line = house.officer("line", "line_officer", Scope(lines=((33001006010000, 33001006011000),)))
    row = await done(chief, await proposed(client, committee), "approve")
    assert await lines(secretary, row) == await lines(line, row) == []
    await done(client, row, "post", booked_on="2026-03-02")
    (shown,) = await lines(secretary, row)
    assert (shown["branch_id"], shown["amount_fen"], shown["booked_on"]) == (own, 90_000, "2026-03-02")
    assert len(await lines(line, row)) == 2
    assert (await secretary.get(f"{giving.ITEMS}/{shown['id']}")).json() == shown
    assert (await secretary.get(f"{APPROPRIATIONS}/{row['id']}")).status_code == 404
    assert (await secretary.post(APPROPRIATIONS, json=draft(committee))).status_code == 403


async def test_the_lines_as_a_file(
    client: httpx.AsyncClient, committee: str, street: str, direct: "asyncpg.Connection[Any]"
) -> None:
    await giving.branch(direct, street, 3, name="云栖支部")
    row = await proposed(client, committee)
    headers = {"accept": "text/csv", "accept-language": "zh-Hans"}
    answer = await client.get(giving.ITEMS, params={"appropriation_id": row["id"]}, headers=headers)
    (told,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert told["受拨党组织"] == "云栖支部"
    assert told["测算说明"] == "3名党员 × 300.00元 = 900.00元；实拨900.00元。"
    assert told["本次拨付（元）"] == "900.00"
    listed = await client.get(APPROPRIATIONS, params={"region": "330106000000", "year": 2026, "count": "exact"})
    assert listed.json()["count"]["value"] == 1
    assert (await client.get(APPROPRIATIONS, params={"years": 2026})).status_code == 422


async def test_what_the_database_refuses_whoever_asks(
    client: httpx.AsyncClient,
    chief: httpx.AsyncClient,
    committee: str,
    street: str,
    direct: "asyncpg.Connection[Any]",
    acts: Acts,
) -> None:
    one = await giving.branch(direct, street, 3)
    open_ = await proposed(client, committee)
    posted = await given(client, chief, committee)
    (line,) = await lines(client, posted)
    approve = "state = 'approved', approved_on = '2026-03-02', approved_by"
    for statement, key, constraint in (
        ("UPDATE funding_appropriations SET total_fen = total_fen + 1 WHERE id = $1", posted, "frozen"),
        ("UPDATE funding_appropriations SET drawn_by = '{chief}' WHERE id = $1", posted, "frozen"),
        ("UPDATE funding_appropriations SET state = 'draft' WHERE id = $1", posted, "step"),
        ("UPDATE funding_appropriation_items SET amount_fen = 1 WHERE id = $1", line, "frozen"),
        ("UPDATE funding_appropriation_items SET state = 'draft' WHERE id = $1", line, "frozen"),
        ("DELETE FROM funding_appropriation_items WHERE id = $1", line, "draft"),
        (f"UPDATE funding_appropriations SET {approve} = 'office' WHERE id = $1", open_, "approved_by_another"),
        (f"UPDATE funding_appropriations SET {approve} = 'other' WHERE id = $1", open_, "approved"),
        (f"UPDATE funding_appropriations SET total_fen = 1, {approve} = 'tester' WHERE id = $1", open_, "sum"),
    ):
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            async with acts.open(actor("office" if constraint == "approved_by_another" else "tester")) as act:
                await (await driver(act.session)).execute(statement, UUID(key["id"]))
        assert refused.value.constraint_name == f"ck_funding_appropriations_{constraint}", statement
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acts.open(actor()) as act:
            await (await driver(act.session)).execute("DELETE FROM funding_appropriations")
    around = await client.post(  # its entry is taken back by the appropriation alone
        f"/v1/funding/entries/{posted['entry_id']}/reverse",
        json={"reason": "绕过下拨单"},
        headers={"idempotency-key": "around-the-appropriation"},
    )
    assert (around.status_code, [code for _, code in errors(around)]) == (
        *(409, ["constraint.ck_funding_appropriations_taken_back"]),
    )
    assert await giving.held(direct, one) == 90_000
