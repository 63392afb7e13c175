"""Levies over HTTP: from pushed wages to the statement, what each step refuses, what comes after the settlement."""

import csv
import io
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from app.core.acts import Acts, Scope
from app.services.funding.facts import Use
from tests.conftest import Api, Hands, actor
from tests.kit import meetings
from tests.kit.levies import (
    ASIDES,
    LEVIES,
    PAYROLLS,
    RATIOS,
    aside,
    computed,
    done,
    firm,
    levy,
    put_aside,
    read,
    spend,
    tag,
    take_back,
    tried,
    wages,
)
from tests.kit.party import errors
from tests.kit.pushing import Pusher

COUNTY = Scope(((330106000000, 330107000000),))
OTHER = Scope(((330108000000, 330109000000),))
BOOKS = (
    "INSERT INTO funding_years (version, committee_id, year, state, opened_by, created_at, recorded_at)"
    " VALUES (1, $1, $2, 'open', 'kit', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')"
)
NUMBERED = "SELECT funding_number(id) FROM funding_years WHERE year = $1"
CLOSED = "UPDATE funding_years SET state = 'closed', closed_by = 'kit', closed_at = now() WHERE year = $1"


@pytest.fixture
def house(api: Api) -> meetings.House:
    """Everybody who has to do with it."""
    return meetings.House(api)


@pytest.fixture
def client(house: meetings.House) -> httpx.AsyncClient:
    """Who computes."""
    return house.officer("office")


@pytest.fixture
def chief(house: meetings.House) -> httpx.AsyncClient:
    """Who settles."""
    return house.officer("chief", "region_officer", COUNTY)


@pytest.fixture
async def committee(client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]") -> str:
    """A county's work committee with books of two years."""
    found = await meetings.committee(client)
    for year in (2025, 2026):
        await direct.execute(BOOKS, UUID(found), year)
    return found


@pytest.fixture
def tax(acts: Acts) -> Pusher:
    """Who pushes wages."""
    return Pusher(acts, "workforce")


def codes(answer: httpx.Response) -> list[str]:
    """The findings of a refusal."""
    assert answer.status_code == 409, answer.text
    return [each["code"] for each in answer.json()["findings"]]


def told(row: dict[str, Any]) -> set[str]:
    """What the rules say."""
    return {each["code"] for each in row["findings"]}


def allowed(row: dict[str, Any]) -> set[str]:
    """What the caller may do now."""
    return {each["action"] for each in row["allowed_actions"] if each["allowed"]}


async def file(client: httpx.AsyncClient, organization: str, permyriad: int = 80, **change: Any) -> httpx.Response:
    """A ratio filed."""
    body = {
        "organization_id": organization, "year": 2025, "permyriad": permyriad, "document": "云岭茶业〔2025〕2号",
        "filed_on": "2025-01-20",
    } | change  # fmt: skip
    return await client.post(RATIOS, json=body)


async def test_from_pushed_wages_to_the_statement_and_what_comes_after(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, committee: str, tax: Pusher, acts: Acts, clock: Hands
) -> None:
    one = await firm(client)
    assert (await tax.push(wages())).outcomes == b"u"
    clock.forward(minutes=1)
    assert (await tax.push(wages())).outcomes == b"n"
    (payroll,) = (await client.get(PAYROLLS)).json()["items"]
    assert (payroll["payroll_fen"], payroll["staff"], payroll["source"], payroll["version"]) == (
        480_000_000, 45, "workforce", 1,
    )  # fmt: skip
    assert (payroll["organization_id"], payroll["region_code"]) == (one["id"], "330106010000")

    summed = await computed(client, committee)
    assert (summed["computed"], summed["changed"], summed["limit_fen"], summed["planned_fen"]) == (1, 0, 4_800_000, 0)
    row = await levy(client, one["id"])
    assert (row["limit_fen"], row["planned_fen"], row["ratio_source"]) == (4_800_000, None, "none")
    assert "levy_ratio_missing" in told(row)
    assert (await file(client, one["id"])).status_code == 201
    row = await read(client, row)
    assert "levy_outdated" in told(row)
    assert codes(await tried(client, LEVIES, row, "settle"))[0] == "levy_own_computation"
    assert errors(await tried(chief, LEVIES, row, "settle")) == [("", "levy_outdated")]
    assert (await computed(client, committee))["changed"] == 1
    row = await levy(client, one["id"])
    assert (row["planned_fen"], row["ratio_permyriad"], row["ratio_source"]) == (3_840_000, 80, "filed")

    kept = await put_aside(client, aside(row, 6_000_000))
    assert kept.status_code == 201, kept.text
    async with acts.open(actor("cashier")) as act:
        first = await spend(act, committee, one["id"], 4_000_000)
        second = await spend(act, committee, one["id"], 1_000_000, use=Use.member_education)
    row = await read(chief, row)
    figures = ("set_aside_fen", "spent_fen", "deductible_fen", "above_fen", "unspent_fen")
    assert [row[name] for name in figures] == [6_000_000, 5_000_000, 4_800_000, 200_000, 1_000_000]
    basis = [(line["code"], line["use"], line["amount_fen"]) for line in row["basis"]]
    assert basis == [
        ("payroll", None, 480_000_000), ("limit", None, 4_800_000), ("planned", None, 3_840_000),
        ("set_aside", None, 6_000_000), ("spent_for", "member_education", 1_000_000),
        ("spent_for", "branch_activities", 4_000_000), ("spent", None, 5_000_000), ("deductible", None, 4_800_000),
        ("above", None, 200_000), ("unspent", None, 1_000_000),
    ]  # fmt: skip
    assert "组通字〔2014〕42号" in row["basis"][1]["rests_on"]
    assert row["basis"][2]["rests_on"] == "云岭茶业〔2025〕2号"
    assert {"settle", "set_aside"} <= allowed(row)
    settled = await done(chief, LEVIES, row, "settle", document="西财税〔2026〕3号")
    assert [settled[name] for name in figures] == [6_000_000, 5_000_000, 4_800_000, 200_000, 1_000_000]
    assert (settled["state"], settled["settled_by"], settled["settled_on"]) == ("settled", "chief", "2026-03-02")
    assert allowed(settled) == set()
    assert (await computed(client, committee))["left_out_first"][0]["code"] == "levy_settled"

    # Wages that come later change nothing in it, and are not lost.
    clock.forward(days=30)
    assert (await tax.push(wages(payroll_yuan=5_200_000))).outcomes == b"u"
    row = await read(client, row)
    assert [row[name] for name in figures] == [6_000_000, 5_000_000, 4_800_000, 200_000, 1_000_000]
    assert (row["payroll_fen"], row["adjustments"], row["deductible_now_fen"], row["above_now_fen"]) == (
        480_000_000, 1, 5_000_000, 0,
    )  # fmt: skip
    # Nor does an entry of its year that is taken back in another.
    clock.forward(minutes=1)
    async with acts.open(actor("cashier")) as act:
        await take_back(act, second, "2026-03-20")
    row = await read(client, row)
    assert (row["adjustments"], row["spent_fen"], row["deductible_now_fen"]) == (2, 5_000_000, 4_000_000)
    changes = (await client.get(f"{LEVIES}/{row['id']}/adjustments")).json()["items"]
    assert [(each["turn"], each["cause"], each["recorded_by"]) for each in changes] == [
        (1, "payroll", "pusher"), (2, "spending", "cashier"),
    ]  # fmt: skip
    assert [(each["spent_before_fen"], each["spent_after_fen"]) for each in changes] == [
        (5_000_000, 5_000_000), (5_000_000, 4_000_000),
    ]  # fmt: skip
    assert [(each["limit_before_fen"], each["limit_after_fen"]) for each in changes] == [
        (4_800_000, 5_200_000), (5_200_000, 5_200_000),
    ]  # fmt: skip
    # The next year does not count it again.
    assert (await tax.push(wages(year=2026))).outcomes == b"u"
    await computed(client, committee, 2026)
    assert (await levy(client, one["id"], 2026))["spent_fen"] == 0

    # What was put aside for it cannot be taken back while it is spent; then it is, and that is recorded too.
    entered = await read(client, kept.json(), ASIDES)
    wish = {"booked_on": "2026-03-30", "reason": "录错了"}
    refused = await tried(client, ASIDES, entered, "reverse", **wish)
    assert (refused.status_code, errors(refused)[0][1]) == (409, "overdraft")
    async with acts.open(actor("cashier")) as act:
        await take_back(act, first, "2026-03-30")
    clock.forward(minutes=1)
    assert (await done(client, ASIDES, entered, "reverse", **wish))["state"] == "reversed"
    row = await read(client, row)
    assert (row["adjustments"], row["set_aside_fen"], row["deductible_now_fen"]) == (4, 6_000_000, 0)
    *_, last = (await client.get(f"{LEVIES}/{row['id']}/adjustments")).json()["items"]
    assert (last["cause"], last["set_aside_before_fen"], last["set_aside_after_fen"]) == ("set_aside", 6_000_000, 0)
    versions = (await client.get(f"{LEVIES}/{row['id']}/history")).json()["items"]
    assert [each["state"] for each in versions[:3]] == ["settled"] * 3
    assert {each["spent_fen"] for each in versions[:3]} == {5_000_000}
    sheet = await client.get(f"{LEVIES}/{row['id']}/adjustments", headers={"accept": "text/csv"})
    assert len(sheet.text.strip().splitlines()) == 5


async def test_the_tax_departments_list(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, committee: str, tax: Pusher
) -> None:
    firms = [await firm(client, serial) for serial in (1, 2)]
    await tax.push(wages(1), wages(2, payroll_yuan="1234567.89"))
    await computed(client, committee)
    await done(chief, LEVIES, await levy(client, firms[1]["id"]), "settle")
    sheet = await client.get(LEVIES, params={"state": "settled", "year": 2025}, headers={"accept": "text/csv"})
    head, line = list(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"), newline="")))
    row = dict(zip(head, line, strict=True))
    assert (row["Payroll (yuan)"], row["Limit (yuan)"], row["Deductible (yuan)"]) == ("1234567.89", "12345.67", "0.00")
    assert row["Credit code"] == firms[1]["uscc"]
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert (await client.get(LEVIES, headers={"accept": xlsx})).headers["content-type"].startswith(xlsx)


async def test_state_owned_firms_are_refused_with_the_reason(
    client: httpx.AsyncClient, committee: str, tax: Pusher
) -> None:
    water = await firm(client, 3, kind="state_owned")
    await tax.push(wages(3))
    summed = await computed(client, committee)
    (left,) = summed["left_out_first"]
    assert (summed["computed"], left["code"], left["organization_id"]) == (0, "levy_state_owned", water["id"])
    assert "组通字〔2017〕38号" in left["citation"]
    wish = {"committee_id": committee, "year": 2025, "organization_ids": [water["id"]]}
    assert codes(await client.post(LEVIES, json=wish)) == ["levy_state_owned"]
    assert codes(await file(client, water["id"])) == ["levy_state_owned"]
    # One that turns out to be state-owned later gets no more money.
    one = await firm(client, 4)
    await tax.push(wages(4))
    await computed(client, committee)
    row = await levy(client, one["id"])
    change = await client.patch(f"/v1/organizations/{one['id']}", json={"kind": "state_owned"}, headers=tag(one))
    assert change.status_code == 200, change.text
    assert codes(await put_aside(client, aside(row, 100))) == ["levy_state_owned"]


async def test_payrolls_missing_and_zero(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, committee: str, tax: Pusher, acts: Acts
) -> None:
    one, two = await firm(client, 1), await firm(client, 2)
    await file(client, one["id"])
    await tax.push({"uscc": two["uscc"], "year": 2025, "payroll_yuan": 0})
    summed = await computed(client, committee)
    assert (summed["computed"], summed["payroll_missing"]) == (2, 1)
    row = await levy(chief, one["id"])
    assert (row["payroll_fen"], row["limit_fen"], row["planned_fen"]) == (None, None, None)
    assert "levy_payroll_missing" in told(row)
    assert codes(await tried(chief, LEVIES, row, "settle")) == ["levy_payroll_missing"]
    zero = await levy(chief, two["id"])
    assert (zero["limit_fen"], zero["payroll_fen"]) == (0, 0)
    assert "levy_payroll_zero" in told(zero)
    assert (await put_aside(client, aside(zero, 500))).status_code == 201
    async with acts.open(actor()) as act:
        await spend(act, committee, two["id"], 300)
    assert codes(await tried(chief, LEVIES, zero, "settle")) == ["levy_payroll_zero"]
    settled = await done(chief, LEVIES, zero, "settle", departure_reason="全年停产，未发工资")
    assert (settled["deductible_fen"], settled["above_fen"], settled["unspent_fen"]) == (0, 300, 200)
    assert [each["code"] for each in settled["departures"]] == ["levy_payroll_zero"]
    assert [
        len((await client.get(LEVIES, params={"payroll": said})).json()["items"]) for said in ("missing", "zero")
    ] == [1, 1]


async def test_a_year_is_settled_when_it_is_over(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, committee: str, tax: Pusher
) -> None:
    one = await firm(client)
    await tax.push(wages(year=2026))
    await computed(client, committee, 2026)
    row = await levy(chief, one["id"], 2026)
    assert codes(await tried(chief, LEVIES, row, "settle")) == ["levy_year_not_over"]
    assert {each["action"]: each["reason"] for each in row["allowed_actions"]}["settle"] == "levy_year_not_over"
    answer = await client.post(LEVIES, json={"committee_id": committee, "year": 2027})
    assert errors(answer) == [("/year", "levy_year_future")]


async def test_ratios_above_the_limit_need_a_reason(client: httpx.AsyncClient, committee: str, tax: Pusher) -> None:
    one = await firm(client)
    await tax.push(wages())
    assert codes(await file(client, one["id"], 150)) == ["levy_ratio_above_limit"]
    filed = await file(client, one["id"], 150, departure_reason="董事会决议，超出部分不作税前扣除")
    assert filed.status_code == 201, filed.text
    ratio = filed.json()
    assert [each["code"] for each in ratio["departures"]] == ["levy_ratio_above_limit"]
    assert (await file(client, one["id"])).status_code == 409
    await computed(client, committee)
    row = await levy(client, one["id"])
    assert (row["planned_fen"], row["limit_fen"]) == (7_200_000, 4_800_000)
    assert "levy_ratio_above_limit" in told(row)
    withdrawn = await done(client, RATIOS, ratio, "withdraw", reason="重新备案")
    assert (withdrawn["state"], withdrawn["reason"]) == ("withdrawn", "重新备案")
    assert errors(await tried(client, RATIOS, withdrawn, "withdraw", reason="再撤")) == [("", "levy_ratio_withdrawn")]
    assert (await file(client, one["id"])).status_code == 201
    for wrong, code in ((0, "greater_than_equal"), (1.5, "int_type"), ("80", "int_type"), (10_001, "less_than_equal")):
        assert errors(await file(client, one["id"], wrong)) == [("/permyriad", code)]  # type: ignore[arg-type]  # wrong on purpose
    assert errors(await file(client, one["id"], filed_on="2026-03-03")) == [("/filed_on", "day_future")]
    assert errors(await file(client, str(uuid4()))) == [("/organization_id", "reference_unknown")]


async def test_what_a_set_aside_refuses(
    client: httpx.AsyncClient, committee: str, tax: Pusher, direct: "asyncpg.Connection[Any]"
) -> None:
    one = await firm(client)
    await tax.push(wages())
    await computed(client, committee)
    row = await levy(client, one["id"])
    body = aside(row, 320_000)
    assert (await client.post(ASIDES, json=body)).status_code == 422  # without a key
    first = await put_aside(client, body)
    assert first.status_code == 201, first.text
    key = {"idempotency-key": "same-key-1"}
    once = await client.post(ASIDES, json=aside(row, 1, "V-2"), headers=key)
    again = await client.post(ASIDES, json=aside(row, 1, "V-2"), headers=key)
    assert (once.status_code, again.status_code, again.content) == (201, 201, once.content)
    assert (await client.post(ASIDES, json=aside(row, 2, "V-2"), headers=key)).status_code == 422
    # The same deed under another key of the wire is the one that stands; another amount is refused.
    assert (await put_aside(client, body)).json()["id"] == first.json()["id"]
    other = await put_aside(client, body | {"amount_fen": 320_001})
    assert (other.status_code, errors(other)) == (409, [("/business_key", "business_key_taken")])
    assert len((await client.get(ASIDES)).json()["items"]) == 2
    for change, wrong in (
        ({"amount_fen": 1.5}, ("/amount_fen", "int_type")),
        ({"amount_fen": "5"}, ("/amount_fen", "int_type")),
        ({"amount_fen": 0}, ("/amount_fen", "greater_than")),
        ({"amount_fen": -5}, ("/amount_fen", "greater_than")),
        ({"amount_fen": 10**13 + 1}, ("/amount_fen", "less_than_equal")),
        ({"currency": "USD"}, ("/currency", "currency_unsupported")),
        ({"booked_on": "2024-12-31"}, ("/booked_on", "levy_day_outside")),
        ({"booked_on": "2026-03-03"}, ("/booked_on", "day_future")),
        ({"business_key": "一号"}, ("/business_key", "string_pattern_mismatch")),
        ({"levy_id": str(uuid4())}, ("/levy_id", "reference_unknown")),
        ({"purse": "fiscal_budget"}, ("/purse", "extra_forbidden")),
    ):
        answer = await put_aside(client, aside(row, 5, "V-3") | change)
        assert (answer.status_code, errors(answer)) == (422, [wrong]), answer.text
    await direct.execute(NUMBERED, 2025)
    await direct.execute(CLOSED, 2025)
    closed = await put_aside(client, aside(row, 5, "V-4"))
    assert (closed.status_code, errors(closed)) == (409, [("/booked_on", "year_closed")])
    # For the year, but booked in the next: it counts for the year.
    late = await put_aside(client, aside(row, 5, "V-5", "2026-01-31"))
    assert late.status_code == 201, late.text
    assert (await read(client, row))["set_aside_fen"] == 320_006


async def test_a_set_aside_is_taken_back_once_and_not_what_is_spent(
    client: httpx.AsyncClient, committee: str, tax: Pusher, acts: Acts
) -> None:
    one = await firm(client)
    await tax.push(wages())
    await computed(client, committee)
    row = await levy(client, one["id"])
    kept = (await put_aside(client, aside(row, 1000))).json()
    assert errors(await tried(client, LEVIES, row, "discard", reason="迁出")) == [("", "levy_has_set_asides")]
    back = await done(client, ASIDES, kept, "reverse", booked_on="2025-04-02", reason="金额录错")
    assert (back["state"], back["reversed_on"]) == ("reversed", "2025-04-02")
    assert back["reversal_id"] is not None
    assert errors(await tried(client, ASIDES, back, "reverse", booked_on="2025-04-02", reason="再来")) == [
        ("", "levy_set_aside_reversed")
    ]
    assert (await read(client, row))["set_aside_fen"] == 0
    again = (await put_aside(client, aside(row, 1000, "V-9"))).json()
    async with acts.open(actor()) as act:
        await spend(act, committee, one["id"], 1)
    refused = await tried(client, ASIDES, again, "reverse", booked_on="2025-07-02", reason="不要了")
    assert (refused.status_code, errors(refused)[0][1]) == (409, "overdraft")
    assert (await client.post(f"{ASIDES}/{again['id']}/reverse", json={})).status_code in (422, 428)
    # A levy without money is given up, and may be computed anew.
    two = await firm(client, 2)
    await tax.push(wages(2))
    await computed(client, committee)
    gone = await done(client, LEVIES, await levy(client, two["id"]), "discard", reason="企业迁出")
    assert (gone["state"], allowed(gone)) == ("discarded", set())
    assert errors(await put_aside(client, aside(gone, 5, "V-11"))) == [("/levy_id", "levy_discarded")]
    assert (await computed(client, committee))["computed"] == 1


async def test_an_officers_word_stands_and_what_partners_say_is_kept_beside(
    client: httpx.AsyncClient, committee: str, tax: Pusher, clock: Hands
) -> None:
    one = await firm(client)
    body = {"organization_id": one["id"], "year": 2025, "payroll_fen": 500_000_000, "document": "汇算清缴申报表"}
    entered = await client.post(PAYROLLS, json=body)
    assert entered.status_code == 201, entered.text
    assert (await client.post(PAYROLLS, json=body)).status_code == 409
    await computed(client, committee)
    clock.forward(minutes=1)
    assert (await tax.push(wages())).outcomes == b"u"
    row = await read(client, entered.json(), PAYROLLS)
    assert (row["payroll_fen"], row["source"], row["reported_fen"]) == (500_000_000, "officer", 480_000_000)
    assert "levy_payroll_differs" in told(await levy(client, one["id"]))
    assert len((await client.get(PAYROLLS, params={"differing": True})).json()["items"]) == 1
    change = {"payroll_fen": 480_000_000, "document": "更正申报表"}
    clock.forward(minutes=1)
    changed = await client.patch(f"{PAYROLLS}/{row['id']}", json=change, headers=tag(row))
    assert changed.status_code == 200, changed.text
    stale = await client.patch(f"{PAYROLLS}/{row['id']}", json=change, headers=tag(row))
    assert stale.status_code == 412
    assert [each["version"] for each in (await client.get(f"{PAYROLLS}/{row['id']}/history")).json()["items"]] == [
        3, 2, 1,
    ]  # fmt: skip
    for wrong, code in ((-1, "greater_than_equal"), (0.5, "int_type"), (10**13 + 1, "less_than_equal")):
        assert errors(await client.post(PAYROLLS, json=body | {"payroll_fen": wrong})) == [("/payroll_fen", code)]
    assert errors(await client.post(PAYROLLS, json=body | {"currency": "HKD"})) == [
        ("/currency", "currency_unsupported")
    ]


async def test_who_sees_and_who_does_not(
    client: httpx.AsyncClient, house: meetings.House, committee: str, tax: Pusher
) -> None:
    one = await firm(client)
    await tax.push(wages())
    await computed(client, committee)
    row = await levy(client, one["id"])
    elsewhere = house.officer("elsewhere", "region_officer", OTHER)
    assert (await elsewhere.get(f"{LEVIES}/{row['id']}")).status_code == 404
    assert (await elsewhere.get(LEVIES)).json()["items"] == []
    assert (await elsewhere.get(PAYROLLS)).json()["items"] == []
    wish = {"committee_id": committee, "year": 2025}
    assert (await elsewhere.post(LEVIES, json=wish)).status_code in (403, 422)
    assert (await put_aside(elsewhere, aside(row, 5))).status_code == 422
    assert errors(await client.post(LEVIES, json=wish | {"committee_id": str(uuid4())})) == [
        ("/committee_id", "reference_unknown")
    ]
    far = await firm(client, 7, region_code="330108001000")
    named = await client.post(LEVIES, json=wish | {"organization_ids": [far["id"], str(uuid4())]})
    assert errors(named) == [
        ("/organization_ids/0", "levy_out_of_reach"), ("/organization_ids/1", "reference_unknown"),
    ]  # fmt: skip
