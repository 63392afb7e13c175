"""What departments did of what was decided, beside each other."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.catalogues.indicators import INDICATORS
from app.core.acts import Act
from app.core.errors import NotAcceptable
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.action_items.figures import service
from app.services.action_items.figures.schemas import DepartmentFigureFilters, DepartmentFiguresRead
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(tags=["action items"], route_class=StrictRoute)

ItemsRead = Annotated[Act, May(Permission.action_items_read)]

COLUMNS = (
    Column("department_name", heading="figures_department"),
    Column("kind", coded="department_kind", heading="department_kind"),
    Column("since", "date", heading="figures_since"),
    Column("until", "date", heading="figures_until"),
    Column("action_items_due", "integer"),
    Column("action_items_done_percent", "integer"),
    Column("action_items_on_time_percent", "integer"),
    Column("items_overdue", "integer"),
    Column("attendance_percent", "integer"),
    Column("region_code"),
    Column("authority_code"),
    Column("department_id"),
)


class DepartmentFiguresList(DepartmentFigureFilters, ListQuery):
    """Filters and paging of the figures."""


@router.get(
    "/v1/department-figures",
    summary="List departments' figures",
    response_model=Listed[DepartmentFiguresRead],
    responses=declares(NotAcceptable),
)
async def list_department_figures(
    act: ItemsRead, request: Request, query: Annotated[DepartmentFiguresList, Query()]
) -> Response:
    """All departments that were in a joint meeting in the period, with every indicator about them.

    The period is the year so far unless another is asked for. What each figure counts is told by `GET /v1/indicators`.
    As JSON pages, or as CSV or XLSX by `Accept`.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, INDICATORS, query, ask), query.ask())
