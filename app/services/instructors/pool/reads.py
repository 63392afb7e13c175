"""Instructors as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, Uuid, and_, func, literal, null

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.errors import NotFound
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import padded, selecting
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.reads import parsed_code
from app.services.instructors.models import Station, StationMember
from app.services.instructors.pool.schemas import InstructorFilters, InstructorRead
from app.services.members.models import Member
from app.services.regions.stated import stated_span
from app.services.workers.facts import WorkerRole
from app.services.workers.models import Worker, WorkerRoleHeld

SORTS = Sorts(
    {"region_code": WorkerRoleHeld.region_code, "term_to": WorkerRoleHeld.valid_to}, WorkerRoleHeld.id, "region_code"
)
EQUAL = ("background", "full_time")


def _instructors(act: Act, most: int) -> "Select[Any]":
    held = func.instructor_load(Worker.id, act.today)
    return (
        selecting(
            InstructorRead,
            Worker,
            name=func.coalesce(Member.name, Worker.name),
            region_code=padded(Worker.region_code),
            authority_code=padded(Worker.authority_code, DIGITS),
            selection_channel=WorkerRoleHeld.selection_channel,
            home_region_code=padded(Worker.home_region_code),
            role_id=WorkerRoleHeld.id,
            term_from=WorkerRoleHeld.valid_from,
            term_to=WorkerRoleHeld.valid_to,
            load=held,
            capacity_left=func.greatest(0, most - held),
            next_visit_due=null().cast(Date),  # visits stand above: whoever shows the row adds it
            station_id=Station.id,
            station_name=Station.name,
        )
        .join(WorkerRoleHeld, WorkerRoleHeld.worker_id == Worker.id)
        .outerjoin(Member, Member.id == Worker.member_id)
        .outerjoin(
            StationMember,
            and_(
                StationMember.worker_id == Worker.id,
                valid_on(StationMember.valid_from, StationMember.valid_to, act.today),
            ),
        )
        .outerjoin(Station, Station.id == StationMember.station_id)
        .where(
            WorkerRoleHeld.role == WorkerRole.instructor,
            WorkerRoleHeld.valid_from <= act.today,
            WorkerRoleHeld.valid_to > act.today,
            *within(act, WorkerRoleHeld.region_code, [WorkerRoleHeld.authority_code], [WorkerRoleHeld.worker_id]),
        )
    )


async def listed(act: Act, filters: InstructorFilters, most: int, ask: Ask) -> Page:
    """One page of today's instructors, by region unless another sort is asked for. `most` says how many are usual."""
    query = _instructors(act, most)
    for name in EQUAL:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Worker, name) == value)
    if filters.selection_channel is not None:
        query = query.where(WorkerRoleHeld.selection_channel == filters.selection_channel)
    if filters.qualification is not None:
        query = query.where(Worker.qualifications.contains([filters.qualification.value]))
    if filters.with_room is not None:
        held = func.instructor_load(Worker.id, act.today)
        query = query.where(held < most if filters.with_room else held >= most)
    if filters.ending_before is not None:
        query = query.where(WorkerRoleHeld.valid_to < filters.ending_before)
    if filters.station_id is not None:
        query = query.where(StationMember.station_id == filters.station_id)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(WorkerRoleHeld.region_code >= low, WorkerRoleHeld.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(WorkerRoleHeld.authority_code >= low, WorkerRoleHeld.authority_code < high)
    return await page(
        act, query, ask, SORTS, [most, *(getattr(filters, name) for name in InstructorFilters.model_fields)]
    )


async def one(act: Act, worker_id: UUID, most: int) -> dict[str, Any]:
    """One of today's instructors. Raises NotFound."""
    query = _instructors(act, most).where(Worker.id == literal(worker_id, Uuid))
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)
