"""What a page of branches and a bulk founding cost: by index under row-level security, and few statements."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import Act, Acts, Scope
from app.core.pagination import Ask
from app.services.branches import founding, reads
from app.services.branches.facts import FormationMode
from app.services.branches.schemas import BranchCreate, BranchFilters
from tests.conftest import actor
from tests.kit.organizations import add
from tests.kit.plans import buffers, indexes, nodes, plans, sending

COUNTY = Scope(((330106000000, 330107000000),))
TWO_COUNTIES = Scope(((330106000000, 330107000000), (330108000000, 330109000000)))
FILL = """
WITH authority AS (
    INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at, recorded_at)
    SELECT 1, 33001000000000 + n * 1000000, 'township', 'a' || n, region, 4, now(), now()
      FROM unnest($1::bigint[]) WITH ORDINALITY AS given (region, n) RETURNING id, region_code
), branch AS (
    INSERT INTO branches (version, name, level, formation_mode, management_mode, stage, authority_id, region_code,
                          region_level, founded_on, formal_members, probationary_members, departures, created_at,
                          recorded_at)
    SELECT 1, 'b' || n, 'branch', 'standalone', 'territorial', 'established', authority.id, authority.region_code, 4,
           date '2020-01-01' + n, 3, 0, '[]', now(), now()
      FROM authority, generate_series(1, $2) AS n RETURNING id, region_code
), organization AS (
    INSERT INTO organizations (id, name, name_key, name_sort, name_bigrams, region_code, region_level)
    SELECT id, 'o', 'o', 'o', '{}', region_code, 4 FROM branch RETURNING id
)
INSERT INTO branch_organizations (version, branch_id, organization_id, formation_mode, valid_from, region_code,
                                  created_at, recorded_at)
SELECT 1, id, id, 'standalone', '2026-01-01', region_code, now(), now() FROM branch
"""
STREETS = [330102001000, 330105001000, 330106002000, 330106010000, 330108001000, 330109001000, 330110001000]


async def test_lists_go_by_index_in_one_statement(acts: Acts, direct: "asyncpg.Connection[Any]") -> None:
    await direct.execute(FILL, STREETS, 400)
    await direct.execute("VACUUM ANALYZE branches, branch_organizations, authorities, hosts")
    for scope in (COUNTY, TWO_COUNTIES):
        for filters in (
            BranchFilters(),
            BranchFilters(region="330106010000"),
            BranchFilters(standing_on=date(2026, 3, 2)),
            BranchFilters(formation_mode=FormationMode.standalone),
        ):
            (plan,) = await plans(acts, actor(scope=scope), partial(_page, filters))
            assert plan["Actual Rows"] == 51
            assert {"ix_branches_region_code_id", "ix_branch_organizations_branch_id"} <= indexes(plan)
            assert buffers(plan) < 51 * 12

    key: UUID = await direct.fetchval("SELECT organization_id FROM branch_organizations LIMIT 1")
    (plan,) = await plans(acts, actor(), partial(_page, BranchFilters(organization_id=key)))
    assert plan["Actual Rows"] == 1
    read = [node for node in nodes(plan) if node["Node Type"] == "Seq Scan"]
    assert not [node for node in read if node["Relation Name"] in ("branches", "branch_organizations")]


async def _page(filters: BranchFilters, act: Act) -> None:
    await reads.listed(act, filters, Ask())


@pytest.mark.parametrize("number", [1, 40])
async def test_a_bulk_founding_takes_the_same_statements_whatever_its_size(
    acts: Acts, direct: "asyncpg.Connection[Any]", number: int
) -> None:
    await direct.execute(FILL, [330106010000], 1)
    authority: UUID = await direct.fetchval("SELECT id FROM authorities")
    firms = await add(direct, number, formal_members_relation=3)
    drafts = [
        BranchCreate(
            name="支部",
            formation_mode=FormationMode.standalone,
            authority_id=authority,
            region_code="330106010000",
            founded_on=date(2020, 1, 1),
            organization_ids=[firm],
        )
        for firm in firms
    ]
    by = actor()
    async with sending(acts) as sent, acts.open(by) as act:
        outcomes = await founding.found_each(act, drafts)
    assert all(isinstance(outcome, UUID) for outcome in outcomes)
    assert len(sent) == 8
    covered = await direct.fetchval("SELECT count(*) FROM organizations WHERE coverage_mode = 'standalone'")
    assert covered == number + 1
