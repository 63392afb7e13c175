"""Programmes, their items and what is counted of them, as rows for the wire."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, exists, func, literal, not_, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.models import Authority
from app.services.authorities.reads import parsed_code
from app.services.programmes.facts import Mark, ProgrammeState, ProgrammeTaskState
from app.services.programmes.models import GeneralPlanItem, Programme, ProgrammeMark, ProgrammeTask
from app.services.programmes.schemas import PlanItemRead, ProgrammeFilters, ProgrammeRead, ProgrammeVersion
from app.services.regions.stated import stated_span

ROW = Programme
SORTS = Sorts({"region_code": ROW.region_code, "year": ROW.year}, ROW.id, "region_code")
EXACT = ("committee_id", "year", "state")


def stands(source: Any) -> dict[str, ColumnElement[str]]:
    """The codes of where a row stands, as they are written."""
    return {"region_code": padded(source.region_code), "authority_code": padded(source.authority_code, DIGITS)}


def narrowed(query: "Select[Any]", source: Any, filters: Any, exact: Sequence[str]) -> "Select[Any]":
    """Narrow a list by its committee's place and line, and by what is to be equal. Raises Invalid."""
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(source.region_code >= low, source.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(source.authority_code >= low, source.authority_code < high)
    for name in exact:
        if getattr(filters, name) is not None:
            query = query.where(getattr(source, name) == getattr(filters, name))
    return query


def _shown() -> "Select[Any]":
    named = select(Authority.name).where(Authority.id == ROW.committee_id).correlate(ROW).scalar_subquery()
    return selecting(ProgrammeRead, ROW, committee_name=named, **stands(ROW))


async def listed(act: Act, filters: ProgrammeFilters, ask: Ask) -> Page:
    """One page of programmes of the caller's own region, line and committee."""
    query = _shown().where(*within(act, ROW.region_code, [ROW.authority_code], [ROW.committee_id]))
    query = narrowed(query, ROW, filters, EXACT)
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in ProgrammeFilters.model_fields])


async def one(act: Act, programme_id: UUID) -> dict[str, Any]:
    """One programme, one approved above the caller's region included. Raises NotFound."""
    query = _shown().add_columns(ROW.result, ROW.departures).where(ROW.id == programme_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def seen(act: Act, programme_id: UUID) -> bool:
    """Whether a programme may be seen."""
    return await act.session.scalar(select(ROW.id).where(ROW.id == programme_id)) is not None


async def items(act: Act, programme_id: UUID) -> list[dict[str, Any]]:
    """The general plan's items, in its order."""
    row = GeneralPlanItem
    query = selecting(PlanItemRead, row).where(row.programme_id == programme_id).order_by(row.position, row.id)
    return [dict(found) for found in (await act.session.execute(query)).mappings()]


def marked(mark: Mark) -> ColumnElement[bool]:
    """Whether a task bears a mark."""
    return exists().where(ProgrammeMark.task_id == ProgrammeTask.id, ProgrammeMark.mark == mark.value)


async def counts(act: Act, programme_id: UUID) -> dict[str, int]:
    """What is counted of a programme's tasks, as far as the caller sees them."""
    task, state = ProgrammeTask, ProgrammeTaskState
    kept = task.state != state.dropped
    late = and_(task.state == state.open, task.due_on < literal(act.today, Date))
    told: dict[str, Any] = {
        "tasks": func.count(),
        **{each.value: func.count().filter(task.state == each) for each in state},
        "overdue": func.count().filter(late),
        "unlinked": func.count().filter(kept, task.item_id.is_(None)),
        **{mark.value: func.count().filter(kept, marked(mark)) for mark in Mark},
        "unmarked": func.count().filter(kept, not_(and_(*(marked(mark) for mark in Mark)))),
    }
    query = select(*(figure.label(name) for name, figure in told.items())).where(task.programme_id == programme_id)
    return dict((await act.session.execute(query)).mappings().one())


async def results(act: Act, programmes: Sequence[UUID]) -> dict[UUID, dict[str, Any]]:
    """What closed ones of these programmes were closed with."""
    query = select(ROW.id, ROW.result).where(ROW.id.in_(programmes), ROW.state == ProgrammeState.closed)
    return {row.id: row.result for row in await act.session.execute(query)}


async def history(act: Act, programme_id: UUID, ask: Ask) -> Page:
    """All versions of a programme, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, programme_id).c
    query = select(*columns(ProgrammeVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), programme_id)
    if not found.rows:
        raise NotFound()
    return found
