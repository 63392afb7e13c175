"""Sheets add up whatever happened: random deeds that reach the bank and the books on different days, or never."""

import asyncio
import json
import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.core.acts import Acts, Scope
from app.core.pagination import Ask
from app.services.funding.reconciling import reads
from app.services.funding.reconciling.schemas import StatementFilters
from app.services.funding.reconciling.sheets import repository as sheets
from tests.conftest import Api, Hands, actor
from tests.kit import banking, meetings
from tests.kit.banking import LINES, MATCHES, STATEMENTS, again, brought, changed, csv_of, sheet
from tests.kit.plans import buffers, indexes, plans

COUNTY = Scope(((330106000000, 330107000000),))
MONTHS = (
    (date(2026, 1, 1), date(2026, 1, 31)),
    (date(2026, 2, 1), date(2026, 2, 28)),
    (date(2026, 3, 1), date(2026, 3, 31)),
)
OPEN = """
SELECT 'bank' AS side, line.on_day AS day, line.amount_fen, match.cleared_on FROM bank_statement_lines AS line
  LEFT JOIN bank_matches AS match ON match.id = line.match_id WHERE line.state <> 'discarded'
UNION ALL
SELECT 'books', line.booked_on, line.amount_fen, match.cleared_on FROM funding_lines AS line
  LEFT JOIN bank_matched_lines AS pair ON pair.line_id = line.id
  LEFT JOIN bank_matches AS match ON match.id = pair.match_id
 WHERE line.account_id = $1
   AND (line.booked_on >= $2 OR match.id IS NOT NULL OR line.id IN (SELECT line_id FROM bank_start_lines))
"""


@dataclass
class Deed:
    """Something that happened: on a day in the books, on a day at the bank, or on one side alone."""

    fen: int
    books: date | None
    bank: date | None
    number: str | None
    line: str = ""


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


def deeds(chance: random.Random) -> list[Deed]:
    """A quarter of small deeds around a large one that keeps the account above zero."""
    told = [Deed(100_000_000, date(2025, 12, 1), date(2025, 12, 1), None)]
    for at in range(30):
        day = date(2025, 12, 20) + timedelta(chance.randrange(100))
        bank = day + timedelta(chance.choice((0, 0, 1, 3, 9, 20)))
        number = chance.choice((None, f"PZ-2026-{at:04d}", f"FF-{at // 4:04d}"))
        fen = chance.choice((-1, -1, 1)) * chance.choice((100, 300, 300, 500, 700))
        once = chance.randrange(10)
        told.append(Deed(fen, None if once == 0 else day, None if once == 1 else bank, number))
    return told


async def slowly(books: banking.Books, until: date) -> dict[str, tuple[int, int, int]]:
    """Of each side how many lines stand open on a day, what came in and what went out: by looking at every line."""
    found = {"bank": [0, 0, 0], "books": [0, 0, 0]}
    for row in await books.direct.fetch(OPEN, books.funds, MONTHS[0][0]):
        if row["day"] <= until and (row["cleared_on"] is None or row["cleared_on"] > until):
            found[row["side"]][0] += 1
            found[row["side"]][1 if row["amount_fen"] > 0 else 2] += row["amount_fen"]
    return {side: (told[0], told[1], told[2]) for side, told in found.items()}


async def told(client: httpx.AsyncClient, books: banking.Books, statement: dict[str, Any]) -> dict[str, Any]:
    """The sheet, which is what the slow one says, and adds up."""
    found = await sheet(client, statement)
    slow = await slowly(books, date.fromisoformat(statement["until_on"]))
    for side, name in (("bank", "bank_only"), ("books", "books_only")):
        assert (found[name]["count"], found[name]["received_fen"], found[name]["paid_fen"]) == slow[side], side
    assert found["difference_fen"] == 0
    assert {each["code"] for each in found["checks"] if not each["passes"]} <= {"lines_decided"}
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_sheet_adds_up_whatever_is_matched(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, books: banking.Books, seed: int
) -> None:
    """By rule, by hand, with what stood open before, and the same whether the month before is settled or not."""
    chance = random.Random(seed)
    all_deeds = deeds(chance)
    for deed in all_deeds:
        if deed.books is not None:
            deed.line = await books.booked(deed.books.isoformat(), deed.fen, deed.number)
    statements = []
    standing = sum(deed.fen for deed in all_deeds if deed.bank is not None and deed.bank < MONTHS[0][0])
    for first, last in MONTHS:
        here = sorted(
            (deed for deed in all_deeds if deed.bank is not None and first <= deed.bank <= last),
            key=lambda deed: (deed.bank, deed.fen),
        )
        rows = [(str(deed.bank), deed.fen, deed.number or "") for deed in here]
        period = {"from_on": first.isoformat(), "until_on": last.isoformat()}
        statements.append(
            await brought(
                client,
                books.funds,
                csv_of(*rows, opening=standing),
                opening_fen=standing,
                closing_fen=standing + sum(deed.fen for deed in here),
                **period,
            )
        )
        standing += sum(deed.fen for deed in here)

    start, day = statements[0], MONTHS[0][0]
    taken = {str(row["line_id"]) for row in await books.direct.fetch("SELECT line_id FROM bank_matched_lines")}
    for deed in all_deeds:
        early_book = deed.books is not None and deed.books < day
        early_bank = deed.bank is not None and deed.bank < day
        if early_book and not early_bank and deed.line not in taken:
            start = await changed(client, STATEMENTS, start, "start-items", line_id=deed.line, reason="年前未达账项")
        if early_bank and not early_book:
            assert deed.bank is not None
            body = {"on_day": deed.bank.isoformat(), "amount_fen": deed.fen, "reason": "年前未入账"}
            start = await changed(client, STATEMENTS, start, "start-items", **body)
    statements[0] = start
    for statement in statements:
        await told(client, books, statement)

    # A person puts together what the rules did not, at random, and takes some apart.
    for statement in statements:
        for line in await banking.lines(client, statement):
            if line["state"] == "suggested":
                verb = chance.choice(("confirm", "reject"))
                await changed(client, LINES, await again(client, LINES, line), verb)
            elif line["state"] != "matched" and chance.randrange(2):
                fits = (await client.get(f"{LINES}/{line['id']}/candidates")).json()["items"]
                fits = [each for each in fits if each["booked_on"] >= "2026-01-01"]
                if fits:
                    pair = {"statement_lines": [line["id"]], "book_lines": [chance.choice(fits)["id"]]}
                    assert (await client.post(MATCHES, json=pair)).status_code == 201
    for statement in statements:
        await told(client, books, statement)

    for at, statement in enumerate(statements):
        for line in await banking.lines(client, statement):
            if line["state"] in ("suggested", "unmatched"):
                await changed(client, LINES, line, "explain", kind="other", reason="另行查明")
        later = [await sheet(client, each) for each in statements[at + 1 :]]
        row = await again(client, STATEMENTS, statement)
        settled = await changed(chief, STATEMENTS, row, "settle")
        assert settled["state"] == "settled"
        for each, before in zip(statements[at + 1 :], later, strict=True):
            now = await sheet(client, each)
            same = ("bank_only", "books_only", "adjusted_books_fen", "adjusted_bank_fen")
            assert {name: now[name] for name in same} == {name: before[name] for name in same}
        if at == 0:  # what is booked into a settled month is open from then on
            await books.booked("2026-01-15", -777)
            assert (await told_late(client, books, statements[1])) == -777


async def told_late(client: httpx.AsyncClient, books: banking.Books, statement: dict[str, Any]) -> int:
    """Of what fen a late line stands open in a statement's sheet, which adds up all the same."""
    found = await sheet(client, statement)
    assert found["difference_fen"] == 0
    items = (await client.get(f"{STATEMENTS}/{statement['id']}/open-items", params={"limit": 200})).json()["items"]
    return sum(each["amount_fen"] for each in items if each["amount_fen"] == -777)


async def test_two_decide_on_one_line_at_once(client: httpx.AsyncClient, books: banking.Books) -> None:
    """A line of the books belongs to one match, however many ask."""
    await books.booked("2026-03-01", 1_000_000)
    line = await books.booked("2026-03-05", -300)
    statement = await brought(
        client, books.funds, csv_of(*((f"2026-03-{day:02d}", -300) for day in range(6, 10)), opening=10_000)
    )
    rows = await banking.lines(client, statement)
    asked = [client.post(MATCHES, json={"statement_lines": [row["id"]], "book_lines": [line]}) for row in rows]
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_one_statement_is_brought_twice_at_once(client: httpx.AsyncClient, books: banking.Books) -> None:
    """One goes in, the other is told so; nothing is there twice."""
    body = csv_of(("2026-03-02", 1_000))
    answers = await asyncio.gather(*(banking.tried(client, books.funds, body) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409]
    assert await books.direct.fetchval("SELECT count(*) FROM bank_statements") == 1


async def test_nothing_is_booked_while_a_sheet_is_settled(
    client: httpx.AsyncClient, chief: httpx.AsyncClient, books: banking.Books, acts: Acts
) -> None:
    """The balance and what stands open are of one moment: a posting waits for the one or is in the other."""
    await books.booked("2026-03-01", 1_000)
    statement = await brought(client, books.funds, csv_of(("2026-03-02", 1_000)))
    await changed(client, LINES, (await banking.lines(client, statement))[0], "confirm")
    async with acts.open(actor()) as act:
        await sheets.lock(act, books.funds)
        posting = asyncio.create_task(books.booked("2026-03-05", -300))
        before = await sheets.facts(act, UUID(statement["id"]))
        await asyncio.sleep(0)
        after = await sheets.facts(act, UUID(statement["id"]))
        assert (before, posting.done()) == (after, False)
    await posting
    async with acts.open(actor()) as act:
        assert (await sheets.facts(act, UUID(statement["id"]))).books_only.count == 1


FILL = """
INSERT INTO bank_statements (version, account_id, source, from_on, until_on, opening_fen, closing_fen, lines, state,
                             sha256, reading, uploaded_by, created_at, recorded_at)
SELECT 1, account.id, 'bank', date '2015-01-01' + at, date '2015-01-01' + at, 0, 0, 0, 'open',
       decode(md5(at::text), 'hex'), '{}', 'office', now(), now()
  FROM funding_accounts AS account, generate_series(1, 4000) AS at WHERE account.kind = 'funds'
"""


async def test_a_page_of_statements_is_read_by_index(acts: Acts, books: banking.Books) -> None:
    """Under row-level security, of one account among thousands of statements."""
    await books.direct.execute(FILL)
    await books.direct.execute("VACUUM ANALYZE bank_statements")

    async def ask(act: Any) -> None:
        await reads.listed(act, StatementFilters(account_id=books.funds), Ask())

    plan = (await plans(acts, actor(scope=COUNTY), ask))[-1]
    assert indexes(plan) & {"ix_bank_statements_account_id", "ix_bank_statements_region_code_id"}, indexes(plan)
    assert buffers(plan) <= 51 * 30, buffers(plan)


PAST = """
INSERT INTO funding_lines (entry_id, position, committee_id, purse, account_id, turn, booked_on, kind, amount_fen, text,
                           region_code, authority_code)
SELECT uuidv7(), 1, account.committee_id, account.purse, account.id, 1000 + at, date '2026-01-01' + at % 59,
       'income', 100,
       '某项经费', account.region_code, account.authority_code
  FROM funding_accounts AS account, generate_series($2::integer, $3::integer) AS at WHERE account.id = $1
"""
SETTLED = """
UPDATE bank_statements SET state = 'settled', settled_by = 'chief', settled_on = '2026-03-05', sheet = '{}', turn = $2
 WHERE id = $1
"""


async def _cost(books: banking.Books, statement: dict[str, Any]) -> int:
    await books.direct.execute("VACUUM ANALYZE funding_lines")
    query = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sheets.FACTS.replace('$1', repr(statement['id']))}"
    await books.direct.fetchval(query)
    told = json.loads(await books.direct.fetchval(query))[0]["Plan"]
    return int(told["Shared Hit Blocks"]) + int(told["Shared Read Blocks"])


async def test_a_sheet_costs_what_happened_since_the_last_one(client: httpx.AsyncClient, books: banking.Books) -> None:
    """Twenty times as many lines before the last settled statement cost no more buffers."""
    await books.booked("2026-03-01", 1_000)
    past = await brought(
        client, books.funds, csv_of(), from_on="2026-01-01", until_on="2026-02-28", opening_fen=0, closing_fen=0
    )
    now = await brought(client, books.funds, csv_of(("2026-03-02", 1_000)))
    costs = []
    for first, last in ((1, 2_000), (2_001, 40_000)):
        await books.direct.execute("SET session_replication_role = replica")
        await books.direct.execute(PAST, books.funds, first, last)
        await books.direct.execute(SETTLED, UUID(past["id"]), 1000 + last)
        await books.direct.execute("SET session_replication_role = origin")
        costs.append(await _cost(books, now))
    assert costs[1] <= costs[0] * 1.2, costs
