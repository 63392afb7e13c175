"""Plans to leave no blank: computed for a region's gaps, compared, changed by hand, approved."""

from asyncio import to_thread
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, VersionRequired
from app.core.labels import Language, label
from app.core.pagination import Ask, Page
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.planning import editing, reads, service
from app.services.planning.schemas import (
    CompareAsked,
    Compared,
    PlaceDetail,
    PlaceDrop,
    PlaceFilters,
    PlaceUpdate,
    PlanApprove,
    PlanCreate,
    PlanDetail,
    PlanDiscard,
    PlanFilters,
    PlanPlaceRead,
    PlanRead,
    PlanVersion,
)
from app.web import answers
from app.web.guards import Caller, May, MayLater
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/plans", tags=["planning"], route_class=StrictRoute)

PlansRead = Annotated[Act, May(Permission.plans_read)]
PlansWrite = Annotated[Act, May(Permission.plans_write)]
PlansCompute = Annotated[Caller, MayLater(Permission.plans_write)]

COLUMNS = (
    Column("title", heading="plan_title"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("state", coded="plan_state", heading="plan_state"),
    Column("computed_by"),
    Column("created_at", "datetime"),
    Column("approved_by"),
    Column("approved_at", "datetime"),
    Column("id"),
)
PLACE_COLUMNS = (
    Column("turn", "integer", heading="plan_turn"),
    Column("kind", coded="plan_place_kind", heading="plan_place_kind"),
    Column("state", coded="plan_place_state", heading="plan_place_state"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("host_name"),
    Column("branch_name"),
    Column("body", coded="owner_kind", heading="plan_body"),
    Column("organizations", "integer", heading="plan_organizations"),
    Column("members", "integer", heading="formal_members"),
    Column("distance", "integer", heading="plan_distance"),
    Column("nearness", coded="nearness", heading="nearness"),
    Column("reasons", "list", heading="plan_reasons"),
    Column("drop_reason"),
    Column("id"),
)


class PlanList(PlanFilters, ListQuery):
    """Filters and paging of the list."""


class PlaceList(PlaceFilters, ListQuery):
    """Filters and paging of a plan's places."""


def worded(row: dict[str, Any], spoken: Language) -> dict[str, Any]:
    """A place with its reasons in the reader's language."""
    reasons = [
        {**reason, "text": label("plan_reason", reason["code"], spoken, **reason["params"])}
        for reason in row["reasons"]
    ]
    return {**row, "reasons": reasons}


@router.get("", summary="List plans", response_model=Listed[PlanRead], responses=declares(NotAcceptable))
async def list_plans(act: PlansRead, request: Request, query: Annotated[PlanList, Query()]) -> Response:
    """Plans with their figures, the newest first; as JSON pages, or all filtered rows as CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post("", summary="Compute a plan", status_code=201, response_model=PlanDetail, responses=declares())
async def create_plan(caller: PlansCompute, draft: PlanCreate) -> Response:
    """Computes what to do about the gaps of a region of at most a city, easy ones first, by the policies in force.

    Covers the most organisations first, then at the least distance, then with few and even branches; the figures say
    how far that is from what any plan could reach. Places of approved plans whose tasks are under way are left as they
    are. The same facts give the same plan. `limits` puts other numbers in place of the policies', for a what-if to set
    beside it (`GET /v1/plans/compare`). A county of 10,000 organisations takes a few seconds.
    """
    async with caller.open() as act:
        gathered = await service.gather(act, draft)
    found = await to_thread(service.computed, gathered)
    async with caller.open() as act:
        row = await service.keep(act, draft, gathered, found)
    return answers.created(PlanDetail, row, "/v1/plans/{id}")


@router.get("/compare", summary="Compare two plans", response_model=Compared, responses=declares(NotFound))
async def compare_plans(act: PlansRead, query: Annotated[CompareAsked, Query()]) -> Response:
    """Two plans side by side: their figures, what `b` has more than `a`, and how many places are the same."""
    return answers.one(Compared, await service.compared(act, query.a, query.b))


@router.get("/{plan_id}", summary="Read a plan", response_model=PlanDetail, responses=declares(NotFound))
async def read_plan(act: PlansRead, plan_id: UUID, request: Request) -> Response:
    """One plan with the numbers it was made by, what came of it, and what the caller may do."""
    return answers.one(PlanDetail, await service.detail(act, plan_id), request)


@router.post(
    "/{plan_id}/approve",
    summary="Approve a plan",
    response_model=PlanDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def approve_plan(act: PlansWrite, plan_id: UUID, approval: PlanApprove, request: Request) -> Response:
    """Approves all places that were not dropped; each becomes a formation task. Needs `If-Match`.

    Other plans of the same region that nobody approved are set aside. Refused (409) where another plan's tasks are
    under way for some of the same organisations: compute it again then.
    """
    return answers.one(PlanDetail, await service.approve(act, plan_id, answers.expected_version(request), approval))


@router.post(
    "/{plan_id}/discard",
    summary="Set a plan aside",
    response_model=PlanDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def discard_plan(act: PlansWrite, plan_id: UUID, why: PlanDiscard, request: Request) -> Response:
    """Sets aside a plan that nobody has approved; it stays to be seen. Needs `If-Match`."""
    return answers.one(PlanDetail, await service.discard(act, plan_id, answers.expected_version(request), why))


@router.get(
    "/{plan_id}/history", summary="List a plan's versions", response_model=Listed[PlanVersion],
    responses=declares(NotFound),
)  # fmt: skip
async def list_plan_versions(
    act: PlansRead, plan_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the plan and when, the newest first."""
    return answers.listed(await reads.history(act, plan_id, query.ask()), request)


@router.get(
    "/{plan_id}/places",
    summary="List a plan's places",
    response_model=Listed[PlanPlaceRead],
    responses=declares(NotFound, NotAcceptable),
)
async def list_plan_places(
    act: PlansRead, plan_id: UUID, request: Request, query: Annotated[PlaceList, Query()]
) -> Response:
    """What is proposed, easy first, each with its reasons; as JSON pages, or all filtered rows as CSV or XLSX."""
    form = request.headers.get("accept", "")
    as_file = "csv" in form or "sheet" in form
    spoken = language(request)

    async def fetch(ask: Ask) -> Page:
        found = await reads.places(act, plan_id, query, ask)
        rows = [worded(row, spoken) for row in found.rows]
        if as_file:
            rows = [{**row, "reasons": [reason["text"] for reason in row["reasons"]]} for row in rows]
        return Page(rows, found.next_cursor, found.count, found.count_kind)

    return await respond(request, PLACE_COLUMNS, fetch, query.ask())


@router.get(
    "/{plan_id}/places/{place_id}",
    summary="Read a place of a plan",
    response_model=PlaceDetail,
    responses=declares(NotFound),
)
async def read_plan_place(act: PlansRead, plan_id: UUID, place_id: UUID, request: Request) -> Response:
    """One place with its organisations, as far as the caller sees them, and why these."""
    row = await editing.detail(act, plan_id, place_id)
    return answers.one(PlaceDetail, worded(row, language(request)), request)


@router.patch(
    "/{plan_id}/places/{place_id}",
    summary="Change a place of a plan",
    response_model=PlaceDetail,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def update_plan_place(
    act: PlansWrite, plan_id: UUID, place_id: UUID, change: PlaceUpdate, request: Request
) -> Response:
    """Gives a place other organisations of the same plan; they leave the place they stood in. Needs `If-Match`.

    Every place that changes is judged: what hard rules refuse (three members, one county) is a 409; what is normally
    otherwise needs `departure_reason`. Whom the place loses becomes a place of its own at the end of the plan.
    """
    row = await editing.update(act, plan_id, place_id, answers.expected_version(request), change)
    return answers.one(PlaceDetail, worded(row, language(request)))


@router.post(
    "/{plan_id}/places/{place_id}/drop",
    summary="Drop a place of a plan",
    response_model=PlaceDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def drop_plan_place(act: PlansWrite, plan_id: UUID, place_id: UUID, why: PlaceDrop, request: Request) -> Response:
    """Takes a place out of the plan with a reason; it stays to be seen and becomes no task. Needs `If-Match`."""
    row = await editing.drop(act, plan_id, place_id, answers.expected_version(request), why)
    return answers.one(PlaceDetail, worded(row, language(request)))
