"""Payment runs over HTTP: from a closed list to what is paid, once, item by item; what each step refuses."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.core.acts import Acts
from app.services.funding.facts import HolderKind, Purse
from app.services.funding.ledger.facts import Holder
from tests.conftest import Api, Hands
from tests.kit import party
from tests.kit.party import errors, findings
from tests.kit.spending import headers
from tests.kit.wages import ITEMS, NAMES, RUNS, Wages, done, shown


@pytest.fixture
async def wages(api: Api, acts: Acts, direct: "asyncpg.Connection[Any]", clock: Hands) -> Wages:
    """A committee with a hundred thousand yuan."""
    return await Wages(api, acts, direct, clock).opened()


async def test_from_a_closed_list_to_what_is_paid(wages: Wages) -> None:
    await wages.crew(3)
    await wages.worker("沈六鸣", "full_time_worker")
    month = await wages.closed()
    run = await wages.drawn(month)
    assert (run["state"], run["items"], run["waiting_items"], run["total_fen"]) == ("draft", 3, 3, 93_000)
    assert (run["month"], run["purse"], run["computed_by"]) == ("2026-03", "fiscal_budget", "clerk")
    assert run["available_fen"] == 10_000_000
    told = {each["action"]: each["reason"] for each in run["allowed_actions"]}
    assert told == {"recompute": None, "approve": "payment_own_run", "pay": "payment_draft", "discard": None}
    approved = await done(wages.chief, RUNS, run, "approve")
    assert (approved["state"], approved["approved_by"]) == ("approved", "chief")
    paid = await wages.pay(approved)
    assert {key: paid[key] for key in ("paid", "failed", "paid_fen", "left_items", "left_fen", "state")} == {
        "paid": 3, "failed": 0, "paid_fen": 93_000, "left_items": 0, "left_fen": 0, "state": "done",
    }  # fmt: skip
    assert await wages.balance() == 10_000_000 - 93_000
    assert await wages.spent() == 93_000
    items = await wages.items(run)
    assert [item["position"] for item in items] == [1, 2, 3]
    assert {item["state"] for item in items} == {"paid"}
    assert [item["business_key"] for item in items] == [f"treatment:{item['entitlement_id']}:1" for item in items]
    entries = await wages.entries()
    assert {entry["business_key"] for entry in entries} == {item["business_key"] for item in items}
    pay = await wages.paid(month, use="full_time_pay")
    assert (pay["state"], pay["paid_fen"], pay["items"]) == ("done", 310_000, 1)
    kinds = {row["use"]: row["fen"] for row in await _spent(wages)}
    assert kinds == {"worker_subsidies": 93_000, "full_time_pay": 310_000}


async def _spent(wages: Wages) -> list[Any]:
    return list(
        await wages.direct.fetch(
            "SELECT account.use, balance.balance_fen AS fen FROM funding_accounts AS account"
            " JOIN funding_balances AS balance ON balance.account_id = account.id WHERE account.kind = 'use'"
        )
    )


async def test_however_often_it_is_called_each_is_paid_once(wages: Wages) -> None:
    await wages.crew(3)
    run = await wages.approved(await wages.closed())
    first = await wages.try_to_pay(run, key="pay-of-march")
    again = await wages.try_to_pay(run, key="pay-of-march")
    assert again.content == first.content
    assert again.headers["idempotent-replayed"] == "true"
    other = await wages.pay(run)
    assert (other["items"], other["paid"], other["state"]) == ([], 0, "done")
    named = await wages.pay(run, payable_ids=[item["id"] for item in await wages.items(run)])
    assert [item["outcome"] for item in named["items"]] == ["paid_before"] * 3
    assert len(await wages.entries()) == 3
    assert await wages.spent() == 93_000


async def test_two_who_pay_at_once_pay_each_once(wages: Wages) -> None:
    await wages.crew(6)
    run = await wages.approved(await wages.closed())
    second = wages.officer("second")
    answers = await asyncio.gather(*(wages.try_to_pay(run, by=who) for who in (wages.cashier, second) * 3))
    assert {answer.status_code for answer in answers} == {200}
    assert sum(answer.json()["paid"] for answer in answers) == 6
    assert len(await wages.entries()) == 6
    assert await wages.balance() == 10_000_000 - 6 * 31_000


async def test_a_call_pays_up_to_its_limit(wages: Wages) -> None:
    await wages.crew(5)
    run = await wages.approved(await wages.closed())
    left = [(await wages.pay(run, limit=2))["left_items"] for _ in range(3)]
    assert left == [3, 1, 0]
    assert len(await wages.entries()) == 5


async def test_where_the_account_is_short_the_rest_goes_on(
    api: Api, acts: Acts, direct: "asyncpg.Connection[Any]", clock: Hands
) -> None:
    wages = await Wages(api, acts, direct, clock).opened(50_000)
    await wages.crew(2)
    await wages.worker("沈五鸣", since="2026-03-26")  # six days: 6,000 fen
    run = await wages.approved(await wages.closed())
    told = await wages.pay(run)
    outcomes = {item["amount_fen"]: item for item in told["items"]}
    assert (told["paid"], told["failed"], told["state"]) == (2, 1, "paying")
    assert told["left_fen"] == 31_000
    assert outcomes[6_000]["outcome"] == "paid"
    (refused,) = [item for item in told["items"] if item["outcome"] == "failed"]
    assert (refused["code"], refused["entry_id"]) == ("overdraft", None)
    assert refused["detail"]
    assert await wages.balance() == 13_000
    (failed,) = await wages.items(run, state="failed")
    detail = await shown(wages.clerk, ITEMS, failed)
    assert (detail["failure"], bool(detail["failure_detail"])) == ("overdraft", True)
    await wages.funded(20_000)
    told = await wages.pay(run)
    assert (told["paid"], told["left_items"], told["state"]) == (1, 0, "done")
    assert len(await wages.entries()) == 3
    assert (await wages.items(run, state="failed"), await wages.balance()) == ([], 2_000)


async def test_nothing_is_paid_of_a_list_that_is_open(wages: Wages) -> None:
    await wages.crew(2)
    month = await wages.computed()
    refused = await wages.clerk.post(RUNS, json=wages.wanted(month))
    assert (refused.status_code, errors(refused)) == (409, [("/month_id", "payment_month_open")])
    discarded = await done(wages.office, "/v1/treatment/months", month, "discard", reason="重复录入")
    refused = await wages.clerk.post(RUNS, json=wages.wanted(discarded))
    assert errors(refused) == [("/month_id", "payment_month_open")]


async def test_nobody_approves_or_pays_what_he_drew_up(wages: Wages) -> None:
    await wages.crew(1)
    run = await wages.drawn(await wages.closed())
    refused = await wages.clerk.post(f"{RUNS}/{run['id']}/approve", headers=headers(run))
    assert (refused.status_code, findings(refused)) == (409, {"payment_own_run": "hard"})
    again = await done(wages.chief, RUNS, run, "recompute")
    refused = await wages.clerk.post(f"{RUNS}/{run['id']}/approve", headers=headers(again))
    assert findings(refused) == {"payment_own_run": "hard"}  # he drew it up before
    approved = await done(wages.cashier, RUNS, again, "approve")
    for who in (wages.clerk, wages.chief):
        refused = await wages.try_to_pay(approved, by=who)
        assert (refused.status_code, findings(refused)) == (409, {"payment_own_payment": "hard"})
    assert (await wages.pay(approved))["paid"] == 1  # whoever approves may pay


async def test_nothing_is_paid_that_was_not_approved(wages: Wages) -> None:
    await wages.crew(1)
    run = await wages.drawn(await wages.closed())
    refused = await wages.try_to_pay(run)
    assert (refused.status_code, errors(refused)) == (409, [("", "payment_draft")])
    gone = await done(wages.clerk, RUNS, run, "discard", reason="改由街道发放")
    assert (gone["state"], gone["items"], gone["dropped_items"]) == ("discarded", 0, 1)
    assert errors(await wages.try_to_pay(gone)) == [("", "payment_discarded")]
    refused = await wages.chief.post(f"{RUNS}/{run['id']}/approve", headers=headers(gone))
    assert errors(refused) == [("", "payment_discarded")]


async def test_a_line_stands_in_one_run_at_a_time(wages: Wages) -> None:
    await wages.crew(2)
    month = await wages.closed()
    run = await wages.drawn(month)
    grant = await wages.funded(1_000_000, Purse.higher_grant)
    refused = await wages.clerk.post(RUNS, json=wages.wanted(month, account_id=grant))
    assert (refused.status_code, errors(refused)) == (409, [("/month_id", "payment_nobody")])
    await done(wages.clerk, RUNS, run, "discard", reason="改由专项资金发放")
    both = await asyncio.gather(
        *(wages.clerk.post(RUNS, json=wages.wanted(month, account_id=account)) for account in (grant, wages.account))
    )
    assert sorted(answer.status_code for answer in both) == [201, 409]
    entitlements = await wages.direct.fetchval("SELECT count(*) FROM payables WHERE state <> 'dropped'")
    assert entitlements == 2


async def test_an_item_is_taken_out_and_stands_in_another_run(wages: Wages) -> None:
    await wages.crew(2)
    month = await wages.closed()
    run = await wages.approved(month)
    first, second = await wages.items(run)
    gone = await done(wages.clerk, ITEMS, first, "drop", reason="账户信息待核")
    assert (gone["state"], gone["drop_reason"]) == ("dropped", "账户信息待核")
    assert (await wages.pay(run))["paid"] == 1
    now = await shown(wages.clerk, RUNS, run)
    assert (now["state"], now["items"], now["dropped_items"], now["total_fen"]) == ("done", 1, 1, 31_000)
    refused = await done(wages.clerk, ITEMS, await shown(wages.clerk, ITEMS, second), "drop", 409, reason="账户")
    assert [each["code"] for each in refused["errors"]] == ["payment_paid"]
    other = await wages.paid(month)
    assert (other["items"], other["elsewhere_items"], other["state"]) == (1, 1, "done")
    assert len(await wages.entries()) == 2
    refused = await done(wages.clerk, RUNS, now, "discard", 409, reason="作废看看")
    assert [each["code"] for each in refused["errors"]] == ["payment_done"]


async def test_what_the_bank_returns_is_reversed_and_paid_again_when_named(wages: Wages) -> None:
    await wages.crew(2)
    run = await wages.paid(await wages.closed())
    item = (await wages.items(run))[0]
    wages.clock.forward(days=3)
    answer = await wages.cashier.post(
        f"{ITEMS}/{item['id']}/return",
        json={"returned_on": "2026-04-02", "reason": "户名不符，银行退汇"},
        headers=headers(item),
    )
    assert answer.status_code == 200, answer.text
    back = answer.json()
    assert (back["state"], back["returned_on"], back["attempt"]) == ("returned", "2026-04-02", 1)
    assert await wages.balance() == 10_000_000 - 31_000
    assert (await shown(wages.clerk, RUNS, run))["state"] == "paying"
    wages.clock.forward(minutes=1)
    assert (await wages.pay(run))["items"] == []  # not by itself
    again = await wages.pay(run, payable_ids=[item["id"]])
    assert [each["outcome"] for each in again["items"]] == ["paid"]
    now = await shown(wages.clerk, ITEMS, item)
    assert (now["state"], now["attempt"], now["reversal_id"]) == ("paid", 2, None)
    assert now["business_key"] == f"treatment:{item['entitlement_id']}:2"
    assert await wages.balance() == 10_000_000 - 62_000
    kinds = [(entry["kind"], entry["business_key"].split(":", 2)[2]) for entry in await wages.entries()]
    assert kinds == [("spending", "1"), ("spending", "1"), ("reversal", "1:returned"), ("spending", "2")]
    assert (await shown(wages.clerk, RUNS, run))["state"] == "done"
    versions = (await wages.clerk.get(f"{ITEMS}/{item['id']}/history")).json()["items"]
    assert [(each["version"], each["state"]) for each in versions] == [
        (4, "paid"), (3, "returned"), (2, "paid"),
    ]  # fmt: skip


async def test_a_payment_is_taken_back_by_its_item_alone(wages: Wages) -> None:
    await wages.crew(1)
    run = await wages.paid(await wages.closed())
    (item,) = await wages.items(run)
    body = {"booked_on": wages.today, "reason": "记错了"}
    answer = await wages.cashier.post(
        f"/v1/funding/entries/{item['entry_id']}/reverse", json=body, headers={"idempotency-key": uuid4().hex}
    )
    assert answer.status_code == 409, answer.text
    assert errors(answer) == [("/ck_payables_taken_back", "constraint.ck_payables_taken_back")]
    assert await wages.balance() == 10_000_000 - 31_000


async def test_a_return_is_of_what_is_paid_and_within_its_days(wages: Wages) -> None:
    await wages.crew(1)
    run = await wages.approved(await wages.closed())
    (item,) = await wages.items(run)
    told = {"returned_on": "2026-03-31", "reason": "户名不符"}
    refused = await done(wages.cashier, ITEMS, item, "return", 409, **told)
    assert [each["code"] for each in refused["errors"]] == ["payment_open"]
    await wages.pay(run)
    item = await shown(wages.clerk, ITEMS, item)
    for day, code in (("2026-03-30", "day_too_early"), ("2026-04-01", "day_future")):
        refused = await done(wages.cashier, ITEMS, item, "return", 422, **(told | {"returned_on": day}))
        assert [each["code"] for each in refused["errors"]] == [code]
    both = await asyncio.gather(
        *(wages.cashier.post(f"{ITEMS}/{item['id']}/return", json=told, headers=headers(item)) for _ in range(2))
    )
    assert sorted(answer.status_code for answer in both) == [200, 412]
    assert await wages.balance() == 10_000_000


async def test_what_cannot_be_is_refused(wages: Wages) -> None:
    await wages.crew(1)
    run = await wages.approved(await wages.closed())
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"paid_on": "2026-04-01"}, "day_future"),
        ({"paid_on": "2026-03-30"}, "day_too_early"),
        ({"paid_on": 20260331}, "date_parsing"),
        ({"limit": 0}, "greater_than_equal"),
        ({"limit": 501}, "less_than_equal"),
        ({"limit": "5"}, "int_type"),
        ({"payable_ids": []}, "value_wrong"),
        ({"amount_fen": 5}, "extra_forbidden"),
    ]
    for change, code in wrong:
        refused = await wages.try_to_pay(run, **change)
        assert (refused.status_code, [each[1] for each in errors(refused)]) == (422, [code])
    assert await wages.entries() == []


async def test_paying_needs_a_key(wages: Wages) -> None:
    await wages.crew(1)
    run = await wages.approved(await wages.closed())
    answer = await wages.cashier.post(f"{RUNS}/{run['id']}/pay", json={"paid_on": wages.today})
    assert answer.status_code == 422
    changed = await wages.try_to_pay(run, key="one-key-for-two")
    assert changed.status_code == 200
    assert (await wages.try_to_pay(run, key="one-key-for-two", limit=3)).status_code == 422


async def test_a_branch_s_money_does_not_pay_lists(wages: Wages) -> None:
    await wages.crew(1)
    month = await wages.closed()
    branch = await party.branch(wages.office, wages.direct, await party.authority(wages.office))
    account = await wages.holding(Purse.fiscal_budget, Holder(HolderKind.branch, UUID(str(branch["id"]))), 90_000)
    for told, where, code in (
        ({"account_id": account}, "/account_id", "payment_account"),
        ({"account_id": str(uuid4())}, "/account_id", "reference_unknown"),
        ({"month_id": str(uuid4())}, "/month_id", "reference_unknown"),
        ({"budget_line_id": str(uuid4())}, "/budget_line_id", "reference_unknown"),
    ):
        refused = await wages.clerk.post(RUNS, json=wages.wanted(month, **told))
        assert (refused.status_code, errors(refused)) == (422, [(where, code)])
    refused = await wages.clerk.post(RUNS, json=wages.wanted(month, use="member_education"))
    assert refused.status_code == 422


async def test_another_region_s_account_pays_nobody_here(wages: Wages) -> None:
    await wages.crew(1)
    month = await wages.closed()
    other = await wages.office.post(
        "/v1/authorities",
        json={"code": "033001008000000", "kind": "work_committee", "name": "邻区工委", "region_code": "330108000000"},
    )
    assert other.status_code == 201
    home, wages.committee = wages.committee, other.json()["id"]
    await wages.opened_year(2026)
    account = await wages.funded(500_000)
    wages.committee = home
    refused = await wages.clerk.post(RUNS, json=wages.wanted(month, account_id=account))
    assert (refused.status_code, errors(refused)) == (409, [("/month_id", "payment_nobody")])


async def test_a_township_s_account_pays_those_of_its_place(wages: Wages) -> None:
    await wages.worker(NAMES[0])
    await wages.worker(NAMES[1], region="330106009000")
    month = await wages.closed()
    body = {"code": "033001006010000", "kind": "township", "name": "街道党工委", "region_code": "330106010000"}
    township = (await wages.office.post("/v1/authorities", json=body)).json()["id"]
    account = await wages.holding(Purse.fiscal_budget, Holder(HolderKind.authority, UUID(township)), 90_000)
    run = await wages.paid(month, account_id=account)
    assert (run["items"], run["paid_fen"], run["region_code"]) == (1, 31_000, "330106010000")
    assert await wages.balance(account) == 59_000
    rest = await wages.drawn(month)
    assert (rest["items"], rest["elsewhere_items"]) == (1, 1)
