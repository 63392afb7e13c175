"""Targets as rows, without the figures that they are on."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.programmes.models import Programme, ProgrammeTarget
from app.services.programmes.reads import narrowed, stands
from app.services.programmes.targets.schemas import ProgrammeTargetFilters, ProgrammeTargetVersion
from app.services.regions.stated import stated_span

ROW = ProgrammeTarget
KEYS = {"place_code": ROW.place_code, "region_code": ROW.region_code, "indicator": ROW.indicator}
SORTS = Sorts(KEYS, ROW.id, "place_code")
EXACT = ("committee_id", "programme_id", "year", "indicator")
KEPT = (
    *("id", "version", "programme_id", "committee_id", "year", "indicator", "basis", "place_level", "direction"),
    *("baseline", "baseline_on", "target", "from_on", "due_on", "withdrawn_reason", "region_level", "recorded_at"),
)


def _shown() -> "Select[Any]":
    state = select(Programme.state).where(Programme.id == ROW.programme_id).correlate(ROW).scalar_subquery()
    return select(
        *(getattr(ROW, name) for name in KEPT),
        padded(ROW.place_code).label("place_code"),
        *(column.label(name) for name, column in stands(ROW).items()),
        state.label("programme_state"),
    )


def _sight(act: Act) -> list[ColumnElement[bool]]:
    """By the committee's place and line, or because it is about the caller's region."""
    committee = within(act, ROW.region_code, [ROW.authority_code], [ROW.committee_id])
    place = within(act, ROW.place_code)
    return [or_(and_(*committee), and_(*place))] if committee and place else []


async def listed(act: Act, filters: ProgrammeTargetFilters, ask: Ask) -> Page:
    """One page of targets, by the region that they are about."""
    query = narrowed(_shown().where(*_sight(act)), ROW, filters, EXACT)
    if filters.place is not None:
        low, high = stated_span(filters.place, filters.place_level)
        query = query.where(ROW.place_code >= low, ROW.place_code < high)
    if filters.withdrawn is not None:
        gone = ROW.withdrawn_reason
        query = query.where(gone.is_not(None) if filters.withdrawn else gone.is_(None))
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in ProgrammeTargetFilters.model_fields])


async def one(act: Act, target_id: UUID) -> dict[str, Any]:
    """One target. Raises NotFound."""
    row = (await act.session.execute(_shown().where(ROW.id == target_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def standing(act: Act, programme_id: UUID) -> list[dict[str, Any]]:
    """The targets of a programme that count, in order."""
    query = (
        _shown()
        .where(ROW.programme_id == programme_id, ROW.withdrawn_reason.is_(None))
        .order_by(ROW.place_code, ROW.indicator, ROW.id)
    )
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


async def history(act: Act, target_id: UUID, ask: Ask) -> Page:
    """All versions of a target, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, target_id).c
    query = select(*columns(ProgrammeTargetVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), target_id)
    if not found.rows:
        raise NotFound()
    return found
