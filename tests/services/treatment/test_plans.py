"""What pages of lines, lists, recognition and conditions cost under row-level security, and what a list sends."""

import random
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import pytest

from app.core.acts import Act, Acts, Scope
from app.core.pagination import Ask
from app.services.treatment.conditions.reads import listed as listed_conditions
from app.services.treatment.conditions.schemas import ConditionFilters
from app.services.treatment.honours.reads import listed as listed_honours
from app.services.treatment.honours.schemas import HonourFilters
from app.services.treatment.months import reads, service
from app.services.treatment.months.schemas import EntitlementFilters, MonthCreate
from tests.conftest import Hands, actor
from tests.kit.plans import buffers, indexes, nodes, plans, sending
from tests.kit.subsidies import BANDS, ROLES, Scheme
from tests.kit.treated import COUNTY, ELSEWHERE, Population

SCOPE = Scope(((COUNTY, COUNTY + 1_000_000),))
LINE = Scope(lines=((33_001_001_000_000, 33_001_002_000_000),))
GIVEN = """
INSERT INTO treatment_honours (version, worker_id, kind, title, body, awarded_on, created_at, recorded_at)
SELECT 1, id, 'honour', 'x', 'y', '2026-01-01', now(), now() FROM workers;
INSERT INTO treatment_conditions (version, worker_id, kind, provided, since, created_at, recorded_at)
SELECT 1, id, 'office', true, '2026-01-01', now(), now() FROM workers;
"""
TABLES = ("workers", "worker_roles", "treatment_entitlements", "treatment_honours", "treatment_conditions")


async def _lines(act: Act) -> None:
    await reads.lines(act, EntitlementFilters(), Ask())


async def _month(act: Act) -> None:
    await reads.lines(act, EntitlementFilters(region=f"{COUNTY:012d}", month="2026-02"), Ask())


async def _honours(act: Act) -> None:
    await listed_honours(act, HonourFilters(), Ask())


async def _conditions(act: Act) -> None:
    await listed_conditions(act, ConditionFilters(), Ask())


async def _list(act: Act, county: int) -> None:
    await service.create(act, MonthCreate(region_code=f"{county:012d}", region_level=3, month="2026-02"))


@pytest.fixture
async def people(acts: Acts, direct: "asyncpg.Connection[Any]", clock: Hands) -> None:
    """Two counties' workers with a list each."""
    told, at = random.Random(3), datetime(2026, 1, 5, tzinfo=UTC)
    here = Population(direct, told)
    await here.settle(((COUNTY, 3), (ELSEWHERE, 3)), 60)
    there = Population(direct, told, ELSEWHERE, here.bodies)
    percent = dict.fromkeys((*BANDS, "unreviewed"), 100)
    await here.lay_down(Scheme("", (0, 0), date(2020, 1, 1), dict.fromkeys(ROLES, 40_000), percent), at)
    for each in (here, there):
        await each.arrive(900, date(2026, 2, 1), at)
    await direct.execute(GIVEN)
    for county in (COUNTY, ELSEWHERE):
        async with acts.open(actor()) as act:
            await _list(act, county)
    await direct.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")


async def test_a_page_is_read_by_index(acts: Acts, people: None) -> None:
    asked: list[tuple[Callable[[Act], Awaitable[None]], str]] = [
        (_lines, "ix_treatment_entitlements_region_code_id"),
        (_month, "ix_treatment_entitlements_region_code_id"),
        (_honours, "ix_treatment_honours_region_code_id"),
        (_conditions, "ix_treatment_conditions_region_code_id"),
    ]
    for ask, index in asked:
        (plan,) = await plans(acts, actor(scope=SCOPE), ask)
        assert plan["Actual Rows"] == 51, ask.__name__
        assert index in indexes(plan), (ask.__name__, indexes(plan))
        assert buffers(plan) < 51 * 20, (ask.__name__, buffers(plan))
        walked = {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}
        assert not walked & set(TABLES), ask.__name__


async def test_a_line_s_own_are_found_by_index(acts: Acts, people: None) -> None:
    (plan,) = await plans(acts, actor(scope=LINE), _lines)
    walked = {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}
    assert "treatment_entitlements" not in walked


async def test_a_list_sends_as_many_statements_for_many_as_for_few(
    acts: Acts, direct: "asyncpg.Connection[Any]"
) -> None:
    told, at = random.Random(3), datetime(2026, 1, 5, tzinfo=UTC)
    few = Population(direct, told, ELSEWHERE)
    await few.settle(((COUNTY, 3), (ELSEWHERE, 3)))
    many = Population(direct, told, COUNTY, few.bodies)
    percent = dict.fromkeys((*BANDS, "unreviewed"), 100)
    await few.lay_down(Scheme("", (0, 0), date(2020, 1, 1), dict.fromkeys(ROLES, 40_000), percent), at)
    await few.arrive(5, date(2026, 2, 1), at)
    await many.arrive(300, date(2026, 2, 1), at)
    counts = []
    for county in (ELSEWHERE, COUNTY):
        async with sending(acts) as sent, acts.open(actor()) as act:
            await _list(act, county)
        counts.append(len(sent))
    assert counts[0] == counts[1] < 12
