"""Departments of the joint meeting, and how fresh what they push is."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.departments import reads, service
from app.services.departments.datasets import reads as dataset_reads
from app.services.departments.datasets import service as datasets
from app.services.departments.datasets.schemas import FreshnessFilters, FreshnessRead
from app.services.departments.schemas import (
    DEPARTMENT,
    DepartmentCreate,
    DepartmentDetail,
    DepartmentFilters,
    DepartmentRead,
    DepartmentUpdate,
    DepartmentVersion,
)
from app.services.departments.wire import PeriodEnd
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/departments", tags=["departments"], route_class=StrictRoute)
freshness = APIRouter(prefix="/v1/department-freshness", tags=["departments"], route_class=StrictRoute)

DepartmentsRead = Annotated[Act, May(Permission.departments_read)]
DepartmentsWrite = Annotated[Act, May(Permission.departments_write)]
DepartmentId = Annotated[UUID, Path(description="The department's id.", examples=[DEPARTMENT["id"]])]

COLUMNS = (
    Column("name", heading="department_name"),
    Column("kind", coded="department_kind", heading="department_kind"),
    Column("committee_name"),
    Column("region_code"),
    Column("valid_from", "date", heading="department_from"),
    Column("valid_to", "date", heading="department_to"),
    Column("end_reason"),
    Column("authority_name", heading="department_authority"),
    Column("committee_id"),
    Column("id"),
)
FRESHNESS_COLUMNS = (
    Column("department_name"),
    Column("dataset", coded="dataset"),
    Column("every_days", "integer"),
    Column("last_source_time", "datetime"),
    Column("last_finished_at", "datetime"),
    Column("last_records", "integer"),
    Column("due_on", "date", heading="dataset_due_on"),
    Column("days_late", "integer"),
    Column("never", "boolean", heading="never_pushed"),
    Column("region_code"),
    Column("client_id"),
    Column("department_id"),
    Column("id"),
)
CHANGED = declares(NotFound, Conflict, Taken, StaleVersion, VersionRequired)


class DepartmentList(DepartmentFilters, ListQuery):
    """Filters and paging of the departments."""


class FreshnessList(FreshnessFilters, ListQuery):
    """Filters and paging of how fresh datasets are."""


@router.get("", summary="List departments", response_model=Listed[DepartmentRead], responses=declares(NotAcceptable))
async def list_departments(
    act: DepartmentsRead, request: Request, query: Annotated[DepartmentList, Query()]
) -> Response:
    """Departments of joint meetings by region, or by `sort=name`; as JSON pages, or as CSV or XLSX."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "", summary="Let a department join", status_code=201, response_model=DepartmentDetail, responses=declares(Taken)
)
async def create_department(act: DepartmentsWrite, draft: DepartmentCreate) -> Response:
    """A department belongs to a committee's joint meeting from a day on; one name once at a time in a committee."""
    return answers.created(DepartmentDetail, await service.create(act, draft), "/v1/departments/{id}")


@router.get(
    "/{department_id}", summary="Read a department", response_model=DepartmentDetail, responses=declares(NotFound)
)
async def read_department(act: DepartmentsRead, department_id: DepartmentId, request: Request) -> Response:
    """One department with the seats it holds in the committee and what may be done."""
    return answers.one(DepartmentDetail, await service.shown(act, department_id), request)


@router.patch("/{department_id}", summary="Change a department", response_model=DepartmentDetail, responses=CHANGED)
async def update_department(
    act: DepartmentsWrite, department_id: DepartmentId, change: DepartmentUpdate, request: Request
) -> Response:
    """Changes what is sent; a field left out stays. Needs `If-Match`."""
    row = await service.update(act, department_id, answers.expected_version(request), change)
    return answers.one(DepartmentDetail, row, request)


@router.post(
    "/{department_id}/end", summary="Let a department leave", response_model=DepartmentDetail, responses=CHANGED
)
async def end_department(
    act: DepartmentsWrite, department_id: DepartmentId, wish: PeriodEnd, request: Request
) -> Response:
    """A department leaves the meeting: its duties, liaisons and datasets end with it, and whoever acts for it sees
    nothing of the meeting any more. Needs `If-Match`.
    """
    row = await service.end(act, department_id, answers.expected_version(request), wish)
    return answers.one(DepartmentDetail, row, request)


@router.get(
    "/{department_id}/history",
    summary="List a department's versions",
    response_model=Listed[DepartmentVersion],
    responses=declares(NotFound),
)
async def list_department_versions(
    act: DepartmentsRead, department_id: DepartmentId, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the department and when, the newest first."""
    return answers.listed(await reads.history(act, department_id, query.ask()), request)


@router.get(
    "/{department_id}/freshness",
    summary="Read how fresh a department's data is",
    response_model=Listed[FreshnessRead],
    responses=declares(NotFound),
)
async def read_department_freshness(
    act: DepartmentsRead, department_id: DepartmentId, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """Each dataset that the department has to push today: when its newest data was true, when the next is due, and how
    many days late that is; the longest due first.
    """
    return answers.listed(await datasets.freshness_of(act, department_id, query.ask()), request)


@freshness.get(
    "",
    summary="List how fresh departments' data is",
    response_model=Listed[FreshnessRead],
    responses=declares(NotAcceptable),
)
async def list_department_freshness(
    act: DepartmentsRead, request: Request, query: Annotated[FreshnessList, Query()]
) -> Response:
    """What departments have to push, the longest due first; as JSON pages, or as CSV or XLSX.

    Where a client is named, its own newest data counts, else what anyone pushed for the committee's region, for a part
    of it or for a region around it. Only data that was taken in counts.
    """
    return await respond(request, FRESHNESS_COLUMNS, lambda ask: dataset_reads.freshness(act, query, ask), query.ask())
