"""What is counted of regions, beside each other."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.catalogues.indicators import INDICATORS
from app.core.acts import Act
from app.core.errors import NotAcceptable, NotFound
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.programmes.figures import service
from app.services.programmes.figures.schemas import RegionFigureFilters, RegionFiguresRead
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(tags=["programmes"], route_class=StrictRoute)

CoverageRead = Annotated[Act, May(Permission.coverage_read)]

COLUMNS = (
    Column("region_name", heading="figures_region"),
    Column("since", "date", heading="figures_since"),
    Column("until", "date", heading="figures_until"),
    Column("denominator", coded="denominator", heading="programme_basis"),
    Column("organization_coverage_permille", "integer"),
    Column("work_coverage_permille", "integer"),
    Column("organizations_uncovered", "integer"),
    Column("branches_founded", "integer", heading="region_branches_founded"),
    Column("branches_standing", "integer"),
    Column("instructors", "integer", heading="region_instructors"),
    Column("training_minutes_of_workers", "integer"),
    Column("formation_tasks_on_time_percent", "integer"),
    Column("policy_version", heading="figures_policy_version"),
    Column("region_code"),
    Column("region_level", "integer"),
)


class RegionFiguresList(RegionFigureFilters, ListQuery):
    """Filters and paging of the figures."""


@router.get(
    "/v1/region-figures",
    summary="List regions' figures",
    response_model=Listed[RegionFiguresRead],
    responses=declares(NotAcceptable, NotFound),
)
async def list_region_figures(
    act: CoverageRead, request: Request, query: Annotated[RegionFiguresList, Query()]
) -> Response:
    """A region and those directly below it, with every indicator about regions over a period, beside each other.

    Coverage is by the denominator named, as of now, and judged by the policy in force at each region; its cost does not
    grow with the register. As JSON pages, or as CSV or XLSX.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, INDICATORS, query, ask), query.ask())
