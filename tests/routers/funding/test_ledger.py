"""The books over HTTP: years, accounts, entries that balance, what is refused and why, and a year's end."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from app.core.acts import SYSTEM, Acts
from app.services.funding.ledger.years import service as years
from tests.conftest import Api, Hands
from tests.kit.books import ACCOUNTS, ENTRIES, YEARS, account, balance, entry, once, posted, year
from tests.kit.meetings import committee
from tests.kit.party import errors, tag

NOWHERE = "019a3f0e-7b1c-7c55-9d3e-3f1f6a1fffff"
Row = dict[str, Any]


@pytest.fixture
async def office(client: httpx.AsyncClient) -> str:
    """A county's work committee."""
    return await committee(client)


@pytest.fixture
async def books(client: httpx.AsyncClient, office: str) -> tuple[Row, Row, Row]:
    """The committee's books of 2026: its source, its funds, and what it spends on activities."""
    await year(client, office)
    return (
        await account(client, office, "source"),
        await account(client, office),
        await account(client, office, "use", use="branch_activities"),
    )


async def refused(client: httpx.AsyncClient, body: Row, status: int = 422) -> list[tuple[str, str]]:
    """What is wrong with an entry that is refused."""
    answer = await client.post(ENTRIES, json=body, headers=once())
    assert answer.status_code == status, answer.text
    return errors(answer)


async def test_money_comes_in_is_spent_and_is_taken_back(
    client: httpx.AsyncClient, office: str, books: tuple[Row, Row, Row], acts: Acts
) -> None:
    source, funds, use = books
    income = await posted(client, entry(office, source, funds, 500_000))
    spent = await posted(client, entry(office, funds, use, 120_000, kind="spending", reference="凭0001"))
    assert (income["amount_fen"], spent["use"], spent["number"]) == (500_000, "branch_activities", None)
    assert [await balance(client, row) for row in books] == [-500_000, 380_000, 120_000]
    back = await client.post(f"{ENTRIES}/{spent['id']}/reverse", json={"reason": "发票抬头有误"}, headers=once())
    assert back.status_code == 201, back.text
    assert back.json()["reverses_id"] == spent["id"]
    assert [await balance(client, row) for row in books] == [-500_000, 500_000, 0]
    again = await client.post(f"{ENTRIES}/{spent['id']}/reverse", json={"reason": "再冲一次看看"}, headers=once())
    assert (again.status_code, errors(again)) == (409, [("/business_key", "business_key_taken")])
    twice = await client.post(f"{ENTRIES}/{back.json()['id']}/reverse", json={"reason": "冲回冲回"}, headers=once())
    assert (twice.status_code, errors(twice)) == (409, [("", "entry_is_reversal")])
    async with acts.open(SYSTEM) as act:
        assert await years.number_entries(act) == 3
    rows = (await client.get(ENTRIES, params={"committee_id": office, "sort": "posted_at"})).json()["items"]
    assert [(row["number"], row["kind"]) for row in rows] == [(1, "income"), (2, "spending"), (3, "reversal")]
    assert rows[1]["reversed_by_id"] == back.json()["id"]
    told = (await client.get(f"{ENTRIES}/{spent['id']}")).json()
    assert told["allowed_actions"] == [{"action": "reverse", "allowed": False, "reason": "entry_reversed"}]


async def test_what_cannot_be_is_refused_at_its_place(
    client: httpx.AsyncClient, office: str, books: tuple[Row, Row, Row]
) -> None:
    source, funds, use = books
    other = await committee(client, "033001002000000", "330102000000")
    foreign = await account(client, other)
    levy = await account(client, office, purse="dues_refund")
    good = entry(office, source, funds, 100)

    def with_lines(*lines: tuple[str, Any], **told: Any) -> Row:
        return good | {"lines": [{"account_id": key, "amount_fen": fen} for key, fen in lines]} | told

    s, f = source["id"], funds["id"]
    assert await refused(client, with_lines((s, -100), (f, 99))) == [("/lines", "entry_unbalanced")]
    assert await refused(client, with_lines((s, -100), (NOWHERE, 100))) == [
        ("/lines/1/account_id", "reference_unknown")
    ]
    assert await refused(client, with_lines((s, -100), (foreign["id"], 100))) == [
        ("/lines/1/account_id", "account_of_other_books")
    ]
    assert await refused(client, with_lines((s, -100), (levy["id"], 100))) == [("/lines/1/account_id", "purse_mixed")]
    assert await refused(client, with_lines((s, -100), (s, 100))) == [
        ("/lines/1/account_id", "listed_twice"),
        ("/lines/1/account_id", "entry_way"),
    ]
    assert await refused(client, with_lines((f, -100), (s, 100))) == [
        ("/lines/0/account_id", "entry_way"),
        ("/lines/1/account_id", "entry_way"),
    ]
    for wrong in (1.5, "100", 10**13 + 1, None, True):
        found = await refused(client, with_lines((s, -100), (f, wrong)))
        assert [pointer for pointer, _ in found] == ["/lines/1/amount_fen"], wrong
    assert await refused(client, good | {"currency": "USD"}) == [("/currency", "currency_unsupported")]
    assert await refused(client, good | {"booked_on": "2026-03-03"}) == [("/booked_on", "day_future")]
    assert await refused(client, good | {"booked_on": "2025-12-31"}) == [("/booked_on", "year_unknown")]
    assert await refused(client, good | {"kind": "reversal"}) == [("/kind", "entry_reverse_instead")]
    spending = entry(office, funds, use, 1, kind="spending")
    assert await refused(client, spending, 409) == [("/lines/0/amount_fen", "overdraft")]
    assert (await client.post(ENTRIES, json=good)).status_code == 422  # without an Idempotency-Key
    assert await balance(client, funds) == 0


async def test_a_deed_has_one_effect(client: httpx.AsyncClient, office: str, books: tuple[Row, Row, Row]) -> None:
    source, funds, _ = books
    body, key = entry(office, source, funds, 700), once()
    first = await client.post(ENTRIES, json=body, headers=key)
    replayed = await client.post(ENTRIES, json=body, headers=key)
    assert first.content == replayed.content
    same = await posted(client, body)  # another request of the same deed
    assert same["id"] == first.json()["id"]
    body["lines"] = [{**line, "amount_fen": line["amount_fen"] * 2} for line in body["lines"]]
    assert await refused(client, body, 409) == [("/business_key", "business_key_taken")]
    assert await balance(client, funds) == 700


async def test_the_last_fen_is_spent_once(client: httpx.AsyncClient, office: str, books: tuple[Row, Row, Row]) -> None:
    source, funds, use = books
    await posted(client, entry(office, source, funds, 1_000))
    wishes = [entry(office, funds, use, 600, kind="spending") for _ in range(4)]
    answers = await asyncio.gather(*(client.post(ENTRIES, json=wish, headers=once()) for wish in wishes))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert await balance(client, funds) == 400


async def test_an_earlier_day_is_not_overdrawn(
    client: httpx.AsyncClient, office: str, books: tuple[Row, Row, Row], clock: Hands
) -> None:
    source, funds, use = books
    await posted(client, entry(office, source, funds, 1_000, booked_on="2026-03-02"))
    clock.forward(days=30)
    early = entry(office, funds, use, 10, kind="spending", booked_on="2026-03-01")
    assert await refused(client, early, 409) == [("/lines/0/amount_fen", "overdraft_on_day")]
    await posted(client, early | {"booked_on": "2026-03-02"})
    assert await balance(client, funds) == 990


async def test_a_year_ends_once_it_is_over(
    client: httpx.AsyncClient, office: str, books: tuple[Row, Row, Row], clock: Hands
) -> None:
    source, funds, use = books
    this = (await client.get(YEARS, params={"committee_id": office})).json()["items"][0]
    await posted(client, entry(office, source, funds, 900_000))
    await posted(client, entry(office, funds, use, 250_000, kind="spending"))
    early = await client.post(f"{YEARS}/{this['id']}/close", json={}, headers=once() | tag(this))
    assert (early.status_code, errors(early)) == (409, [("", "year_not_over")])
    clock.now += timedelta(days=320)  # the middle of January
    later = await year(client, office, 2027)
    behind = await client.post(f"{YEARS}/{later['id']}/close", json={}, headers=once() | tag(later))
    assert errors(behind) == [("", "year_not_over")]
    answer = await client.post(
        f"{YEARS}/{this['id']}/close", json={"give_back": ["fiscal_budget"]}, headers=once() | tag(this)
    )
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["state"], told["entries"], told["numbered"]) == ("closed", 3, 3)
    assert await balance(client, funds) == 0
    assert await refused(client, entry(office, source, funds, 5, booked_on="2026-12-31"), 409) == [
        ("/booked_on", "year_closed")
    ]
    again = await client.post(f"{YEARS}/{this['id']}/close", json={}, headers=once() | tag(told))
    assert errors(again) == [("", "year_closed")]
    assert (await client.get(f"{YEARS}/{this['id']}/history")).json()["items"][0]["state"] == "closed"
    before = await client.post(YEARS, json={"committee_id": office, "year": 2025})
    assert before.status_code == 409
    assert (await client.post(YEARS, json={"committee_id": office, "year": 2029})).status_code == 422


async def test_what_is_left_is_carried_over(
    client: httpx.AsyncClient, office: str, books: tuple[Row, Row, Row], clock: Hands
) -> None:
    source, funds, use = books
    this = (await client.get(YEARS, params={"committee_id": office})).json()["items"][0]
    await posted(client, entry(office, source, funds, 900_000))
    clock.now += timedelta(days=320)
    await year(client, office, 2027)
    await posted(client, entry(office, funds, use, 100_000, kind="spending"))  # of the new year, from the old money
    gone = await client.post(
        f"{YEARS}/{this['id']}/close", json={"give_back": ["fiscal_budget"]}, headers=once() | tag(this)
    )
    assert gone.status_code == 409  # part of it is spent in the new year already
    answer = await client.post(f"{YEARS}/{this['id']}/close", json={}, headers=once() | tag(this))
    assert answer.status_code == 200, answer.text
    carried = (await client.get(f"{YEARS}/{this['id']}/carry-overs")).json()["items"]
    assert [(row["account_id"], row["balance_fen"], row["on"]) for row in carried] == [
        (funds["id"], 900_000, "2026-12-31")
    ]
    assert await balance(client, funds) == 800_000


async def test_accounts_are_one_of_a_kind_and_close_empty(client: httpx.AsyncClient, office: str, api: Api) -> None:
    await year(client, office)
    source, funds = await account(client, office, "source"), await account(client, office)
    body = {
        "committee_id": office,
        "purse": "fiscal_budget",
        "kind": "funds",
        "holder_kind": "committee",
        "holder_id": office,
    }
    answers = [
        (body, 409, "constraint.uq_funding_accounts_key"),
        (body | {"kind": "use"}, 422, "account_use"),
        (body | {"use": "full_time_pay"}, 422, "account_use"),
        (body | {"holder_id": NOWHERE}, 422, "account_holder_committee"),
        (body | {"holder_kind": "branch", "holder_id": NOWHERE}, 422, "reference_unknown"),
        (body | {"purse": "enterprise_levy"}, 409, "constraint.ck_funding_accounts_levy"),
    ]
    for told, status, code in answers:
        answer = await client.post(ACCOUNTS, json=told)
        assert (answer.status_code, errors(answer)[0][1]) == (status, code), told
    far = await committee(client, "064001004000000", "640104000000")
    outside = await client.post(ACCOUNTS, json=body | {"holder_kind": "authority", "holder_id": far})
    assert (outside.status_code, errors(outside)[0][1]) == (409, "constraint.ck_funding_accounts_within_committee")
    await posted(client, entry(office, source, funds, 100))
    full = await client.post(f"{ACCOUNTS}/{funds['id']}/close", headers=tag(funds))
    assert (full.status_code, errors(full)) == (409, [("", "account_holds_money")])
    empty = await account(client, office, purse="higher_grant")
    closed = await client.post(f"{ACCOUNTS}/{empty['id']}/close", headers=tag(empty))
    assert (closed.status_code, closed.json()["closed_on"]) == (200, "2026-03-02")
    giver = await account(client, office, "source", purse="higher_grant")
    late = entry(office, giver, empty, 5, purse="higher_grant")
    assert await refused(client, late, 409) == [("/lines/1/account_id", "account_closed")]
    reader = await api.client("reader", "portal_reader", ((330106000000, 330107000000),))
    assert (await reader.post(ENTRIES, json=late, headers=once())).status_code == 403
    assert len((await reader.get(ACCOUNTS)).json()["items"]) == 4
    elsewhere = await api.client("far", "region_officer", ((640104000000, 640105000000),))
    assert (await elsewhere.get(ACCOUNTS)).json()["items"] == []
    assert (await elsewhere.get(f"{ACCOUNTS}/{funds['id']}")).status_code == 404
