"""What lists of targets and reviews, a worker's figures and the opening of a year cost, under row-level security."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.catalogues.indicators import INDICATORS
from app.core.acts import Act, Acts, Scope
from app.core.pagination import Ask
from app.services.assessment.contract import SubjectKind
from app.services.duties.board import service as board
from app.services.duties.board.schemas import BoardFilters
from app.services.duties.facts import year_of
from app.services.duties.reviews import reads as reviews
from app.services.duties.reviews import service
from app.services.duties.reviews.schemas import ReviewFilters, ReviewsOpen
from app.services.duties.targets import reads as targets
from app.services.duties.targets.schemas import TargetFilters
from tests.conftest import actor
from tests.kit.plans import buffers, indexes, nodes, plans, sending

COUNTY = Scope(((330106000000, 330107000000),))
AT = "'2026-03-01T00:00:00Z'"
FILL = f"""
WITH worker AS (
    INSERT INTO workers (version, name, stated_formal, state, since, region_code, region_level, source, source_time,
                         created_at, recorded_at)
    SELECT 1, '某人', true, 'current', '2024-01-01', street, 4, 'officer', {AT}, {AT}, {AT}
      FROM unnest($1::bigint[]) AS street, generate_series(1, $2)
    RETURNING id
)
INSERT INTO worker_roles (version, worker_id, role, selection_channel, valid_from, valid_to, departures, created_at,
                          recorded_at)
SELECT 1, id, 'instructor', 'dispatched', '2024-01-01', '2026-12-31', '[]', {AT}, {AT} FROM worker
"""
REVIEWS = f"""
INSERT INTO worker_reviews (version, worker_id, year, state, opened_by, opened_on, departures, corrections, created_at,
                            recorded_at)
SELECT 1, id, year, 'open', 'x', '2026-01-05', '[]', '[]', {AT}, {AT} FROM workers, generate_series(2023, 2024) AS year
"""
TARGETS = f"""
INSERT INTO worker_targets (version, worker_id, year, indicator, value, reason, set_by, created_at, recorded_at)
SELECT 1, id, 2024, 'tasks_done', 3, '试点', 'x', {AT}, {AT} FROM workers
"""
STREETS = [330102001000, 330106002000, 330106003000, 330108001000, 330109001000, 640104001000, 460105001000]
EACH = 300


@pytest.fixture
async def pool(direct: "asyncpg.Connection[Any]") -> UUID:
    """Workers of seven streets, each with two years of reviews and a target; one of them in the county."""
    await direct.execute(FILL, STREETS, EACH)
    await direct.execute(REVIEWS)
    await direct.execute(TARGETS)
    await direct.execute("VACUUM ANALYZE workers, worker_roles, worker_reviews, worker_targets")
    found: UUID = await direct.fetchval("SELECT id FROM workers WHERE region_code = 330106002000 LIMIT 1")
    return found


def _walked(plan: dict[str, Any]) -> list[str]:
    return [node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"]


async def _reviews(act: Act) -> None:
    await reviews.listed(act, ReviewFilters(), Ask())


async def _targets(act: Act) -> None:
    await targets.listed(act, TargetFilters(), Ask())


@pytest.mark.usefixtures("pool")
async def test_a_page_is_read_by_index(acts: Acts) -> None:
    for ask, index in ((_reviews, "ix_worker_reviews_region_code_id"), (_targets, "ix_worker_targets_region_code_id")):
        (plan,) = await plans(acts, actor(scope=COUNTY), ask)
        assert index in indexes(plan), (ask.__name__, indexes(plan))
        assert buffers(plan) < 51 * 12, (ask.__name__, buffers(plan))
        assert not _walked(plan), ask.__name__


@pytest.mark.usefixtures("pool")
async def test_a_page_of_figures_costs_as_much_for_many_as_for_few(acts: Acts) -> None:
    wanted = BoardFilters(region="330106000000", region_level=3, year=2025)
    counts = []
    for limit in (2, 200):
        async with sending(acts) as sent, acts.open(actor(scope=COUNTY)) as act:
            found = await board.listed(act, INDICATORS, wanted, Ask(limit=limit))
        assert len(found.rows) == limit
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 20
    page = (await plans(acts, actor(scope=COUNTY), lambda act: board.listed(act, INDICATORS, wanted, Ask())))[0]
    assert "ix_workers_region_code_id" in indexes(page)
    assert not _walked(page)
    assert buffers(page) < 51 * 15


async def test_ones_own_is_found_by_index(acts: Acts, pool: UUID) -> None:
    himself = actor(role="instructor", scope=Scope(subjects=frozenset({pool})))
    for ask in (_reviews, _targets):
        (plan,) = await plans(acts, himself, ask)
        assert "worker_id" in " ".join(indexes(plan)), (ask.__name__, indexes(plan))
        assert buffers(plan) < 60, (ask.__name__, buffers(plan))


async def test_a_year_is_opened_in_one_statement(acts: Acts, pool: UUID, direct: "asyncpg.Connection[Any]") -> None:
    wish = ReviewsOpen(year=2025, region_code="330106000000", region_level=3)
    async with acts.open(actor(scope=COUNTY)) as act:
        told = await service.open_year(act, wish)
    assert told == {"year": 2025, "opened": 2 * EACH, "standing": 0, "idle": 0}
    assert await direct.fetchval("SELECT count(*) FROM worker_reviews WHERE year = 2025") == 2 * EACH
    assert (
        await direct.fetchval("SELECT count(*) FROM audit WHERE subject = 'worker_reviews' AND actor = 'tester'") == 1
    )
    async with acts.open(actor(scope=COUNTY)) as act:
        assert await service.open_year(act, wish) == told | {"opened": 0, "standing": 2 * EACH}


async def test_figures_of_many_are_one_statement_each(
    acts: Acts, pool: UUID, direct: "asyncpg.Connection[Any]"
) -> None:
    """And the same for many as for one after the other."""
    ids = [row["id"] for row in await direct.fetch("SELECT id FROM workers ORDER BY id LIMIT 40")]
    await direct.execute(
        "INSERT INTO attendances (version, worker_id, course_title, held_on, minutes, source, source_time, created_at,"
        f" recorded_at) SELECT 1, id, '课', '2025-03-03', 45, 'officer', {AT}, {AT}, {AT} FROM workers"
        " WHERE id = ANY ($1)",
        ids[:20],
    )
    year = year_of(2025)
    for indicator in INDICATORS.about(SubjectKind.worker):
        async with sending(acts) as sent, acts.open(actor()) as act:
            together = await indicator.read(act, ids, year)
        # Days between visits are a policy of each worker's region: one look for the places, one for all policies.
        assert len(sent) == (1 if indicator.code != "visits_due_met_percent" else 3)
        async with acts.open(actor()) as act:
            alone = {each: (await indicator.read(act, [each], year)).get(each) for each in ids[15:25]}
        assert {each: together.get(each) for each in alone} == alone
        assert await _nobody(acts, indicator) == {}
    async with acts.open(actor()) as act:
        minutes = await INDICATORS.indicators[4].read(act, ids, year)
    assert sum(value or 0 for value in minutes.values()) == 20 * 45
    assert date(2025, 3, 3).year == year.since.year


async def _nobody(acts: Acts, indicator: Any) -> dict[UUID, int | None]:
    async with acts.open(actor()) as act:
        return dict(await indicator.read(act, [], year_of(2025)))
