"""What pages of departments and of freshness cost under row-level security: by index alone, one statement a page."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import Act, Acts, Scope
from app.core.pagination import Ask
from app.services.departments import reads
from app.services.departments.datasets import reads as datasets
from app.services.departments.datasets.schemas import FreshnessFilters
from app.services.departments.duties import reads as duties
from app.services.departments.schemas import DepartmentFilters
from app.services.departments.wire import PartFilters
from tests.conftest import actor
from tests.kit.plans import Node, buffers, indexes, nodes, plans

COUNTY = Scope(((330106000000, 330107000000),))
LINE = Scope(lines=((99_001_007_000_000, 99_001_008_000_000),))
# Three hundred committees of twenty departments; a year of monthly batches by region, and of named clients.
FILL = """
WITH committee AS (
    INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at, recorded_at)
    SELECT 1, 99001000000000 + n * 1000000, 'work_committee', 'w' || n, 330100000000 + n * 1000000, 3, now(), now()
      FROM generate_series(1, 300) AS n
    RETURNING id
), department AS (
    INSERT INTO departments (version, committee_id, kind, name, valid_from, created_at, recorded_at)
    SELECT 1, committee.id, 'other', 'd' || n, '2025-01-01', now(), now() FROM committee, generate_series(1, 20) AS n
    RETURNING id, name
), duty AS (
    INSERT INTO department_duties (version, department_id, text, source, valid_from, created_at, recorded_at)
    SELECT 1, id, 'text', 'source', '2025-01-01', now(), now() FROM department
)
INSERT INTO department_datasets (version, department_id, dataset, client_id, every_days, valid_from, created_at,
                                 recorded_at)
SELECT 1, id, 'registrations', CASE WHEN n = 2 THEN 'client-' || name END, 31, '2025-01-01', now(), now()
  FROM department, generate_series(1, 2) AS n
"""
PUSHED = """
INSERT INTO batches (dataset, owner, owner_name, scope, region_code, region_level, mode, atomic, strategy, format,
                     encoding, source_time, size_bytes, sha256, state, created_at, finished_at)
SELECT 'registrations', 'client-d' || county % 20, 'x', '{}', 330100000000 + county * 1000000, 3, 'commit', 'record',
       'upsert', 'csv', 'utf-8', told, 1, '', 'done', told, told
  FROM generate_series(1, 300) AS county,
       generate_series(timestamptz '2025-03-01T00:00Z', '2026-03-01T00:00Z', '4 days') AS told
"""
TABLES = ("authorities", "departments", "department_duties", "department_datasets", "batches")


@pytest.fixture
async def filled(direct: "asyncpg.Connection[Any]") -> None:
    """A province's departments."""
    await direct.execute(FILL)
    await direct.execute(PUSHED)
    await direct.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")


def walked(plan: Node) -> list[str]:
    return [node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"]


async def _departments(act: Act) -> None:
    await reads.listed(act, DepartmentFilters(), Ask())


async def _duties(act: Act) -> None:
    await duties.listed(act, PartFilters(), Ask())


async def _freshness(act: Act) -> None:
    await datasets.freshness(act, FreshnessFilters(late=True), Ask())


@pytest.mark.usefixtures("filled")
async def test_pages_are_read_by_index(acts: Acts, direct: "asyncpg.Connection[Any]") -> None:
    department = await direct.fetchval(
        "SELECT departments.id FROM departments JOIN authorities ON authorities.id = committee_id"
        " WHERE authorities.code = 99001008000000 LIMIT 1"
    )
    own = Scope(subjects=frozenset({UUID(str(department))}))
    for scope, most in ((COUNTY, 400), (LINE, 400), (own, 400)):
        for work in (_departments, _duties):
            (plan,) = await plans(acts, actor(scope=scope), work)
            assert not walked(plan), (work.__name__, scope, indexes(plan))
            assert buffers(plan) < most, (work.__name__, scope, buffers(plan))


@pytest.mark.usefixtures("filled")
async def test_freshness_is_one_statement_and_looks_up_batches_by_index(acts: Acts) -> None:
    (plan,) = await plans(acts, actor(scope=COUNTY), _freshness)
    assert not walked(plan), indexes(plan)
    assert buffers(plan) < 3_000, buffers(plan)  # forty datasets
    (line,) = await plans(acts, actor(scope=LINE), _freshness)
    assert not walked(line), indexes(line)
    (whole,) = await plans(acts, actor(), _freshness)
    assert whole["Actual Rows"] == 51
