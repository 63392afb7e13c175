"""What is due to whom each month: lists, and their lines."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.labels import Language, label
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.treatment.months import reads, service
from app.services.treatment.months.schemas import (
    EntitlementDetail,
    EntitlementFilters,
    EntitlementRead,
    MonthCreate,
    MonthDetail,
    MonthFilters,
    MonthRead,
    MonthVersion,
)
from app.services.treatment.wire import Why
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/treatment", tags=["treatment"], route_class=StrictRoute)

TreatmentRead = Annotated[Act, May(Permission.treatment_read)]
TreatmentWrite = Annotated[Act, May(Permission.treatment_write)]
TreatmentClose = Annotated[Act, May(Permission.treatment_close)]

MONTH_COLUMNS = (
    Column("month", heading="treatment_month"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("state", coded="treatment_month_state", heading="treatment_month_state"),
    Column("computed_by"),
    Column("computed_at", "datetime"),
    Column("closed_by", heading="treatment_closed_by"),
    Column("closed_at", "datetime", heading="treatment_closed_at"),
    Column("id"),
)
COLUMNS = (
    Column("worker_name", heading="person_name"),
    Column("month", heading="treatment_month"),
    Column("role", coded="worker_role", heading="worker_role"),
    Column("days", "integer", heading="paid_days"),
    Column("own_fen", "fen"),
    Column("differences_fen", "fen"),
    Column("due_fen", "fen"),
    Column("state", coded="entitlement_state", heading="entitlement_state"),
    Column("region_code"),
    Column("authority_code"),
    Column("business_key"),
    Column("worker_id"),
    Column("id"),
)


class MonthList(MonthFilters, ListQuery):
    """Filters and paging of the lists."""


class EntitlementList(EntitlementFilters, ListQuery):
    """Filters and paging of the lines."""


def worded(row: dict[str, Any], spoken: Language) -> dict[str, Any]:
    """What is made up of segments, with its findings in the reader's language."""
    findings = [
        {
            "code": "no_scheme",
            "severity": "advice",
            "text": label(
                "finding", "no_scheme", spoken, role=label("worker_role", each["role"], spoken), days=each["days"]
            ),
            **each,
        }
        for each in row["unpaid"]
    ]
    told = {name: value for name, value in row.items() if name != "unpaid"}
    return {**told, "findings": findings}


@router.get(
    "/months", summary="List monthly lists", response_model=Listed[MonthRead], responses=declares(NotAcceptable)
)
async def list_treatment_months(act: TreatmentRead, request: Request, query: Annotated[MonthList, Query()]) -> Response:
    """The lists of regions by month with their sums, the latest first; as JSON pages, or as CSV or XLSX by `Accept`."""
    return await respond(request, MONTH_COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "/months",
    summary="Compute a monthly list",
    status_code=201,
    response_model=MonthDetail,
    responses=declares(Conflict, Taken, RuleViolation),
)
async def create_treatment_month(act: TreatmentWrite, draft: MonthCreate) -> Response:
    """Computes what a month brings every party worker whom a city, a county or less keeps, by the policy `treatment`.

    For each day the role that pays the most, wherever it is held, and no other; by the scheme in force that day where
    it is held, weighed by the band of the last review decided by then. A month's days are summed exactly and rounded
    once, half up. Whoever stands in another list of the month is left to it. What closed months come to otherwise now
    (a late appointment, an earlier end) is added as a difference, by the schemes of their time. A month is listed once
    for a region (409 `taken`); where no scheme pays anybody it is refused (409 `no_scheme_here`).
    """
    month_id = await service.create(act, draft)
    return answers.created(MonthDetail, await service.detail(act, month_id), "/v1/treatment/months/{id}")


@router.get(
    "/months/{month_id}", summary="Read a monthly list", response_model=MonthDetail, responses=declares(NotFound)
)
async def read_treatment_month(act: TreatmentRead, month_id: UUID, request: Request) -> Response:
    """One list with its sums, the schemes that paid, its ETag and what the caller may do to it."""
    return answers.one(MonthDetail, await service.detail(act, month_id), request)


@router.post(
    "/months/{month_id}/recompute",
    summary="Compute a monthly list again",
    response_model=MonthDetail,
    responses=declares(NotFound, Conflict, Taken, RuleViolation, StaleVersion, VersionRequired),
)
async def recompute_treatment_month(act: TreatmentWrite, month_id: UUID, request: Request) -> Response:
    """Computes an open list again by the roles, reviews and schemes of now; closed ones never change.

    Needs `If-Match`.
    """
    await service.recompute(act, month_id, answers.expected_version(request))
    return answers.one(MonthDetail, await service.detail(act, month_id))


@router.post(
    "/months/{month_id}/close",
    summary="Close a monthly list",
    response_model=MonthDetail,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def close_treatment_month(act: TreatmentClose, month_id: UUID, request: Request) -> Response:
    """Freezes a list with its schemes: from then on its lines are due. Nobody closes what he computed, nor before the
    month's last day (409).

    Refused when it would be computed otherwise now, or while an earlier list with some of the same workers is open.
    Needs `If-Match`.
    """
    await service.close(act, month_id, answers.expected_version(request))
    return answers.one(MonthDetail, await service.detail(act, month_id))


@router.post(
    "/months/{month_id}/discard",
    summary="Set a monthly list aside",
    response_model=MonthDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def discard_treatment_month(act: TreatmentWrite, month_id: UUID, why: Why, request: Request) -> Response:
    """Sets an open list aside; its lines go, and its workers may be listed anew. Needs `If-Match`."""
    await service.discard(act, month_id, answers.expected_version(request), why.reason)
    return answers.one(MonthDetail, await service.detail(act, month_id))


@router.get(
    "/months/{month_id}/history",
    summary="List a monthly list's versions",
    response_model=Listed[MonthVersion],
    responses=declares(NotFound),
)
async def list_treatment_month_versions(
    act: TreatmentRead, month_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the list and when, the newest first."""
    return answers.listed(await reads.history(act, month_id, query.ask()), request)


@router.get(
    "/entitlements",
    summary="List what is due to whom",
    response_model=Listed[EntitlementRead],
    responses=declares(NotAcceptable),
)
async def list_entitlements(
    act: TreatmentRead, request: Request, query: Annotated[EntitlementList, Query()]
) -> Response:
    """One line a worker and month, by region. `state=due` is what is to be paid, as JSON pages, or as CSV or XLSX.

    Pay by `business_key`, which is for ever: a worker stands in one list a month. That a list of names was read is
    noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.lines(act, query, ask), query.ask())


@router.get(
    "/entitlements/{entitlement_id}",
    summary="Read what is due to a worker",
    response_model=EntitlementDetail,
    responses=declares(NotFound),
)
async def read_entitlement(act: TreatmentRead, entitlement_id: UUID, request: Request) -> Response:
    """One line with how it is made up, to the fen: role, days, scheme, band and share; and of which months the rest."""
    spoken = language(request)
    row = worded(await reads.line(act, entitlement_id), spoken)
    differences = [worded(each, spoken) for each in row["differences"]]
    return answers.one(EntitlementDetail, {**row, "differences": differences}, request)
