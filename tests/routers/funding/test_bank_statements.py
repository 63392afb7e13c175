"""Statements over HTTP: brought, held against the books, decided by people, settled when they add up."""

import html
import re
import zipfile
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
import xlsxwriter

from app.core.acts import Acts, Scope
from app.services.funding.facts import AccountKind, HolderKind, Purse
from app.services.funding.ledger import accounts
from app.services.funding.ledger.facts import AccountKey, Holder
from app.web.lists import XLSX
from tests.access.cast import client as named
from tests.conftest import Api, Hands, actor
from tests.kit import banking, meetings, party
from tests.kit.banking import LINES, MATCHES, STATEMENTS, again, brought, changed, csv_of, done, sheet, tried
from tests.kit.party import errors

COUNTY = Scope(((330106000000, 330107000000),))


@pytest.fixture
def house(api: Api, clock: Hands) -> meetings.House:
    """Everybody who has to do with it, at the end of April."""
    clock.forward(days=60)
    return meetings.House(api)


@pytest.fixture
def client(house: meetings.House) -> httpx.AsyncClient:
    """Who brings statements and decides."""
    return house.officer("office")


@pytest.fixture
def chief(house: meetings.House) -> httpx.AsyncClient:
    """Who settles them."""
    return house.officer("chief", "region_officer", COUNTY)


@pytest.fixture
async def books(client: httpx.AsyncClient, acts: Acts, direct: "asyncpg.Connection[Any]") -> banking.Books:
    """A county's books with an account."""
    return await banking.Books(acts, direct, await meetings.committee(client)).opened(2025, 2026)


def cells(workbook: bytes) -> dict[str, tuple[str, float]]:
    """The formulas of the first sheet with the numbers that they come to."""
    with zipfile.ZipFile(BytesIO(workbook)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    found = re.findall(r'<c r="([A-Z]+[0-9]+)"[^>]*><f>([^<]*)</f><v>([-0-9.]+)</v>', page)
    return {place: (html.unescape(text), float(value)) for place, text, value in found}


def failing(told: dict[str, Any]) -> list[str]:
    """The checks that fail."""
    return [each["code"] for each in told["checks"] if not each["passes"]]


async def test_a_statement_from_the_file_to_its_sheet(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, books: banking.Books, clock: Hands
) -> None:
    await books.booked("2026-03-01", 10_000_000, "BK-2026-01")
    spent = [await books.booked("2026-03-10", -30_000, "FF-202603") for _ in range(3)]
    paid = await books.booked("2026-03-12", -50_000)
    await books.booked("2026-03-31", -70_000, "ZP-88012")
    body = csv_of(
        ("2026-03-02", 10_000_000, "bk202601", "财政拨款"),
        ("2026-03-11", -90_000, "FF202603", "代发补贴"),
        ("2026-03-12", -50_000, "", "教材"),
        ("2026-03-21", -1_500, "", "账户管理费"),
    )
    statement = await brought(client, books.funds, body)
    assert statement["counts"] == {"matched": 2, "suggested": 1, "unmatched": 1, "explained": 0}
    assert (statement["opening_fen"], statement["closing_fen"], statement["purse"]) == (0, 9_858_500, "fiscal_budget")
    assert statement["reading"]["columns"]["income"] == "贷方发生额"
    line = {each["position"]: each for each in await banking.lines(client, statement)}
    assert [line[at]["state"] for at in (2, 3, 4, 5)] == ["matched", "matched", "suggested", "unmatched"]
    found = (await client.get(f"{MATCHES}/{line[3]['match_id']}")).json()
    assert (found["rule"], found["book_lines"], found["cleared_on"]) == ("reference_sum", 3, "2026-03-11")
    assert {each["id"] for each in found["book"]} == set(spent)

    told = await sheet(client, statement)
    assert (told["books_fen"], told["bank_fen"]) == (9_790_000, 9_858_500)
    assert told["bank_only"] == {"count": 2, "received_fen": 0, "paid_fen": -51_500}
    assert told["books_only"] == {"count": 2, "received_fen": 0, "paid_fen": -120_000}
    assert (told["adjusted_books_fen"], told["adjusted_bank_fen"], told["difference_fen"]) == (9_738_500, 9_738_500, 0)
    assert failing(told) == ["lines_decided"]
    refused = await done(chief, STATEMENTS, statement, "settle")
    assert errors(refused) == [("/checks/lines_decided", "sheet.lines_decided")]

    detail = await again(client, LINES, line[4])
    assert detail["suggested_line"]["id"] == paid
    confirmed = await changed(client, LINES, line[4], "confirm")
    assert (confirmed["state"], confirmed["cleared_on"]) == ("matched", "2026-03-12")
    explained = await changed(client, LINES, line[5], "explain", kind="to_be_booked", reason="三月账户管理费，四月补记")
    assert explained["state"] == "explained"
    told = await sheet(client, statement)
    assert failing(told) == []
    assert told["bank_only"]["paid_fen"] == -1_500
    items = (await client.get(f"{STATEMENTS}/{statement['id']}/open-items")).json()["items"]
    assert [(each["side"], each["amount_fen"], each["days_open"]) for each in items] == [
        ("bank", -1_500, 10),
        ("books", -70_000, 0),
    ]

    book = await client.get(f"{STATEMENTS}/{statement['id']}/sheet", headers={"accept": XLSX})
    assert book.status_code == 200, book.text
    formulas = cells(book.content)
    assert (formulas["B9"], formulas["D9"], formulas["B10"]) == (
        ("SUM(B6:B8)", 97_885.0), ("SUM(D6:D8)", 97_885.0), ("ROUND(B9-D9,2)", 0.0),
    )  # fmt: skip
    assert formulas["B8"][1] == -15.0
    assert formulas["D8"][1] == -700.0
    assert formulas["B8"][0].startswith("SUMIFS('Open items'!$C$2:$C$3,'Open items'!$A$2:$A$3,")

    # Nobody settles what he brought or decided on.
    own = await done(client, STATEMENTS, statement, "settle")
    assert own.status_code == 409
    assert [each["code"] for each in own.json()["findings"]] == ["own_reconciliation"]
    clock.forward(minutes=1)
    settled = await changed(chief, STATEMENTS, statement, "settle")
    clock.forward(minutes=1)
    assert (settled["state"], settled["settled_by"]) == ("settled", "chief")
    frozen = await sheet(client, settled)
    assert frozen == told | {"frozen": True}
    match = await again(client, MATCHES, {"id": confirmed["match_id"]})
    assert errors(await done(client, MATCHES, match, "undo")) == [("", "match_settled")]
    assert errors(await done(client, LINES, explained, "withdraw-explanation")) == [("", "statement_settled")]

    # What comes late changes the books, is told, and leaves the sheet as it was settled.
    await books.booked("2026-03-30", 100)
    late = await sheet(client, settled)
    assert late["books_since_fen"] == 9_790_100
    assert {**late, "books_since_fen": None} == frozen

    # April goes on from what March left open.
    await books.booked("2026-04-03", -1_500)
    april = csv_of(("2026-04-02", -70_000, "ZP88012"), ("2026-04-05", 100), opening=9_858_500)
    second = await brought(client, books.funds, april, from_on="2026-04-01", until_on="2026-04-30")
    assert second["counts"] == {"matched": 1, "suggested": 1, "unmatched": 0, "explained": 0}
    told = await sheet(client, second)
    assert told["bank_only"] == {"count": 2, "received_fen": 100, "paid_fen": -1_500}
    assert told["books_only"] == {"count": 2, "received_fen": 100, "paid_fen": -1_500}
    assert failing(told) == ["lines_decided"]
    fee = (await client.get(f"{LINES}/{explained['id']}/candidates")).json()["items"]
    both = {"statement_lines": [explained["id"]], "book_lines": [each["id"] for each in fee]}
    made = await client.post(MATCHES, json=both)
    assert made.status_code == 201, made.text
    (suggested,) = [each for each in await banking.lines(client, second) if each["state"] == "suggested"]
    await changed(client, LINES, suggested, "confirm")
    told = await sheet(client, second)
    assert (told["bank_only"]["count"], told["books_only"]["count"], failing(told)) == (0, 0, [])
    second = await changed(chief, STATEMENTS, await again(client, STATEMENTS, second), "settle")

    # What was settled is opened again from the last one on.
    why = {"reason": "对账单金额有误"}
    assert errors(await done(chief, STATEMENTS, settled, "reopen", **why))[0][1] == "statement_later_settled"
    second = await changed(chief, STATEMENTS, second, "reopen", **why)
    settled = await changed(chief, STATEMENTS, await again(client, STATEMENTS, settled), "reopen", **why)
    history = (await client.get(f"{STATEMENTS}/{settled['id']}/history")).json()["items"]
    assert [each["state"] for each in history][:2] == ["open", "settled"]


async def test_what_is_refused_when_a_statement_is_brought(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, books: banking.Books, house: meetings.House
) -> None:
    body = csv_of(("2026-03-02", 1_000))
    key = "bring-once-2026-03"
    first = await tried(client, books.funds, body, key=key)
    again_ = await tried(client, books.funds, body, key=key)
    assert (first.status_code, first.content) == (201, again_.content)
    assert again_.headers["idempotent-replayed"] == "true"
    assert errors(await tried(client, books.funds, body + b"\r\n", key=key)) == [
        ("/Idempotency-Key", "idempotency_reused")
    ]
    same = await tried(client, books.funds, body, from_on="2026-04-01", until_on="2026-04-30")
    assert (same.status_code, errors(same)) == (409, [("", "statement_same_file")])
    over = await tried(client, books.funds, csv_of(("2026-03-31", 1)), from_on="2026-03-31", until_on="2026-04-30")
    assert (over.status_code, errors(over)) == (409, [("/from_on", "statement_overlaps")])
    next_ = csv_of(("2026-04-01", 1), opening=999)
    assert errors(await tried(client, books.funds, next_, from_on="2026-04-01", until_on="2026-04-30")) == [
        ("/opening_fen", "statement_opening_differs")
    ]
    for told, wrong in (
        ({"account_id": str(uuid4())}, ("/account_id", "reference_unknown")),
        ({"account_id": str(books.use)}, ("/account_id", "statement_account_kind")),
        ({"from_on": "2026-05-02", "until_on": "2026-05-01"}, ("/until_on", "statement_period")),
        ({"from_on": "2026-05-01", "until_on": "2026-05-31"}, ("/until_on", "statement_future")),
        ({"from_on": "2024-01-01", "until_on": "2026-02-28"}, ("/until_on", "statement_period_long")),
    ):
        answer = await tried(client, books.funds, body, **told)
        assert (answer.status_code, errors(answer)) == (422, [wrong])
    assert (await tried(client, books.funds, body, media="application/json")).status_code == 415
    assert (await tried(client, books.funds, b"x" * (5 << 20))).status_code == 413
    bad = csv_of(("2026-03-02", 1_000)).replace("记账日期".encode(), "什么".encode())
    assert (await tried(client, books.funds, bad, from_on="2026-02-01", until_on="2026-02-28")).status_code == 422
    elsewhere = house.officer("elsewhere", "region_officer", Scope(((330108000000, 330109000000),)))
    assert errors(await tried(elsewhere, books.funds, body)) == [("/account_id", "reference_unknown")]
    assert (await elsewhere.get(f"{STATEMENTS}/{first.json()['id']}")).status_code == 404
    assert (await elsewhere.get(STATEMENTS)).json()["items"] == []


async def test_what_stood_open_before_the_first_statement(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, books: banking.Books
) -> None:
    """A cheque that the bank paid in March, one that it has not paid yet, and interest that the books had not."""
    await books.booked("2026-02-01", 1_000_000)
    await books.booked("2026-02-26", -20_000, "ZP-1001")
    waiting = await books.booked("2026-02-27", -30_000, "ZP-1002")
    body = csv_of(("2026-03-03", -20_000, "ZP1001"), opening=1_000_077)
    statement = await brought(client, books.funds, body)
    told = await sheet(client, statement)
    assert statement["counts"]["matched"] == 1
    assert failing(told) == ["start_agrees", "balances_agree"]
    assert told["difference_fen"] == -30_077
    start = next(each for each in told["checks"] if each["code"] == "start_agrees")
    assert (start["left"], start["right"]) == (950_000, 980_077)

    where = f"{STATEMENTS}/{statement['id']}/start-items"
    for body_, wrong in (
        ({"reason": "二月开出"}, ("", "start_item_one_side")),
        ({"reason": "二月开出", "line_id": waiting, "amount_fen": 5}, ("", "start_item_one_side")),
        ({"reason": "二月开出", "line_id": str(uuid4())}, ("/line_id", "reference_unknown")),
        ({"reason": "二月利息", "on_day": "2026-03-01", "amount_fen": 77}, ("/on_day", "start_item_day")),
    ):
        answer = await client.post(where, json=body_, headers={"if-match": f'"{statement["version"]}"'})
        assert errors(answer) == [wrong]
    statement = await changed(client, STATEMENTS, statement, "start-items", line_id=waiting, reason="支票二月底开出")
    statement = await changed(
        client, STATEMENTS, statement, "start-items", on_day="2026-02-28", amount_fen=77, reason="二月利息未入账"
    )
    told = await sheet(client, statement)
    assert failing(told) == []
    assert (told["bank_only"]["received_fen"], told["books_only"]["paid_fen"]) == (77, -30_000)
    items = (await client.get(where)).json()["items"]
    assert [(each["side"], each["amount_fen"]) for each in items] == [("books", -30_000), ("bank", 77)]
    second = items[1]["id"]
    gone = await client.post(f"{where}/{second}/remove", headers={"if-match": f'"{statement["version"]}"'})
    assert gone.status_code == 200, gone.text
    assert failing(await sheet(client, statement)) == ["start_agrees", "balances_agree"]

    # February's statement comes after all: what was said of March's start is in it, and is taken back.
    february = csv_of(("2026-02-01", 1_000_000), ("2026-02-28", 77))
    first = await brought(client, books.funds, february, from_on="2026-02-01", until_on="2026-02-28")
    assert "start_agrees" in failing(await sheet(client, first))
    statement = await again(client, STATEMENTS, statement)
    last = items[0]["id"]
    gone = await client.post(f"{where}/{last}/remove", headers={"if-match": f'"{statement["version"]}"'})
    assert gone.status_code == 200, gone.text
    refused = await client.post(
        where, json={"line_id": waiting, "reason": "二月开出"}, headers={"if-match": gone.headers["etag"]}
    )
    assert errors(refused) == [("", "statement_not_first")]
    for each in (first, statement):
        told = await sheet(client, each)
        assert (failing(told), told["difference_fen"]) == (["lines_decided"] if each is first else [], 0)


async def test_what_people_decide(client: httpx.AsyncClient, books: banking.Books) -> None:
    """One with several, what cancels out, a suggestion that is wrong, and what does not come to the same."""
    await books.booked("2026-03-01", 1_000_000)
    first = await books.booked("2026-03-05", -300)
    second = await books.booked("2026-03-06", -500)
    slip = await books.booked("2026-03-07", -9_000)
    await books.booked("2026-03-08", 9_000, reverses=slip)
    body = csv_of(
        ("2026-03-02", 1_000_000),
        ("2026-03-07", -800),
        ("2026-03-09", -77, "", "误扣"),
        ("2026-03-10", 77, "", "冲正"),
        ("2026-03-11", -500),
    )
    statement = await brought(client, books.funds, body)
    line = {each["position"]: each for each in await banking.lines(client, statement)}
    assert [line[at]["state"] for at in (2, 3, 4, 5, 6)] == [
        "suggested", "unmatched", "unmatched", "unmatched", "suggested",
    ]  # fmt: skip
    slips = (await client.get(MATCHES, params={"rule": "reversal"})).json()["items"]
    assert [(each["bank_lines"], each["book_lines"], each["amount_fen"]) for each in slips] == [(0, 2, 0)]

    answer = await client.post(MATCHES, json={"statement_lines": [line[3]["id"]], "book_lines": [first]})
    assert errors(answer) == [("", "match_differs")]
    for told, wrong in (
        ({"statement_lines": [line[3]["id"]]}, ("", "match_too_few")),
        ({"statement_lines": [line[3]["id"]] * 2}, ("/statement_lines/1", "listed_twice")),
        ({"statement_lines": [line[3]["id"]], "book_lines": [str(uuid4())]}, ("/book_lines/0", "reference_unknown")),
    ):
        assert errors(await client.post(MATCHES, json=told)) == [wrong]
    both = {"statement_lines": [line[3]["id"]], "book_lines": [first, second], "note": "两笔合并支付"}
    made = (await client.post(MATCHES, json=both)).json()
    assert (made["rule"], made["amount_fen"], made["automatic"]) == ("by_hand", -800, False)
    assert (await again(client, LINES, line[6]))["state"] == "unmatched"  # its suggestion is taken
    assert errors(await client.post(MATCHES, json=both)) == [("", "match_taken")]
    offset = await client.post(MATCHES, json={"statement_lines": [line[4]["id"], line[5]["id"]]})
    assert offset.status_code == 201, offset.text

    undone = await done(client, MATCHES, made, "undo")
    assert undone.status_code == 204
    statement = await changed(client, STATEMENTS, await again(client, STATEMENTS, statement), "match-again")
    retold = await again(client, LINES, line[6])
    assert retold["suggested_line_id"] == second
    rejected = await changed(client, LINES, retold, "reject")
    assert rejected["state"] == "unmatched"
    await changed(client, STATEMENTS, statement, "match-again")
    assert (await again(client, LINES, line[6]))["state"] == "unmatched"
    assert (await done(client, LINES, rejected, "confirm")).status_code == 409


async def test_a_wrong_file_is_set_aside(
    client: httpx.AsyncClient, books: banking.Books, direct: "asyncpg.Connection[Any]"
) -> None:
    """Its lines count for nothing, what they belonged with is free, and its days may be told anew."""
    await books.booked("2026-03-01", 1_000, "BK-0001")
    body = csv_of(("2026-03-02", 1_000, "BK-0001"))
    wrong = await brought(client, books.funds, body)
    assert wrong["counts"]["matched"] == 1
    wrong = await changed(client, STATEMENTS, wrong, "discard", reason="上传了另一账户的对账单")
    assert wrong["state"] == "discarded"
    assert errors(await client.get(f"{STATEMENTS}/{wrong['id']}/sheet")) == [("", "statement_discarded")]
    assert {each["state"] for each in await banking.lines(client, wrong)} == {"discarded"}
    right = await brought(client, books.funds, body)
    assert right["counts"]["matched"] == 1
    listed = (await client.get(STATEMENTS, params={"account_id": str(books.funds), "state": "open"})).json()["items"]
    assert [each["id"] for each in listed] == [right["id"]]
    csv = await client.get(f"{STATEMENTS}/{right['id']}/lines", headers={"accept": "text/csv"})
    assert "Posted on" in csv.text
    audit = await direct.fetch("SELECT detail::text FROM audit WHERE subject = 'bank_statement_lines'")
    assert not [row for row in audit if "财政" in (row["detail"] or "")]


async def test_a_workbook_is_brought_as_it_is(client: httpx.AsyncClient, books: banking.Books) -> None:
    """And what leaves as CSV may come back."""
    await books.booked("2026-03-01", 1_000, "BK-0001")
    body = BytesIO()
    made = xlsxwriter.Workbook(body)
    page = made.add_worksheet()
    for row, cells in enumerate(
        (
            ["某某银行对账单"],
            ["单位：元"],
            ["记账日期", "收入", "支出", "余额", "凭证号"],
            ["2026-03-02", 10, None, 10, "BK-0001"],
        )
    ):
        page.write_row(row, 0, cells)
    made.close()
    answer = await tried(client, books.funds, body.getvalue(), media=XLSX)
    assert answer.status_code == 201, answer.text
    statement = answer.json()
    assert (statement["counts"]["matched"], statement["closing_fen"]) == (1, 1_000)
    file = await client.get(f"{STATEMENTS}/{statement['id']}/lines", headers={"accept": "text/csv"})
    await changed(client, STATEMENTS, statement, "discard", reason="换一种格式")
    back = await brought(client, books.funds, file.content)
    assert (back["counts"]["matched"], back["lines"], back["closing_fen"]) == (1, 1, 1_000)
    notes = "SELECT count(*) FROM audit WHERE subject = 'bank_statement_lines' AND verb = 'list'"
    assert await books.direct.fetchval(notes) == 1
    broken = await tried(client, books.funds, b"PK\x03\x04", media=XLSX, from_on="2026-04-01", until_on="2026-04-30")
    assert (broken.status_code, errors(broken)) == (422, [("", "file.workbook_damaged")])


async def test_a_branch_sees_what_the_bank_says_of_its_own_account(
    client: httpx.AsyncClient, house: meetings.House, books: banking.Books, api: Api, acts: Acts
) -> None:
    """And decides on nothing; another branch sees nothing."""
    mine, other = [
        str((await party.branch(client, books.direct, await party.authority(client, code)))["id"])
        for code in ("033001006001000", "033001006002000")
    ]
    async with acts.open(actor("books")) as act:
        holder = Holder(HolderKind.branch, UUID(mine))
        account = await accounts.of(act, AccountKey(books.committee, Purse.fiscal_budget, AccountKind.funds, holder))
    statement = await brought(client, account, csv_of(("2026-03-02", 100)))
    assert statement["branch_id"] == mine
    for branch, seen in ((mine, 1), (other, 0)):
        name = f"secretary-{seen}"
        house.cast.actors[name] = actor(name, "branch_secretary", Scope(subjects=frozenset({UUID(branch)})))
        secretary = named(api.app, name)
        assert len((await secretary.get(STATEMENTS)).json()["items"]) == seen
        for part in ("lines", "sheet", "open-items"):
            answer = await secretary.get(f"{STATEMENTS}/{statement['id']}/{part}")
            assert answer.status_code == (200 if seen else 404)
        assert (await done(secretary, STATEMENTS, statement, "match-again")).status_code == 403


async def test_the_database_holds_what_a_match_says(
    books: banking.Books, client: httpx.AsyncClient, direct: "asyncpg.Connection[Any]"
) -> None:
    """Raw SQL: sums that differ, what the bank said, a settled statement's parts."""
    line = await books.booked("2026-03-01", 1_000, "BK-0001")
    statement = await brought(client, books.funds, csv_of(("2026-03-02", 1_000, "BK-0001")))
    with pytest.raises(asyncpg.CheckViolationError, match="ck_bank_matches_adds_up"):
        await direct.execute("DELETE FROM bank_matched_lines WHERE line_id = $1", UUID(line))
    with pytest.raises(asyncpg.CheckViolationError, match="ck_bank_statement_lines_said"):
        await direct.execute("UPDATE bank_statement_lines SET amount_fen = 1")
    with pytest.raises(asyncpg.ExclusionViolationError):
        await direct.execute(
            "INSERT INTO bank_statements (version, account_id, source, from_on, until_on, opening_fen, closing_fen,"
            " lines, state, sha256, reading, uploaded_by, created_at, recorded_at) SELECT version, account_id, source,"
            " from_on, until_on, opening_fen, closing_fen, lines, state, '\\x01', reading, uploaded_by, now(), now()"
            " FROM bank_statements"
        )
    with pytest.raises(asyncpg.CheckViolationError, match="settled_by"):
        await direct.execute(
            "UPDATE bank_statements SET state = 'settled', settled_by = uploaded_by, settled_on = until_on,"
            " sheet = '{}', turn = 1 WHERE id = $1",
            UUID(statement["id"]),
        )
