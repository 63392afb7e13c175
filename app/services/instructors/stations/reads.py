"""Stations, and who belongs to them, as rows for the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.reads import parsed_code
from app.services.hosts.models import Host
from app.services.instructors.models import Station, StationMember
from app.services.instructors.stations.schemas import (
    StationFilters,
    StationMemberFilters,
    StationMemberRead,
    StationRead,
    StationVersion,
)
from app.services.members.models import Member
from app.services.regions.stated import stated_span
from app.services.workers.models import Worker

SORTS = Sorts({"region_code": Station.region_code, "name": Station.name}, Station.id, "region_code")
MEMBER_SORTS = Sorts({"valid_from": StationMember.valid_from}, StationMember.id, "-valid_from")


def _belongs(day: date) -> ColumnElement[bool]:
    """Who is an instructor no more belongs to none, also where nobody has ended his time."""
    return and_(
        valid_on(StationMember.valid_from, StationMember.valid_to, day),
        func.instructor_on(StationMember.worker_id, day),
    )


def _stations(act: Act) -> "Select[Any]":
    members = (
        select(func.count())
        .where(
            StationMember.station_id == Station.id,
            _belongs(act.today),
        )
        .correlate(Station)
        .scalar_subquery()
    )
    return (
        selecting(
            StationRead,
            Station,
            region_code=padded(Station.region_code),
            authority_code=padded(Station.authority_code, DIGITS),
            host_name=Host.name,
            coordinates_told_in=Station.datum,
            members=members,
        )
        .outerjoin(Host, Host.id == Station.host_id)
        .where(*within(act, Station.region_code, [Station.authority_code]))
    )


async def listed(act: Act, filters: StationFilters, ask: Ask) -> Page:
    """One page of stations, by region unless another sort is asked for."""
    query = _stations(act)
    if filters.host_id is not None:
        query = query.where(Station.host_id == filters.host_id)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Station.region_code >= low, Station.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(Station.authority_code >= low, Station.authority_code < high)
    if filters.open_on is not None:
        query = query.where(
            or_(Station.opened_on.is_(None), Station.opened_on <= filters.open_on),
            or_(Station.closed_on.is_(None), Station.closed_on > filters.open_on),
        )
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in StationFilters.model_fields])


async def one(act: Act, station_id: UUID) -> dict[str, Any]:
    """One station. Raises NotFound."""
    row = (await act.session.execute(_stations(act).where(Station.id == station_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, station_id: UUID, ask: Ask) -> Page:
    """All versions of a station, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Station, station_id).c
    query = select(
        *columns(StationVersion, versions, region_code=padded(versions.region_code), coordinates_told_in=versions.datum)
    )
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), station_id)
    if not found.rows:
        raise NotFound()
    return found


def _members() -> "Select[Any]":
    return (
        selecting(StationMemberRead, StationMember, worker_name=func.coalesce(Member.name, Worker.name))
        .outerjoin(Worker, Worker.id == StationMember.worker_id)
        .outerjoin(Member, Member.id == Worker.member_id)
    )


async def members(act: Act, station_id: UUID, filters: StationMemberFilters, ask: Ask) -> Page:
    """One page of who belongs or belonged to a station, the newest first. Raises NotFound."""
    await one(act, station_id)
    query = _members().where(StationMember.station_id == station_id)
    if filters.on is not None:
        query = query.where(_belongs(filters.on))
    return await page(act, query, ask, MEMBER_SORTS, [station_id, filters.on])


async def member(act: Act, member_id: UUID) -> dict[str, Any]:
    """Somebody's time in a station. Raises NotFound."""
    row = (await act.session.execute(_members().where(StationMember.id == member_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)
