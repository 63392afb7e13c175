"""Somebody in charge: where nobody is, and whose time ends soon."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import NotAcceptable
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.instructors.gaps import service
from app.services.instructors.gaps.schemas import GapFilters, StaffingGapRead
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(tags=["instructors"], route_class=StrictRoute)

AssignmentsRead = Annotated[Act, May(Permission.assignments_read)]

COLUMNS = (
    Column("kind", coded="staffing_gap", heading="staffing_gap"),
    Column("about", coded="staffing_gap_about", heading="staffing_gap_about"),
    Column("name"),
    Column("worker_name", heading="person_name"),
    Column("region_code"),
    Column("authority_code"),
    Column("due_on", "date", heading="over_on"),
    Column("id"),
)


class StaffingGapList(GapFilters, ListQuery):
    """Filters and paging of the gaps."""


@router.get(
    "/v1/staffing-gaps",
    summary="List staffing gaps",
    response_model=Listed[StaffingGapRead],
    responses=declares(NotAcceptable),
)
async def list_staffing_gaps(
    act: AssignmentsRead, request: Request, query: Annotated[StaffingGapList, Query()]
) -> Response:
    """Branches without a secretary, organisations without an instructor, terms that end soon (有人管事); by region.

    As JSON pages, or as CSV or XLSX. How soon is soon (six months) is the policy's of the region asked for. That names
    were read is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())
