"""Payments over HTTP: accounted for with papers, accepted by another, given back; and what the books say then."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.core.acts import Acts
from app.services.funding.facts import HolderKind, Purse
from app.services.funding.ledger.facts import Holder
from tests.conftest import Api, Hands
from tests.kit.party import errors, findings
from tests.kit.spending import (
    COUNTY,
    PAYMENTS,
    REQUESTS,
    Books,
    accounted,
    approved,
    done,
    drafted,
    now,
    paid,
    paper,
    payment,
    tried,
)

INVOICE = {"kind": "invoice", "title": "大巴租赁发票", "number": "25332000000012345678", "amount_fen": 300_000}


@pytest.fixture
async def books(api: Api, acts: Acts, direct: "asyncpg.Connection[Any]") -> Books:
    """A branch with a hundred thousand yuan."""
    return await Books(api, acts, direct).opened()


@pytest.fixture
def secretary(books: Books) -> httpx.AsyncClient:
    """The branch's secretary."""
    return books.secretary("zhou", books.branch)


@pytest.fixture
def chief(books: Books) -> httpx.AsyncClient:
    """Who decides, for the county."""
    return books.officer("chen", "work_committee_officer", COUNTY)


@pytest.fixture
def cashier(books: Books) -> httpx.AsyncClient:
    """Who pays and accepts, for the county."""
    return books.officer("qian", "region_officer", COUNTY)


async def entries(direct: "asyncpg.Connection[Any]") -> list[tuple[str, int]]:
    """The kinds of what was booked of payments and how much, in order."""
    rows = await direct.fetch(
        "SELECT kind, amount_fen FROM funding_entries WHERE kind IN ('spending', 'reversal') ORDER BY id"
    )
    return [(row["kind"], row["amount_fen"]) for row in rows]


async def step(client: httpx.AsyncClient, row: dict[str, Any], verb: str, **told: Any) -> dict[str, Any]:
    """The payment after a step that must succeed."""
    answer = await accounted(client, row, verb, **told)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def told(client: httpx.AsyncClient, row: dict[str, Any], spent: int, **invoice: Any) -> dict[str, Any]:
    """The payment with its invoice, handed in."""
    await paper(client, f"{PAYMENTS}/{row['id']}", **(INVOICE | invoice))
    return await step(client, row, "hand-in", spent_fen=spent)


async def test_accounted_for_and_settled(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, cashier: httpx.AsyncClient
) -> None:
    row = await paid(cashier, await approved(secretary, chief, books.account))
    handed = await told(secretary, row, 300_000)
    assert (handed["receipt_state"], handed["receipt_by"], handed["receipt_fen"]) == ("handed_in", "zhou", 300_000)
    done_ = await step(cashier, handed, "accept")
    assert (done_["receipt_state"], done_["accepted_by"], done_["returned_fen"]) == ("accepted", "qian", 0)
    request = await now(chief, {"id": row["request_id"]})
    assert (request["state"], request["ended_on"], request["returned_fen"]) == ("settled", "2026-03-02", 0)
    assert (await books.balance(), await books.spent()) == (9_700_000, 300_000)


async def test_what_was_not_spent_comes_back(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, cashier: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
) -> None:  # fmt: skip
    row = await paid(cashier, await approved(secretary, chief, books.account))
    end = await step(cashier, await told(secretary, row, 281_250), "accept")
    assert (end["returned_fen"], end["spent_fen"]) == (18_750, 281_250)
    assert end["entry_id"] != row["entry_id"]
    assert (await books.balance(), await books.spent()) == (9_718_750, 281_250)
    assert await entries(direct) == [("spending", 300_000), ("reversal", 300_000), ("spending", 281_250)]
    request = await now(chief, {"id": row["request_id"]})
    assert (request["state"], request["paid_fen"], request["returned_fen"]) == ("settled", 300_000, 18_750)
    later = await step(cashier, end, "give-back", amount_fen=1_250, reason="退还押金")
    assert (later["returned_fen"], later["spent_fen"]) == (20_000, 280_000)
    assert (await books.balance(), await books.spent()) == (9_720_000, 280_000)
    answer = await accounted(cashier, later, "give-back", amount_fen=280_001, reason="退还押金")
    assert (answer.status_code, errors(answer)) == (409, [("/amount_fen", "receipt_over_standing")])
    stale = await accounted(cashier, end, "give-back", amount_fen=1, reason="退还押金")
    assert stale.status_code == 412
    whole = await step(cashier, later, "give-back", amount_fen=280_000, reason="活动作废，全部退回")
    assert (whole["spent_fen"], whole["entry_id"]) == (0, later["entry_id"])
    assert (await books.balance(), await books.spent()) == (10_000_000, 0)


async def test_nothing_spent_needs_no_paper(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, cashier: httpx.AsyncClient
) -> None:
    row = await paid(cashier, await approved(secretary, chief, books.account))
    end = await step(cashier, await step(secretary, row, "hand-in", spent_fen=0, note="活动取消"), "accept")
    assert (end["spent_fen"], end["entry_id"]) == (0, row["entry_id"])
    assert (await books.balance(), await books.spent()) == (10_000_000, 0)


async def test_papers_prove_what_was_spent(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, cashier: httpx.AsyncClient
) -> None:
    row = await paid(cashier, await approved(secretary, chief, books.account))
    answer = await accounted(secretary, row, "hand-in", spent_fen=300_000)
    assert (answer.status_code, findings(answer)) == (
        409,
        {"spending_lacks_papers": "hard", "spending_unproven": "hard"},
    )
    where = f"{PAYMENTS}/{row['id']}"
    for lacking, pointer in (("number", "/number"), ("amount_fen", "/amount_fen")):
        body = {name: value for name, value in INVOICE.items() if name != lacking}
        answer = await secretary.post(f"{where}/evidence", json=body)
        assert (answer.status_code, errors(answer)[0][0]) == (422, pointer)
    await paper(secretary, where, **INVOICE | {"amount_fen": 299_999})
    answer = await accounted(secretary, row, "hand-in", spent_fen=300_000)
    assert (answer.status_code, findings(answer)) == (409, {"spending_unproven": "hard"})
    answer = await accounted(secretary, row, "hand-in", spent_fen=300_001)
    assert (answer.status_code, errors(answer)) == (422, [("/spent_fen", "receipt_over_payment")])
    again = await secretary.post(f"{where}/evidence", json=INVOICE)
    assert (again.status_code, errors(again)) == (
        409,
        [("/uq_spending_evidence_number", "constraint.uq_spending_evidence_number")],
    )
    handed = await step(secretary, row, "hand-in", spent_fen=299_999)
    late = await secretary.post(f"{where}/evidence", json=INVOICE | {"number": "2"})
    assert (late.status_code, errors(late)) == (409, [("", "receipt_handed_in")])
    back = await step(cashier, handed, "return", reason="发票抬头有误")
    assert (back["receipt_state"], back["receipt_note"]) == ("none", "发票抬头有误")


async def test_nobody_accepts_his_own_account(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, cashier: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
) -> None:  # fmt: skip
    row = await paid(cashier, await approved(secretary, chief, books.account))
    handed = await told(cashier, row, 300_000)  # the office hands in what the branch brought
    for who, role in (("qian", "region_officer"), ("zhou", "work_committee_officer")):
        answer = await accounted(books.officer(who, role, COUNTY), handed, "accept")
        assert (answer.status_code, findings(answer)) == (409, {"spending_own_receipt": "hard"})
    transaction = direct.transaction()
    await transaction.start()
    for name, value in {"lo": "0", "hi": "1000000000000", "whole": "t"}.items():
        await direct.execute("SELECT set_config($1, $2, true)", f"liangxin.{name}", value)
    with pytest.raises(asyncpg.CheckViolationError, match="ck_spending_payments_own"):
        await direct.execute(
            "UPDATE spending_payments SET receipt_state = 'accepted', accepted_by = 'zhou', accepted_on = '2026-03-02'"
        )
    await transaction.rollback()
    assert (await step(chief, handed, "accept"))["accepted_by"] == "chen"


async def test_a_payment_that_does_not_stand(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, cashier: httpx.AsyncClient,
    direct: "asyncpg.Connection[Any]",
) -> None:  # fmt: skip
    ready = await approved(secretary, chief, books.account)
    row = await paid(cashier, ready)
    answer = await accounted(cashier, row, "cancel", reason="银行退汇", booked_on="2026-03-01")
    assert (answer.status_code, errors(answer)) == (422, [("/booked_on", "day_too_early")])
    gone = await step(cashier, row, "cancel", reason="收款账户已销户，银行退汇")
    assert (gone["state"], gone["spent_fen"]) == ("cancelled", 0)
    assert (await books.balance(), await books.spent()) == (10_000_000, 0)
    again = await now(cashier, ready)
    assert (again["state"], again["paid_fen"], again["rest_fen"]) == ("approved", 0, 300_000)
    answer = await accounted(cashier, gone, "cancel", reason="银行退汇")
    assert (answer.status_code, errors(answer)) == (409, [("", "payment_cancelled")])
    anew = await paid(cashier, again)
    handed = await told(secretary, anew, 300_000)
    answer = await accounted(cashier, handed, "cancel", reason="银行退汇")
    assert (answer.status_code, errors(answer)) == (409, [("", "receipt_handed_in")])
    assert await entries(direct) == [("spending", 300_000), ("reversal", 300_000), ("spending", 300_000)]


async def test_of_two_who_take_back_at_once_one_does(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, cashier: httpx.AsyncClient
) -> None:
    ready = await approved(secretary, chief, books.account)
    row = await paid(cashier, ready)
    both = await asyncio.gather(*(accounted(cashier, row, "cancel", reason="银行退汇") for _ in range(3)))
    assert sorted(answer.status_code for answer in both) == [200, 412, 412]
    assert await books.balance() == 10_000_000


async def test_late_receipts_stand_before_new_money(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, cashier: httpx.AsyncClient, clock: Hands
) -> None:
    row = await paid(cashier, await approved(secretary, chief, books.account))
    clock.forward(days=30)
    assert not (await now(cashier, row, PAYMENTS))["receipt_overdue"]
    clock.forward(days=1)
    late = await now(cashier, row, PAYMENTS)
    assert (late["receipt_overdue"], late["receipt_due_on"]) == (True, "2026-04-01")
    rows = (await secretary.get(PAYMENTS, params={"receipt_overdue": "true", "count": "exact"})).json()
    assert (rows["count"]["value"], rows["items"][0]["id"]) == (1, row["id"])
    request = await drafted(secretary, books.account)
    answer = await tried(secretary, request, "submit")
    assert (answer.status_code, findings(answer)) == (409, {"spending_receipts_overdue": "departure"})
    sent = await done(secretary, request, "submit", departure_reason="上笔发票已寄出，急需启动本次培训")
    assert [(each["code"], each["by"]) for each in sent["departures"]] == [("spending_receipts_overdue", "zhou")]


async def test_a_request_of_the_committee_is_borne_by_its_budget(
    books: Books, chief: httpx.AsyncClient, cashier: httpx.AsyncClient, secretary: httpx.AsyncClient
) -> None:
    office = books.officer("office")
    line = {"use": "member_education", "title": "党员培训", "basis": "按党员人数", "amount_fen": 500_000}
    body = {"committee_id": books.committee, "year": 2026, "purse": "fiscal_budget", "title": "党建经费预算"}
    budget = (await office.post("/v1/funding/budgets", json=body | {"lines": [line]})).json()
    agreed = await chief.post(
        f"/v1/funding/budgets/{budget['id']}/approve", json={}, headers={"if-match": f'"{budget["version"]}"'}
    )
    assert agreed.status_code == 200, agreed.text
    line_id = budget["lines"][0]["id"]
    own = await books.holding(Purse.fiscal_budget, Holder(HolderKind.committee, UUID(books.committee)), 1_000_000)

    async def left() -> int:
        told = (await office.get(f"/v1/funding/budgets/{budget['id']}")).json()["lines"][0]
        return int(told["left_fen"])

    ask = {"use": "member_education", "budget_line_id": line_id, "amount_fen": 400_000}
    wrong = await office.post(REQUESTS, json={"account_id": own, "title": "培训", "reason": "年度培训"} | ask | {
        "use": "branch_activities"
    })  # fmt: skip
    assert (wrong.status_code, errors(wrong)) == (422, [("/budget_line_id", "spending_line_unfit")])
    wrong = await office.post(REQUESTS, json={"account_id": books.account, "title": "培训", "reason": "培训"} | ask)
    assert (wrong.status_code, errors(wrong)) == (422, [("/budget_line_id", "spending_line_appropriated")])
    row = await paid(cashier, await approved(office, chief, own, **ask), 400_000)
    assert await left() == 100_000
    other = await approved(office, chief, own, **ask)
    answer = await tried(cashier, other, "payments", **payment(100_001))
    assert (answer.status_code, [code for _, code in errors(answer)]) == (409, ["budget_exceeded"])
    assert await books.balance(own) == 600_000
    handed = await told(office, row, 250_000)
    await step(chief, handed, "accept")
    assert (await left(), await books.balance(own)) == (250_000, 750_000)
    second = await paid(cashier, other, 250_000)
    await step(cashier, second, "cancel", reason="收款人有误")
    assert (await left(), await books.balance(own)) == (250_000, 750_000)


async def test_money_that_comes_back_next_year_is_next_years(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, cashier: httpx.AsyncClient, clock: Hands
) -> None:
    row = await paid(cashier, await approved(secretary, chief, books.account))
    handed = await told(secretary, row, 200_000)
    clock.forward(days=310)
    await books.opened_year(2027)
    end = await step(cashier, handed, "accept", booked_on="2027-01-04")
    assert end["returned_fen"] == 100_000
    assert (await books.balance(), await books.spent()) == (9_800_000, 200_000)


async def test_payments_are_listed_and_leave_as_files(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, cashier: httpx.AsyncClient
) -> None:
    row = await paid(cashier, await approved(secretary, chief, books.account), 100_000)
    for asked, there in (
        ({"request_id": row["request_id"], "state": "paid", "receipt_state": "none"}, True),
        ({"year": "2025"}, False),
        ({"use": "full_time_pay"}, False),
        ({"purse": "fiscal_budget", "year": "2026", "branch_id": books.branch}, True),
        ({"receipt_overdue": "true"}, False),
        ({"business_key": row["business_key"]}, True),
        ({"region": "330108000000"}, False),
    ):
        rows = (await chief.get(PAYMENTS, params=asked)).json()["items"]
        assert bool(rows) is there, asked
    sheet = await chief.get(PAYMENTS, headers={"accept": "text/csv"})
    assert (sheet.status_code, "1000.00" in sheet.text) == (200, True)
    versions = (await chief.get(f"{PAYMENTS}/{row['id']}/history")).json()["items"]
    assert [each["receipt_state"] for each in versions] == ["none"]
    for role, known in (("region_officer", True), ("auditor", True), ("portal_reader", False)):
        seen = (await books.officer(role, role, COUNTY).get(f"{PAYMENTS}/{row['id']}")).json()
        assert (seen["amount_fen"], seen["payee"] is not None) == (100_000, known), role
