"""Lists and their lines as rows for the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS
from app.services.authorities.facts import span as line_span
from app.services.authorities.reads import parsed_code
from app.services.members.models import Member
from app.services.regions.stated import stated_span
from app.services.treatment.models import TreatmentDifference, TreatmentEntitlement, TreatmentMonth
from app.services.treatment.months.schemas import (
    EntitlementFilters,
    EntitlementRead,
    MonthFilters,
    MonthRead,
    MonthVersion,
)
from app.services.treatment.wire import narrowed
from app.services.workers.models import Worker

MONTHS = Sorts({"month": TreatmentMonth.month, "region_code": TreatmentMonth.region_code}, TreatmentMonth.id, "-month")
Line = TreatmentEntitlement
LINES = Sorts({"region_code": Line.region_code, "month": Line.month}, Line.id, "region_code")
EXACT = ("month_id", "worker_id", "state")


def named(month: Any) -> ColumnElement[str]:
    """A month's first day as it is written on the wire."""
    return func.to_char(month, literal("YYYY-MM"))


def first(name: str) -> date:
    """The first day of a month on the wire."""
    return date.fromisoformat(f"{name}-01")


def _months() -> "Select[Any]":
    return selecting(
        MonthRead, TreatmentMonth, month=named(TreatmentMonth.month), region_code=padded(TreatmentMonth.region_code)
    )


async def listed(act: Act, filters: MonthFilters, ask: Ask) -> Page:
    """One page of lists, the latest month first unless another sort is asked for."""
    query = _months().where(*within(act, TreatmentMonth.region_code))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(TreatmentMonth.region_code >= low, TreatmentMonth.region_code < high)
    if filters.month is not None:
        query = query.where(TreatmentMonth.month == first(filters.month))
    if filters.state is not None:
        query = query.where(TreatmentMonth.state == filters.state)
    return await page(act, query, ask, MONTHS, narrowed(filters))


async def one(act: Act, month_id: UUID) -> dict[str, Any]:
    """One list with its schemes. Raises NotFound."""
    query = _months().add_columns(TreatmentMonth.schemes).where(TreatmentMonth.id == month_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, month_id: UUID, ask: Ask) -> Page:
    """All versions of a list, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(TreatmentMonth, month_id).c
    query = select(
        *columns(MonthVersion, versions, month=named(versions.month), region_code=padded(versions.region_code))
    )
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), month_id)
    if not found.rows:
        raise NotFound()
    return found


def _lines(act: Act) -> "Select[Any]":
    key = literal("treatment:") + named(Line.month) + literal(":") + cast(Line.worker_id, Text)
    return (
        selecting(
            EntitlementRead,
            Line,
            business_key=key,
            month=named(Line.month),
            worker_name=func.coalesce(Member.name, Worker.name),
            region_code=padded(Line.region_code),
            authority_code=padded(Line.authority_code, DIGITS),
        )
        .outerjoin(Worker, Worker.id == Line.worker_id)
        .outerjoin(Member, Member.id == Worker.member_id)
        .where(*within(act, Line.region_code, [Line.authority_code], [Line.worker_id]))
    )


async def lines(act: Act, filters: EntitlementFilters, ask: Ask) -> Page:
    """One page of lines by region, unless another sort is asked for."""
    query = _lines(act)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Line.region_code >= low, Line.region_code < high)
    if filters.authority is not None:
        low, high = line_span(parsed_code(filters.authority, "/authority"))
        query = query.where(Line.authority_code >= low, Line.authority_code < high)
    if filters.month is not None:
        query = query.where(Line.month == first(filters.month))
    for name in EXACT:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Line, name) == value)
    if filters.without_scheme is not None:
        unpaid = func.jsonb_array_length(Line.unpaid)
        query = query.where(unpaid > 0 if filters.without_scheme else unpaid == 0)
    return await page(act, query, ask, LINES, narrowed(filters))


async def line(act: Act, line_id: UUID) -> dict[str, Any]:
    """One line with how it is made up. Raises NotFound."""
    query = _lines(act).add_columns(Line.segments, Line.unpaid).where(Line.id == line_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    told = TreatmentDifference
    query = (
        select(
            named(told.for_month).label("for_month"),
            told.listed_fen,
            told.amount_fen,
            told.difference_fen,
            told.segments,
            told.unpaid,
        )
        .where(told.entitlement_id == line_id)
        .order_by(told.for_month)
    )
    differences = [dict(each) for each in (await act.session.execute(query)).mappings()]
    return {**row, "differences": differences}
