"""Reviews, and the bodies that are asked, as rows for the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Date, Integer, Select, Uuid, and_, column, exists, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import JSONB

from app.core.acts import Act
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.assessment.contract import Period
from app.services.authorities.facts import DIGITS
from app.services.branches.models import Branch
from app.services.duties.facts import Opinions, year_of
from app.services.duties.models import WorkerOpinion, WorkerReview
from app.services.duties.reviews.schemas import OpinionRead, ReviewFilters, ReviewVersion, WorkerReviewRead
from app.services.members.models import Member
from app.services.organizations.models import Organization
from app.services.workers.beside.reads import NAME, found, placed
from app.services.workers.beside.reads import history as versions
from app.services.workers.models import Worker, WorkerRoleHeld

SORTS = Sorts({"region_code": WorkerReview.region_code, "year": WorkerReview.year}, WorkerReview.id, "region_code")
EXACT = ("worker_id", "year", "state", "band", "consequence")
KEPT = (
    *("opened_by", "self_report", "self_reported_by", "on_behalf"),
    *("decided_by", "result", "departures", "corrections"),
)


def _shown() -> "Select[Any]":
    row = WorkerReview
    return (
        selecting(
            WorkerReviewRead,
            row,
            worker_name=NAME,
            region_code=padded(row.region_code),
            authority_code=padded(row.authority_code, DIGITS),
        )
        .outerjoin(Worker, Worker.id == row.worker_id)
        .outerjoin(Member, Member.id == Worker.member_id)
    )


async def listed(act: Act, filters: ReviewFilters, ask: Ask) -> Page:
    """One page of reviews, by region unless another sort is asked for."""
    row = WorkerReview
    query = _shown().where(*within(act, row.region_code, [row.authority_code], [row.worker_id]))
    query = placed(query, row, filters)
    for name in EXACT:
        if getattr(filters, name) is not None:
            query = query.where(getattr(row, name) == getattr(filters, name))
    if filters.role is not None:
        role = WorkerRoleHeld
        query = query.where(
            exists().where(
                role.worker_id == row.worker_id,
                role.role == filters.role,
                role.valid_from < func.make_date(row.year + 1, 1, 1),
                or_(
                    role.valid_to.is_(None),
                    and_(role.valid_to > func.make_date(row.year, 1, 1), role.valid_to > role.valid_from),
                ),
            )
        )
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in ReviewFilters.model_fields])


async def one(act: Act, review_id: UUID) -> dict[str, Any]:
    """One review with all that is kept of it. Raises NotFound."""
    query = _shown().add_columns(*(getattr(WorkerReview, name) for name in KEPT)).where(WorkerReview.id == review_id)
    return await found(act, query)


async def history(act: Act, review_id: UUID, ask: Ask) -> Page:
    """All versions of a review, the newest first. Raises NotFound when there is none to be seen."""
    return await versions(act, ReviewVersion, WorkerReview, review_id, ask)


def _bodies(worker_id: UUID, year: Period) -> Any:
    """The branches and organisations that a worker worked for on some day of a year, each once."""
    place = (
        func.worker_places(literal([worker_id], ARRAY(Uuid)))
        .table_valued(
            column("worker_id", Uuid),
            column("organization_id", Uuid),
            column("branch_id", Uuid),
            column("valid_from", Date),
            column("valid_to", Date),
        )
        .render_derived()
    )
    return (
        select(place.c.organization_id, place.c.branch_id)
        .where(
            place.c.valid_from < year.until,
            or_(
                place.c.valid_to.is_(None),
                and_(place.c.valid_to > year.since, place.c.valid_to > place.c.valid_from),
            ),
        )
        .distinct()
        .subquery("bodies")
    )


async def opinions_told(act: Act, review_id: UUID, worker_id: UUID, year: int) -> Opinions:
    """How many bodies are to be asked about a worker's year, wherever they lie, and how many answered what."""
    bodies = _bodies(worker_id, year_of(year))
    told = (
        func.worker_opinions_told(literal(review_id, Uuid))
        .table_valued(
            column("satisfied", Integer), column("basically", Integer), column("dissatisfied", Integer), name="told"
        )
        .render_derived()
    )
    asked = select(func.count().label("asked")).select_from(bodies).subquery("counted")
    query = select(asked.c.asked, told.c.satisfied, told.c.basically, told.c.dissatisfied).join(told, true())
    return Opinions(*(await act.session.execute(query)).one())


async def bodies(act: Act, review_id: UUID, worker_id: UUID, year: int, ask: Ask) -> Page:
    """The bodies that are asked and that the caller sees, with their answers; by name."""
    body = _bodies(worker_id, year_of(year))
    name, key = func.coalesce(Branch.name, Organization.name), func.coalesce(body.c.branch_id, body.c.organization_id)
    query = (
        select(
            *columns(
                OpinionRead,
                WorkerOpinion,
                body_id=key,
                branch_id=body.c.branch_id,
                organization_id=body.c.organization_id,
                body_name=name,
                opinion_id=WorkerOpinion.id,
            )
        )
        .select_from(body)
        .outerjoin(Branch, Branch.id == body.c.branch_id)
        .outerjoin(Organization, Organization.id == body.c.organization_id)
        .outerjoin(
            WorkerOpinion,
            and_(
                WorkerOpinion.review_id == review_id,
                or_(
                    WorkerOpinion.branch_id == body.c.branch_id,
                    WorkerOpinion.organization_id == body.c.organization_id,
                ),
            ),
        )
        .where(name.is_not(None))
    )
    return await page(act, query, ask, Sorts({"body_name": name}, key, "body_name"), review_id)


async def is_body(act: Act, worker_id: UUID, year: int, body_id: UUID) -> bool:
    """Whether a worker worked in a year for a branch or an organisation that the caller sees."""
    body = _bodies(worker_id, year_of(year))
    query = (
        select(func.coalesce(Branch.id, Organization.id))
        .select_from(body)
        .outerjoin(Branch, Branch.id == body.c.branch_id)
        .outerjoin(Organization, Organization.id == body.c.organization_id)
        .where(or_(Branch.id == body_id, Organization.id == body_id))
    )
    return await act.session.scalar(query) is not None


async def bands(act: Act, span: tuple[int, int], until: date) -> dict[UUID, list[tuple[date, str]]]:
    """The bands of the workers kept in a span of codes, by the days from which they held, before a day; in order.

    A decision that was taken up again held until the one that took its place. Of two on one day the later one counts,
    and of two years the later year.
    """
    row, earlier = WorkerReview, func.jsonb_array_elements(WorkerReview.corrections).table_valued("value")
    inside = and_(row.region_code >= span[0], row.region_code < span[1])
    told = earlier.c.value.cast(JSONB)
    replaced = (
        select(row.worker_id, told["decided_on"].astext.cast(Date), row.year, literal(0), told["band"].astext)
        .select_from(row)
        .join(earlier, true())
        .where(inside)
    )
    current = select(row.worker_id, row.decided_on, row.year, literal(1), row.band).where(inside, row.band.is_not(None))
    both = replaced.union_all(current).subquery("told")
    worker, day, year, last, _ = both.c
    found: dict[UUID, list[tuple[date, str]]] = {}
    for worker_id, since, *_, name in await act.session.execute(
        select(both).where(day < until).order_by(worker, day, year, last)
    ):
        found.setdefault(worker_id, []).append((since, name))
    return found
