"""What the policies cost: lists go by index for whoever asks, and a region's officer pays nothing for lines."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import EVERYWHERE, Act, Acts, Scope
from app.core.pagination import Ask
from app.core.rowsecurity import inside
from app.services.branches import reads as branches
from app.services.branches.schemas import BranchFilters
from app.services.organizations import reads as organizations
from app.services.organizations.filters import OrganizationFilters
from tests.bench.register import fill
from tests.conftest import actor
from tests.kit.databases import Clones, dsn
from tests.kit.plans import Node, buffers, indexes, nodes, plans

ROWS = 20_000
SEEDED = (330000000000, 460000000000, 640000000000)
WALK = "ix_organizations_region_code_id"
COUNTY = Scope(((330106000000, 330107000000),))
PROVINCE = Scope(((330000000000, 340000000000),))
TWO = Scope(((330106000000, 330107000000), (460100000000, 460200000000)))
REGIONS = {"county": COUNTY, "two": TWO, "province": PROVINCE, "country": EVERYWHERE}
LINE = Scope(lines=((99_001_000_000_000, 99_002_000_000_000),))
SMALL_LINE = Scope(lines=((99_001_019_000_000, 99_001_020_000_000),))  # four branches
COVER = """
INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at, recorded_at)
SELECT 1, 99001000000000 + n * 1000000, 'industry_department', 'a' || n, 330000000000, 1, now(), now()
  FROM generate_series(0, 19) AS n;
INSERT INTO branches (version, name, level, formation_mode, management_mode, stage, authority_id, region_code,
                      region_level, founded_on, formal_members, probationary_members, departures, created_at,
                      recorded_at)
SELECT 1, 'b', 'branch', 'attached', 'industry', 'established', authorities.id, told.region_code, told.region_level,
       '2020-01-01', 3, 0, '[]', now(), now()
  FROM (SELECT region_code, region_level, row_number() OVER (ORDER BY id) AS n FROM organizations) AS told
  JOIN authorities
    ON authorities.code = 99001000000000 + (CASE WHEN told.n < 20 THEN 19 ELSE told.n % 19 END) * 1000000
 WHERE told.n % 4 = 0;
INSERT INTO branch_organizations (version, branch_id, organization_id, formation_mode, valid_from, region_code,
                                  created_at, recorded_at)
SELECT 1, branch.id, told.id, 'attached', '2020-01-01', told.region_code, now(), now()
  FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM branches) AS branch
  JOIN (SELECT id, region_code, row_number() OVER (ORDER BY id) AS n FROM organizations) AS told
    ON (told.n - 1) / 2 = branch.n - 1;
"""


@pytest.fixture
async def direct(server: Clones, database_name: str) -> "AsyncIterator[asyncpg.Connection[Any]]":
    """A register, half of it covered by branches of a line of twenty authorities, as autovacuum leaves it."""
    await fill(server.url(database_name), ROWS, provinces=SEEDED)
    connection = await asyncpg.connect(dsn(server.cluster.superuser_url(database_name)))
    await connection.execute(COVER)
    await connection.execute("VACUUM ANALYZE organizations, branches, branch_organizations, authorities, hosts")
    yield connection
    await connection.close()


async def listed(acts: Acts, scope: Scope, ask: Ask = Ask(), facets: bool = False) -> list[Node]:
    """The plans of a list of organisations."""

    async def work(act: Act) -> None:
        await organizations.listed(act, OrganizationFilters(), ask, facets)

    return await plans(acts, actor(scope=scope), work)


async def branches_listed(acts: Acts, scope: Scope) -> Node:
    """The plan of a list of branches."""

    async def work(act: Act) -> None:
        await branches.listed(act, BranchFilters(), Ask())

    (plan,) = await plans(acts, actor(scope=scope), work)
    return plan


def scanned(plan: Node) -> set[str]:
    """Tables that a plan reads whole."""
    return {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}


async def test_regions_pay_nothing_for_lines(acts: Acts, direct: "asyncpg.Connection[Any]") -> None:
    async def cost() -> dict[str, tuple[int, int]]:
        found = {}
        for name, scope in REGIONS.items():
            page, facets = await listed(acts, scope, facets=True)
            assert indexes(page) == {WALK}, name
            assert "organizations" not in scanned(facets), name
            assert {node["Node Type"] for node in nodes(facets)} >= {"Index Only Scan"}, name
            found[name] = (buffers(page), buffers(facets))
        return found

    with_lines = await cost()
    await direct.execute(f"ALTER POLICY scope ON organizations USING ({inside('region_code')})")
    regions_alone = await cost()
    print(with_lines, regions_alone)
    for name, pages in with_lines.items():
        for now, before in zip(pages, regions_alone[name], strict=True):
            assert now <= before + 4, name


async def test_a_line_and_own_objects_are_found_by_index(acts: Acts, direct: "asyncpg.Connection[Any]") -> None:
    branch: UUID = await direct.fetchval("SELECT covered_by FROM organizations WHERE covered_by IS NOT NULL LIMIT 1")
    covered = {row[0] for row in await direct.fetch("SELECT id FROM organizations WHERE covered_by = $1", branch)}
    assert len(covered) == 2
    for scope, by in (
        (SMALL_LINE, {"ix_organizations_line_code"}),
        (Scope(subjects=frozenset({branch})), {"ix_organizations_covered_by", "pk_organizations"}),
        (Scope(subjects=frozenset(covered)), {"ix_organizations_covered_by", "pk_organizations"}),
    ):
        page, facets = await listed(acts, scope, facets=True)
        for plan in (page, facets):
            assert by <= indexes(plan)
            assert not scanned(plan)
            assert buffers(plan) < 100
    # A line that is half of the register is met soon on the way round, or by its index: either way by no whole scan.
    (page,) = await listed(acts, LINE)
    assert not scanned(page)
    assert page["Actual Rows"] == 51


async def test_branches_of_a_line_and_ones_own_are_found_by_index(
    acts: Acts, direct: "asyncpg.Connection[Any]"
) -> None:
    plan = await branches_listed(acts, SMALL_LINE)
    assert {"ix_branches_authority_code", "ix_branches_outflow_authority_code"} <= indexes(plan)
    assert plan["Actual Rows"] == 4
    assert not scanned(plan) & {"branches", "organizations", "branch_organizations"}
    branch: UUID = await direct.fetchval("SELECT id FROM branches LIMIT 1")
    plan = await branches_listed(acts, Scope(subjects=frozenset({branch})))
    assert {"pk_branches", "uq_branches_id_formation_mode"} & indexes(plan)
    assert plan["Actual Rows"] == 1
    assert buffers(plan) < 60
    assert not scanned(plan) & {"branches", "organizations", "branch_organizations"}
