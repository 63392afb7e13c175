"""What departments do for two-new work."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.departments.duties import reads, service
from app.services.departments.duties.schemas import (
    DUTY,
    DepartmentDutyCreate,
    DepartmentDutyDetail,
    DepartmentDutyRead,
    DepartmentDutyUpdate,
    DepartmentDutyVersion,
)
from app.services.departments.wire import PartFilters, PeriodEnd
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/department-duties", tags=["departments"], route_class=StrictRoute)

DepartmentsRead = Annotated[Act, May(Permission.departments_read)]
DepartmentsWrite = Annotated[Act, May(Permission.departments_write)]
DutyId = Annotated[UUID, Path(description="The duty's id.", examples=[DUTY["id"]])]

COLUMNS = (
    Column("department_name"),
    Column("department_kind", coded="department_kind"),
    Column("text", heading="duty_text"),
    Column("source", heading="duty_source"),
    Column("valid_from", "date"),
    Column("valid_to", "date"),
    Column("end_reason"),
    Column("region_code"),
    Column("department_id"),
    Column("id"),
)
CHANGED = declares(NotFound, Conflict, StaleVersion, VersionRequired)


class DepartmentDutyList(PartFilters, ListQuery):
    """Filters and paging of the duties."""


@router.get(
    "",
    summary="List duties of departments",
    response_model=Listed[DepartmentDutyRead],
    responses=declares(NotAcceptable),
)
async def list_department_duties(
    act: DepartmentsRead, request: Request, query: Annotated[DepartmentDutyList, Query()]
) -> Response:
    """Duties of departments by region; as JSON pages, or as CSV or XLSX."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Enter a duty of a department",
    status_code=201,
    response_model=DepartmentDutyDetail,
    responses=declares(Conflict),
)
async def create_department_duty(act: DepartmentsWrite, draft: DepartmentDutyCreate) -> Response:
    """What a department does for two-new work from a day on, and the document that lays it down."""
    return answers.created(DepartmentDutyDetail, await service.create(act, draft), "/v1/department-duties/{id}")


@router.get(
    "/{duty_id}",
    summary="Read a duty of a department",
    response_model=DepartmentDutyDetail,
    responses=declares(NotFound),
)
async def read_department_duty(act: DepartmentsRead, duty_id: DutyId, request: Request) -> Response:
    """One duty with what may be done."""
    return answers.one(DepartmentDutyDetail, await service.shown(act, duty_id), request)


@router.patch(
    "/{duty_id}", summary="Put right a duty of a department", response_model=DepartmentDutyDetail, responses=CHANGED
)
async def update_department_duty(
    act: DepartmentsWrite, duty_id: DutyId, change: DepartmentDutyUpdate, request: Request
) -> Response:
    """Puts right what is sent and leaves the rest. Needs `If-Match`."""
    row = await service.update(act, duty_id, answers.expected_version(request), change)
    return answers.one(DepartmentDutyDetail, row, request)


@router.post(
    "/{duty_id}/end", summary="End a duty of a department", response_model=DepartmentDutyDetail, responses=CHANGED
)
async def end_department_duty(act: DepartmentsWrite, duty_id: DutyId, wish: PeriodEnd, request: Request) -> Response:
    """A duty no longer holds from a day on. Needs `If-Match`."""
    return answers.one(
        DepartmentDutyDetail, await service.end(act, duty_id, answers.expected_version(request), wish), request
    )


@router.get(
    "/{duty_id}/history",
    summary="List the versions of a duty of a department",
    response_model=Listed[DepartmentDutyVersion],
    responses=declares(NotFound),
)
async def list_department_duty_versions(
    act: DepartmentsRead, duty_id: DutyId, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the duty and when, the newest first."""
    return answers.listed(await reads.history(act, duty_id, query.ask()), request)
