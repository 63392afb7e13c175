"""Who is due what of a year of learning."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import NotAcceptable, NotFound
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.training.dues import service
from app.services.training.dues.schemas import TrainingDueDetail, TrainingDueFilters, TrainingDueRead
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/training-dues", tags=["training"], route_class=StrictRoute)

TrainingRead = Annotated[Act, May(Permission.training_read)]
Year = Annotated[int | None, Query(ge=2000, le=2100, description="The calendar year; by default the one that runs.")]

COLUMNS = (
    Column("worker_name", heading="person_name"),
    Column("region_code"),
    Column("authority_code"),
    Column("year", heading="training_year"),
    Column("role", coded="worker_role", heading="demanding_role"),
    Column("minutes_due", "integer"),
    Column("minutes_done", "integer"),
    Column("minutes_missing", "integer"),
    Column("sessions_due", "integer"),
    Column("sessions_done", "integer"),
    Column("sessions_missing", "integer"),
    Column("practice_days_due", "integer"),
    Column("practice_days_done", "integer"),
    Column("practice_days_missing", "integer"),
    Column("last_held_on", "date", heading="last_training"),
    Column("policy_version"),
    Column("worker_id"),
)


class TrainingDueList(TrainingDueFilters, ListQuery):
    """Filters and paging of what is due."""


@router.get(
    "",
    summary="List what workers still have to learn",
    response_model=Listed[TrainingDueRead],
    responses=declares(NotAcceptable),
)
async def list_training_dues(
    act: TrainingRead, request: Request, query: Annotated[TrainingDueList, Query()]
) -> Response:
    """For each worker who held a role in the year: minutes, trainings and days on postings, due, done and missing.

    A role held for a part of the year asks for that part, and on each day the most demanding role counts, once. Roles
    count as far as the caller sees them. The numbers are those of the policy `training` of the region asked for;
    `short` gives those who lack something. As JSON pages, or as CSV or XLSX by `Accept`. That a list of names was read
    is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.get(
    "/{worker_id}",
    summary="Read what a worker still has to learn",
    response_model=TrainingDueDetail,
    responses=declares(NotFound),
)
async def read_training_due(act: TrainingRead, worker_id: UUID, request: Request, year: Year = None) -> Response:
    """One worker's year: what is due, by the policy of where he stands, the roles it rests on, what is short."""
    row, findings = await service.one(act, worker_id, year)
    spoken = language(request)
    return answers.one(TrainingDueDetail, {**row, "findings": [finding_json(each, spoken) for each in findings]})
