"""What pages of training cost under row-level security: by index alone, however many workers there are elsewhere."""

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from app.core.acts import Act, Acts, Scope
from app.core.pagination import Ask
from app.services.training.attendance.reads import listed as listed_attendances
from app.services.training.attendance.schemas import AttendanceFilters
from app.services.training.certificates.reads import listed as listed_certificates
from app.services.training.certificates.schemas import CertificateFilters
from app.services.training.dues import service as dues
from app.services.training.dues.schemas import TrainingDueFilters
from app.services.training.practice.reads import listed as listed_postings
from app.services.training.practice.schemas import PracticeFilters
from tests.conftest import actor
from tests.kit.plans import buffers, indexes, nodes, plans

COUNTY = Scope(((330106000000, 330107000000),))
FILL = """
WITH worker AS (
    INSERT INTO workers (version, name, stated_formal, state, since, region_code, region_level, source, source_time,
                         created_at, recorded_at)
    SELECT 1, '某人' || place, true, 'current', '2025-01-01', 330102000000 + place % 7 * 1000000, 3, 'officer', now(),
           now(), now() FROM generate_series(1, 4200) AS place RETURNING id
), role AS (
    INSERT INTO worker_roles (version, worker_id, role, selection_channel, valid_from, valid_to, departures, created_at,
                              recorded_at)
    SELECT 1, id, 'instructor', 'dispatched', '2025-06-01', '2027-06-01', '[]', now(), now() FROM worker
)
SELECT count(*) FROM worker
"""
HANG = (
    """
    INSERT INTO attendances (version, worker_id, course_title, held_on, minutes, source, source_time, created_at,
                             recorded_at)
    SELECT 1, id, '班', date '2026-02-28' - step * 20, 90, 'officer', now(), now(), now()
      FROM workers, generate_series(0, 5) AS step
    """,
    """
    INSERT INTO practice_postings (version, worker_id, body, purpose, valid_from, valid_to, created_at, recorded_at)
    SELECT 1, id, '某企业', 'enterprise', '2026-01-01', '2026-02-01', now(), now() FROM workers
    """,
    """
    INSERT INTO certificates (version, worker_id, kind, body, issued_on, created_at, recorded_at)
    SELECT 1, id, 'instructor', '市委', '2026-01-01', now(), now() FROM workers
    """,
)
TABLES = ("workers", "worker_roles", "attendances", "practice_postings", "certificates")


async def _attendances(act: Act) -> None:
    await listed_attendances(act, AttendanceFilters(), Ask())


async def _postings(act: Act) -> None:
    await listed_postings(act, PracticeFilters(), Ask())


async def _certificates(act: Act) -> None:
    await listed_certificates(act, CertificateFilters(), Ask())


async def _dues(act: Act) -> None:
    await dues.listed(act, TrainingDueFilters(region="330106000000", region_level=3), Ask())


@pytest.fixture
async def learned(direct: "asyncpg.Connection[Any]") -> None:
    """Workers of seven counties, each with a term and a year's learning."""
    await direct.fetchval(FILL)
    for statement in HANG:
        await direct.execute(statement)
    await direct.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")


async def test_a_page_is_read_by_index(acts: Acts, learned: None) -> None:
    asked: list[tuple[Callable[[Act], Awaitable[None]], str, int]] = [
        (_attendances, "ix_attendances_region_code_id", 51 * 20),
        (_postings, "ix_practice_postings_region_code_id", 51 * 20),
        (_certificates, "ix_certificates_region_code_id", 51 * 20),
        (_dues, "ix_workers_region_code_id", 51 * 60),
    ]
    for ask, index, most in asked:
        found = [plan for plan in await plans(acts, actor(scope=COUNTY), ask) if index in indexes(plan)]
        assert found, (ask.__name__, index)
        plan = found[-1]
        assert buffers(plan) < most, (ask.__name__, buffers(plan))
        walked = [node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"]
        assert not [table for table in walked if table != "members"], (ask.__name__, walked)  # there are none
