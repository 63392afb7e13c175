"""Recognition as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_

from app.core.acts import Act
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import padded, selecting
from app.services.authorities.facts import DIGITS
from app.services.members.models import Member
from app.services.treatment.honours.schemas import HonourFilters, HonourRead, HonourVersion
from app.services.treatment.models import Honour
from app.services.treatment.wire import narrowed
from app.services.workers.beside.reads import NAME, found, placed
from app.services.workers.beside.reads import history as versions
from app.services.workers.models import Worker

SORTS = Sorts({"region_code": Honour.region_code, "created_at": Honour.created_at}, Honour.id, "region_code")


def _shown(act: Act) -> "Select[Any]":
    return (
        selecting(
            HonourRead,
            Honour,
            worker_name=NAME,
            region_code=padded(Honour.region_code),
            authority_code=padded(Honour.authority_code, DIGITS),
        )
        .outerjoin(Worker, Worker.id == Honour.worker_id)
        .outerjoin(Member, Member.id == Worker.member_id)
        .where(*within(act, Honour.region_code, [Honour.authority_code], [Honour.worker_id]))
    )


async def listed(act: Act, filters: HonourFilters, ask: Ask) -> Page:
    """One page of seats and honours by region, unless another sort is asked for."""
    query = placed(_shown(act), Honour, filters)
    for name in ("worker_id", "kind"):
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Honour, name) == value)
    if filters.held_on is not None:
        seat = and_(
            Honour.valid_from <= filters.held_on, or_(Honour.valid_to.is_(None), Honour.valid_to > filters.held_on)
        )
        query = query.where(or_(Honour.awarded_on <= filters.held_on, seat))
    if filters.cancelled is not None:
        query = query.where(Honour.cancel_reason.is_not(None) if filters.cancelled else Honour.cancel_reason.is_(None))
    return await page(act, query, ask, SORTS, narrowed(filters))


async def one(act: Act, honour_id: UUID) -> dict[str, Any]:
    """One of them. Raises NotFound."""
    return await found(act, _shown(act).where(Honour.id == honour_id))


async def history(act: Act, honour_id: UUID, ask: Ask) -> Page:
    """All versions of one, the newest first. Raises NotFound."""
    return await versions(act, HonourVersion, Honour, honour_id, ask)
