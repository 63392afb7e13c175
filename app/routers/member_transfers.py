"""Transfers of relations: seen at both ends, decided at the receiving one."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.members import transferring
from app.services.members.transfer_schemas import (
    EXAMPLE,
    TransferDecision,
    TransferDetail,
    TransferFilters,
    TransferRead,
)
from app.services.members.transfers import reads as transfer_reads
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/member-transfers", tags=["members"], route_class=StrictRoute)

MembersRead = Annotated[Act, May(Permission.members_read)]
MembersWrite = Annotated[Act, May(Permission.members_write)]
TransferId = Annotated[UUID, Path(description="The transfer's id.", examples=[EXAMPLE["id"]])]

COLUMNS = (
    Column("name", heading="person_name"),
    Column("from_branch_name"),
    Column("to_branch_name"),
    Column("destination"),
    Column("effective_on", "date"),
    Column("reason"),
    Column("state", coded="transfer_state", heading="transfer_state"),
    Column("decided_at", "datetime"),
    Column("decision_reason"),
    Column("member_id"),
    Column("id"),
)


class TransferList(TransferFilters, ListQuery):
    """Filters and paging of the list."""


@router.get("", summary="List transfers", response_model=Listed[TransferRead], responses=declares(NotAcceptable))
async def list_member_transfers(
    act: MembersRead, request: Request, query: Annotated[TransferList, Query()]
) -> Response:
    """Transfers from and to what the caller sees, the latest first; what waits to be accepted has `state=pending`.

    That a list of names was read is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: transferring.listed(act, query, ask), query.ask())


@router.get("/{transfer_id}", summary="Read a transfer", response_model=TransferDetail, responses=declares(NotFound))
async def read_member_transfer(act: MembersRead, transfer_id: TransferId, request: Request) -> Response:
    """One transfer with its ETag and what the caller may do."""
    return answers.one(TransferDetail, await transfer_reads.detail(act, transfer_id), request)


@router.post(
    "/{transfer_id}/accept",
    summary="Accept a transfer",
    response_model=TransferDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def accept_member_transfer(act: MembersWrite, transfer_id: TransferId, request: Request) -> Response:
    """Takes the member in at the receiving end; roll, counts and dates follow at once. Needs `If-Match`."""
    return answers.one(TransferDetail, await transferring.accept(act, transfer_id, answers.expected_version(request)))


@router.post(
    "/{transfer_id}/refuse",
    summary="Refuse a transfer",
    response_model=TransferDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def refuse_member_transfer(
    act: MembersWrite, transfer_id: TransferId, why: TransferDecision, request: Request
) -> Response:
    """Does not take the member in, with a reason; the relation stays where it is. Needs `If-Match`."""
    return answers.one(
        TransferDetail, await transferring.refuse(act, transfer_id, answers.expected_version(request), why)
    )


@router.post(
    "/{transfer_id}/withdraw",
    summary="Withdraw a transfer",
    response_model=TransferDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def withdraw_member_transfer(
    act: MembersWrite, transfer_id: TransferId, why: TransferDecision, request: Request
) -> Response:
    """Takes the request back at the end that made it, with a reason. Needs `If-Match`."""
    return answers.one(
        TransferDetail, await transferring.withdraw(act, transfer_id, answers.expected_version(request), why)
    )
