"""What lists of a programme's tasks cost under row-level security, and that coverage figures know no register size."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import asyncpg
import pytest

from app.core.acts import SYSTEM, Act, Acts, Scope
from app.core.pagination import Ask
from app.services.assessment.contract import Period
from app.services.coverage import repository as coverage
from app.services.programmes import reads as programmes
from app.services.programmes.figures import reads as figures
from app.services.programmes.figures.facts import RegionFigure
from app.services.programmes.schemas import ProgrammeFilters
from app.services.programmes.targets import reads as targets
from app.services.programmes.targets.schemas import ProgrammeTargetFilters
from app.services.programmes.tasks import reads as tasks
from app.services.programmes.tasks.schemas import ProgrammeTaskFilters
from tests.conftest import actor
from tests.kit.organizations import add
from tests.kit.plans import buffers, nodes, plans

COUNTY = Scope(((330106000000, 330107000000),))
COMMITTEES = 300
# Committees of as many counties, each with a programme of sixty tasks and sixty targets.
FILL = (
    f"""
INSERT INTO authorities (version, code, kind, name, region_code, region_level, created_at, recorded_at)
SELECT 1, 33000000000000 + n * 1000000000::bigint, 'work_committee', '委' || n, 330000000000 + n * 1000000, 3, now(),
       now()
  FROM generate_series(100, {99 + COMMITTEES}) AS n
""",
    """
INSERT INTO programmes (version, committee_id, year, title, plan_title, state, drafted_by, departures, created_at,
                        recorded_at)
SELECT 1, id, 2026, '计划', '总体', 'draft', 'x', '[]', now(), now() FROM authorities
""",
    """
INSERT INTO departments (version, committee_id, kind, name, valid_from, created_at, recorded_at)
SELECT 1, id, 'tax', '税务局', '2026-01-01', now(), now() FROM authorities
""",
)
TASKS = """
INSERT INTO programme_tasks (version, programme_id, what, department_id, place_code, place_level, due_on, state,
                             progress, entered_by, created_at, recorded_at)
SELECT 1, programmes.id, '事' || n, departments.id, programmes.region_code, 3, date '2026-03-01' + n, 'open', 0, 'x',
       now(), now()
  FROM programmes JOIN departments USING (committee_id), generate_series(1, 60) AS n
"""
TARGETS = """
INSERT INTO programme_targets (version, programme_id, indicator, place_code, place_level, direction, baseline,
                               baseline_on, target, from_on, due_on, entered_by, created_at, recorded_at)
SELECT 1, id, 'i' || n, region_code, 3, 'up', 0, '2026-01-01', 5, '2026-01-01', '2026-12-31', 'x', now(), now()
  FROM programmes, generate_series(1, 60) AS n
"""


async def _tasks(act: Act) -> None:
    await tasks.listed(act, ProgrammeTaskFilters(), Ask())


async def _late(act: Act) -> None:
    await tasks.listed(act, ProgrammeTaskFilters(overdue=True), Ask())


async def _targets(act: Act) -> None:
    await targets.listed(act, ProgrammeTargetFilters(), Ask())


async def _programmes(act: Act) -> None:
    await programmes.listed(act, ProgrammeFilters(), Ask())


@pytest.fixture
async def filled(direct: "asyncpg.Connection[Any]") -> None:
    """Programmes of three hundred counties."""
    for statement in (*FILL, TASKS, TARGETS):
        await direct.execute(statement)
    await direct.execute(
        "VACUUM ANALYZE authorities, programmes, programme_tasks, programme_targets, programme_marks, departments"
    )


async def test_a_countys_page_is_read_by_index(acts: Acts, filled: None) -> None:
    asked: list[tuple[Callable[[Act], Awaitable[None]], int, int]] = [
        (_programmes, 1, 40),
        (_tasks, 51, 51 * 30),
        (_late, 0, 51 * 30),
        (_targets, 51, 51 * 30),
    ]
    for ask, rows, most in asked:
        (plan,) = await plans(acts, actor(scope=COUNTY), ask)
        assert plan["Actual Rows"] == rows, ask.__name__
        assert buffers(plan) < most, (ask.__name__, buffers(plan))
        walked = [node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"]
        assert not set(walked) & {"programme_tasks", "programme_targets"}, ask.__name__


async def test_coverage_figures_cost_the_same_whatever_the_registers_size(
    acts: Acts, direct: "asyncpg.Connection[Any]"
) -> None:
    async def ask(act: Act) -> None:
        await figures.tallies(act, [(330106000000, 3), (330106002000, 4), (330108000000, 3)])

    read = []
    for more in (10, 3000):
        await add(direct, more, formal_members_relation=3)
        await add(direct, more, formal_members_relation=0)
        async with acts.open(SYSTEM) as act:
            await coverage.compact(act)
        await direct.execute("VACUUM ANALYZE coverage_tallies, coverage_deltas, organizations")
        await plans(acts, actor(scope=COUNTY), ask)  # what the first asking reads of the catalogue
        (plan,) = await plans(acts, actor(scope=COUNTY), ask)
        read.append(buffers(plan))
    assert read[1] <= read[0] + 5, read


async def test_a_figure_is_told_of_what_the_caller_has_whole_and_of_nothing_else(
    acts: Acts, direct: "asyncpg.Connection[Any]"
) -> None:
    await add(direct, 3, formal_members_relation=3)
    places = [(330106000000, 3), (330100000000, 2), (330106002000, 4)]
    year = Period(date(2026, 1, 1), date(2027, 1, 1))
    async with acts.open(actor(scope=COUNTY)) as act:
        told = await figures.tallies(act, places)
        founded = await figures.told(act, RegionFigure.branches_founded, places, year)
    assert [sum(told[place].values()) for place in places] == [3, 0, 3]
    assert founded == {(330106000000, 3): 0, (330106002000, 4): 0}
