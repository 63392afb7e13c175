"""What party workers are taught: courses, by whom and for whom."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.training.courses import reads, service
from app.services.training.courses.schemas import (
    CourseCreate,
    CourseDetail,
    CourseFilters,
    CourseRead,
    CourseUpdate,
    CourseVersion,
)
from app.services.training.wire import Withdrawal
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/courses", tags=["training"], route_class=StrictRoute)

TrainingRead = Annotated[Act, May(Permission.training_read)]
TrainingWrite = Annotated[Act, May(Permission.training_write)]

COLUMNS = (
    Column("title", heading="course_title"),
    Column("kind", coded="course_kind", heading="course_kind"),
    Column("body", heading="course_body"),
    Column("roles", "list", coded="worker_role", heading="course_roles"),
    Column("region_code"),
    Column("authority_code"),
    Column("withdraw_reason"),
    Column("id"),
)
CHANGED = declares(NotFound, Conflict, StaleVersion, VersionRequired)


class CourseList(CourseFilters, ListQuery):
    """Filters and paging of the courses."""


@router.get("", summary="List courses", response_model=Listed[CourseRead], responses=declares(NotAcceptable))
async def list_courses(act: TrainingRead, request: Request, query: Annotated[CourseList, Query()]) -> Response:
    """Courses in the scope, and those that the regions above give. As JSON pages, or as CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post("", summary="Enter a course", status_code=201, response_model=CourseDetail, responses=declares())
async def create_course(act: TrainingWrite, draft: CourseCreate) -> Response:
    """Enters a course in a region; those below see it and may hold it."""
    row_id = await service.create(act, draft)
    return answers.created(CourseDetail, await service.shown(act, row_id), "/v1/courses/{id}")


@router.get("/{course_id}", summary="Read a course", response_model=CourseDetail, responses=declares(NotFound))
async def read_course(act: TrainingRead, course_id: UUID, request: Request) -> Response:
    """One course with its ETag and what the caller may do to it."""
    return answers.one(CourseDetail, await service.shown(act, course_id), request)


@router.patch("/{course_id}", summary="Correct a course", response_model=CourseDetail, responses=CHANGED)
async def correct_course(act: TrainingWrite, course_id: UUID, change: CourseUpdate, request: Request) -> Response:
    """Puts right what is sent. What was attended keeps the title it had then. Needs `If-Match`."""
    await service.update(act, course_id, answers.expected_version(request), change)
    return answers.one(CourseDetail, await service.shown(act, course_id))


@router.post("/{course_id}/withdraw", summary="Withdraw a course", response_model=CourseDetail, responses=CHANGED)
async def withdraw_course(act: TrainingWrite, course_id: UUID, wish: Withdrawal, request: Request) -> Response:
    """Says that a course is given no more: it stays, and has no new sessions. Needs `If-Match`."""
    await service.withdraw(act, course_id, answers.expected_version(request), wish)
    return answers.one(CourseDetail, await service.shown(act, course_id))


@router.get(
    "/{course_id}/history",
    summary="List a course's versions",
    response_model=Listed[CourseVersion],
    responses=declares(NotFound),
)
async def list_course_versions(
    act: TrainingRead, course_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of it and when, the newest first."""
    return answers.listed(await reads.history(act, course_id, query.ask()), request)
