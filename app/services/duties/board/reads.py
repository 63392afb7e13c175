"""The workers who held a role in a year, as rows, with the review of that year."""

from uuid import UUID

from sqlalchemy import and_, literal, or_, select

from app.core.acts import Act
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.assessment.contract import Period
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.reads import parsed_code
from app.services.duties.board.schemas import BoardFilters, WorkerPlaced
from app.services.duties.models import WorkerReview
from app.services.members.models import Member
from app.services.regions.stated import stated_span
from app.services.workers.beside.reads import NAME
from app.services.workers.models import Worker, WorkerRoleHeld

SORTS = Sorts({"region_code": Worker.region_code}, Worker.id, "region_code")


async def listed(act: Act, filters: BoardFilters, year: int, period: Period, ask: Ask) -> Page:
    """One page of workers who held a role, or the one asked for, in the period; by region."""
    role = WorkerRoleHeld
    # Asked of each worker of the page. As an EXISTS it would be turned into a join that begins with all roles there.
    held = (
        select(literal(True))
        .where(
            role.worker_id == Worker.id,
            role.valid_from < period.until,
            or_(role.valid_to.is_(None), and_(role.valid_to > period.since, role.valid_to > role.valid_from)),
            *([] if filters.role is None else [role.role == filters.role]),
        )
        .limit(1)
        .correlate(Worker)
        .scalar_subquery()
    )
    query = (
        select(
            *columns(
                WorkerPlaced,
                Worker,
                worker_id=Worker.id,
                worker_name=NAME,
                region_code=padded(Worker.region_code),
                authority_code=padded(Worker.authority_code, DIGITS),
                review_id=WorkerReview.id,
                review_state=WorkerReview.state,
                band=WorkerReview.band,
            )
        )
        .outerjoin(Member, Member.id == Worker.member_id)
        .outerjoin(WorkerReview, and_(WorkerReview.worker_id == Worker.id, WorkerReview.year == year))
        .where(held, Worker.erased.is_(False))
        .where(*within(act, Worker.region_code, [Worker.authority_code], [Worker.id]))
    )
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Worker.region_code >= low, Worker.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(Worker.authority_code >= low, Worker.authority_code < high)
    asked = [year, *(getattr(filters, name) for name in BoardFilters.model_fields)]
    return await page(act, query, ask, SORTS, asked)


def ids(found: Page) -> list[UUID]:
    """The workers of a page, in its order."""
    return [row["worker_id"] for row in found.rows]
