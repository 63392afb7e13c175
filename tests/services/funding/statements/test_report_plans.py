"""What a year's report costs under row-level security: by accounts and days, whatever the number of entries."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import Act, Acts, Scope
from app.services.funding.facts import EntryKind, Use
from app.services.funding.ledger import service as ledger
from app.services.funding.statements.reports import service
from app.services.funding.statements.reports.schemas import ReportQuery
from tests.conftest import actor
from tests.kit.ledgers import Books, opened
from tests.kit.plans import Node, buffers, indexes, nodes, plans

COUNTY = Scope(((330106000000, 330107000000),))
FIRST = date(2025, 1, 1)
DAYS = 40
MORE = """
INSERT INTO funding_entries (committee_id, purse, kind, use, booked_on, business_key, text, posted_by, posted_at,
                             fingerprint, lines, amount_fen)
SELECT $1, 'fiscal_budget', 'spending', 'branch_activities', date '2025-01-01' + (each % 40)::int, 'bulk' || each,
       '批量', 'kit', '2025-12-31T00:00:00Z', '\\x00', 2, 1
  FROM generate_series(1, $4::int) AS each;
"""
LINES = """
INSERT INTO funding_lines (entry_id, position, committee_id, purse, account_id, amount_fen)
SELECT entry.id, line.position, $1, 'fiscal_budget', line.account_id, line.fen
  FROM funding_entries AS entry,
       (VALUES (1, $2::uuid, -1), (2, $3::uuid, 1)) AS line (position, account_id, fen)
 WHERE entry.business_key LIKE 'bulk%'
"""


async def _filled(acts: Acts, direct: "asyncpg.Connection[Any]") -> tuple[Books, UUID]:
    """Something every day for forty days; the year's id."""
    books = await opened(direct)
    async with acts.open(actor()) as act:
        await books.income(act, "income", 10_000_000, FIRST)
        funds, used = await books.funds(act), await books.spent(act, Use.branch_activities)
        for day in range(DAYS):
            on = FIRST + timedelta(days=day)
            await ledger.post(act, books.draft(f"day{day}", EntryKind.spending, funds, used, 100, on))
    found: UUID = await direct.fetchval(
        "SELECT id FROM funding_years WHERE committee_id = $1 AND year = 2025", books.committee
    )
    return books, found


async def _plan(acts: Acts, year_id: UUID) -> Node:
    async def ask(act: Act) -> None:
        report = await service.report(act, year_id, ReportQuery())
        assert all(each.holds for each in report.checks)

    return (await plans(acts, actor(scope=COUNTY), ask))[-1]


@pytest.fixture
async def books(acts: Acts, direct: "asyncpg.Connection[Any]") -> tuple[Books, UUID]:
    """A committee's books with few entries."""
    return await _filled(acts, direct)


async def test_a_report_costs_what_the_accounts_and_days_cost(
    acts: Acts, direct: "asyncpg.Connection[Any]", books: tuple[Books, UUID]
) -> None:
    book, year_id = books
    await direct.execute("ANALYZE funding_entries, funding_lines, funding_account_days, funding_accounts")
    few = await _plan(acts, year_id)
    async with acts.open(actor()) as act:
        funds, used = await book.funds(act), await book.spent(act, Use.branch_activities)
    async with direct.transaction():
        await direct.execute(MORE.replace("$4::int", "4000").replace("$1", f"'{book.committee}'::uuid"))
        bound = LINES.replace("$1", f"'{book.committee}'::uuid").replace("$2", f"'{funds}'").replace("$3", f"'{used}'")
        await direct.execute(bound)
    await direct.execute("VACUUM ANALYZE funding_entries, funding_lines, funding_account_days, funding_accounts")
    many = await _plan(acts, year_id)
    assert buffers(many) <= 1.2 * buffers(few), (buffers(few), buffers(many))
    assert "ix_funding_entries_taken_back" in indexes(many)
    assert not [node for node in nodes(many) if node.get("Relation Name") == "funding_lines"]
