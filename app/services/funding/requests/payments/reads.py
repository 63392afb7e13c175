"""Payments as rows for the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, Select, Text, and_, bindparam, case, literal, null, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.reads import parsed_code
from app.services.funding.requests.facts import PaymentState, ReceiptState
from app.services.funding.requests.models import SpendingPayment
from app.services.funding.requests.payments.schemas import PaymentFilters, PaymentRead, PaymentVersion
from app.services.funding.requests.standing import knows_payees
from app.services.regions.stated import stated_span
from app.services.reminders.reads import due

ROW = SpendingPayment
KEYS = {
    "paid_on": ROW.paid_on,
    "receipt_due_on": ROW.receipt_due_on,
    "amount_fen": ROW.amount_fen,
    "region_code": ROW.region_code,
}
SORTS = Sorts(KEYS, ROW.id, "-paid_on")
EXACT = (
    *("committee_id", "branch_id", "request_id", "account_id", "purse", "use"),
    *("state", "receipt_state", "business_key"),
)


def _open() -> Any:
    """Neither cancelled nor accounted for: as literals, else no plan knows the index of what is due."""
    return and_(
        ROW.receipt_state != bindparam(None, str(ReceiptState.accepted), literal_execute=True),
        ROW.state == bindparam(None, str(PaymentState.paid), literal_execute=True),
    )


def _shown(act: Act) -> "Select[Any]":
    return selecting(
        PaymentRead,
        ROW,
        request_title=ROW.title,
        spent_fen=case((ROW.state == PaymentState.paid, ROW.amount_fen - ROW.returned_fen), else_=literal(0)),
        receipt_overdue=and_(_open(), ROW.receipt_due_on < literal(act.today, Date)),
        payee=ROW.payee if knows_payees(act) else null().cast(Text),
        region_code=padded(ROW.region_code),
        authority_code=padded(ROW.authority_code, DIGITS),
    ).where(*within(act, ROW.region_code, [ROW.authority_code], [ROW.branch_id]))


async def listed(act: Act, filters: PaymentFilters, ask: Ask) -> Page:
    """One page of payments, the latest leading."""
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
    if filters.year is not None:
        query = query.where(ROW.paid_on >= date(filters.year, 1, 1), ROW.paid_on < date(filters.year + 1, 1, 1))
    if filters.receipt_overdue is not None:
        late = and_(_open(), ROW.receipt_due_on < literal(act.today, Date))
        query = query.where(late if filters.receipt_overdue else ~late)
    asked = [act.today, *(getattr(filters, name) for name in PaymentFilters.model_fields)]
    return await page(act, query, ask, SORTS, asked)


async def one(act: Act, payment_id: UUID) -> dict[str, Any]:
    """One payment. Raises NotFound."""
    query = _shown(act).add_columns(ROW.requested_by).where(ROW.id == payment_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def of_request(act: Act, request_id: UUID) -> list[dict[str, Any]]:
    """The payments of a request, the oldest first."""
    query = _shown(act).where(ROW.request_id == request_id).order_by(ROW.id)
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


async def history(act: Act, payment_id: UUID, ask: Ask) -> Page:
    """All versions of a payment, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, payment_id).c
    query = select(*columns(PaymentVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), payment_id)
    if not found.rows:
        raise NotFound()
    return found


async def unaccounted(act: Act, until: date) -> "Select[Any]":
    """Payments that are to be accounted for by a day, as reminders; of a branch its own alone."""
    return select(*due(ROW.id, ROW.title, ROW.receipt_due_on, ROW.region_code)).where(
        ROW.receipt_due_on <= until,
        _open(),
        ROW.receipt_state == ReceiptState.none,
        *within(act, ROW.region_code, [ROW.authority_code], [ROW.branch_id]),
    )


async def to_accept(act: Act, until: date) -> "Select[Any]":
    """Accounts that were handed in and wait to be accepted, by the day they were due."""
    return select(*due(ROW.id, ROW.title, ROW.receipt_due_on, ROW.region_code)).where(
        ROW.receipt_due_on <= until,
        _open(),
        ROW.receipt_state == ReceiptState.handed_in,
        *within(act, ROW.region_code, [ROW.authority_code]),
    )
