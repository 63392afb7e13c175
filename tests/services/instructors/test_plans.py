"""What pages of instructors, assignments, stations and gaps cost under row-level security, and a whole proposal."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import asyncpg
import pytest

from app.core.acts import Act, Acts, Scope
from app.core.pagination import Ask
from app.services.instructors import reads, repository
from app.services.instructors.facts import AssignmentState, GapKind, Purpose, Wanted
from app.services.instructors.gaps import reads as gaps
from app.services.instructors.gaps.schemas import GapFilters
from app.services.instructors.judging import Ready, judge_each, passed
from app.services.instructors.pool import reads as pool
from app.services.instructors.pool.schemas import InstructorFilters
from app.services.instructors.schemas import AssignmentFilters
from app.services.instructors.stations import reads as stations
from app.services.instructors.stations.schemas import StationFilters
from tests.conftest import actor
from tests.kit.agreement import disagreements
from tests.kit.plans import buffers, indexes, nodes, plans, sending
from tests.services.branches.test_plans import STREETS

COUNTY = Scope(((330106000000, 330107000000),))
AT = "'2026-03-01T00:00:00Z'"
FILL = f"""
WITH worker AS (
    INSERT INTO workers (version, name, stated_formal, state, since, region_code, region_level, source, source_time,
                         created_at, recorded_at)
    SELECT 1, '某人', true, 'current', '2025-09-01', region, 4, 'officer', {AT}, {AT}, {AT}
      FROM unnest($1::bigint[]) AS region, generate_series(1, $2) RETURNING id, region_code
), role AS (
    INSERT INTO worker_roles (version, worker_id, role, selection_channel, valid_from, valid_to, departures, created_at,
                              recorded_at)
    SELECT 1, id, 'instructor', 'dispatched', '2025-09-01', '2026-07-01', '[]', {AT}, {AT} FROM worker
), station AS (
    INSERT INTO stations (version, name, region_code, region_level, created_at, recorded_at)
    SELECT 1, 's' || row_number() OVER (), region_code, 4, {AT}, {AT} FROM worker
)
INSERT INTO organizations (name, name_key, name_sort, name_bigrams, kind, region_code, region_level)
SELECT 'o', 'o', 'o', '{{}}', 'private_enterprise', region_code, 4 FROM worker, generate_series(1, 3)
"""
SEND = f"""
INSERT INTO assignments (version, worker_id, organization_id, purpose, valid_from, valid_to, departures, created_at,
                         recorded_at)
SELECT 1, w.id, o.id, 'work_coverage', '2025-09-01', '2026-07-01', '[]', {AT}, {AT}
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM workers) AS w
  JOIN (SELECT id, row_number() OVER (ORDER BY id) AS n FROM organizations) AS o USING (n)
"""
TABLES = "workers, worker_roles, assignments, organizations, stations, station_members, members, branches, terms, posts"
FILLED = {"workers", "worker_roles", "assignments", "organizations", "stations"}  # the others are empty
SOON = date(2026, 9, 2)


async def _pool(act: Act) -> None:
    await pool.listed(act, InstructorFilters(), 5, Ask())


async def _room(act: Act) -> None:
    await pool.listed(act, InstructorFilters(with_room=True), 5, Ask())


async def _assignments(act: Act) -> None:
    await reads.listed(act, AssignmentFilters(), Ask())


async def _running(act: Act) -> None:
    await reads.listed(act, AssignmentFilters(state=AssignmentState.running), Ask())


async def _stations(act: Act) -> None:
    await stations.listed(act, StationFilters(), Ask())


async def _uninstructed(act: Act) -> None:
    await gaps.listed(act, GapFilters(kind=GapKind.no_instructor), SOON, Ask())


async def _ending(act: Act) -> None:
    await gaps.listed(act, GapFilters(kind=GapKind.term_ending), SOON, Ask())


async def _all_gaps(act: Act) -> None:
    await gaps.listed(act, GapFilters(), SOON, Ask())


@pytest.fixture
async def sent(direct: "asyncpg.Connection[Any]") -> None:
    """Instructors of seven streets, each sent to one of three organisations."""
    await direct.execute(FILL, STREETS, 300)
    await direct.execute(SEND)
    await direct.execute(f"VACUUM ANALYZE {TABLES}")


async def test_a_page_is_read_by_index(acts: Acts, sent: None) -> None:
    asked: list[tuple[Callable[[Act], Awaitable[None]], str | None, int]] = [
        (_pool, None, 51 * 60),
        (_room, None, 600 * 8),  # each instructor of the county is asked what he has on his hands
        (_assignments, "ix_assignments_region_code_id", 51 * 40),
        (_running, "ix_assignments_region_code_id", 51 * 40),
        (_stations, "ix_stations_region_code_id", 51 * 20),
        (_uninstructed, "ix_organizations_region_code_id", 51 * 20),
        (_ending, "ix_assignments_region_code_id", 51 * 40),
        (_all_gaps, "ix_organizations_region_code_id", 51 * 60),
    ]
    for ask, index, most in asked:
        plan = (await plans(acts, actor(scope=COUNTY), ask))[-1]
        assert plan["Actual Rows"] == 51, ask.__name__
        assert index is None or index in indexes(plan), (ask.__name__, indexes(plan))
        assert buffers(plan) < most, (ask.__name__, buffers(plan))
        walked = {each["Relation Name"] for each in nodes(plan) if each["Node Type"] == "Seq Scan"}
        assert walked.isdisjoint(FILLED), (ask.__name__, walked)


async def test_a_proposal_is_judged_and_written_in_few_statements(
    acts: Acts, direct: "asyncpg.Connection[Any]", sent: None
) -> None:
    free = [row[0] for row in await direct.fetch("SELECT id FROM organizations WHERE NOT has_instructor ORDER BY id")]
    workers = [row[0] for row in await direct.fetch("SELECT id FROM workers ORDER BY id")]
    wanted = [
        Wanted(workers[number % len(workers)], firm, None, Purpose.work_coverage, date(2026, 3, 2))
        for number, firm in enumerate(free[:4_000])
    ]
    async with sending(acts) as statements, acts.open(actor()) as act:
        rows = [passed(act, each, None) for each in await judge_each(act, wanted) if isinstance(each, Ready)]
        keys = await repository.assign(act, rows)
    assert len(set(keys)) == len(wanted)
    assert len(statements) < 20, "a policy for each street, and the rest at once"
    assert await direct.fetchval("SELECT count(*) FROM organizations WHERE has_instructor") == 2_100 + 4_000
    assert await disagreements(direct, date(2026, 3, 2)) == {}
