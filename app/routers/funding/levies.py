"""Enterprise levies: computed from a year's wages, stated with their basis, settled by another."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.labels import Language, label
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.levies import reads, service, settling
from app.services.funding.levies.schemas import (
    AdjustmentRead,
    LevyCompute,
    LevyComputed,
    LevyDetail,
    LevyDiscard,
    LevyFilters,
    LevyRead,
    LevySettle,
    LevyVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/levies", tags=["funding"], route_class=StrictRoute)

LeviesRead = Annotated[Act, May(Permission.levies_read)]
LeviesWrite = Annotated[Act, May(Permission.levies_write)]
FundingApprove = Annotated[Act, May(Permission.funding_approve)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("uscc"),
    Column("organization_name"),
    Column("kind", coded="kind"),
    Column("year", "integer", heading="levy_year"),
    Column("payroll_fen", "fen", heading="levy_payroll_fen"),
    Column("staff", "integer", heading="levy_staff"),
    Column("ratio_permyriad", "integer", heading="levy_ratio_permyriad"),
    Column("ratio_source", coded="levy_ratio_source", heading="levy_ratio_source"),
    Column("planned_fen", "fen", heading="levy_planned_fen"),
    Column("set_aside_fen", "fen", heading="levy_set_aside_fen"),
    Column("spent_fen", "fen", heading="levy_spent_fen"),
    Column("limit_fen", "fen", heading="levy_limit_fen"),
    Column("deductible_fen", "fen", heading="levy_deductible_fen"),
    Column("above_fen", "fen", heading="levy_above_fen"),
    Column("state", coded="levy_state", heading="levy_state"),
    Column("settled_on", "date", heading="levy_settled_on"),
    Column("adjustments", "integer", heading="levy_adjustments"),
    Column("deductible_now_fen", "fen", heading="levy_deductible_now_fen"),
    Column("above_now_fen", "fen", heading="levy_above_now_fen"),
    Column("region_code"),
    Column("organization_id"),
    Column("id"),
)
ADJUSTED = (
    Column("turn", "integer", heading="levy_adjustment_turn"),
    Column("cause", coded="levy_adjustment_cause", heading="levy_adjustment_cause"),
    Column("why", heading="levy_adjustment_why"),
    Column("payroll_before_fen", "fen", heading="levy_payroll_before_fen"),
    Column("payroll_after_fen", "fen", heading="levy_payroll_after_fen"),
    Column("limit_before_fen", "fen", heading="levy_limit_before_fen"),
    Column("limit_after_fen", "fen", heading="levy_limit_after_fen"),
    Column("set_aside_before_fen", "fen", heading="levy_set_aside_before_fen"),
    Column("set_aside_after_fen", "fen", heading="levy_set_aside_after_fen"),
    Column("spent_before_fen", "fen", heading="levy_spent_before_fen"),
    Column("spent_after_fen", "fen", heading="levy_spent_after_fen"),
    Column("deductible_before_fen", "fen", heading="levy_deductible_before_fen"),
    Column("deductible_after_fen", "fen", heading="levy_deductible_after_fen"),
    Column("above_before_fen", "fen", heading="levy_above_before_fen"),
    Column("above_after_fen", "fen", heading="levy_above_after_fen"),
    Column("recorded_by", heading="levy_recorded_by"),
    Column("recorded_at", "datetime"),
    Column("entry_id", heading="levy_entry_id"),
)


class LevyList(LevyFilters, ListQuery):
    """Filters and paging of the levies."""


async def _row(act: Act, levy_id: UUID, request: Request) -> dict[str, Any]:
    spoken = language(request)
    row = await settling.shown(act, levy_id)
    return {
        **row,
        "findings": [finding_json(each, spoken) for each in row["findings"]],
        "basis": [{**line, "text": _worded(line, spoken)} for line in row["basis"]],
    }


def _worded(line: dict[str, Any], spoken: Language) -> str:
    code = line["code"]
    if code == "planned" and line["permyriad"] is None:
        code = "nothing_planned"
    use = "" if line["use"] is None else label("spending_use", line["use"], spoken)
    return label("levy_basis", code, spoken, permyriad=line["permyriad"], use=use)


@router.get("", summary="List levies", response_model=Listed[LevyRead], responses=declares(NotAcceptable))
async def list_levies(act: LeviesRead, request: Request, query: Annotated[LevyList, Query()]) -> Response:
    """Firms' levies with what is planned, set aside, spent, deductible, and above the limit.

    With `state=settled` it is the list for the tax department: as JSON pages, or as CSV or XLSX by `Accept`. What came
    after a settlement is in the last columns; the settlement stays.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Compute levies",
    response_model=LevyComputed,
    responses=declares(Conflict, RuleViolation, Taken),
)
async def compute_levies(act: LeviesWrite, wish: LevyCompute, request: Request) -> Response:
    """Computes a year's levies of a committee's firms: all that are known, or those named; again as often as wanted.

    The plan is the payroll by the ratio that was filed, else by the district's band, else by the policy's default; the
    limit is the payroll by the policy's limit. Both are rounded down to the fen. Without a payroll there is neither,
    and the levy says so. State-owned firms follow another rule: named they are refused (409 `levy_state_owned`), else
    left out with the reason. What is settled stays, what comes to the same is not written.
    """
    row = await service.compute(act, wish)
    spoken = language(request)
    told = [
        {
            "organization_id": each.firm.id,
            "organization_name": each.firm.name,
            "code": code,
            "text": label("line" if finding is None else "finding", code, spoken),
            "citation": None if finding is None else finding.citation,
        }
        for each, code, finding in row["left_out"][: service.SHOWN]
    ]
    return answers.one(LevyComputed, {**row, "left_out": len(row["left_out"]), "left_out_first": told})


@router.get("/{levy_id}", summary="Read a levy", response_model=LevyDetail, responses=declares(NotFound))
async def read_levy(act: LeviesRead, levy_id: UUID, request: Request) -> Response:
    """A firm's statement: the reckoning line by line with what it rests on, what the rules say, what the caller may do.

    What is spent changes without the version: every answer is given anew.
    """
    return answers.one(LevyDetail, await _row(act, levy_id, request))


@router.post(
    "/{levy_id}/settle",
    summary="Settle a levy",
    response_model=LevyDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def settle_levy(act: FundingApprove, levy_id: UUID, wish: LevySettle, request: Request) -> Response:
    """Freezes a levy with what the books say once its year is over; nobody settles what he computed (409).

    What was really spent decides: it is deductible up to the limit, the part above is told apart. Needs a payroll; one
    of zero needs `departure_reason`. A levy that would be computed otherwise now is computed first (409
    `levy_outdated`). Whatever comes later is recorded as an adjustment. Needs `If-Match`.
    """
    await settling.settle(act, levy_id, answers.expected_version(request), wish)
    return answers.one(LevyDetail, await _row(act, levy_id, request))


@router.post("/{levy_id}/discard", summary="Set a levy aside", response_model=LevyDetail, responses=declares(*CHANGED))
async def discard_levy(act: LeviesWrite, levy_id: UUID, wish: LevyDiscard, request: Request) -> Response:
    """Gives a planned levy up with a reason, where no money stands set aside for it; another may be computed.

    Needs `If-Match`.
    """
    await settling.discard(act, levy_id, answers.expected_version(request), wish.reason)
    return answers.one(LevyDetail, await _row(act, levy_id, request))


@router.get(
    "/{levy_id}/adjustments",
    summary="List a levy's adjustments",
    response_model=Listed[AdjustmentRead],
    responses=declares(NotFound, NotAcceptable),
)
async def list_levy_adjustments(
    act: LeviesRead, levy_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What came after the settlement, with every amount before and after: a late payroll, an entry taken back.

    As JSON pages, or as CSV or XLSX by `Accept`.
    """
    return await respond(request, ADJUSTED, lambda ask: reads.adjustments(act, levy_id, ask), query.ask())


@router.get(
    "/{levy_id}/history",
    summary="List a levy's versions",
    response_model=Listed[LevyVersion],
    responses=declares(NotFound),
)
async def list_levy_versions(
    act: LeviesRead, levy_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the levy and when, the newest first."""
    return answers.listed(await reads.history(act, levy_id, query.ask()), request)
