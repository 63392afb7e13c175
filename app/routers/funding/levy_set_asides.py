"""Money that firms put aside for their levies: entries of the books."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.levies.set_asides import reads, service
from app.services.funding.levies.set_asides.schemas import (
    SetAsideCreate,
    SetAsideDetail,
    SetAsideFilters,
    SetAsideRead,
    SetAsideReverse,
    SetAsideVersion,
)
from app.web import answers
from app.web.guards import May
from app.web.idempotency import Key, told_once
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/levy-set-asides", tags=["funding"], route_class=StrictRoute)

LeviesRead = Annotated[Act, May(Permission.levies_read)]
FundingWrite = Annotated[Act, May(Permission.funding_write)]
FundingPost = Annotated[Act, May(Permission.funding_post)]

COLUMNS = (
    Column("uscc"),
    Column("organization_name"),
    Column("year", "integer", heading="levy_year"),
    Column("booked_on", "date", heading="levy_booked_on"),
    Column("amount_fen", "fen", heading="levy_amount_fen"),
    Column("text", heading="levy_text"),
    Column("reference", heading="levy_reference"),
    Column("business_key", heading="levy_business_key"),
    Column("state", coded="levy_set_aside_state", heading="levy_set_aside_state"),
    Column("reversed_on", "date", heading="levy_reversed_on"),
    Column("region_code"),
    Column("entry_id", heading="levy_entry_id"),
    Column("organization_id"),
    Column("id"),
)


class SetAsideList(SetAsideFilters, ListQuery):
    """Filters and paging of the set-asides."""


@router.get("", summary="List set-asides", response_model=Listed[SetAsideRead], responses=declares(NotAcceptable))
async def list_levy_set_asides(act: LeviesRead, request: Request, query: Annotated[SetAsideList, Query()]) -> Response:
    """Money put aside by firms for their levies; as JSON pages, or as CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Record a set-aside",
    status_code=201,
    response_model=SetAsideDetail,
    responses=declares(Conflict, RuleViolation),
)
async def create_levy_set_aside(act: FundingWrite, draft: SetAsideCreate, request: Request, key: Key) -> Response:
    """Posts money that a firm put aside for a computed levy: from outside into the firm's levy account.

    The money stays the firm's: what it may deduct is decided by what it really spends. Needs `Idempotency-Key`; the
    business key holds for ever in the committee's books: the same deed again is the one that stands, another under the
    same key is refused (409 `business_key_taken`).
    """

    async def posted() -> Response:
        set_aside_id = await service.create(act, draft)
        row = await service.shown(act, set_aside_id)
        return answers.created(SetAsideDetail, row, "/v1/funding/levy-set-asides/{id}")

    return await told_once(act, request, key, posted)


@router.get("/{set_aside_id}", summary="Read a set-aside", response_model=SetAsideDetail, responses=declares(NotFound))
async def read_levy_set_aside(act: LeviesRead, set_aside_id: UUID, request: Request) -> Response:
    """One set-aside with its entry, and what the caller may do."""
    return answers.one(SetAsideDetail, await service.shown(act, set_aside_id), request)


@router.post(
    "/{set_aside_id}/reverse",
    summary="Take a set-aside back",
    response_model=SetAsideDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def reverse_levy_set_aside(
    act: FundingPost, set_aside_id: UUID, wish: SetAsideReverse, request: Request, key: Key
) -> Response:
    """Takes a set-aside back as a whole by an entry that is its opposite, as long as the money is still there.

    Of a settled levy that is recorded as an adjustment. Needs `If-Match` and `Idempotency-Key`.
    """

    async def reversed_once() -> Response:
        await service.reverse(act, set_aside_id, answers.expected_version(request), wish)
        return answers.one(SetAsideDetail, await service.shown(act, set_aside_id))

    return await told_once(act, request, key, reversed_once)


@router.get(
    "/{set_aside_id}/history",
    summary="List a set-aside's versions",
    response_model=Listed[SetAsideVersion],
    responses=declares(NotFound),
)
async def list_levy_set_aside_versions(
    act: LeviesRead, set_aside_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the set-aside and when, the newest first."""
    return answers.listed(await reads.history(act, set_aside_id, query.ask()), request)
