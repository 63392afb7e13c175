"""Reviews and opinions as they are written."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from app.core.acts import Act
from app.core.database import driver
from app.services.assessment.contract import Period
from app.services.duties.models import WorkerOpinion, WorkerReview
from app.services.workers.models import Worker

# Who holds a role is looked up wherever he holds it; for whom a review may be opened is a matter of the scope.
OPEN = """
WITH wanted AS (
    SELECT id FROM workers
     WHERE NOT erased AND (id = ANY ($1::uuid[]) OR (region_code >= $2::bigint AND region_code < $3::bigint))
),
active AS (
    SELECT DISTINCT worker_id
      FROM worker_roles_held((SELECT coalesce(array_agg(id), '{}') FROM wanted), $5::date, $6::date)
),
opened AS (
    INSERT INTO worker_reviews
           (version, worker_id, year, state, opened_by, opened_on, departures, corrections, created_at, recorded_at)
    SELECT 1, worker_id, $4::smallint, 'open', $7::text, $8::date, '[]'::jsonb, '[]'::jsonb, $9::timestamptz,
           $9::timestamptz FROM active ORDER BY worker_id
    ON CONFLICT (worker_id, year) DO NOTHING
    RETURNING worker_id
)
SELECT (SELECT count(*) FROM wanted) AS wanted, (SELECT count(*) FROM active) AS active,
       (SELECT count(*) FROM opened) AS opened
"""


async def open_all(
    act: Act, workers: Sequence[UUID], span: tuple[int, int], year: int, period: Period
) -> tuple[int, int, int]:
    """Open a year's reviews of workers named or kept in a span of codes; how many were meant, held a role, are new."""
    row = await (await driver(act.session)).fetchrow(
        OPEN, list(workers), *span, year, period.since, period.until, act.by.id, act.today, act.now
    )
    if row is None:
        raise RuntimeError("a count has one row")
    return row["wanted"], row["active"], row["opened"]


async def seen(act: Act, workers: Sequence[UUID]) -> dict[UUID, tuple[int, int | None]]:
    """Region and line of workers, as far as the caller sees them and they are not erased."""
    query = select(Worker.id, Worker.region_code, Worker.authority_code).where(
        Worker.id.in_(workers), Worker.erased.is_(False)
    )
    return {row.id: (row.region_code, row.authority_code) for row in await act.session.execute(query)}


async def add_opinion(act: Act, values: dict[str, Any]) -> UUID:
    """Enter an answer; where it stands is the review's."""
    entered = await act.session.execute(
        insert(WorkerOpinion)
        .values(version=1, entered_by=act.by.id, created_at=act.now, recorded_at=act.now, **values)
        .returning(WorkerOpinion.id)
    )
    return entered.scalar_one()


async def save(act: Act, row: WorkerReview | WorkerOpinion) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def review_of(act: Act, review_id: UUID, opinion_id: UUID) -> bool:
    """Whether an answer is about a review."""
    query = select(WorkerOpinion.id).where(WorkerOpinion.id == opinion_id, WorkerOpinion.review_id == review_id)
    return await act.session.scalar(query) is not None
