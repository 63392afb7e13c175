"""Liaisons of departments. The phone leaves masked; in clear only with a purpose."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.departments.liaisons import service
from app.services.departments.liaisons.schemas import (
    LIAISON,
    DepartmentLiaisonCreate,
    DepartmentLiaisonDetail,
    DepartmentLiaisonRead,
    DepartmentLiaisonUpdate,
    DepartmentLiaisonVersion,
)
from app.services.departments.wire import PartFilters, PeriodEnd
from app.services.privacy.schemas import NumberReveal, Revealed
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/department-liaisons", tags=["departments"], route_class=StrictRoute)

LiaisonsRead = Annotated[Act, May(Permission.liaisons_read)]
LiaisonsWrite = Annotated[Act, May(Permission.liaisons_write)]
LiaisonsReveal = Annotated[Act, May(Permission.liaisons_reveal)]
LiaisonId = Annotated[UUID, Path(description="The liaison's id.", examples=[LIAISON["id"]])]

COLUMNS = (
    Column("department_name"),
    Column("name", heading="person_name"),
    Column("post", heading="liaison_post"),
    Column("main", "boolean", heading="liaison_main"),
    Column("phone"),
    Column("valid_from", "date"),
    Column("valid_to", "date"),
    Column("end_reason"),
    Column("region_code"),
    Column("department_id"),
    Column("id"),
)
CHANGED = declares(NotFound, Conflict, Taken, StaleVersion, VersionRequired)
UNSTORED = {"Cache-Control": "no-store"}
"""What is in clear is kept by nothing between here and the reader."""


class DepartmentLiaisonList(PartFilters, ListQuery):
    """Filters and paging of the liaisons."""


@router.get(
    "",
    summary="List liaisons of departments",
    response_model=Listed[DepartmentLiaisonRead],
    responses=declares(NotAcceptable),
)
async def list_department_liaisons(
    act: LiaisonsRead, request: Request, query: Annotated[DepartmentLiaisonList, Query()]
) -> Response:
    """Liaisons of departments by region, with the masked phone; as JSON pages, or as CSV or XLSX.

    That a list of names was read is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Enter a liaison of a department",
    status_code=201,
    response_model=DepartmentLiaisonDetail,
    responses=declares(Conflict, Taken),
)
async def create_department_liaison(act: LiaisonsWrite, draft: DepartmentLiaisonCreate) -> Response:
    """Through whom a department is reached from a day on; one main liaison at a time."""
    return answers.created(DepartmentLiaisonDetail, await service.create(act, draft), "/v1/department-liaisons/{id}")


@router.get(
    "/{liaison_id}",
    summary="Read a liaison of a department",
    response_model=DepartmentLiaisonDetail,
    responses=declares(NotFound),
)
async def read_department_liaison(act: LiaisonsRead, liaison_id: LiaisonId, request: Request) -> Response:
    """One liaison with the masked phone and what may be done."""
    return answers.one(DepartmentLiaisonDetail, await service.shown(act, liaison_id), request)


@router.patch(
    "/{liaison_id}",
    summary="Put right a liaison of a department",
    response_model=DepartmentLiaisonDetail,
    responses=CHANGED,
)
async def update_department_liaison(
    act: LiaisonsWrite, liaison_id: LiaisonId, change: DepartmentLiaisonUpdate, request: Request
) -> Response:
    """Puts right what is sent and leaves the rest. Needs `If-Match`."""
    row = await service.update(act, liaison_id, answers.expected_version(request), change)
    return answers.one(DepartmentLiaisonDetail, row, request)


@router.post(
    "/{liaison_id}/end",
    summary="Dismiss a liaison of a department",
    response_model=DepartmentLiaisonDetail,
    responses=CHANGED,
)
async def end_department_liaison(
    act: LiaisonsWrite, liaison_id: LiaisonId, wish: PeriodEnd, request: Request
) -> Response:
    """A liaison speaks for the department no more from a day on; feeds read in that name end. Needs `If-Match`."""
    return answers.one(
        DepartmentLiaisonDetail, await service.end(act, liaison_id, answers.expected_version(request), wish), request
    )


@router.post(
    "/{liaison_id}/reveal",
    summary="Reveal the phone of a liaison of a department",
    response_model=Revealed,
    responses=declares(NotFound),
)
async def reveal_department_liaison(act: LiaisonsReveal, liaison_id: LiaisonId, wish: NumberReveal) -> Response:
    """The phone in clear, for a stated purpose. Each reading leaves one audit row, in the same transaction."""
    return answers.answer(await service.reveal(act, liaison_id, wish), headers=UNSTORED)


@router.get(
    "/{liaison_id}/history",
    summary="List the versions of a liaison of a department",
    response_model=Listed[DepartmentLiaisonVersion],
    responses=declares(NotFound),
)
async def list_department_liaison_versions(
    act: LiaisonsRead, liaison_id: LiaisonId, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the liaison and when, the newest first; without the phone, since earlier ones are not kept.

    That the names were read is noted in the audit.
    """
    return answers.listed(await service.history(act, liaison_id, query.ask()), request)
