"""Action items: what was decided, what the responsible department reports, and what becomes of it."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse
from starlette.responses import Response

from app.catalogues.files import EVIDENCE_FILES, OWNERS
from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.routers.file_bodies import BODY, BROUGHT, BYTES, FileQuery, kept, sent
from app.services.access.permissions import Permission
from app.services.action_items import evidence, reads, service
from app.services.action_items.schemas import (
    ActionItemAccept,
    ActionItemCarryOver,
    ActionItemCreate,
    ActionItemDetail,
    ActionItemFilters,
    ActionItemRead,
    ActionItemReason,
    ActionItemReport,
    ActionItemVersion,
    EntryRead,
    SupportersSet,
)
from app.services.files import service as files
from app.services.files.failures import ContentMissing, StorageAway
from app.services.files.schemas import FileRead, FileRemove
from app.web import answers
from app.web.exempt import untimed
from app.web.guards import Caller, May, MayLater
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/action-items", tags=["action items"], route_class=StrictRoute)

ItemsRead = Annotated[Act, May(Permission.action_items_read)]
ItemsWrite = Annotated[Act, May(Permission.action_items_write)]
ItemsReport = Annotated[Act, May(Permission.action_items_report)]
EvidenceLoad = Annotated[Caller, MayLater(Permission.action_items_read)]
EvidenceBring = Annotated[Caller, MayLater(Permission.action_items_report)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("year", "integer", heading="action_item_year"),
    Column("number", "integer", heading="action_item_number"),
    Column("what", heading="action_item_what"),
    Column("department_name", heading="action_item_department"),
    Column("decided_on", "date", heading="action_item_decided_on"),
    Column("due_on", "date", heading="action_item_due_on"),
    Column("state", coded="action_item_state", heading="action_item_state"),
    Column("overdue", "boolean", heading="action_item_overdue"),
    Column("days_overdue", "integer", heading="action_item_days_overdue"),
    Column("reported_on", "date", heading="action_item_reported_on"),
    Column("settled_on", "date", heading="action_item_settled_on"),
    Column("committee_name", heading="action_item_committee"),
    Column("region_code"),
    Column("authority_code"),
    Column("meeting_id", heading="action_item_meeting_id"),
    Column("id"),
)


class ActionItemList(ActionItemFilters, ListQuery):
    """Filters and paging of the items."""


@router.get("", summary="List action items", response_model=Listed[ActionItemRead], responses=declares(NotAcceptable))
async def list_action_items(act: ItemsRead, request: Request, query: Annotated[ActionItemList, Query()]) -> Response:
    """What was decided, those due first leading. A department sees all of its committee's.

    `overdue` goes by today: past its day, and neither reported nor settled. As JSON pages, or as CSV or XLSX by
    `Accept`.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Create an action item",
    status_code=201,
    response_model=ActionItemDetail,
    responses=declares(Conflict),
)
async def create_action_item(act: ItemsWrite, draft: ActionItemCreate) -> Response:
    """Decides something without a meeting, after a supervision, say. What a meeting decides is entered at the meeting.

    The responsible department and those that help are of the committee today. The number is the next of the committee
    and the year.
    """
    item_id = await service.enter(act, draft)
    return answers.created(ActionItemDetail, await service.shown(act, item_id), "/v1/action-items/{id}")


@router.get("/{item_id}", summary="Read an action item", response_model=ActionItemDetail, responses=declares(NotFound))
async def read_action_item(act: ItemsRead, item_id: UUID, request: Request) -> Response:
    """One item with who helps, its evidence, its ETag and what the caller may do."""
    return answers.one(ActionItemDetail, await service.shown(act, item_id), request)


@router.post(
    "/{item_id}/report",
    summary="Report on an action item",
    response_model=ActionItemDetail,
    responses=declares(*CHANGED),
)
async def report_action_item(act: ItemsReport, item_id: UUID, told: ActionItemReport, request: Request) -> Response:
    """The responsible department tells what it did; evidence is laid beside it as files.

    The committee's office may enter what a department handed in, and that is marked. Needs `If-Match`.
    """
    await service.report(act, item_id, answers.expected_version(request), told.text)
    return answers.one(ActionItemDetail, await service.shown(act, item_id))


@router.post(
    "/{item_id}/accept",
    summary="Accept a report",
    response_model=ActionItemDetail,
    responses=declares(*CHANGED),
)
async def accept_action_item(act: ItemsWrite, item_id: UUID, told: ActionItemAccept, request: Request) -> Response:
    """The committee says that it is done; nobody accepts what he reported for his own department. Needs `If-Match`."""
    await service.accept(act, item_id, answers.expected_version(request), told.remark)
    return answers.one(ActionItemDetail, await service.shown(act, item_id))


@router.post(
    "/{item_id}/send-back",
    summary="Send a report back",
    response_model=ActionItemDetail,
    responses=declares(*CHANGED),
)
async def send_back_action_item(act: ItemsWrite, item_id: UUID, why: ActionItemReason, request: Request) -> Response:
    """The report does not do, with a reason; the department has it again. Needs `If-Match`."""
    await service.send_back(act, item_id, answers.expected_version(request), why.reason)
    return answers.one(ActionItemDetail, await service.shown(act, item_id))


@router.post(
    "/{item_id}/carry-over",
    summary="Carry an action item over",
    response_model=ActionItemDetail,
    responses=declares(*CHANGED),
)
async def carry_over_action_item(
    act: ItemsWrite, item_id: UUID, wish: ActionItemCarryOver, request: Request
) -> Response:
    """It takes longer, with a reason and a later day. A report is accepted or sent back first. Needs `If-Match`."""
    await service.carry_over(act, item_id, answers.expected_version(request), wish)
    return answers.one(ActionItemDetail, await service.shown(act, item_id))


@router.post(
    "/{item_id}/withdraw",
    summary="Withdraw an action item",
    response_model=ActionItemDetail,
    responses=declares(*CHANGED),
)
async def withdraw_action_item(act: ItemsWrite, item_id: UUID, why: ActionItemReason, request: Request) -> Response:
    """It does not stand, with a reason. Once its meeting's minutes are approved this needs `joint_meetings:approve`.

    It keeps its number. Needs `If-Match`.
    """
    await service.withdraw(act, item_id, answers.expected_version(request), why.reason)
    return answers.one(ActionItemDetail, await service.shown(act, item_id))


@router.post(
    "/{item_id}/supporters",
    summary="Say who helps",
    response_model=ActionItemDetail,
    responses=declares(*CHANGED),
)
async def set_action_item_supporters(act: ItemsWrite, item_id: UUID, told: SupportersSet, request: Request) -> Response:
    """These departments help from now on, and no others; of the committee today. Needs `If-Match`."""
    await service.set_supporters(act, item_id, answers.expected_version(request), told.supporters)
    return answers.one(ActionItemDetail, await service.shown(act, item_id))


@router.get(
    "/{item_id}/entries",
    summary="List what was done with an action item",
    response_model=Listed[EntryRead],
    responses=declares(NotFound),
)
async def list_action_item_entries(
    act: ItemsRead, item_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """Every step with its words, the oldest first: reports, reasons, days."""
    return answers.listed(await reads.entries(act, item_id, query.ask()), request)


@router.get(
    "/{item_id}/history",
    summary="List an action item's versions",
    response_model=Listed[ActionItemVersion],
    responses=declares(NotFound),
)
async def list_action_item_versions(
    act: ItemsRead, item_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the item and when, the newest first."""
    return answers.listed(await reads.history(act, item_id, query.ask()), request)


@router.post(
    "/{item_id}/evidence",
    summary="Add evidence to an action item",
    status_code=201,
    response_model=FileRead,
    responses=declares(*BROUGHT),
    openapi_extra=BODY,
)
@untimed
async def add_action_item_evidence(
    caller: EvidenceBring, item_id: UUID, request: Request, query: Annotated[FileQuery, Query()]
) -> Response:
    """A file as the body itself: PDF, DOCX, XLSX, PNG, JPEG, CSV or plain text, until the item is settled."""
    where = f"/v1/action-items/{item_id}/evidence/{{id}}"
    return await kept(caller, request, EVIDENCE_FILES, item_id, query.filename, "attachment", where)


@router.get(
    "/{item_id}/evidence/{file_id}",
    summary="Download evidence",
    response_class=StreamingResponse,
    responses=declares(NotFound, ContentMissing, StorageAway) | BYTES,
)
@untimed
async def download_action_item_evidence(
    caller: EvidenceLoad, item_id: UUID, file_id: UUID, request: Request
) -> Response:
    """The file as it was uploaded, as an attachment, for all who see the item. That it was asked for is noted."""
    return await sent(caller, request, OWNERS, file_id, (EVIDENCE_FILES.subject_kind, item_id))


@router.post(
    "/{item_id}/evidence/{file_id}/remove",
    summary="Remove evidence",
    status_code=204,
    response_class=Response,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def remove_action_item_evidence(
    act: ItemsReport, item_id: UUID, file_id: UUID, end: FileRemove, request: Request
) -> Response:
    """Takes a file away from an item that is not settled, with a reason. Needs `If-Match` with the file's version."""
    await evidence.has(act, item_id, file_id)
    await files.remove(act, OWNERS, file_id, answers.expected_version(request), end.reason)
    return Response(status_code=204)
