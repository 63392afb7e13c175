"""Items of runs, and what is owed back, as rows for the wire: names only where they are the caller's to see."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, cast, func, literal, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.reads import parsed_code
from app.services.funding.payables.facts import WAITING
from app.services.funding.payables.items.schemas import (
    PayableDebtFilters,
    PayableDebtRead,
    PayableFilters,
    PayableRead,
    PayableTaken,
    PayableVersion,
)
from app.services.funding.payables.models import Payable, PayableDebt, PayableNetting, PaymentRun
from app.services.members.models import Member
from app.services.regions.stated import stated_span
from app.services.treatment.months.reads import named
from app.services.workers.models import Worker

ROW = Payable
OF = PaymentRun
OWED = PayableDebt
KEYS = {
    "position": ROW.position,
    "amount_fen": ROW.amount_fen,
    "created_at": ROW.created_at,
    "region_code": ROW.region_code,
}
IN_A_RUN = Sorts(KEYS, ROW.id, "position")
ANYWHERE = Sorts(KEYS, ROW.id, "region_code")
DEBT_SORTS = Sorts(
    {"region_code": OWED.region_code, "month": OWED.month, "owed_fen": OWED.owed_fen}, OWED.id, "region_code"
)
EXACT = ("committee_id", "run_id", "worker_id", "entitlement_id", "state")
DEBTS_EXACT = ("committee_id", "worker_id", "purse", "use")
NAME = func.coalesce(Member.name, Worker.name)


def _shown(act: Act) -> "Select[Any]":
    key = literal("treatment:") + cast(ROW.entitlement_id, Text) + literal(":") + cast(ROW.attempt, Text)
    return (
        selecting(
            PayableRead,
            ROW,
            month=named(ROW.month),
            business_key=key,
            failure=ROW.failure["code"].astext,
            worker_name=NAME,
            region_code=padded(ROW.region_code),
            authority_code=padded(ROW.authority_code, DIGITS),
        )
        .outerjoin(Worker, Worker.id == ROW.worker_id)
        .outerjoin(Member, Member.id == Worker.member_id)
        .where(*within(act, ROW.region_code, [ROW.authority_code]))
    )


async def listed(act: Act, filters: PayableFilters, ask: Ask) -> Page:
    """One page of items: of a run in its order, else by region, unless another sort is asked for."""
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
    if filters.waiting is not None:
        query = query.where(ROW.state.in_(WAITING) if filters.waiting else ROW.state.not_in(WAITING))
    sorts = ANYWHERE if filters.run_id is None else IN_A_RUN
    return await page(act, query, ask, sorts, [getattr(filters, name) for name in PayableFilters.model_fields])


async def one(act: Act, payable_id: UUID) -> dict[str, Any]:
    """One item, with who drew its run up, how far that is, and why the books refused it. Raises NotFound."""
    more = (OF.drawn_up_by, OF.state.label("run_state"), ROW.failure.label("refused"))
    query = _shown(act).add_columns(*more).join(OF, OF.id == ROW.run_id).where(ROW.id == payable_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def netted_with(act: Act, payable_id: UUID) -> list[dict[str, Any]]:
    """What of an item went against which month's debt, the oldest first."""
    taken = PayableNetting
    query = (
        selecting(PayableTaken, taken, month=named(OWED.month), taken_fen=taken.fen)
        .join(OWED, OWED.id == taken.debt_id)
        .where(taken.payable_id == payable_id)
        .order_by(OWED.month, OWED.id)
    )
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


async def history(act: Act, payable_id: UUID, ask: Ask) -> Page:
    """All versions of an item, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, payable_id).c
    query = select(*columns(PayableVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), payable_id)
    if not found.rows:
        raise NotFound()
    return found


async def debts(act: Act, filters: PayableDebtFilters, ask: Ask) -> Page:
    """One page of what is owed back, by region unless another sort is asked for."""
    query = (
        selecting(
            PayableDebtRead,
            OWED,
            worker_name=NAME,
            month=named(OWED.month),
            left_fen=OWED.owed_fen - OWED.taken_fen,
            region_code=padded(OWED.region_code),
            authority_code=padded(OWED.authority_code, DIGITS),
        )
        .outerjoin(Worker, Worker.id == OWED.worker_id)
        .outerjoin(Member, Member.id == Worker.member_id)
        .where(*within(act, OWED.region_code, [OWED.authority_code]))
    )
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(OWED.region_code >= low, OWED.region_code < high)
    for name in DEBTS_EXACT:
        if getattr(filters, name) is not None:
            query = query.where(getattr(OWED, name) == getattr(filters, name))
    if filters.left is not None:
        owing = OWED.taken_fen < OWED.owed_fen
        query = query.where(owing if filters.left else ~owing)
    return await page(act, query, ask, DEBT_SORTS, [getattr(filters, name) for name in PayableDebtFilters.model_fields])
