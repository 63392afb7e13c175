"""What a year's report costs under row-level security: by accounts and days, whatever the number of entries."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import Act, Acts, Scope
from app.services.funding.facts import EntryKind, Purse, Use
from app.services.funding.ledger import service as ledger
from app.services.funding.ledger.facts import EntryDraft, LineDraft
from app.services.funding.statements.reports import service
from app.services.funding.statements.reports.schemas import ReportQuery
from tests.conftest import actor
from tests.kit.ledgers import Books, opened
from tests.kit.plans import Node, buffers, indexes, nodes, plans

COUNTY = Scope(((330106000000, 330107000000),))
FIRST = date(2025, 1, 1)
DAYS, BELOW = 40, 30
LAST = FIRST + timedelta(days=DAYS - 1)
TABLES = "funding_entries, funding_lines, funding_account_days, funding_accounts, funding_balances"
# On the last day: what is booked earlier shifts every later evening, and what that leaves behind is not the report's.
ENTRIES = """
INSERT INTO funding_entries (committee_id, purse, kind, use, booked_on, business_key, text, posted_by, posted_at,
                             fingerprint, lines, amount_fen)
SELECT $1, 'fiscal_budget', 'spending', 'branch_activities', $2, 'bulk' || each, '批量', 'kit', '2025-12-31T00:00:00Z',
       '\\x00', 2, 1
  FROM generate_series($3::int + 1, $3::int + 500) AS each
"""
LINES = """
INSERT INTO funding_lines (entry_id, position, committee_id, purse, account_id, amount_fen)
SELECT entry.id, line.position, $1, 'fiscal_budget', line.account_id, line.fen
  FROM funding_entries AS entry, (VALUES (1, $2::uuid, -1), (2, $3::uuid, 1)) AS line (position, account_id, fen)
 WHERE entry.business_key LIKE 'bulk%' AND NOT EXISTS (SELECT FROM funding_lines WHERE entry_id = entry.id)
"""


@pytest.fixture
async def books(acts: Acts, direct: "asyncpg.Connection[Any]") -> tuple[Books, UUID]:
    """A committee with thirty bodies below it, each given something every day for forty days; the id of the year."""
    books = await opened(direct, below=BELOW)
    async with acts.open(actor()) as act:
        await books.income(act, "income", 10_000_000, FIRST)
        funds = await books.funds(act)
        below = [await books.funds(act, number) for number in range(1, BELOW + 1)]
        for day in range(DAYS):
            lines = (LineDraft(funds, -100 * BELOW), *(LineDraft(each, 100) for each in below))
            on, key = FIRST + timedelta(days=day), f"day{day}"
            given = EntryDraft(books.committee, Purse.fiscal_budget, EntryKind.appropriation, on, key, "拨付", lines)
            await ledger.post(act, given)
    return books, await direct.fetchval(
        "SELECT id FROM funding_years WHERE committee_id = $1 AND year = 2025", books.committee
    )


async def _plan(acts: Acts, year_id: UUID) -> Node:
    async def ask(act: Act) -> None:
        report = await service.report(act, year_id, ReportQuery())
        assert all(each.holds for each in report.checks)

    return (await plans(acts, actor(scope=COUNTY), ask))[-1]


async def test_a_report_costs_what_the_accounts_and_days_cost(
    acts: Acts, direct: "asyncpg.Connection[Any]", books: tuple[Books, UUID]
) -> None:
    book, year_id = books
    async with acts.open(actor()) as act:
        funds, used = await book.funds(act), await book.spent(act, Use.branch_activities)
        await ledger.post(act, book.draft("first", EntryKind.spending, funds, used, 100, LAST))
    await direct.execute(f"VACUUM ANALYZE {TABLES}")
    few = await _plan(acts, year_id)
    for done in range(0, 4000, 500):
        async with direct.transaction():
            await direct.execute(ENTRIES, book.committee, LAST, done)
            await direct.execute(LINES, book.committee, funds, used)
        await direct.execute(f"VACUUM ANALYZE {TABLES}")
    many = await _plan(acts, year_id)
    assert buffers(many) <= 1.2 * buffers(few), (buffers(few), buffers(many))
    assert buffers(many) < 40 * (BELOW + 3), buffers(many)  # of all accounts, the days are read once
    assert "ix_funding_entries_taken_back" in indexes(many)
    assert not [node for node in nodes(many) if node.get("Relation Name") == "funding_lines"]
