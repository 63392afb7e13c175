"""Requests to spend over HTTP: from the draft to what was paid, who decides, and what each step refuses."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from app.core.acts import Acts, Scope
from app.services.access.permissions import ROLES, Permission
from app.services.funding.facts import HolderKind, Purse
from app.services.funding.ledger.facts import Holder
from tests.conftest import Api, Hands
from tests.kit import party
from tests.kit.party import errors, findings, tag
from tests.kit.spending import (
    COUNTY,
    EVIDENCE,
    REQUESTS,
    Books,
    approved,
    done,
    drafted,
    headers,
    now,
    paid,
    paper,
    payment,
    tried,
    wish,
)

OTHER = Scope(((330108000000, 330109000000),))


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
    """Who pays, for the county."""
    return books.officer("qian", "region_officer", COUNTY)


def allowed(row: dict[str, Any]) -> set[str]:
    """What the caller may do now."""
    return {each["action"] for each in row["allowed_actions"] if each["allowed"]}


def refused(row: dict[str, Any], name: str) -> str | None:
    """Why he may not do something."""
    (told,) = [each["reason"] for each in row["allowed_actions"] if each["action"] == name]
    return str(told) if told else None


async def test_from_the_draft_to_the_payment(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, cashier: httpx.AsyncClient, clock: Hands
) -> None:
    request = await drafted(secretary, books.account)
    assert (request["state"], request["purse"], request["branch_id"]) == ("draft", "fiscal_budget", books.branch)
    assert (request["region_code"], request["authority_code"]) == ("330106010000", "033001006010000")
    assert (request["available_fen"], request["rest_fen"]) == (10_000_000, 300_000)
    seen = await now(secretary, request)
    assert allowed(seen) == {"update", "add_evidence", "submit", "withdraw"}
    assert [each["kind"] for each in seen["evidence"]] == ["plan"]
    clock.forward(minutes=1)
    waiting = await done(secretary, request, "submit")
    assert (waiting["state"], waiting["tier"], waiting["steps_needed"]) == ("submitted", "small", 1)
    assert waiting["next_permission"] == "spending_requests:approve"
    assert refused(await now(secretary, request), "approve") == "permission"
    clock.forward(minutes=1)
    ready = await done(chief, waiting, "approve", note="同意")
    assert (ready["state"], ready["steps_taken"], ready["approved_on"]) == ("approved", 1, "2026-03-02")
    assert [(each["decision"], each["by"]) for each in ready["approvals"]] == [("approve", "chen")]
    clock.forward(minutes=1)
    told = await paid(cashier, ready)
    assert (told["amount_fen"], told["spent_fen"], told["receipt_state"]) == (300_000, 300_000, "none")
    assert told["receipt_due_on"] == "2026-04-01"
    end = await now(cashier, request)
    assert (end["state"], end["paid_fen"], end["rest_fen"]) == ("paid", 300_000, 0)
    assert refused(end, "pay") == "spending_paid_up"
    assert (await books.balance(), await books.spent()) == (9_700_000, 300_000)
    listed = (await secretary.get(REQUESTS, params={"count": "exact", "mine": "true"})).json()
    assert listed["count"]["value"] == 1
    versions = (await secretary.get(f"{REQUESTS}/{request['id']}/history")).json()["items"]
    assert [each["state"] for each in versions] == ["paid", "approved", "submitted", "draft"]


async def test_nobody_decides_on_his_own(books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient) -> None:
    mine = await done(chief, await drafted(chief, books.account), "submit")
    assert refused(mine, "approve") == "spending_own_request"
    for verb, told in (("approve", {}), ("reject", {"reason": "不需要"}), ("send-back", {"reason": "请补充"})):
        answer = await tried(chief, mine, verb, **told)
        assert answer.status_code == 409, answer.text
        assert findings(answer) == {"spending_own_request": "hard"}
    books.cast.put("zhou", "work_committee_officer", COUNTY)  # the secretary under another grant of hers
    hers = await done(books.secretary("zhou", books.branch), await drafted(secretary, books.account), "submit")
    again = books.officer("zhou", "work_committee_officer", COUNTY)
    answer = await tried(again, hers, "approve")
    assert (answer.status_code, findings(answer)) == (409, {"spending_own_request": "hard"})
    assert (await now(chief, hers))["state"] == "submitted"


async def test_the_database_lets_nobody_decide_on_his_own(
    books: Books, secretary: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    request = await done(secretary, await drafted(secretary, books.account), "submit")
    step = "UPDATE spending_requests SET state = 'approved', steps_taken = 1, approved_on = '2026-03-02', version = 3"
    approval = (
        "INSERT INTO spending_approvals (version, request_id, request_version, round, step, decision, permission,"
        " \"by\", at, created_at, recorded_at) VALUES (1, $1, 3, 1, 1, 'approve', 'x', $2, now(), now(), now())"
    )
    for who, constraint in (("zhou", "ck_spending_approvals_own"), ("chen", None)):
        transaction = direct.transaction()
        await transaction.start()
        for name, value in {"actor": who, "lo": "0", "hi": "1000000000000", "whole": "t"}.items():
            await direct.execute("SELECT set_config($1, $2, true)", f"liangxin.{name}", value)
        await direct.execute(step)
        if constraint is None:
            await direct.execute(approval, UUID(request["id"]), who)
            await direct.execute("SET CONSTRAINTS ALL IMMEDIATE")
        else:
            with pytest.raises(asyncpg.CheckViolationError) as told:
                await direct.execute(approval, UUID(request["id"]), who)
            assert told.value.constraint_name == constraint
        await transaction.rollback()
    transaction = direct.transaction()
    await transaction.start()
    for name, value in {"actor": "chen", "lo": "0", "hi": "1000000000000", "whole": "t"}.items():
        await direct.execute("SELECT set_config($1, $2, true)", f"liangxin.{name}", value)
    await direct.execute(step)
    with pytest.raises(asyncpg.CheckViolationError, match="ck_spending_requests_adds_up"):
        await direct.execute("SET CONSTRAINTS ALL IMMEDIATE")  # approved, and nobody said so
    await transaction.rollback()


async def test_the_more_it_is_the_more_decide(
    books: Books, chief: httpx.AsyncClient, cashier: httpx.AsyncClient
) -> None:
    asking = books.officer("office")
    middle = await done(asking, await drafted(asking, books.account, amount_fen=500_001), "submit")
    assert (middle["tier"], middle["steps_needed"]) == ("middle", 2)
    once = await done(cashier, middle, "approve")
    assert (once["state"], once["steps_taken"]) == ("submitted", 1)
    assert refused(once, "approve") == "spending_approved_before"
    answer = await tried(cashier, once, "approve")
    assert (answer.status_code, findings(answer)) == (409, {"spending_approved_before": "hard"})
    assert (await done(chief, once, "approve"))["state"] == "approved"

    large = await done(asking, await drafted(asking, books.account, amount_fen=5_000_000), "submit")
    once = await done(chief, large, "approve")
    assert once["next_permission"] == "spending_requests:approve_large"
    assert refused(await now(cashier, large), "approve") == "permission"
    answer = await tried(cashier, once, "approve")
    assert answer.status_code == 403
    head = books.officer("head", "work_committee_officer", COUNTY)
    assert (await done(head, once, "approve"))["state"] == "approved"


async def test_two_who_approve_at_once_are_two_approvals_or_one(
    books: Books, chief: httpx.AsyncClient, cashier: httpx.AsyncClient
) -> None:
    asking = books.officer("office")
    small = await done(asking, await drafted(asking, books.account), "submit")
    both = await asyncio.gather(tried(chief, small, "approve"), tried(cashier, small, "approve"))
    assert sorted(answer.status_code for answer in both) == [200, 412]
    assert len((await now(chief, small))["approvals"]) == 1
    middle = await done(asking, await drafted(asking, books.account, amount_fen=600_000), "submit")
    twice = await asyncio.gather(*(tried(chief, middle, "approve") for _ in range(2)))
    assert sorted(answer.status_code for answer in twice) == [200, 412]
    assert (await now(chief, middle))["steps_taken"] == 1


async def test_what_was_handed_in_is_said_by_one_person(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient
) -> None:
    request = await drafted(secretary, books.account)
    for answer in (
        await chief.patch(f"{REQUESTS}/{request['id']}", json={"amount_fen": 1}, headers=tag(request)),
        await tried(chief, request, "submit"),
    ):
        assert (answer.status_code, errors(answer)) == (409, [("", "spending_not_yours")])
    changed = await secretary.patch(
        f"{REQUESTS}/{request['id']}", json={"amount_fen": 280_000, "payee": "某客运有限公司"}, headers=tag(request)
    )
    assert (changed.status_code, changed.json()["amount_fen"], changed.json()["payee"]) == (
        200,
        280_000,
        "某客运有限公司",
    )
    waiting = await done(secretary, changed.json(), "submit")
    answer = await secretary.patch(f"{REQUESTS}/{request['id']}", json={"title": "别的"}, headers=tag(waiting))
    assert (answer.status_code, errors(answer)) == (409, [("", "spending_submitted")])
    late = await secretary.post(f"{REQUESTS}/{request['id']}/evidence", json={"kind": "other", "title": "补充"})
    assert (late.status_code, errors(late)) == (409, [("", "spending_submitted")])
    back = await done(chief, waiting, "send-back", reason="请写明人数")
    assert back["state"] == "draft"
    again = await done(secretary, back, "submit")
    assert (again["round"], again["steps_taken"]) == (2, 0)
    end = await done(chief, again, "reject", reason="本季度已超支")
    assert (end["state"], end["end_reason"], allowed(end)) == ("rejected", "本季度已超支", set())
    assert [each["decision"] for each in end["approvals"]] == ["send_back", "reject"]


async def test_papers_stand_before_the_request(books: Books, secretary: httpx.AsyncClient) -> None:
    bare = (await secretary.post(REQUESTS, json=wish(books.account))).json()
    assert {each["code"] for each in bare["findings"]} == {"spending_lacks_plan"}
    answer = await tried(secretary, bare, "submit")
    assert (answer.status_code, findings(answer)) == (409, {"spending_lacks_plan": "hard"})
    told = {"kind": "plan", "title": "活动方案"}
    row = (await secretary.post(f"{REQUESTS}/{bare['id']}/evidence", json=told)).json()
    assert (await tried(secretary, bare, "submit")).status_code == 409  # without its file it counts for nothing
    removed = await secretary.post(f"{EVIDENCE}/{row['id']}/remove", json={"reason": "重复"}, headers=tag(row))
    assert removed.status_code == 204
    kept = await paper(secretary, f"{REQUESTS}/{bare['id']}", **told)
    full = await now(secretary, kept, EVIDENCE)
    assert refused(full, "remove") == "spending_evidence_filed"
    file = full["files"][0]
    sent = await secretary.get(f"{EVIDENCE}/{kept['id']}/files/{file['id']}")
    assert (sent.status_code, sent.content[:5]) == (200, b"%PDF-")
    await done(secretary, bare, "submit")
    answer = await secretary.post(
        f"{EVIDENCE}/{kept['id']}/files/{file['id']}/remove", json={"reason": "换一份"}, headers=tag(file)
    )
    assert (answer.status_code, errors(answer)) == (409, [("", "spending_submitted")])


async def test_a_branch_asks_of_its_own_account_alone(
    books: Books, secretary: httpx.AsyncClient, cashier: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    office = books.officer("office")
    street = str((await office.get("/v1/authorities", params={"count": "none"})).json()["items"][-1]["id"])
    other = await party.branch(office, direct, street, name="另一支部")
    theirs = await books.holding(Purse.fiscal_budget, Holder(HolderKind.branch, UUID(other["id"])), 100)
    answer = await secretary.post(REQUESTS, json=wish(theirs))
    assert (answer.status_code, errors(answer)) == (422, [("/account_id", "reference_unknown")])
    elsewhere = books.officer("sun", "region_officer", OTHER)
    answer = await elsewhere.post(REQUESTS, json=wish(books.account))
    assert (answer.status_code, errors(answer)) == (422, [("/account_id", "reference_unknown")])
    request = await drafted(secretary, books.account)
    stranger = books.secretary("wu", str(other["id"]))
    assert (await stranger.get(f"{REQUESTS}/{request['id']}")).status_code == 404
    assert (await stranger.get(REQUESTS)).json()["items"] == []
    assert (await elsewhere.get(f"{REQUESTS}/{request['id']}")).status_code == 404
    use = await direct.fetchval("SELECT id FROM funding_accounts WHERE kind = 'source' LIMIT 1")
    answer = await cashier.post(REQUESTS, json=wish(str(use)))
    assert (answer.status_code, errors(answer)) == (422, [("/account_id", "spending_account_kind")])


async def test_the_levy_is_asked_for_by_the_branch_that_covers_the_firm(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    firm = await direct.fetchval("SELECT organization_id FROM branch_organizations LIMIT 1")
    levy = await books.holding(Purse.enterprise_levy, Holder(HolderKind.organization, firm), 400_000)
    request = await drafted(secretary, levy)
    assert (request["purse"], request["organization_id"], request["branch_id"]) == (
        "enterprise_levy",
        str(firm),
        books.branch,
    )
    ready = await done(chief, await done(secretary, request, "submit"), "approve")
    await paid(books.officer("qian", "region_officer", COUNTY), ready)
    assert await books.balance(levy) == 100_000
    kind = "SELECT holder_kind FROM funding_accounts WHERE kind = 'use'"
    assert await direct.fetchval(kind) == "organization"


async def test_payments_up_to_the_amount(books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient) -> None:
    cashier = books.officer("qian", "region_officer", COUNTY)
    ready = await approved(secretary, chief, books.account)
    answer = await tried(cashier, ready, "payments", **payment(300_001))
    assert (answer.status_code, errors(answer)) == (409, [("/amount_fen", "spending_over_rest")])
    await paid(cashier, ready, 200_000)
    after = await now(cashier, ready)
    assert (after["state"], after["rest_fen"]) == ("paid", 100_000)
    answer = await tried(cashier, after, "payments", **payment(100_001))
    assert (answer.status_code, errors(answer)) == (409, [("/amount_fen", "spending_over_rest")])
    await paid(cashier, after, 100_000)
    assert (await books.balance(), await books.spent()) == (9_700_000, 300_000)
    answer = await tried(cashier, await now(cashier, ready), "payments", **payment(1))
    assert (answer.status_code, errors(answer)) == (409, [("/amount_fen", "spending_over_rest")])


async def test_two_who_pay_at_once_pay_once(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    tills = [books.officer(name, "region_officer", COUNTY) for name in ("qian", "sun", "li", "wang")]
    ready = await approved(secretary, chief, books.account)
    answers = await asyncio.gather(*(tried(till, ready, "payments", **payment()) for till in tills))
    assert sorted(answer.status_code for answer in answers) == [201, 412, 412, 412]
    assert await books.balance() == 9_700_000
    assert await direct.fetchval("SELECT count(*) FROM spending_payments") == 1


async def test_a_key_is_one_deed_for_ever(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, clock: Hands
) -> None:
    cashier = books.officer("qian", "region_officer", COUNTY)
    ready = await approved(secretary, chief, books.account)
    body = payment(100_000, business_key="支付凭证-0031")
    where, sent = f"{REQUESTS}/{ready['id']}/payments", headers(ready, "key-for-this-deed")
    first = await cashier.post(where, json=body, headers=sent)
    again = await cashier.post(where, json=body, headers=sent)
    assert (first.status_code, again.status_code, first.content) == (201, 201, again.content)
    assert again.headers["idempotent-replayed"] == "true"
    other = await cashier.post(where, json=body | {"amount_fen": 90_000}, headers=sent)
    assert (other.status_code, errors(other)) == (422, [("/Idempotency-Key", "idempotency_reused")])
    clock.forward(days=5)  # the key of the request is forgotten, the one of the deed is not
    late = await cashier.post(where, json=body, headers=headers(ready))
    assert (late.status_code, late.json()["id"]) == (201, first.json()["id"])
    for change in ({"amount_fen": 90_000}, {"payee": "别家公司"}, {"paid_on": "2026-03-03"}):
        wrong = await cashier.post(where, json=body | change, headers=headers(await now(cashier, ready)))
        assert (wrong.status_code, errors(wrong)) == (409, [("/business_key", "business_key_taken")])
    second = await approved(secretary, chief, books.account)
    wrong = await tried(cashier, second, "payments", **body)
    assert (wrong.status_code, errors(wrong)) == (409, [("/business_key", "business_key_taken")])
    assert await books.balance() == 9_900_000
    bare = await cashier.post(where, json=payment(), headers=tag(ready))
    assert bare.status_code == 422


async def test_what_a_payment_is_refused_for(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, clock: Hands
) -> None:
    cashier = books.officer("qian", "region_officer", COUNTY)
    draft = await drafted(secretary, books.account)
    answer = await tried(cashier, draft, "payments", **payment())
    assert (answer.status_code, errors(answer)) == (409, [("", "spending_draft")])
    clock.forward(days=2)
    ready = await done(chief, await done(secretary, draft, "submit"), "approve")
    for day, code in (("2026-03-03", "day_too_early"), ("2026-03-05", "day_future")):
        answer = await tried(cashier, ready, "payments", **payment(paid_on=day))
        assert (answer.status_code, errors(answer)) == (422, [("/paid_on", code)])
    today = payment(paid_on="2026-03-04")
    for wrong in ({"amount_fen": 1.5}, {"amount_fen": "5"}, {"amount_fen": 0}, {"amount_fen": 10**14}):
        answer = await tried(cashier, ready, "payments", **today | wrong)
        assert (answer.status_code, errors(answer)[0][0]) == (422, "/amount_fen")
    answer = await tried(cashier, ready, "payments", **today | {"currency": "USD"})
    assert (answer.status_code, errors(answer)) == (422, [("/currency", "currency_unsupported")])
    mine = await approved(cashier, chief, books.account)
    answer = await tried(cashier, mine, "payments", **today)
    assert (answer.status_code, findings(answer)) == (409, {"spending_own_payment": "hard"})
    assert refused(await now(cashier, mine), "pay") == "spending_own_payment"
    elsewhere = books.officer("sun", "region_officer", OTHER)
    assert (await tried(elsewhere, ready, "payments", **today)).status_code == 404
    assert (await tried(secretary, ready, "payments", **today)).status_code == 403


async def test_an_account_pays_what_it_has(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient
) -> None:
    cashier = books.officer("qian", "region_officer", COUNTY)
    poor = await books.holding(Purse.higher_grant, Holder(HolderKind.branch, UUID(books.branch)), 299_999)
    request = await done(secretary, await drafted(secretary, poor), "submit")
    assert [each["code"] for each in request["findings"]] == ["spending_short"]
    ready = await done(chief, request, "approve")
    answer = await tried(cashier, ready, "payments", **payment())
    assert answer.status_code == 409, answer.text
    assert [code for _, code in errors(answer)] == ["overdraft"]
    assert (await now(cashier, ready))["state"] == "approved"
    await paid(cashier, ready, 299_999)
    assert await books.balance(poor) == 0


async def test_of_two_who_want_the_last_fen_one_gets_it(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient
) -> None:
    poor = await books.holding(Purse.higher_grant, Holder(HolderKind.branch, UUID(books.branch)), 500_000)
    ready = [await approved(secretary, chief, poor) for _ in range(3)]
    tills = [books.officer(name, "region_officer", COUNTY) for name in ("qian", "sun", "li")]
    answers = await asyncio.gather(
        *(tried(till, each, "payments", **payment()) for till, each in zip(tills, ready, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409], [answer.text for answer in answers]
    refused_ = [errors(answer) for answer in answers if answer.status_code == 409]
    assert refused_ == [[("/amount_fen", "overdraft")]] * 2
    assert await books.balance(poor) == 200_000


async def test_a_request_moves_with_its_branch(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    ready = await approved(secretary, chief, books.account)
    row = await paid(books.officer("qian", "region_officer", COUNTY), ready)
    await direct.execute(
        "UPDATE branches SET region_code = 330108001000, version = version + 1, recorded_at = now() WHERE id = $1",
        UUID(books.branch),
    )
    for table in ("spending_requests", "spending_approvals", "spending_payments", "spending_evidence", "files"):
        assert await direct.fetchval(f"SELECT array_agg(DISTINCT region_code) FROM {table}") == [330108001000], table
    there = books.officer("sun", "region_officer", OTHER)
    assert (await there.get(f"{REQUESTS}/{ready['id']}")).status_code == 200
    assert (await there.get(f"/v1/funding/spending-payments/{row['id']}")).status_code == 200
    assert (await chief.get(f"{REQUESTS}/{ready['id']}")).status_code == 404


async def test_a_closed_year_is_not_paid_in(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient, clock: Hands
) -> None:
    cashier = books.officer("qian", "region_officer", COUNTY)
    ready = await approved(secretary, chief, books.account)
    clock.forward(days=310)  # the sixth of January
    year = (await chief.get("/v1/funding/years", params={"committee_id": books.committee})).json()["items"][0]
    closed = await chief.post(f"/v1/funding/years/{year['id']}/close", json={}, headers=headers(year))
    assert closed.status_code == 200, closed.text
    answer = await tried(cashier, ready, "payments", **payment(paid_on="2026-12-30"))
    assert answer.status_code == 409, answer.text
    assert [code for _, code in errors(answer)] == ["year_closed"]


async def test_one_without_a_permission_is_not_let_in(books: Books, secretary: httpx.AsyncClient) -> None:
    request = await done(secretary, await drafted(secretary, books.account), "submit")
    reader = books.officer("reader", "portal_reader", COUNTY)
    assert Permission.funding_read in ROLES["portal_reader"]
    assert (await reader.get(f"{REQUESTS}/{request['id']}")).status_code == 200
    for verb in ("approve", "reject", "withdraw", "payments", "close"):
        assert (await tried(reader, request, verb)).status_code == 403


async def test_what_is_taken_back_and_closed(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient
) -> None:
    one = await approved(secretary, chief, books.account)
    back = await done(secretary, one, "withdraw", reason="活动取消")
    assert (back["state"], back["ended_on"], allowed(back)) == ("withdrawn", "2026-03-02", set())
    other = await approved(secretary, chief, books.account)
    end = await done(chief, other, "close", reason="场地方不收费")
    assert end["state"] == "closed"
    third = await approved(secretary, chief, books.account)
    await paid(books.officer("qian", "region_officer", COUNTY), third, 100)
    after = await now(chief, third)
    assert refused(after, "close") == "spending_receipts_open"
    answer = await tried(chief, after, "close", reason="余款不用")
    assert (answer.status_code, errors(answer)) == (409, [("", "spending_receipts_open")])
    answer = await tried(secretary, after, "withdraw", reason="不用了")
    assert (answer.status_code, errors(answer)) == (409, [("", "spending_paid")])


async def test_lists_narrow_and_leave_as_files(
    books: Books, secretary: httpx.AsyncClient, chief: httpx.AsyncClient
) -> None:
    request = await approved(secretary, chief, books.account)
    for asked, there in (
        ({"region": "330106000000"}, True),
        ({"region": "330108000000"}, False),
        ({"branch_id": books.branch, "state": "approved"}, True),
        ({"state": "draft"}, False),
        ({"use": "full_time_pay"}, False),
        ({"purse": "fiscal_budget", "year": "2026", "tier": "small"}, True),
        ({"mine": "true"}, False),
        ({"under_way": "true"}, True),
        ({"committee_id": str(uuid4())}, False),
    ):
        rows = (await chief.get(REQUESTS, params=asked)).json()["items"]
        assert bool(rows) is there, asked
    sheet = await chief.get(REQUESTS, headers={"accept": "text/csv"})
    assert (sheet.status_code, request["id"] in sheet.text, "3000.00" in sheet.text) == (200, True, True)
    assert (await chief.get(REQUESTS, params={"nonsense": "1"})).status_code == 422
    named = await now(chief, request)
    unchanged = await chief.get(f"{REQUESTS}/{request['id']}", headers={"if-none-match": f'"{named["version"]}"'})
    assert unchanged.status_code == 304
    assert (await chief.post(f"{REQUESTS}/{request['id']}/close", json={"reason": "不用了"})).status_code == 428
