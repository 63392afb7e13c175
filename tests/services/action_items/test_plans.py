"""What pages of action items and of figures cost under row-level security: by index, however much lies elsewhere."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.catalogues.indicators import INDICATORS
from app.core.acts import EVERYWHERE, Act, Acts, Scope
from app.core.pagination import Ask
from app.services.action_items import reads
from app.services.action_items.figures import service as figures
from app.services.action_items.figures.facts import DepartmentFigure
from app.services.action_items.figures.schemas import DepartmentFigureFilters
from app.services.action_items.schemas import ActionItemFilters
from app.services.assessment.contract import Period
from tests.conftest import actor
from tests.kit.plans import Node, buffers, indexes, nodes, plans

COUNTY = Scope(((330106000000, 330107000000),))
LINE = Scope(lines=((99_001_007_000_000, 99_001_008_000_000),))
# Sixty committees of five departments with forty items each, nine in ten of them done.
FILL = """
WITH committee AS (
    INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at, recorded_at)
    SELECT 1, 99001000000000 + n * 1000000, 'work_committee', 'w' || n, 330100000000 + n * 1000000, 3, now(), now()
      FROM generate_series(1, 60) AS n
    RETURNING id
)
INSERT INTO departments (version, committee_id, kind, name, valid_from, created_at, recorded_at)
SELECT 1, committee.id, 'other', 'd' || n, '2025-01-01', now(), now() FROM committee, generate_series(1, 5) AS n
"""
ITEMS = """
INSERT INTO action_items (version, committee_id, what, department_id, decided_on, due_on, state, created_at,
                          recorded_at)
SELECT 1, committee_id, 'what', id, '2025-01-01', date '2025-02-01' + n * 10, 'open', now(), now()
  FROM departments, generate_series(1, 40) AS n
"""
STEPS = (
    "UPDATE action_items SET state = 'reported', reported_on = due_on WHERE number % 10 > 0",
    "UPDATE action_items SET state = 'accepted', settled_on = due_on WHERE state = 'reported'",
)


@pytest.fixture
async def filled(direct: "asyncpg.Connection[Any]") -> list[UUID]:
    """A province's items; the departments of one county."""
    for statement in (FILL, ITEMS, *STEPS):
        await direct.execute(statement)
    await direct.execute("VACUUM ANALYZE authorities, departments, action_items")
    rows = await direct.fetch("SELECT id FROM departments WHERE region_code = 330106000000 ORDER BY id")
    return [row[0] for row in rows]


def walked(plan: Node) -> list[str]:
    """The big tables that are read from end to end."""
    return [node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"]


async def test_a_countys_and_a_lines_pages_go_by_index(acts: Acts, filled: list[UUID]) -> None:
    async def page(act: Act) -> None:
        await reads.listed(act, ActionItemFilters(), Ask())

    for scope in (COUNTY, LINE):
        (plan,) = await plans(acts, actor(scope=scope), page)
        assert plan["Actual Rows"] == 51
        assert "action_items" not in walked(plan), scope
        assert buffers(plan) < 1_000, (scope, buffers(plan))


async def test_a_department_reads_its_own_alone(acts: Acts, filled: list[UUID]) -> None:
    async def page(act: Act) -> None:
        await reads.listed(act, ActionItemFilters(), Ask())

    me = actor(role="department_member", scope=Scope(subjects=frozenset(filled[:1])))
    (plan,) = await plans(acts, me, page)
    assert plan["Actual Rows"] == 40
    assert "action_items" not in walked(plan)
    assert buffers(plan) < 600, buffers(plan)


async def test_what_is_overdue_in_the_country_goes_by_what_is_under_way(acts: Acts, filled: list[UUID]) -> None:
    async def page(act: Act) -> None:
        await reads.listed(act, ActionItemFilters(overdue=True), Ask())

    (plan,) = await plans(acts, actor(scope=EVERYWHERE), page)
    assert plan["Actual Rows"] == 51
    assert "ix_action_items_due" in indexes(plan)
    assert buffers(plan) < 2_000, buffers(plan)  # twelve hundred are under way, of twelve thousand


async def test_figures_are_one_statement_each_and_go_by_department(acts: Acts, filled: list[UUID]) -> None:
    year = Period(date(2025, 1, 1), date(2026, 1, 1))
    for figure in DepartmentFigure:
        read = figures.reading(figure)

        async def asked(act: Act, read: Any = read) -> None:
            assert len(await read(act, filled, year)) == len(filled)

        (plan,) = await plans(acts, actor(scope=COUNTY), asked)
        assert "action_items" not in walked(plan), figure
        assert buffers(plan) < 400, (figure, buffers(plan))


async def test_a_page_of_figures_has_a_statement_for_each_indicator(acts: Acts, filled: list[UUID]) -> None:
    async def page(act: Act) -> None:
        found = await figures.listed(act, INDICATORS, DepartmentFigureFilters(), Ask())
        assert len(found.rows) == len(filled)

    told = await plans(acts, actor(scope=COUNTY), page)
    assert len(told) <= 1 + 2 * len(INDICATORS.codes)
    assert not [plan for plan in told if "action_items" in walked(plan)]
