"""What pages of visits and of what is due cost under row-level security, and what an instructor's sign-in asks."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import SYSTEM, Act, Acts, Scope
from app.core.pagination import Ask
from app.services.visits import reads
from app.services.visits.due_schemas import VisitDueFilters
from app.services.visits.schemas import VisitFilters
from tests.conftest import actor
from tests.kit.plans import buffers, indexes, nodes, plans
from tests.services.branches.test_plans import STREETS

COUNTY = Scope(((330106000000, 330107000000),))
FILL = """
WITH organization AS (
    INSERT INTO organizations (name, name_key, name_sort, name_bigrams, region_code, region_level)
    SELECT 'o', 'o', 'o', '{}', region, 4 FROM unnest($1::bigint[]) AS region, generate_series(1, $2)
    RETURNING id, region_code
), told AS (
    SELECT id, region_code, (row_number() OVER (ORDER BY region_code, id) - 1) / 5 AS n FROM organization
), worker AS (
    INSERT INTO workers (version, name, stated_formal, state, since, region_code, region_level, source, source_time,
                         created_at, recorded_at)
    SELECT 1, 'w' || n, true, 'current', '2025-01-01', min(region_code) / 1000000 * 1000000, 3, 'officer', now(), now(),
           now() FROM told GROUP BY n
    RETURNING id, substring(name FROM 2)::bigint AS n
), role AS (
    INSERT INTO worker_roles (version, worker_id, role, selection_channel, valid_from, valid_to, departures, created_at,
                              recorded_at)
    SELECT 1, id, 'instructor', 'dispatched', '2025-01-01', '2027-01-01', '[]', now(), now() FROM worker
)
INSERT INTO assignments (version, worker_id, organization_id, purpose, valid_from, valid_to, departures, created_at,
                         recorded_at)
SELECT 1, worker.id, told.id, 'guide_formation', '2025-01-01', '2027-01-01', '[]', now(), now()
  FROM told JOIN worker USING (n)
"""
VISITS = """
INSERT INTO visits (version, assignment_id, visited_on, kind, did, entered_by, created_at, recorded_at)
SELECT 1, id, date '2025-12-20' - quarter * 90, 'on_site', '{met_owner}', 'x', now(), now()
  FROM assignments, generate_series(0, 3) AS quarter
"""
TABLES = ("organizations", "workers", "worker_roles", "assignments", "visits")


@pytest.fixture
async def sent(direct: "asyncpg.Connection[Any]") -> list[UUID]:
    """Instructors of five organisations each in seven streets, with a year's visits; one of them first."""
    await direct.execute(FILL, STREETS, 300)
    await direct.execute(VISITS)
    await direct.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")
    worker: UUID = await direct.fetchval("SELECT worker_id FROM assignments LIMIT 1")
    firms = await direct.fetch("SELECT organization_id FROM assignments WHERE worker_id = $1", worker)
    return [worker, *(row[0] for row in firms)]


def walked(plan: dict[str, Any]) -> set[str]:
    return {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}


async def _visits(act: Act) -> None:
    await reads.listed(act, VisitFilters(), Ask())


async def _due(act: Act) -> None:
    await reads.due(act, VisitDueFilters(region="330106000000", region_level=3), 60, Ask())


async def _mine(act: Act) -> None:
    await reads.due(act, VisitDueFilters(), 60, Ask())


async def test_a_countys_pages_go_by_index(acts: Acts, sent: list[UUID]) -> None:
    (visits,) = await plans(acts, actor(scope=COUNTY), _visits)
    assert visits["Actual Rows"] == 51
    assert "ix_visits_region_code_id" in indexes(visits)
    assert not walked(visits)
    assert buffers(visits) < 51 * 20
    (due,) = await plans(acts, actor(scope=COUNTY), _due)
    assert due["Actual Rows"] == 51
    assert "ix_assignments_region_code_id" in indexes(due)
    assert not walked(due)
    assert buffers(due) < 600 * 8  # three hundred assignments in each of two streets, with the last visit of each


async def test_an_instructors_pages_read_his_own_alone(acts: Acts, sent: list[UUID]) -> None:
    me = actor(role="instructor", scope=Scope(subjects=frozenset(sent)))
    for ask, rows in ((_visits, 20), (_mine, 5)):
        (plan,) = await plans(acts, me, ask)
        assert plan["Actual Rows"] == rows
        assert not walked(plan) & {"visits", "assignments", "organizations"}, ask.__name__
        assert buffers(plan) < 600, (ask.__name__, buffers(plan))


async def test_what_is_assigned_today_is_one_look_into_an_index(acts: Acts, sent: list[UUID]) -> None:
    async def own(act: Act) -> None:
        assert await reads.assigned(act, frozenset(sent[:1])) == set(sent[1:])

    (plan,) = await plans(acts, SYSTEM, own)
    assert "ix_assignments_worker_id" in indexes(plan)
    assert buffers(plan) < 20
