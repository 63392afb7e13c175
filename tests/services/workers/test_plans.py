"""What pages of workers and roles cost under row-level security: by index alone, however many there are."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import asyncpg
import pytest

from app.core.acts import Act, Scope
from app.core.config import Settings
from app.core.pagination import Ask
from app.services.workers import reads
from app.services.workers.facts import WorkerRole
from app.services.workers.roles import reads as roles
from app.services.workers.roles.schemas import RoleFilters
from app.services.workers.schemas import WorkerFilters
from tests.conftest import Hands, actor
from tests.kit.plans import buffers, indexes, nodes, plans
from tests.kit.vaults import sealing_acts
from tests.services.branches.test_plans import FILL, STREETS
from tests.services.stages.test_plans import LIVES

COUNTY = Scope(((330106000000, 330107000000),))
SENT = """
WITH sent AS (
    INSERT INTO workers (version, name, stated_formal, state, since, region_code, region_level, source, source_time,
                         created_at, recorded_at)
    SELECT 1, '指导员', true, 'current', '2020-01-01', 330106000000 + n % 3 * 2000000, 3, 'officer', now(), now(), now()
      FROM generate_series(1, 900) AS n RETURNING id
)
INSERT INTO worker_roles (version, worker_id, role, selection_channel, valid_from, valid_to, departures, created_at,
                          recorded_at)
SELECT 1, id, 'instructor', 'dispatched', '2026-01-01', '2028-01-01', '[]', now(), now() FROM sent
"""
SOON = date(2026, 9, 2)


async def _workers(act: Act) -> None:
    await reads.listed(act, WorkerFilters(), Ask())


async def _instructors(act: Act) -> None:
    await reads.listed(act, WorkerFilters(role=WorkerRole.instructor), Ask())


async def _roles(act: Act) -> None:
    await roles.listed(act, RoleFilters(), SOON, Ask())


async def _sent(act: Act) -> None:
    await roles.listed(act, RoleFilters(role=WorkerRole.instructor, region="330106000000"), SOON, Ask())


@pytest.fixture
async def lives(direct: "asyncpg.Connection[Any]") -> None:
    """A secretary for each of two thousand branches, and instructors."""
    await direct.execute(FILL, STREETS, 300)
    await direct.execute(LIVES)
    await direct.execute(SENT)
    await direct.execute("VACUUM ANALYZE workers, worker_roles, branches, posts")


async def test_a_page_is_read_by_index(settings: Settings, clock: Hands, lives: None) -> None:
    asked: list[tuple[Callable[[Act], Awaitable[None]], str, int]] = [
        (_workers, "ix_workers_region_code_id", 51 * 30),
        (_instructors, "ix_worker_roles_role", 4000),
        (_roles, "ix_worker_roles_region_code_id", 51 * 30),
        (_sent, "ix_worker_roles_role", 51 * 30),
    ]
    for ask, index, most in asked:
        async with sealing_acts(settings, clock) as acts:
            found = await plans(acts, actor(scope=COUNTY), ask)
        plan = next(each for each in found if each["Node Type"] == "Limit")
        assert buffers(plan) < most, (ask.__name__, buffers(plan), indexes(plan))
        assert index in indexes(plan), (ask.__name__, indexes(plan))
        assert not [node for node in nodes(plan) if node["Node Type"] == "Seq Scan"], ask.__name__
