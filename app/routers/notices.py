"""Notices downward: drafted, issued to many bodies at once, chased, closed."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import ConfigDict, Field
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, Failure, Forbidden, NotAcceptable, NotFound, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.routers.notice_recipients import COLUMNS as RECIPIENT_COLUMNS
from app.services.access.permissions import Permission
from app.services.supervision.notices import reads, service
from app.services.supervision.notices.schemas import (
    Chase,
    NoticeCreate,
    NoticeDetail,
    NoticeEnd,
    NoticeFilters,
    NoticeRead,
    NoticeUpdate,
    NoticeVersion,
)
from app.services.supervision.recipients import reads as recipients
from app.services.supervision.recipients.schemas import RecipientFilters, RecipientRead
from app.web import answers
from app.web.bulk import Bulk, BulkItem, answered, refusal
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/notices", tags=["supervision"], route_class=StrictRoute)

NoticesRead = Annotated[Act, May(Permission.notices_read)]
NoticesWrite = Annotated[Act, May(Permission.notices_write)]

CHANGED = declares(NotFound, Forbidden, Conflict, StaleVersion, VersionRequired)
COLUMNS = (
    Column("number_text", heading="notice_number"),
    Column("title", heading="notice_title"),
    Column("committee_name", heading="notice_committee"),
    Column("needs", coded="notice_needs", heading="notice_needs"),
    Column("due_on", "date", heading="notice_due_on"),
    Column("state", coded="notice_state", heading="notice_state"),
    Column("issued_on", "date", heading="notice_issued_on"),
    Column("closed_on", "date", heading="notice_closed_on"),
    Column("sent", "integer", heading="notice_sent"),
    Column("received", "integer", heading="notice_received"),
    Column("answered", "integer", heading="notice_answered"),
    Column("waiting", "integer", heading="notice_waiting"),
    Column("late", "integer", heading="notice_late"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("committee_id"),
    Column("id"),
)


class NoticeList(NoticeFilters, ListQuery):
    """Filters and paging of the list."""


class Chased(BulkItem):
    """What became of one reminder."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "recipient_id": "019b3f0e-7b1c-7c55-9d3e-3f1f6a1f1e11", "chased": 2, "status": 200, "problem": None,
            }
        }
    )  # fmt: skip

    recipient_id: UUID
    chased: int | None = Field(description="How often it was reminded by now; null when refused.")


@router.get("", summary="List notices", response_model=Listed[NoticeRead], responses=declares(NotAcceptable))
async def list_notices(act: NoticesRead, request: Request, query: Annotated[NoticeList, Query()]) -> Response:
    """Notices of the committees in sight, the last due first, each with how many have received and answered it.

    Whoever gets a notice reads it under `/v1/notice-recipients`. As JSON pages, CSV or XLSX by `Accept`.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post("", summary="Draft a notice", status_code=201, response_model=NoticeDetail, responses=declares(Forbidden))
async def create_notice(act: NoticesWrite, draft: NoticeCreate) -> Response:
    """Drafts a notice of a committee: whom it goes to, what it needs, and by when. Nobody below reads it yet.

    Recipients are bodies by id or all authorities of a kind in a region; all lie below the committee, by place or line.
    """
    return answers.created(NoticeDetail, await service.create(act, draft), "/v1/notices/{id}")


@router.get("/{notice_id}", summary="Read a notice", response_model=NoticeDetail, responses=declares(NotFound))
async def read_notice(act: NoticesRead, notice_id: UUID, request: Request) -> Response:
    """One notice with its text, how far its recipients are, and what the caller may do."""
    return answers.one(NoticeDetail, await service.detail(act, notice_id), request)


@router.patch("/{notice_id}", summary="Change a draft", response_model=NoticeDetail, responses=CHANGED)
async def update_notice(act: NoticesWrite, notice_id: UUID, change: NoticeUpdate, request: Request) -> Response:
    """Changes a draft. Needs `If-Match`; what was issued stays as it is."""
    return answers.one(NoticeDetail, await service.update(act, notice_id, answers.expected_version(request), change))


@router.post("/{notice_id}/issue", summary="Issue a notice", response_model=NoticeDetail, responses=CHANGED)
async def issue_notice(act: NoticesWrite, notice_id: UUID, request: Request) -> Response:
    """Issues a draft: it is frozen, and every recipient that stands today gets it. Needs `If-Match`."""
    return answers.one(NoticeDetail, await service.issue(act, notice_id, answers.expected_version(request)))


@router.post(
    "/{notice_id}/chase",
    summary="Chase the recipients of a notice",
    response_model=Bulk[Chased],
    responses=declares(NotFound, Forbidden, Conflict),
)
async def chase_notice(act: NoticesWrite, notice_id: UUID, wish: Chase, request: Request) -> Response:
    """Reminds all that still owe what the notice needs, or those named; each reminder is counted, at most one a day.

    The answer has one item for each that was named, in the same order, or one for each that was reminded.
    """
    items: list[Mapping[str, Any]] = []
    for each, told in await service.chase(act, notice_id, wish.recipient_ids):
        if isinstance(told, Failure):
            items.append({"recipient_id": each, "chased": None, **refusal(request, told)})
        else:
            items.append({"recipient_id": each, "chased": told, "status": 200, "problem": None})
    return answered(items)


@router.post("/{notice_id}/close", summary="Close a notice", response_model=NoticeDetail, responses=CHANGED)
async def close_notice(act: NoticesWrite, notice_id: UUID, end: NoticeEnd, request: Request) -> Response:
    """Nothing more is waited for, with a reason; who has not answered stays visible. Needs `If-Match`."""
    return answers.one(NoticeDetail, await service.close(act, notice_id, answers.expected_version(request), end))


@router.post("/{notice_id}/drop", summary="Drop a draft", response_model=NoticeDetail, responses=CHANGED)
async def drop_notice(act: NoticesWrite, notice_id: UUID, end: NoticeEnd, request: Request) -> Response:
    """A draft that is not going to be issued, with a reason. Needs `If-Match`."""
    return answers.one(NoticeDetail, await service.drop(act, notice_id, answers.expected_version(request), end))


@router.get(
    "/{notice_id}/recipients",
    summary="List the recipients of a notice",
    response_model=Listed[RecipientRead],
    responses=declares(NotFound, NotAcceptable),
)
async def list_recipients_of_notice(
    act: NoticesRead, notice_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """Who got it: received, answered, late and how often chased. As JSON pages, CSV or XLSX by `Accept`."""
    await reads.one(act, notice_id)
    asked = RecipientFilters(notice_id=notice_id)
    return await respond(request, RECIPIENT_COLUMNS, lambda ask: recipients.listed(act, asked, ask), query.ask())


@router.get(
    "/{notice_id}/history",
    summary="List a notice's versions",
    response_model=Listed[NoticeVersion],
    responses=declares(NotFound),
)
async def list_notice_versions(
    act: NoticesRead, notice_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """All versions of a notice, the newest first."""
    return answers.listed(await reads.history(act, notice_id, query.ask()), request)
