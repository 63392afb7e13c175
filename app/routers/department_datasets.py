"""What departments have to push, and how often."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.catalogues.datasets import DATASETS
from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.departments.datasets import reads, service
from app.services.departments.datasets.schemas import (
    DATASET,
    DepartmentDatasetCreate,
    DepartmentDatasetDetail,
    DepartmentDatasetRead,
    DepartmentDatasetUpdate,
    DepartmentDatasetVersion,
)
from app.services.departments.wire import PartFilters, PeriodEnd
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/department-datasets", tags=["departments"], route_class=StrictRoute)

DepartmentsRead = Annotated[Act, May(Permission.departments_read)]
DepartmentsWrite = Annotated[Act, May(Permission.departments_write)]
DatasetId = Annotated[UUID, Path(description="The department's dataset's id.", examples=[DATASET["id"]])]

COLUMNS = (
    Column("department_name"),
    Column("dataset", coded="dataset"),
    Column("every_days", "integer"),
    Column("client_id"),
    Column("valid_from", "date"),
    Column("valid_to", "date"),
    Column("end_reason"),
    Column("region_code"),
    Column("department_id"),
    Column("id"),
)
CHANGED = declares(NotFound, Conflict, Taken, StaleVersion, VersionRequired)


class DepartmentDatasetList(PartFilters, ListQuery):
    """Filters and paging of the datasets of departments."""


@router.get(
    "",
    summary="List datasets of departments",
    response_model=Listed[DepartmentDatasetRead],
    responses=declares(NotAcceptable),
)
async def list_department_datasets(
    act: DepartmentsRead, request: Request, query: Annotated[DepartmentDatasetList, Query()]
) -> Response:
    """What departments have to push, by region; as JSON pages, or as CSV or XLSX."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Enter a dataset of a department",
    status_code=201,
    response_model=DepartmentDatasetDetail,
    responses=declares(Conflict, Taken),
)
async def create_department_dataset(act: DepartmentsWrite, draft: DepartmentDatasetCreate) -> Response:
    """What a department has to push from a day on, and every how many days."""
    return answers.created(
        DepartmentDatasetDetail, await service.create(act, draft, DATASETS), "/v1/department-datasets/{id}"
    )


@router.get(
    "/{dataset_id}",
    summary="Read a dataset of a department",
    response_model=DepartmentDatasetDetail,
    responses=declares(NotFound),
)
async def read_department_dataset(act: DepartmentsRead, dataset_id: DatasetId, request: Request) -> Response:
    """One dataset of a department with what may be done."""
    return answers.one(DepartmentDatasetDetail, await service.shown(act, dataset_id), request)


@router.patch(
    "/{dataset_id}",
    summary="Put right a dataset of a department",
    response_model=DepartmentDatasetDetail,
    responses=CHANGED,
)
async def update_department_dataset(
    act: DepartmentsWrite, dataset_id: DatasetId, change: DepartmentDatasetUpdate, request: Request
) -> Response:
    """Puts right what is sent and leaves the rest. Needs `If-Match`."""
    row = await service.update(act, dataset_id, answers.expected_version(request), change)
    return answers.one(DepartmentDatasetDetail, row, request)


@router.post(
    "/{dataset_id}/end",
    summary="End a dataset of a department",
    response_model=DepartmentDatasetDetail,
    responses=CHANGED,
)
async def end_department_dataset(
    act: DepartmentsWrite, dataset_id: DatasetId, wish: PeriodEnd, request: Request
) -> Response:
    """A department has to push it no more from a day on. Needs `If-Match`."""
    return answers.one(
        DepartmentDatasetDetail, await service.end(act, dataset_id, answers.expected_version(request), wish), request
    )


@router.get(
    "/{dataset_id}/history",
    summary="List the versions of a dataset of a department",
    response_model=Listed[DepartmentDatasetVersion],
    responses=declares(NotFound),
)
async def list_department_dataset_versions(
    act: DepartmentsRead, dataset_id: DatasetId, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was asked of the department and when, the newest first."""
    return answers.listed(await reads.history(act, dataset_id, query.ask()), request)
