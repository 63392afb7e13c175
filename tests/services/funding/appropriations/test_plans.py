"""What pages of appropriations, of their lines and of projects cost under row-level security, and a whole proposal."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import Act, Actor, Acts, Scope
from app.core.pagination import Ask
from app.services.funding.appropriations import reads, repository
from app.services.funding.appropriations.item_schemas import AppropriationItemFilters
from app.services.funding.appropriations.projects import reads as projects
from app.services.funding.appropriations.projects.schemas import BrandProjectFilters
from app.services.funding.appropriations.schemas import AppropriationFilters
from tests.conftest import actor
from tests.kit.plans import buffers, indexes, nodes, plans

COUNTY = Scope(((330106000000, 330107000000),))
COUNTIES, EACH = 60, 200
FILL = f"""
WITH county AS (
    SELECT n, 330100000000 + n * 1000000 AS region, 33001000000000 + n * 1000000 AS code
      FROM generate_series(1, {COUNTIES}) AS n
), body AS (
    INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at, recorded_at)
    SELECT 1, code, 'work_committee', 'a' || n, region, 3, now(), now() FROM county
    RETURNING id, code, region_code
), branch AS (
    INSERT INTO branches (version, name, level, formation_mode, management_mode, stage, authority_id, authority_code,
                          region_code, region_level, founded_on, formal_members, probationary_members, departures,
                          created_at, recorded_at)
    SELECT 1, 'b' || n, 'branch', 'joint', 'territorial', 'established', body.id, body.code,
           body.region_code + 1000 * (1 + n % 9), 4, date '2020-01-01' + n, 3 + n % 40, 0, '[]', '2026-01-01',
           '2026-01-01'
      FROM body, generate_series(1, {EACH}) AS n
    RETURNING id, name, authority_id, authority_code, region_code
), given AS (
    INSERT INTO funding_appropriations (version, committee_id, year, purse, title, state, kinds, facts_on, due_fen,
        total_fen, branches, lines, drawn_by, computed_by, computed_at, policy_version, policy, left_out, region_code,
        region_level, authority_code, created_at, recorded_at, approved_by, approved_on)
    SELECT 1, body.id, 2000 + year, 'fiscal_budget', 't', 'approved', '{{per_member}}', '2026-01-01', 1, 1, 1, 1,
           '{{x}}', 'x', now(), 'p', '{{}}', '[]', body.region_code, 3, body.code, now(), now(), 'y', '2026-01-01'
      FROM body, generate_series(20, 25) AS year RETURNING id, committee_id, year, region_code, authority_code
), project AS (
    INSERT INTO funding_brand_projects (version, committee_id, branch_id, year, title, purpose, asked_fen, state,
        asked_by, departures, place_code, place_level, line_code, region_code, region_level, authority_code,
        created_at, recorded_at)
    SELECT 1, authority_id, id, 2025, 't', 'p', 1, 'asked', 'x', '[]', region_code, 4, authority_code,
           authority_code / 1000000 % 1000 * 1000000 + 330100000000, 3, authority_code,
           timestamptz '2025-01-01' + random() * interval '1 year', now() FROM branch
)
INSERT INTO funding_appropriation_items (version, appropriation_id, committee_id, year, purse, state, kind, branch_id,
    branch_name, turn, members, due_fen, granted_fen, amount_fen, explanation, entered_by, place_code, place_level,
    line_code, region_code, region_level, authority_code, created_at, recorded_at)
SELECT 1, given.id, given.committee_id, given.year, 'fiscal_budget', 'approved', 'per_member', branch.id, branch.name,
       1, 3, 90000, 0, 90000, '{{}}', 'x', branch.region_code, 4, branch.authority_code, given.region_code, 3,
       given.authority_code, now(), now()
  FROM given JOIN branch ON branch.authority_id = given.committee_id
"""
TABLES = "authorities, branches, funding_appropriations, funding_appropriation_items, funding_brand_projects"


@pytest.fixture
async def filled(direct: "asyncpg.Connection[Any]") -> tuple[UUID, UUID, UUID]:
    """Six years of sixty committees with two hundred branches each; one committee, appropriation and branch."""
    await direct.execute("SET session_replication_role = replica")
    await direct.execute(FILL)
    await direct.execute(f"VACUUM ANALYZE {TABLES}")
    one = await direct.fetchrow(
        "SELECT committee_id, appropriation_id, branch_id FROM funding_appropriation_items"
        " WHERE region_code = 330106000000 LIMIT 1"
    )
    assert one is not None
    return one[0], one[1], one[2]


async def test_a_page_is_read_by_index(acts: Acts, filled: tuple[UUID, UUID, UUID]) -> None:
    _, appropriation, branch = filled
    own = actor("secretary", "branch_secretary", Scope(subjects=frozenset({branch})))
    lines = "funding_appropriation_items"
    asked: list[tuple[str, Actor, Callable[[Act], Awaitable[Any]], str, int]] = [
        (
            *("appropriations", actor(scope=COUNTY)),
            lambda act: reads.listed(act, AppropriationFilters(), Ask()),
            *("ix_funding_appropriations_region_code_id", 100),
        ),
        (
            *("lines of one", actor(scope=COUNTY)),
            lambda act: reads.items(act, AppropriationItemFilters(appropriation_id=appropriation), Ask()),
            *(f"ix_{lines}_appropriation_id", 400),
        ),
        (
            *("lines of a county", actor(scope=COUNTY)),
            lambda act: reads.items(act, AppropriationItemFilters(), Ask()),
            *(f"ix_{lines}_region_code_id", 400),
        ),
        (
            *("a branch's own", own),
            lambda act: reads.items(act, AppropriationItemFilters(), Ask()),
            *(f"ix_{lines}_branch_id", 60),
        ),
        (
            *("projects of a county", actor(scope=COUNTY)),
            lambda act: projects.listed(act, BrandProjectFilters(), Ask()),
            *("ix_funding_brand_projects_region_code_id", 400),
        ),
        (
            *("a branch's own projects", own),
            lambda act: projects.listed(act, BrandProjectFilters(), Ask()),
            *("ix_funding_brand_projects_branch_id", 60),
        ),
    ]
    for name, by, ask, index, most in asked:
        plan = (await plans(acts, by, ask))[0]
        assert index in indexes(plan), (name, indexes(plan))
        assert buffers(plan) < most, (name, buffers(plan))
        walked = [node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"]
        assert set(walked) <= {"authorities"}, (name, walked)  # sixty of them


async def test_a_proposal_reads_its_committees_branches_alone(acts: Acts, filled: tuple[UUID, UUID, UUID]) -> None:
    committee, _, _ = filled
    async with acts.open(actor()) as act:
        ground = await repository.ground(act, committee, 2025, date(2026, 3, 1))
    assert (len(ground.branches), {branch.turns for branch in ground.branches}) == (EACH, {1})
    assert {branch.given_fen for branch in ground.branches} == {90_000}
