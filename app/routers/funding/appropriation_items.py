"""What each branch was given, and how that was computed."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import NotAcceptable, NotFound
from app.core.pagination import Ask, Page
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.appropriations import reads
from app.services.funding.appropriations.item_schemas import AppropriationItemFilters, AppropriationItemRead
from app.services.funding.appropriations.wording import worded
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/appropriation-items", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]

COLUMNS = (
    Column("branch_name", heading="appropriation_branch"),
    Column("year", "integer", heading="appropriation_year"),
    Column("purse", coded="purse", heading="appropriation_purse"),
    Column("kind", coded="appropriation_kind", heading="appropriation_kind"),
    Column("members", "integer", heading="appropriation_members"),
    Column("due_fen", "fen", heading="appropriation_due_fen"),
    Column("granted_fen", "fen", heading="appropriation_granted_fen"),
    Column("amount_fen", "fen", heading="appropriation_amount_fen"),
    Column("text", heading="appropriation_text"),
    Column("reason", heading="appropriation_reason"),
    Column("state", coded="appropriation_state", heading="appropriation_state"),
    Column("booked_on", "date", heading="appropriation_booked_on"),
    Column("place_code", heading="appropriation_place_code"),
    Column("line_code", heading="appropriation_line_code"),
    Column("branch_id"),
    Column("appropriation_id", heading="appropriation_id"),
    Column("id"),
)


class AppropriationItemList(AppropriationItemFilters, ListQuery):
    """Filters and paging of the lines."""


@router.get(
    "",
    summary="List lines of appropriations",
    response_model=Listed[AppropriationItemRead],
    responses=declares(NotAcceptable),
)
async def list_appropriation_items(
    act: FundingRead, request: Request, query: Annotated[AppropriationItemList, Query()]
) -> Response:
    """One line a branch and reason, by branch; as JSON pages, or as CSV or XLSX by `Accept`.

    A committee sees all of its lines; a branch, its region and its line what was really posted.
    """
    spoken = language(request)

    async def fetch(ask: Ask) -> Page:
        found = await reads.items(act, query, ask)
        return replace(found, rows=[worded(row, spoken) for row in found.rows])

    return await respond(request, COLUMNS, fetch, query.ask())


@router.get(
    "/{item_id}",
    summary="Read a line of an appropriation",
    response_model=AppropriationItemRead,
    responses=declares(NotFound),
)
async def read_appropriation_item(act: FundingRead, item_id: UUID, request: Request) -> Response:
    """One line with every number it rests on, and the same in words."""
    return answers.one(AppropriationItemRead, worded(await reads.item(act, item_id), language(request)), request)
