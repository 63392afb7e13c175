"""What party workers did in a year, beside each other."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.catalogues.indicators import INDICATORS
from app.core.acts import Act
from app.core.errors import NotAcceptable
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.duties.board import service
from app.services.duties.board.schemas import BoardFilters, WorkerFiguresRead
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(tags=["worker reviews"], route_class=StrictRoute)

ReviewsRead = Annotated[Act, May(Permission.worker_reviews_read)]

COLUMNS = (
    Column("worker_name"),
    Column("roles", "list", coded="worker_role", heading="worker_roles_of_year"),
    Column("year", "integer"),
    Column("visits_made", "integer"),
    Column("visits_due_met_percent", "integer"),
    Column("organizations_assigned", "integer"),
    Column("branches_founded_with_help", "integer"),
    Column("training_minutes", "integer", heading="training_minutes_of_year"),
    Column("tasks_done", "integer"),
    Column("tasks_on_time_percent", "integer"),
    Column("branch_meetings_held", "integer"),
    Column("targets_measured", "integer"),
    Column("targets_reached", "integer"),
    Column("missed", "list", coded="indicator", heading="targets_missed"),
    Column("score", "integer"),
    Column("band_by_score", coded="band"),
    Column("review_state", coded="worker_review_state", heading="worker_review_state"),
    Column("band", coded="band"),
    Column("region_code"),
    Column("authority_code"),
    Column("review_id"),
    Column("worker_id"),
)


class WorkerFiguresList(BoardFilters, ListQuery):
    """Filters and paging of the figures."""


@router.get(
    "/v1/worker-figures",
    summary="List workers' figures",
    response_model=Listed[WorkerFiguresRead],
    responses=declares(NotAcceptable),
)
async def list_worker_figures(
    act: ReviewsRead, request: Request, query: Annotated[WorkerFiguresList, Query()]
) -> Response:
    """All workers who held a role in a year, with every indicator up to today, beside each other.

    Targets are those of the region asked for, as changed for single workers; `band_by_score` is what the figures alone
    point to. Figures count all that was done, wherever it lies and whoever asks. As JSON pages, or as CSV or XLSX.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, INDICATORS, query, ask), query.ask())
