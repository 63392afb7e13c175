"""Items of runs and what is owed back: netting over months, names, files, what the database refuses by itself."""

from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from app.core.acts import Acts, Scope
from app.services.access.permissions import ROLES
from app.services.funding.facts import Purse
from tests.conftest import Api, Hands
from tests.kit.party import errors, tag
from tests.kit.spending import headers
from tests.kit.wages import DEBTS, ITEMS, NAMES, RUNS, Wages, done, made, shown

XIHU = Scope(((330106000000, 330107000000),))
BINJIANG = Scope(((330108000000, 330109000000),))


@pytest.fixture
async def wages(api: Api, acts: Acts, direct: "asyncpg.Connection[Any]", clock: Hands) -> Wages:
    """A committee with a hundred thousand yuan."""
    return await Wages(api, acts, direct, clock).opened()


async def debts(wages: Wages, **asked: Any) -> list[dict[str, Any]]:
    """What is owed back, as listed."""
    answer = await wages.clerk.get(DEBTS, params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def overpaid(wages: Wages) -> tuple[str, dict[str, Any]]:
    """A worker who was paid for all of March and, as is entered in April, worked until its tenth; with April's list."""
    worker = await wages.worker(NAMES[0], since="2026-03-01")
    await wages.paid(await wages.closed())
    role = (await wages.office.get("/v1/worker-roles", params={"worker_id": worker})).json()["items"][0]
    wages.clock.forward(days=30)
    ended = await wages.office.post(
        f"/v1/worker-roles/{role['id']}/end", json={"ended_on": "2026-03-11", "reason": "调离"}, headers=tag(role)
    )
    assert ended.status_code == 200, ended.text
    await wages.worker(NAMES[1])
    return worker, await wages.closed("2026-04")


async def test_what_is_owed_back_is_taken_from_what_comes_next(wages: Wages) -> None:
    worker, april = await overpaid(wages)
    run = await wages.paid(april)
    assert (run["items"], run["netted_fen"], run["paid_fen"]) == (1, 0, 62_000)  # April and March of the other one
    assert await debts(wages) == []  # nobody paid him since
    wages.clock.forward(days=31)
    await wages.role(worker, since="2026-05-22")
    may = await wages.closed("2026-05")
    draft = await wages.drawn(may)
    item = next(item for item in await wages.items(draft) if item["worker_id"] == worker)
    assert (item["due_fen"], item["netted_fen"], item["amount_fen"], item["state"]) == (10_000, 10_000, 0, "netted")
    (debt,) = await debts(wages)
    assert (debt["owed_fen"], debt["taken_fen"], debt["left_fen"], debt["month"]) == (21_000, 10_000, 11_000, "2026-04")
    detail = await shown(wages.clerk, ITEMS, item)
    assert detail["netted_with"] == [{"debt_id": debt["id"], "month": "2026-04", "taken_fen": 10_000}]
    gone = await done(wages.clerk, RUNS, draft, "discard", reason="重新编制")
    assert gone["netted_items"] == 0
    assert (await debts(wages))[0]["left_fen"] == 21_000  # owed again
    run = await wages.paid(may)
    assert (run["items"], run["netted_items"], run["paid_items"], run["state"]) == (2, 1, 1, "done")
    wages.clock.forward(days=30)
    june = await wages.paid(await wages.closed("2026-06"))
    assert (june["due_fen"], june["netted_fen"], june["paid_fen"]) == (62_000, 11_000, 51_000)
    assert await debts(wages, left="true") == []
    paid = await wages.direct.fetchval(
        "SELECT sum(amount_fen) FROM payables WHERE worker_id = $1 AND state = 'paid'", UUID(worker)
    )
    due = await wages.direct.fetchval(
        "SELECT sum(due_fen) FROM treatment_entitlements WHERE worker_id = $1", UUID(worker)
    )
    assert paid == due == 10_000 + 10_000 + 31_000  # ten days of March, ten of May, and June


async def test_one_purse_does_not_settle_what_another_overpaid(wages: Wages) -> None:
    worker, _ = await overpaid(wages)
    wages.clock.forward(days=31)
    await wages.role(worker, since="2026-05-22")
    may = await wages.closed("2026-05")
    grant = await wages.funded(1_000_000, Purse.higher_grant)
    run = await wages.drawn(may, account_id=grant)
    assert (run["netted_fen"], run["items"]) == (0, 2)
    assert await debts(wages) == []
    await done(wages.clerk, RUNS, run, "discard", reason="改由财政资金发放")
    assert (await wages.drawn(may))["netted_fen"] == 10_000


async def test_a_draft_drawn_up_again_takes_no_debt_twice(wages: Wages) -> None:
    worker, _ = await overpaid(wages)
    wages.clock.forward(days=31)
    await wages.role(worker, since="2026-05-22")
    run = await wages.drawn(await wages.closed("2026-05"))
    for _ in range(2):
        run = await done(wages.clerk, RUNS, run, "recompute")
        assert (run["netted_fen"], run["items"]) == (10_000, 2)
        assert [debt["taken_fen"] for debt in await debts(wages)] == [10_000]


async def test_names_are_told_to_those_who_need_them(wages: Wages) -> None:
    await wages.crew(2)
    run = await wages.paid(await wages.closed())
    (item, _) = await wages.items(run)
    assert item["worker_name"] in NAMES
    texts = str([*await wages.entries(), run])
    assert not any(name in texts for name in NAMES)
    reader = wages.officer("reader", "reader", XIHU)
    assert (await reader.get(f"{RUNS}/{run['id']}")).status_code == 200
    for path in (ITEMS, f"{ITEMS}/{item['id']}", f"{ITEMS}/{item['id']}/history", DEBTS):
        assert (await reader.get(path)).status_code == 403
    away = wages.officer("away", "region_officer", BINJIANG)
    assert (await away.get(ITEMS)).json()["items"] == []
    assert (await away.get(f"{ITEMS}/{item['id']}")).status_code == 404
    assert (await away.get(f"{RUNS}/{run['id']}")).status_code == 404
    audit = await wages.direct.fetch("SELECT verb, subject, detail::text AS told FROM audit WHERE subject = 'payables'")
    assert "list" in {row["verb"] for row in audit}
    kept = "".join(row["told"] or "" for row in audit if row["verb"] != "list")
    assert item["worker_id"] not in kept
    assert item["entitlement_id"] not in kept
    assert '"***"' in kept


async def test_the_list_for_the_bank_leaves_as_a_file_and_is_noted(wages: Wages) -> None:
    await wages.crew(2)
    run = await wages.paid(await wages.closed())
    answer = await wages.clerk.get(ITEMS, params={"run_id": run["id"]}, headers={"accept": "text/csv"})
    assert answer.status_code == 200
    head, first, second = answer.text.strip().splitlines()
    assert "Paid out (yuan)" in head
    assert {name for name in NAMES if name in first + second} == set(NAMES[:2])
    assert "310.00" in first
    assert "Paid" in first
    exported = await wages.direct.fetchval("SELECT count(*) FROM audit WHERE verb = 'export'")
    assert exported == 1
    sheet = await wages.clerk.get(
        RUNS, headers={"accept": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    )
    assert sheet.status_code == 200


async def test_whoever_sees_not_the_whole_place_draws_nothing_up(wages: Wages) -> None:
    await wages.crew(1)
    month = await wages.closed()
    street = wages.officer("street", "officer", Scope(((330106010000, 330106011000),)))
    refused = await street.post(RUNS, json=wages.wanted(month))
    assert (refused.status_code, errors(refused)) == (422, [("/account_id", "reference_unknown")])
    reader = wages.officer("reader", "reader", XIHU)
    assert (await reader.post(RUNS, json=wages.wanted(month))).status_code == 403
    assert ROLES["branch_secretary"].isdisjoint({"payables:read", "payables:write"})


async def test_a_closed_year_refuses_item_by_item(wages: Wages) -> None:
    await wages.crew(1)
    run = await wages.approved(await wages.closed())
    await wages.direct.execute("ALTER TABLE funding_years DISABLE TRIGGER USER")
    await wages.direct.execute(
        "UPDATE funding_years SET state = 'closed', closed_by = 'x', closed_at = '2026-03-31T00:00:00Z'"
    )
    told = await wages.pay(run)
    assert [(item["outcome"], item["code"]) for item in told["items"]] == [("failed", "year_closed")]


async def test_the_matter_of_a_run_is_one_way(wages: Wages) -> None:
    await wages.crew(2)
    run = await wages.approved(await wages.closed())
    stale = await wages.clerk.post(f"{RUNS}/{run['id']}/recompute", headers={"if-match": '"1"'})
    assert stale.status_code == 412
    assert (await wages.clerk.post(f"{RUNS}/{run['id']}/recompute")).status_code == 428
    refused = await done(wages.clerk, RUNS, run, "recompute", 409)
    assert [each["code"] for each in refused["errors"]] == ["payment_approved"]
    filters: list[tuple[dict[str, Any], int]] = [
        ({"month": "2026-03"}, 1), ({"month": "2026-02"}, 0), ({"year": 2026}, 1), ({"year": 2025}, 0),
        ({"committee_id": wages.committee}, 1), ({"state": "draft"}, 0), ({"use": "worker_subsidies"}, 1),
        ({"region": "330106000000"}, 1), ({"region": "330108000000"}, 0), ({"authority": "033001006000000"}, 1),
    ]  # fmt: skip
    for asked, many in filters:
        rows = (await wages.clerk.get(RUNS, params=asked)).json()["items"]
        assert len(rows) == many, asked
    assert (await wages.clerk.get(RUNS, params={"worker": "x"})).status_code == 422
    versions = (await wages.clerk.get(f"{RUNS}/{run['id']}/history")).json()["items"]
    assert versions[0]["state"] == "approved"


async def refused(direct: "asyncpg.Connection[Any]", statement: str, *told: Any) -> str:
    """The constraint that refuses a statement of the service's own role, acting everywhere as somebody."""
    transaction = direct.transaction()
    await transaction.start()
    try:
        await direct.execute("SET LOCAL ROLE liangxin_app")
        await direct.execute(
            "SELECT set_config('liangxin.lo', '0', true), set_config('liangxin.hi', '1000000000000', true),"
            " set_config('liangxin.whole', 't', true), set_config('liangxin.ranges', '{[0,1000000000000)}', true),"
            " set_config('liangxin.actor', 'intruder', true)"
        )
        await direct.execute(statement, *told)
        await direct.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except asyncpg.PostgresError as error:
        return str(getattr(error, "constraint_name", None) or type(error).__name__)
    finally:
        await transaction.rollback()
    return "nothing"


async def test_the_database_refuses_by_itself(wages: Wages) -> None:
    await wages.crew(3)
    month = await wages.closed()
    run = await wages.approved(month)
    first, second, third = await wages.items(run)
    await wages.pay(run, payable_ids=[first["id"]])
    paid = await shown(wages.clerk, ITEMS, first)
    wages.clock.forward(days=1)
    open_month = await wages.computed("2026-04")
    enter = (
        "INSERT INTO payables (version, run_id, position, entitlement_id, netted_fen, state, attempt, created_at,"
        " recorded_at) SELECT 1, $1, 9, id, 0, 'open', 1, now(), now() FROM treatment_entitlements WHERE month_id = $2"
        " LIMIT 1"
    )
    draw = (
        "INSERT INTO payment_runs (version, account_id, month_id, use, state, computed_by, computed_at,"
        " elsewhere_items, created_at, recorded_at)"
        " VALUES (1, $1, $2, 'worker_subsidies', 'draft', 'intruder', now(), 0, now(), now())"
    )
    take = (
        "UPDATE payables SET state = 'paid', entry_id = $2, paid_on = '2026-03-31', paid_by = 'intruder' WHERE id = $1"
    )
    runs, item = UUID(run["id"]), UUID(second["id"])
    cases = [
        (draw, (UUID(wages.account), UUID(open_month["id"])), "ck_payment_runs_month_closed"),
        (enter, (runs, UUID(month["id"])), "ck_payables_due"),  # no draft
        (enter, (runs, UUID(open_month["id"])), "ck_payables_due"),
        (take, (item, uuid4()), "ck_payables_step"),  # no entry
        (take, (item, UUID(paid["entry_id"])), "ck_payables_step"),  # another one's
        ("UPDATE payables SET state = 'open' WHERE id = $1", (UUID(first["id"]),), "ck_payables_step"),
        ("UPDATE payables SET amount_fen = 1 WHERE id = $1", (item,), "ck_payables_frozen"),
        ("UPDATE payables SET state = 'netted' WHERE id = $1", (item,), "ck_payables_step"),
        ("DELETE FROM payables WHERE id = $1", (item,), "ck_payables_frozen"),
        ("UPDATE payment_runs SET approved_by = 'x' WHERE id = $1", (runs,), "ck_payment_runs_frozen"),
        ("UPDATE payment_runs SET state = 'draft' WHERE id = $1", (runs,), "ck_payment_runs_frozen"),
        ("UPDATE payment_runs SET account_id = $2 WHERE id = $1", (runs, uuid4()), "ck_payment_runs_account"),
        ("DELETE FROM payment_runs WHERE id = $1", (runs,), "InsufficientPrivilegeError"),
        ("UPDATE payables SET state = 'returned' WHERE id = $1", (UUID(first["id"]),), "ck_payables_returned_first"),
    ]
    for statement, told, name in cases:
        assert await refused(wages.direct, statement, *told) == name, statement
    assert third["state"] == "open"


async def test_what_a_run_spends_is_taken_of_the_budget(wages: Wages) -> None:
    await wages.crew(3)
    line = await _budget(wages, wages.clerk, wages.chief, 70_000)
    run = await wages.approved(await wages.closed(), budget_line_id=line)
    told = await wages.pay(run)
    assert [item["code"] for item in told["items"]] == [None, None, "budget_exceeded"]
    assert (await wages.balance(), len(await wages.entries())) == (10_000_000 - 62_000, 2)  # nothing of the third
    executed = "SELECT executed_fen FROM funding_budget_lines WHERE id = $1"
    assert await wages.direct.fetchval(executed, UUID(line)) == 62_000
    paid = (await wages.items(run, state="paid"))[0]
    back = await wages.cashier.post(
        f"{ITEMS}/{paid['id']}/return",
        json={"returned_on": wages.today, "reason": "账号有误，银行退汇"},
        headers=headers(paid),
    )
    assert back.status_code == 200, back.text
    assert await wages.direct.fetchval(executed, UUID(line)) == 31_000
    assert (await wages.pay(run))["paid"] == 1  # what failed before
    assert await wages.direct.fetchval(executed, UUID(line)) == 62_000


async def _budget(wages: Wages, clerk: httpx.AsyncClient, chief: httpx.AsyncClient, fen: int) -> str:
    line = {"use": "worker_subsidies", "title": "书记和指导员补贴", "basis": "每人每月310元", "amount_fen": fen}
    told = {
        "committee_id": wages.committee, "year": 2026, "purse": "fiscal_budget", "title": "2026年预算",
        "document": "西财预〔2026〕8号", "lines": [line],
    }  # fmt: skip
    budget = await made(clerk, "/v1/funding/budgets", told)
    approved = await chief.post(f"/v1/funding/budgets/{budget['id']}/approve", json={}, headers=headers(budget))
    return str(approved.json()["lines"][0]["id"])
