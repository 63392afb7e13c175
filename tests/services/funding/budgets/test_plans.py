"""What pages of budgets and their execution cost under row-level security: by index alone, whatever was taken."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import Act, Acts, Scope
from app.core.pagination import Ask
from app.services.funding.budgets import reads, repository
from app.services.funding.budgets.adjustments import reads as adjustments
from app.services.funding.budgets.adjustments.schemas import BudgetAdjustmentFilters
from app.services.funding.budgets.execution import service as execution
from app.services.funding.budgets.execution.schemas import ExecutionFilters, GroupBy, TotalFilters
from app.services.funding.budgets.schemas import BudgetFilters, TakingFilters
from tests.conftest import actor
from tests.kit.plans import buffers, indexes, nodes, plans

COUNTY = Scope(((330106000000, 330107000000),))
# A committee for each of 300 places of three counties, twelve years of budgets each with two lines and an adjustment.
FILL = """
SELECT set_config('session_replication_role', 'replica', false);
INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at, recorded_at)
SELECT 1, 33001000000000 + n, 'work_committee', 'c' || n, 330106000000 + (n % 3) * 1000000 + n * 1000, 4, now(), now()
  FROM generate_series(1, 300) AS n;
INSERT INTO funding_budgets (version, committee_id, year, purse, state, edition, title, drafted_by, drawn_up_by,
                             approved_by, approved_on, departures, region_code, region_level, authority_code,
                             created_at, recorded_at)
SELECT 1, id, 2015 + y, 'fiscal_budget', 'approved', 1, 'b', 'a', '{a}', 'c', make_date(2015 + y, 1, 10), '[]',
       region_code, region_level, code, now(), now()
  FROM authorities, generate_series(0, 11) AS y WHERE name LIKE 'c%';
INSERT INTO funding_budget_lines (version, budget_id, committee_id, purse, year, position, use, title, original_fen,
                                  amount_fen, executed_fen, region_code, region_level, authority_code, created_at,
                                  recorded_at)
SELECT 1, id, committee_id, purse, year, p, (ARRAY['branch_activities', 'member_education'])[p], 't', 9000000, 9000000,
       500000, region_code, region_level, authority_code, now(), now()
  FROM funding_budgets, generate_series(1, 2) AS p;
INSERT INTO funding_budget_adjustments (version, budget_id, committee_id, purse, year, state, reason, drafted_by,
                                        drawn_up_by, departures, region_code, region_level, authority_code,
                                        created_at, recorded_at)
SELECT 1, id, committee_id, purse, year, 'draft', 'r', 'a', '{a}', '[]', region_code, region_level, authority_code,
       now(), now() FROM funding_budgets;
INSERT INTO funding_budget_adjustment_lines (version, adjustment_id, budget_id, committee_id, position, budget_line_id,
                                             delta_fen, region_code, region_level, authority_code, created_at,
                                             recorded_at)
SELECT 1, told.id, told.budget_id, told.committee_id, 0, line.id, 5, told.region_code, told.region_level,
       told.authority_code, now(), now()
  FROM funding_budget_adjustments AS told JOIN funding_budget_lines AS line USING (budget_id);
INSERT INTO funding_budget_executions (budget_line_id, entry_id, committee_id, purse, year, booked_on, amount_fen,
                                       taken_by, region_code, region_level, authority_code, recorded_at)
SELECT id, uuidv7(), committee_id, purse, year, make_date(year, 1 + n % 12, 1 + n % 28), 50000, 'a', region_code,
       region_level, authority_code, now()
  FROM funding_budget_lines, generate_series(1, 10) AS n;
SELECT set_config('session_replication_role', 'origin', false);
"""
MANY = """
INSERT INTO funding_budget_executions (budget_line_id, entry_id, committee_id, purse, year, booked_on, amount_fen,
                                       taken_by, region_code, region_level, authority_code, recorded_at)
SELECT id, uuidv7(), committee_id, purse, year, make_date(year, 1 + n % 12, 1 + n % 28), 1, 'a', region_code,
       region_level, authority_code, now()
  FROM funding_budget_lines, generate_series(1, 20000) AS n WHERE id = $1
"""
TABLES = (
    *("authorities", "funding_budgets", "funding_budget_lines", "funding_budget_adjustments"),
    *("funding_budget_adjustment_lines", "funding_budget_executions"),
)


@pytest.fixture
async def filled(direct: "asyncpg.Connection[Any]") -> UUID:
    """Twelve years of three hundred committees; one budget."""
    await direct.execute(FILL)
    await direct.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")
    one = "SELECT min(id::text) FROM funding_budgets WHERE year = 2025 AND region_code < 330107000000"
    return UUID(str(await direct.fetchval(one)))


def _asked(budget_id: UUID) -> list[tuple[str, Callable[[Act], Awaitable[Any]], str, int]]:
    past = date(2025, 6, 30)
    region = {"region": "330106000000", "region_level": 3}
    return [
        ("budgets", lambda act: reads.listed(act, BudgetFilters(), Ask()), "ix_funding_budgets_region_code_id", 900),
        (
            "adjustments",
            lambda act: adjustments.listed(act, BudgetAdjustmentFilters(), Ask()),
            "ix_funding_budget_adjustments_region_code_id",
            1_200,
        ),
        (
            "lines",
            lambda act: execution.lines(act, ExecutionFilters(year=2025), Ask()),
            "ix_funding_budget_lines_region_code_id",
            1_500,
        ),
        (
            "lines of a day",
            lambda act: execution.lines(act, ExecutionFilters(year=2025, on=past), Ask()),
            "ix_funding_budget_executions_budget_line_id",
            200 * 20,  # every line of the county and year, since what was there that day is asked of each
        ),
        (
            "takings",
            lambda act: reads.takings(act, budget_id, TakingFilters(), Ask()),
            "ix_funding_budget_executions_budget_line_id",
            300,
        ),
        (
            "sums",
            lambda act: execution.totals(act, TotalFilters(group_by=GroupBy.use, year=2025, **region), Ask()),
            "ix_funding_budget_lines_region_code_id",
            3_500,
        ),
    ]


async def test_a_page_is_read_by_index(acts: Acts, filled: UUID) -> None:
    for name, ask, index, most in _asked(filled):
        plan = (await plans(acts, actor(scope=COUNTY), ask))[0 if name != "takings" else 1]
        assert index in indexes(plan), (name, indexes(plan))
        assert buffers(plan) < most, (name, buffers(plan))
        walked = [node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"]
        assert not walked, (name, walked)


async def test_a_line_is_held_at_the_same_cost_however_often_it_was_taken_of(
    acts: Acts, direct: "asyncpg.Connection[Any]", filled: UUID
) -> None:
    one = "SELECT min(id::text) FROM funding_budget_lines WHERE budget_id = $1"
    line = UUID(str(await direct.fetchval(one, filled)))

    async def hold(act: Act) -> None:
        assert await repository.held_line(act, line, filled) is not None

    few = [buffers(plan) for plan in await plans(acts, actor(), hold)]
    await direct.execute("SET session_replication_role = replica")
    await direct.execute(MANY, line)
    await direct.execute("VACUUM ANALYZE funding_budget_executions")
    many = [buffers(plan) for plan in await plans(acts, actor(), hold)]
    assert len(few) == 2
    assert sum(many) <= sum(few) * 1.2, (few, many)
