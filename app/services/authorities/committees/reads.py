"""Seats, and the places without a committee, as rows for the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.errors import NotFound
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.committees.schemas import CommitteeGap, Lacking, SeatFilters, SeatRead
from app.services.authorities.facts import AuthorityKind, Duty
from app.services.authorities.models import Authority, CommitteeSeat
from app.services.regions.facts import span
from app.services.regions.models import Region

ORDER = Sorts({"valid_from": CommitteeSeat.valid_from}, CommitteeSeat.id, "valid_from")


async def seats(act: Act, authority_id: UUID, filters: SeatFilters, ask: Ask) -> Page:
    """The seats of a committee on a day, or ever. Raises NotFound for a body that is not to be seen."""
    if await act.session.scalar(select(Authority.id).where(Authority.id == authority_id)) is None:
        raise NotFound()
    query = selecting(SeatRead, CommitteeSeat).where(CommitteeSeat.authority_id == authority_id)
    if filters.on is not None:
        query = query.where(valid_on(CommitteeSeat.valid_from, CommitteeSeat.valid_to, filters.on))
    return await page(act, query, ask, ORDER, (authority_id, filters.on))


async def lacking(act: Act, place: tuple[int, int], level: int, day: date, ask: Ask) -> Page:
    """The regions of a level in a place without a work committee that stands on a day, or with an empty chair there."""
    low, high = span(*place)
    committee = aliased(Authority)
    chaired = exists().where(
        CommitteeSeat.authority_id == committee.id,
        CommitteeSeat.duty == Duty.chair,
        valid_on(CommitteeSeat.valid_from, CommitteeSeat.valid_to, day),
    )
    query = (
        select(
            *columns(
                CommitteeGap,
                Region,
                region_code=padded(Region.code),
                region_level=Region.level,
                region_name=Region.name,
                lacking=case((committee.id.is_(None), Lacking.committee), else_=Lacking.chair),
                authority_id=committee.id,
                dissolved_on=_ended(day),
                social_work_department_id=_department(day),
            )
        )
        .outerjoin(committee, and_(_of(committee, AuthorityKind.work_committee), _standing(committee, day)))
        .where(Region.code >= low, Region.code < high, Region.level == literal(level))
        .where(or_(committee.id.is_(None), ~chaired))
    )
    return await page(act, query, ask, Sorts({"region_code": Region.code}, Region.code, "region_code"), (place, day))


def _of(body: Any, kind: AuthorityKind) -> ColumnElement[bool]:
    return and_(body.region_code == Region.code, body.region_level == Region.level, body.kind == kind)


def _standing(body: Any, day: date) -> ColumnElement[bool]:
    founded: InstrumentedAttribute[date | None] = body.founded_on
    dissolved: InstrumentedAttribute[date | None] = body.dissolved_on
    return and_(or_(founded.is_(None), founded <= day), or_(dissolved.is_(None), dissolved > day))


def _ended(day: date) -> ScalarSelect[Any]:
    """When the last committee of the region ended that had ended by the day."""
    last = aliased(Authority)
    return (
        select(func.max(last.dissolved_on))
        .where(_of(last, AuthorityKind.work_committee), last.dissolved_on <= day)
        .correlate(Region)
        .scalar_subquery()
    )


def _department(day: date) -> ScalarSelect[Any]:
    department = aliased(Authority)
    return (
        select(department.id)
        .where(_of(department, AuthorityKind.social_work_department), _standing(department, day))
        .order_by(department.code)
        .limit(1)
        .correlate(Region)
        .scalar_subquery()
    )
