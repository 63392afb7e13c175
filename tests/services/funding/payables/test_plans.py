"""What pages of runs and of their items cost under row-level security: by index."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import EVERYWHERE, Act, Acts, Scope
from app.core.pagination import Ask
from app.services.funding.payables import reads
from app.services.funding.payables.items import reads as item_reads
from app.services.funding.payables.items.schemas import PayableFilters
from app.services.funding.payables.schemas import PaymentRunFilters
from tests.conftest import actor
from tests.kit.plans import Node, buffers, nodes, plans

COUNTY = Scope(((330106000000, 330107000000),))
LINE = Scope(lines=((99_001_007_000_000, 99_001_008_000_000),))
# Sixty counties with sixty months each; of one month in six every worker's item.
RUNS = """
INSERT INTO payment_runs (
    version, committee_id, account_id, purse, month_id, month, use, state, computed_by, drawn_up_by, computed_at,
    approved_by, approved_at, elsewhere_items, region_code, region_level, authority_code, created_at, recorded_at)
SELECT 1, uuidv7(), uuidv7(), 'fiscal_budget', uuidv7(), date '2021-01-01' + n * interval '1 month', 'worker_subsidies',
       'done', 'clerk', '{clerk}', now(), 'chief', now(), 0, 330100000000 + county * 1000000, 3,
       99001000000000 + county * 1000000, now(), now()
  FROM generate_series(1, 60) AS county, generate_series(0, 59) AS n ORDER BY n, county
"""
ITEMS = """
INSERT INTO payables (
    version, run_id, position, entitlement_id, worker_id, role, due_fen, netted_fen, amount_fen, state, attempt,
    account_id, purse, use, month, committee_id, region_code, region_level, authority_code, created_at, recorded_at)
SELECT 1, run.id, n, uuidv7(), uuidv7(), 'instructor', 100, 0, 100, 'open', 1, run.account_id, run.purse, run.use,
       run.month, run.committee_id, run.region_code, 3, run.authority_code, now(), now()
  FROM payment_runs AS run, generate_series(1, 60) AS n WHERE extract(month FROM run.month) IN (1, 7)
 ORDER BY n, run.id
"""


@pytest.fixture
async def run_id(direct: "asyncpg.Connection[Any]") -> UUID:
    """A province's runs and items, written as they are; one run of the county."""
    await direct.execute("SET session_replication_role = replica")
    await direct.execute(RUNS)
    await direct.execute(ITEMS)
    await direct.execute("SET session_replication_role = DEFAULT")
    await direct.execute("VACUUM ANALYZE payment_runs, payables")
    found = await direct.fetchval("SELECT run_id FROM payables WHERE region_code = 330106000000 LIMIT 1")
    return UUID(str(found))


def walked(plan: Node) -> set[str]:
    """The tables that are read from end to end."""
    return {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}


async def test_pages_of_runs_go_by_index(acts: Acts, run_id: UUID) -> None:
    async def page(act: Act) -> None:
        await reads.listed(act, PaymentRunFilters(), Ask())

    for scope in (COUNTY, LINE, EVERYWHERE):
        (plan,) = await plans(acts, actor(scope=scope), page)
        assert plan["Actual Rows"] == 51
        assert "payment_runs" not in walked(plan), scope
        assert buffers(plan) < 700, (scope, buffers(plan))


async def test_pages_of_items_go_by_index(acts: Acts, run_id: UUID) -> None:
    async def everything(act: Act) -> None:
        await item_reads.listed(act, PayableFilters(), Ask())

    async def for_the_bank(act: Act) -> None:
        await item_reads.listed(act, PayableFilters(run_id=run_id), Ask())

    for work in (everything, for_the_bank):
        for scope in (COUNTY, EVERYWHERE):
            (plan,) = await plans(acts, actor(scope=scope), work)
            assert plan["Actual Rows"] == 51, (work.__name__, scope)
            assert "payables" not in walked(plan), (work.__name__, scope)
            assert buffers(plan) < 700, (work.__name__, scope, buffers(plan))
