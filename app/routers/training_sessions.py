"""Holdings of courses, and who attended them as a spreadsheet tells it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import (
    Conflict,
    NotAcceptable,
    NotFound,
    StaleVersion,
    Taken,
    TooLarge,
    UnsupportedMedia,
    VersionRequired,
)
from app.core.labels import Language, label
from app.core.sheets import Column
from app.routers.uploads import body_of, closing, media_of
from app.services.access.permissions import Permission
from app.services.exchange.failures import FileUnreadable, UploadStalled
from app.services.training.attendance import sheet
from app.services.training.attendance.schemas import SheetTaken
from app.services.training.attendance.sheet import SHEET_BYTES
from app.services.training.attendance.sheet import Taken as ListTaken
from app.services.training.sessions import reads, service
from app.services.training.sessions.schemas import (
    SessionCreate,
    SessionDetail,
    SessionFilters,
    SessionRead,
    SessionUpdate,
    SessionVersion,
)
from app.services.training.wire import Withdrawal
from app.web import answers
from app.web.exempt import untimed
from app.web.guards import Caller, May, MayLater
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/training-sessions", tags=["training"], route_class=StrictRoute)

TrainingRead = Annotated[Act, May(Permission.training_read)]
TrainingWrite = Annotated[Act, May(Permission.training_write)]

TrainingBring = Annotated[Caller, MayLater(Permission.training_write)]

COLUMNS = (
    Column("course_title"),
    Column("course_kind", coded="course_kind"),
    Column("region_code"),
    Column("authority_code"),
    Column("starts_at", "datetime"),
    Column("ends_at", "datetime"),
    Column("minutes", "integer", heading="minutes_of_training"),
    Column("place", heading="training_place"),
    Column("attended", "integer"),
    Column("cancel_reason"),
    Column("id"),
)
OUTCOMES = ("created", "updated", "unchanged", "rejected")
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "CSV with a header row (UTF-8, UTF-16 with mark, GB18030/GBK; title rows and totals are"
        " recognised), one JSON object a line (NDJSON), or a JSON array; up to 2 MiB.",
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "example": "姓名,身份证号,学时\r\n李清,11010519491231002X,8\r\n",
            },
            "application/x-ndjson": {"schema": {"type": "string"}, "example": '{"name": "李清", "minutes": 360}\n'},
            "application/json": {
                "schema": {"type": "array", "items": {"type": "object"}},
                "example": [{"name": "李清", "minutes": 360}],
            },
        },
    }
}
CHANGED = declares(NotFound, Conflict, StaleVersion, VersionRequired)


class SessionList(SessionFilters, ListQuery):
    """Filters and paging of the training sessions."""


@router.get("", summary="List training sessions", response_model=Listed[SessionRead], responses=declares(NotAcceptable))
async def list_training_sessions(
    act: TrainingRead, request: Request, query: Annotated[SessionList, Query()]
) -> Response:
    """Sessions in the scope, and those of the regions above; of one course the latest first. As JSON, CSV or XLSX."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "", summary="Enter a training session", status_code=201, response_model=SessionDetail, responses=declares()
)
async def create_training_session(act: TrainingWrite, draft: SessionCreate) -> Response:
    """Enters a session of a course, to come or held. Whoever sees a course given above may hold it."""
    row_id = await service.create(act, draft)
    return answers.created(SessionDetail, await service.shown(act, row_id), "/v1/training-sessions/{id}")


@router.get(
    "/{session_id}", summary="Read a training session", response_model=SessionDetail, responses=declares(NotFound)
)
async def read_training_session(act: TrainingRead, session_id: UUID, request: Request) -> Response:
    """One session with its ETag and what the caller may do to it."""
    return answers.one(SessionDetail, await service.shown(act, session_id), request)


@router.patch("/{session_id}", summary="Correct a training session", response_model=SessionDetail, responses=CHANGED)
async def correct_training_session(
    act: TrainingWrite, session_id: UUID, change: SessionUpdate, request: Request
) -> Response:
    """Puts right what is sent. Once attendance has been entered times and minutes stay. Needs `If-Match`."""
    await service.update(act, session_id, answers.expected_version(request), change)
    return answers.one(SessionDetail, await service.shown(act, session_id))


@router.post(
    "/{session_id}/cancel", summary="Cancel a training session", response_model=SessionDetail, responses=CHANGED
)
async def cancel_training_session(act: TrainingWrite, session_id: UUID, wish: Withdrawal, request: Request) -> Response:
    """Says that a session is not held; refused where attendance has been entered. Needs `If-Match`."""
    await service.cancel(act, session_id, answers.expected_version(request), wish)
    return answers.one(SessionDetail, await service.shown(act, session_id))


@router.get(
    "/{session_id}/history",
    summary="List a training session's versions",
    response_model=Listed[SessionVersion],
    responses=declares(NotFound),
)
async def list_training_session_versions(
    act: TrainingRead, session_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of it and when, the newest first."""
    return answers.listed(await reads.history(act, session_id, query.ask()), request)


@router.post(
    "/{session_id}/attendances",
    summary="Take in an attendance list",
    response_model=SheetTaken,
    responses=declares(NotFound, Conflict, Taken, TooLarge, UnsupportedMedia, FileUnreadable, UploadStalled),
    openapi_extra=BODY,
)
@untimed
async def take_in_attendances(caller: TrainingBring, session_id: UUID, request: Request) -> Response:
    """Enters who attended a session that is over, from a spreadsheet saved as CSV (or JSON), and tells each line.

    A line names a worker by `worker_id`, `identity_number` or a name that only one worker has, and may say `minutes` or
    `hours`; without either the whole session counts. A line that does not fit is rejected with its reason and stops no
    other. Sent again, a list changes nothing. At most 2,000 lines; numbers are looked up and not kept.
    """
    form = media_of(request)
    try:
        async with body_of(request, SHEET_BYTES) as body:
            lines = await sheet.opened(body.path, form)
            async with caller.open() as act:
                taken = await sheet.taken(act, session_id, lines)
    except (TooLarge, UploadStalled) as failure:
        return closing(request, failure)
    return answers.answer(_told(taken, language(request)))


def _told(taken: ListTaken, spoken: Language) -> dict[str, Any]:
    counts = {name: sum(line.outcome == name for line in taken.lines) for name in OUTCOMES}
    return {
        "session_id": taken.session_id,
        "records": len(taken.lines),
        **counts,
        "blank_rows": taken.blank_rows,
        "lines": [
            {
                "line": line.line,
                "outcome": line.outcome,
                "attendance_id": line.attendance_id,
                "errors": [
                    {
                        "pointer": each.pointer,
                        "code": each.code,
                        "detail": label("line", each.code, spoken, **each.params),
                    }
                    for each in line.errors
                ],
            }
            for line in taken.lines
        ],
    }
