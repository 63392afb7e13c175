"""Runs as rows for the wire: no names."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.models import Authority
from app.services.authorities.reads import parsed_code
from app.services.funding.payables.models import PaymentRun
from app.services.funding.payables.schemas import PaymentRunFilters, PaymentRunRead, PaymentRunVersion
from app.services.regions.stated import stated_span
from app.services.treatment.months.reads import first, named

ROW = PaymentRun
KEYS = {"month": ROW.month, "created_at": ROW.created_at, "total_fen": ROW.total_fen, "region_code": ROW.region_code}
SORTS = Sorts(KEYS, ROW.id, "-month")
EXACT = ("committee_id", "account_id", "month_id", "purse", "use", "state")


def _shown(act: Act) -> "Select[Any]":
    body = select(Authority.name).where(Authority.id == ROW.committee_id).correlate(ROW).scalar_subquery()
    return selecting(
        PaymentRunRead,
        ROW,
        committee_name=body,
        month=named(ROW.month),
        region_code=padded(ROW.region_code),
        authority_code=padded(ROW.authority_code, DIGITS),
    ).where(*within(act, ROW.region_code, [ROW.authority_code]))


async def listed(act: Act, filters: PaymentRunFilters, ask: Ask) -> Page:
    """One page of runs, the latest month first unless another sort is asked for."""
    query = _shown(act)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(ROW.region_code >= low, ROW.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(ROW.authority_code >= low, ROW.authority_code < high)
    for name in EXACT:
        if getattr(filters, name) is not None:
            query = query.where(getattr(ROW, name) == getattr(filters, name))
    if filters.month is not None:
        query = query.where(ROW.month == first(filters.month))
    if filters.year is not None:
        query = query.where(ROW.month >= date(filters.year, 1, 1), ROW.month < date(filters.year + 1, 1, 1))
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in PaymentRunFilters.model_fields])


async def one(act: Act, run_id: UUID) -> dict[str, Any]:
    """One run, with everybody who drew it up. Raises NotFound."""
    row = (
        (await act.session.execute(_shown(act).add_columns(ROW.drawn_up_by).where(ROW.id == run_id))).mappings().first()
    )
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, run_id: UUID, ask: Ask) -> Page:
    """All versions of a run, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, run_id).c
    query = select(*columns(PaymentRunVersion, versions, items=versions["items"]))  # `items` is a method there
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), run_id)
    if not found.rows:
        raise NotFound()
    return found
