"""Tours, their subjects and findings as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.authorities.models import Authority
from app.services.departments.models import Department
from app.services.regions.stated import stated_span
from app.services.supervision.facts import OPEN
from app.services.supervision.models import Rectification, Supervision, SupervisionFinding, SupervisionSubject
from app.services.supervision.reads import body_of, kind_of, name, named
from app.services.supervision.tours.schemas import (
    FindingFilters,
    FindingRead,
    SubjectRead,
    TourFilters,
    TourRead,
    TourVersion,
)

SORTS = Sorts(
    {"starts_on": Supervision.starts_on, "region_code": Supervision.region_code}, Supervision.id, "-starts_on"
)
SUBJECTS = Sorts({"id": SupervisionSubject.id}, SupervisionSubject.id, "id")
FINDINGS = Sorts({"found_on": SupervisionFinding.found_on}, SupervisionFinding.id, "-found_on")
EXACT = ("committee_id", "lead_department_id", "state")
MORE = (
    Supervision.basis,
    Supervision.template,
    Supervision.checklist,
    Supervision.close_reason,
    Supervision.departures,
    Supervision.created_by,
    Supervision.authority_code,
)


def _count(of: Any, key: InstrumentedAttribute[Any], about: Any, *where: ColumnElement[bool]) -> ColumnElement[int]:
    return select(func.count()).select_from(of).where(key == about.id, *where).correlate(about).scalar_subquery()


def _shown(act: Act) -> "Select[Any]":
    told = Rectification
    seen = SupervisionSubject.visited_on.is_not(None)
    return (
        select(
            *columns(
                TourRead,
                Supervision,
                committee_name=Authority.name,
                lead_department_name=Department.name,
                subjects=_count(SupervisionSubject, SupervisionSubject.supervision_id, Supervision),
                visited=_count(SupervisionSubject, SupervisionSubject.supervision_id, Supervision, seen),
                findings=_count(SupervisionFinding, SupervisionFinding.supervision_id, Supervision),
                rectifications=_count(told, told.supervision_id, Supervision),
                open_rectifications=_count(told, told.supervision_id, Supervision, told.state.in_(OPEN)),
                region_code=padded(Supervision.region_code),
            )
        )
        .select_from(Supervision)
        .outerjoin(Authority, Authority.id == Supervision.committee_id)
        .outerjoin(Department, Department.id == Supervision.lead_department_id)
        .where(*within(act, Supervision.region_code, [Supervision.authority_code], [Supervision.lead_department_id]))
    )


async def listed(act: Act, filters: TourFilters, ask: Ask) -> Page:
    """One page of tours, the latest first unless another sort is asked for."""
    query = _shown(act)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Supervision.region_code >= low, Supervision.region_code < high)
    for each in EXACT:
        value = getattr(filters, each)
        if value is not None:
            query = query.where(getattr(Supervision, each) == value)
    if filters.since is not None:
        query = query.where(Supervision.ends_on >= filters.since)
    if filters.until is not None:
        query = query.where(Supervision.starts_on < filters.until)
    return await page(act, query, ask, SORTS, [getattr(filters, each) for each in TourFilters.model_fields])


async def one(act: Act, supervision_id: UUID) -> dict[str, Any]:
    """One tour with its checklist and the code of its line. Raises NotFound."""
    query = _shown(act).add_columns(*MORE).where(Supervision.id == supervision_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def stands(act: Act, supervision_id: UUID) -> tuple[int, int] | None:
    """Region and line of a tour; None where it is not to be seen."""
    query = select(Supervision.region_code, Supervision.authority_code).where(Supervision.id == supervision_id)
    row = (await act.session.execute(query)).first()
    return None if row is None else (row.region_code, row.authority_code)


async def subjects(act: Act, supervision_id: UUID, ask: Ask) -> Page:
    """The bodies that a tour looks at. Raises NotFound for a tour that is not to be seen."""
    await one(act, supervision_id)
    row, found, told = SupervisionSubject, SupervisionFinding, Rectification
    demanded = (
        select(func.count())
        .select_from(told)
        .join(found, found.id == told.finding_id)
        .where(found.subject_id == row.id)
        .correlate(row)
        .scalar_subquery()
    )
    query = named(
        select(
            *columns(
                SubjectRead,
                row,
                kind=kind_of(row),
                body_id=body_of(row),
                name=name(),
                findings=_count(found, found.subject_id, row),
                rectifications=demanded,
            )
        ).select_from(row),
        row,
    ).where(row.supervision_id == supervision_id)
    return await page(act, query, ask, SUBJECTS, supervision_id)


def _findings() -> "Select[Any]":
    row, subject = SupervisionFinding, SupervisionSubject
    query: Select[Any] = named(
        select(
            *columns(
                FindingRead,
                row,
                kind=kind_of(subject),
                name=name(),
                rectification_id=Rectification.id,
            )
        )
        .select_from(row)
        .join(subject, subject.id == row.subject_id)
        .outerjoin(Rectification, Rectification.finding_id == row.id),
        subject,
    )
    return query


async def findings(act: Act, supervision_id: UUID, filters: FindingFilters, ask: Ask) -> Page:
    """What a tour found, the latest first. Raises NotFound for a tour that is not to be seen."""
    await one(act, supervision_id)
    row = SupervisionFinding
    query = _findings().where(row.supervision_id == supervision_id)
    asked = {each: getattr(filters, each) for each in FindingFilters.model_fields}
    for each, value in asked.items():
        if value is not None:
            query = query.where(getattr(row, each) == value)
    return await page(act, query, ask, FINDINGS, (supervision_id, list(asked.values())))


async def finding(act: Act, finding_id: UUID) -> dict[str, Any]:
    """One finding. Raises NotFound."""
    row = (await act.session.execute(_findings().where(SupervisionFinding.id == finding_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, supervision_id: UUID, ask: Ask) -> Page:
    """All versions of a tour, the newest first. Raises NotFound when there is none to be seen."""
    await one(act, supervision_id)
    versions = versions_of(Supervision, supervision_id).c
    query = select(*columns(TourVersion, versions))
    return await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), supervision_id)
