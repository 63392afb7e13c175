"""Items of agendas: what is proposed, taken up or not, and the papers that belong to them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from app.catalogues.files import AGENDA_FILES, OWNERS
from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.routers.file_bodies import BODY, BROUGHT, BYTES, FileQuery, kept, sent
from app.services.access.permissions import Permission
from app.services.files import service as files
from app.services.files.failures import ContentMissing, StorageAway
from app.services.files.schemas import FileRead, FileRemove
from app.services.joint_meetings.agenda import reads, service
from app.services.joint_meetings.agenda.schemas import (
    AgendaItemDecline,
    AgendaItemDetail,
    AgendaItemFilters,
    AgendaItemRead,
    AgendaItemUpdate,
    AgendaItemVersion,
)
from app.web import answers
from app.web.exempt import untimed
from app.web.guards import Caller, May, MayLater
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/agenda-items", tags=["joint meetings"], route_class=StrictRoute)

MeetingsRead = Annotated[Act, May(Permission.joint_meetings_read)]
MeetingsWrite = Annotated[Act, May(Permission.joint_meetings_write)]
TakePart = Annotated[Act, May(Permission.joint_meetings_take_part)]
PapersLoad = Annotated[Caller, MayLater(Permission.joint_meetings_read)]
PapersBring = Annotated[Caller, MayLater(Permission.joint_meetings_take_part)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("position", "integer", heading="agenda_position"),
    Column("title", heading="agenda_title"),
    Column("summary", heading="agenda_summary"),
    Column("kind", coded="agenda_kind", heading="agenda_kind"),
    Column("state", coded="agenda_state", heading="agenda_state"),
    Column("decline_reason", heading="agenda_decline_reason"),
    Column("department_name", heading="agenda_department"),
    Column("proposed_on", "date", heading="agenda_proposed_on"),
    Column("region_code"),
    Column("meeting_id", heading="meeting_id"),
    Column("id"),
)


class AgendaItemList(AgendaItemFilters, ListQuery):
    """Filters and paging of the items."""


@router.get("", summary="List agenda items", response_model=Listed[AgendaItemRead], responses=declares(NotAcceptable))
async def list_agenda_items(act: MeetingsRead, request: Request, query: Annotated[AgendaItemList, Query()]) -> Response:
    """What meetings are to talk about, by region; of one meeting in its order.

    As JSON pages, or as CSV or XLSX by `Accept`.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.get("/{item_id}", summary="Read an agenda item", response_model=AgendaItemDetail, responses=declares(NotFound))
async def read_agenda_item(act: MeetingsRead, item_id: UUID, request: Request) -> Response:
    """One item with its papers, its ETag and what the caller may do."""
    return answers.one(AgendaItemDetail, await service.shown(act, item_id), request)


@router.patch(
    "/{item_id}",
    summary="Change a topic",
    response_model=AgendaItemDetail,
    responses=declares(*CHANGED, RuleViolation),
)
async def update_agenda_item(act: TakePart, item_id: UUID, change: AgendaItemUpdate, request: Request) -> Response:
    """Changes what is sent; a department its own, until topics are due. Needs `If-Match`."""
    await service.update(act, item_id, answers.expected_version(request), change)
    return answers.one(AgendaItemDetail, await service.shown(act, item_id))


@router.post(
    "/{item_id}/accept",
    summary="Take a topic up",
    response_model=AgendaItemDetail,
    responses=declares(*CHANGED),
)
async def accept_agenda_item(act: MeetingsWrite, item_id: UUID, request: Request) -> Response:
    """The proposed topic is on the agenda. Needs `If-Match`."""
    await service.accept(act, item_id, answers.expected_version(request))
    return answers.one(AgendaItemDetail, await service.shown(act, item_id))


@router.post(
    "/{item_id}/decline",
    summary="Decline a topic",
    response_model=AgendaItemDetail,
    responses=declares(*CHANGED),
)
async def decline_agenda_item(act: MeetingsWrite, item_id: UUID, why: AgendaItemDecline, request: Request) -> Response:
    """The topic is not taken up, with a reason. Needs `If-Match`."""
    await service.decline(act, item_id, answers.expected_version(request), why.reason)
    return answers.one(AgendaItemDetail, await service.shown(act, item_id))


@router.get(
    "/{item_id}/history",
    summary="List an agenda item's versions",
    response_model=Listed[AgendaItemVersion],
    responses=declares(NotFound),
)
async def list_agenda_item_versions(
    act: MeetingsRead, item_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the item and when, the newest first."""
    return answers.listed(await reads.history(act, item_id, query.ask()), request)


@router.post(
    "/{item_id}/papers",
    summary="Add a paper to a topic",
    status_code=201,
    response_model=FileRead,
    responses=declares(*BROUGHT),
    openapi_extra=BODY,
)
@untimed
async def add_agenda_paper(
    caller: PapersBring, item_id: UUID, request: Request, query: Annotated[FileQuery, Query()]
) -> Response:
    """A paper as the body itself: PDF, DOCX, XLSX, PNG, JPEG, CSV or plain text. A department adds to its own topics,
    until topics are due.
    """
    where = f"/v1/agenda-items/{item_id}/papers/{{id}}"
    return await kept(caller, request, AGENDA_FILES, item_id, query.filename, "attachment", where)


@router.get(
    "/{item_id}/papers/{file_id}",
    summary="Download a paper",
    response_class=StreamingResponse,
    responses=declares(NotFound, ContentMissing, StorageAway) | BYTES,
)
@untimed
async def download_agenda_paper(caller: PapersLoad, item_id: UUID, file_id: UUID, request: Request) -> Response:
    """The paper as it was uploaded, as an attachment, for all who see the topic. That it was asked for is noted."""
    return await sent(caller, request, OWNERS, file_id, (AGENDA_FILES.subject_kind, item_id))


@router.post(
    "/{item_id}/papers/{file_id}/remove",
    summary="Remove a paper",
    status_code=204,
    response_class=Response,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def remove_agenda_paper(
    act: TakePart, item_id: UUID, file_id: UUID, end: FileRemove, request: Request
) -> Response:
    """Takes a paper away from its topic, with a reason. Needs `If-Match` with the file's version."""
    await service.has_paper(act, item_id, file_id)
    await files.remove(act, OWNERS, file_id, answers.expected_version(request), end.reason)
    return Response(status_code=204)
