"""Requests and what was decided on them as rows for the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, bindparam, literal, null, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.models import Authority
from app.services.authorities.reads import parsed_code
from app.services.funding.requests.facts import UNDER_WAY, RequestState
from app.services.funding.requests.models import SpendingApproval, SpendingRequest
from app.services.funding.requests.schemas import (
    ApprovalRead,
    SpendingRequestFilters,
    SpendingRequestRead,
    SpendingRequestVersion,
)
from app.services.funding.requests.standing import knows_payees
from app.services.regions.stated import stated_span
from app.services.reminders.reads import due

ROW = SpendingRequest
KEYS = {"created_at": ROW.created_at, "amount_fen": ROW.amount_fen, "region_code": ROW.region_code}
SORTS = Sorts(KEYS, ROW.id, "-created_at")
EXACT = (
    *("committee_id", "account_id", "branch_id", "organization_id"),
    *("purse", "use", "year", "state", "tier"),
)


def _shown(act: Act) -> "Select[Any]":
    named = select(Authority.name).where(Authority.id == ROW.committee_id).correlate(ROW).scalar_subquery()
    return selecting(
        SpendingRequestRead,
        ROW,
        committee_name=named,
        rest_fen=ROW.amount_fen - ROW.paid_fen,
        payee=ROW.payee if knows_payees(act) else null().cast(Text),
        region_code=padded(ROW.region_code),
        authority_code=padded(ROW.authority_code, DIGITS),
    ).where(*within(act, ROW.region_code, [ROW.authority_code], [ROW.branch_id]))


async def listed(act: Act, filters: SpendingRequestFilters, ask: Ask) -> Page:
    """One page of requests, the newest leading."""
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
    if filters.mine is not None:
        own = ROW.requested_by == act.by.id
        query = query.where(own if filters.mine else ~own)
    if filters.under_way is not None:
        going = ROW.state.in_(UNDER_WAY)
        query = query.where(going if filters.under_way else ~going)
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in SpendingRequestFilters.model_fields])


async def one(act: Act, request_id: UUID) -> dict[str, Any]:
    """One request with its departures. Raises NotFound."""
    query = _shown(act).add_columns(ROW.departures).where(ROW.id == request_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def approvals(act: Act, request_id: UUID) -> list[dict[str, Any]]:
    """What was decided, the oldest first."""
    row = SpendingApproval
    query = selecting(ApprovalRead, row).where(row.request_id == request_id).order_by(row.request_version)
    return [dict(found) for found in (await act.session.execute(query)).mappings()]


async def history(act: Act, request_id: UUID, ask: Ask) -> Page:
    """All versions of a request, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, request_id).c
    query = select(*columns(SpendingRequestVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), request_id)
    if not found.rows:
        raise NotFound()
    return found


async def waiting(act: Act, until: date) -> "Select[Any]":
    """Requests that wait for a decision, since the day on which they were handed in, as reminders for the office."""
    return select(*due(ROW.id, ROW.title, ROW.submitted_on, ROW.region_code)).where(
        ROW.submitted_on <= until,
        ROW.state == bindparam(None, str(RequestState.submitted), literal_execute=True),
        ROW.requested_by != literal(act.by.id),
        *within(act, ROW.region_code, [ROW.authority_code]),
    )
