"""What pages of terms, posts, activities, rhythm and hollow branches cost under row-level security: by index alone."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import asyncpg
import pytest

from app.core.acts import Act, Acts, Scope
from app.core.pagination import Ask
from app.services.activities import service as activities
from app.services.activities.reads import listed as listed_activities
from app.services.activities.schemas import ActivityFilters, RhythmFilters
from app.services.stages import service as stages
from app.services.stages.schemas import HollowFilters
from app.services.teams.reads import listed as listed_terms
from app.services.teams.reads import posts as listed_posts
from app.services.teams.schemas import PostFilters, TermFilters
from tests.conftest import actor
from tests.kit.plans import buffers, indexes, nodes, plans
from tests.services.branches.test_plans import FILL, STREETS

COUNTY = Scope(((330106000000, 330107000000),))
LIVES = """
WITH term AS (
    INSERT INTO terms (version, branch_id, number, election, chosen_on, valid_from, due_on, departures, created_at,
                       recorded_at)
    SELECT 1, id, 1, 'elected', founded_on, founded_on, founded_on + 1096, '[]', now(), now() FROM branches
    RETURNING id, branch_id
), post AS (
    INSERT INTO posts (version, term_id, branch_id, holder_name, stated_formal, role, selection_channel, valid_from,
                       created_at, recorded_at)
    SELECT 1, id, branch_id, '某人', true, 'secretary', 'dispatched', '2021-06-01', now(), now() FROM term
)
INSERT INTO activities (version, branch_id, kind, held_on, topic, attended, created_at, recorded_at)
SELECT 1, id, (ARRAY['theme_day', 'lecture'])[1 + month % 2], date '2026-03-01' - month * 30, '学习', 3, now(), now()
  FROM branches, generate_series(0, 11) AS month
"""
TABLES = ("branches", "branch_organizations", "terms", "posts", "activities")


async def _terms(act: Act) -> None:
    await listed_terms(act, TermFilters(), date(2026, 9, 2), Ask())


async def _posts(act: Act) -> None:
    await listed_posts(act, PostFilters(), Ask())


async def _activities(act: Act) -> None:
    await listed_activities(act, ActivityFilters(), Ask())


async def _rhythm(act: Act) -> None:
    await activities.rhythm(act, RhythmFilters(region="330106000000", region_level=3), Ask())


async def _hollow(act: Act) -> None:
    await stages.hollow(act, HollowFilters(region="330106000000", region_level=3), Ask())


@pytest.fixture
async def lives(direct: "asyncpg.Connection[Any]") -> None:
    """Branches of seven streets, each with a team and a year's activities."""
    await direct.execute(FILL, STREETS, 300)
    await direct.execute(LIVES)
    await direct.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")


async def test_a_page_is_read_by_index(acts: Acts, lives: None) -> None:
    asked: list[tuple[Callable[[Act], Awaitable[None]], str, int]] = [
        (_terms, "ix_terms_region_code_id", 51 * 30),
        (_posts, "ix_posts_region_code_id", 51 * 30),
        (_activities, "ix_activities_region_code_id", 51 * 30),
        (_rhythm, "ix_branches_region_code_id", 51 * 100),
    ]
    for ask, index, most in asked:
        plan = (await plans(acts, actor(scope=COUNTY), ask))[-1]
        assert index in indexes(plan), (ask.__name__, indexes(plan))
        assert buffers(plan) < most, (ask.__name__, buffers(plan))
        assert not _walked(plan), ask.__name__


async def test_hollow_branches_are_looked_for_in_the_region_alone(
    acts: Acts, direct: "asyncpg.Connection[Any]", lives: None
) -> None:
    await direct.execute("UPDATE branches SET formal_members = 0 WHERE name LIKE '%7'")
    plan = (await plans(acts, actor(), _hollow))[-1]
    assert plan["Actual Rows"] == 51
    assert not _walked(plan)


def _walked(plan: dict[str, Any]) -> list[str]:
    return [node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"]
