"""Notices as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.authorities.models import Authority
from app.services.regions.stated import stated_span
from app.services.supervision.models import Notice, NoticeRecipient
from app.services.supervision.notices.schemas import NoticeFilters, NoticeRead, NoticeVersion
from app.services.supervision.recipients.reads import late, waits

SORTS = Sorts({"due_on": Notice.due_on, "region_code": Notice.region_code}, Notice.id, "-due_on")
EXACT = ("committee_id", "state", "needs")
MORE = (Notice.text, Notice.recipients, Notice.issued_by, Notice.close_reason, Notice.created_by, Notice.authority_code)


def _shown(act: Act) -> "Select[Any]":
    told = NoticeRecipient
    counts = (
        select(
            func.count().label("sent"),
            func.count(told.received_on).label("received"),
            func.count(told.answered_on).label("answered"),
            func.count().filter(waits()).label("waiting"),
            func.count().filter(late(act)).label("late"),
        )
        .where(told.notice_id == Notice.id)
        .correlate(Notice)
        .lateral("counts")
    )
    named = {name: counts.c[name] for name in ("sent", "received", "answered", "waiting", "late")}
    return (
        select(
            *columns(
                NoticeRead,
                Notice,
                committee_name=Authority.name,
                region_code=padded(Notice.region_code),
                **named,
            )
        )
        .select_from(Notice)
        .join(counts, literal(True))
        .outerjoin(Authority, Authority.id == Notice.committee_id)
        .where(*within(act, Notice.region_code, [Notice.authority_code]))
    )


async def listed(act: Act, filters: NoticeFilters, ask: Ask) -> Page:
    """One page of notices, the last due first unless another sort is asked for."""
    query = _shown(act)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Notice.region_code >= low, Notice.region_code < high)
    for name in EXACT:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Notice, name) == value)
    if filters.due_before is not None:
        query = query.where(Notice.due_on < filters.due_before)
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in NoticeFilters.model_fields])


async def one(act: Act, notice_id: UUID) -> dict[str, Any]:
    """One notice with its text, whom it was drafted for, and the code of its line. Raises NotFound."""
    query = _shown(act).add_columns(*MORE).where(Notice.id == notice_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, notice_id: UUID, ask: Ask) -> Page:
    """All versions of a notice, the newest first. Raises NotFound when there is none to be seen."""
    await one(act, notice_id)
    versions = versions_of(Notice, notice_id).c
    query = select(*columns(NoticeVersion, versions))
    return await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), notice_id)
