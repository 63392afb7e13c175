"""Members: whose relation is with which branch, and who works where. Numbers leave masked; in clear with a purpose."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.members import reads, service, transferring
from app.services.members.schemas import (
    EXAMPLE,
    MemberConfirm,
    MemberCreate,
    MemberDetail,
    MemberEnd,
    MemberFilters,
    MemberRead,
    MemberRelationRead,
    MembersFound,
    MemberUpdate,
    MemberVersion,
)
from app.services.members.transfer_schemas import TransferAsk, TransferDetail
from app.services.privacy.schemas import NumberReveal, NumberSearch, PersonErase, Revealed
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/members", tags=["members"], route_class=StrictRoute)

MembersRead = Annotated[Act, May(Permission.members_read)]
MembersWrite = Annotated[Act, May(Permission.members_write)]
MembersReveal = Annotated[Act, May(Permission.members_reveal)]
MembersErase = Annotated[Act, May(Permission.data_subjects_erase)]
MemberId = Annotated[UUID, Path(description="The member's id.", examples=[EXAMPLE["id"]])]

COLUMNS = (
    Column("name", heading="person_name"),
    Column("identity_number"),
    Column("phone"),
    Column("kind", coded="member_kind", heading="member_kind"),
    Column("admitted_on", "date"),
    Column("formal_on", "date"),
    Column("branch_name"),
    Column("organization_name"),
    Column("floating", "boolean"),
    Column("outflow_branch_name"),
    Column("inflow_branch_name"),
    Column("state", coded="member_state", heading="member_state"),
    Column("since", "date", heading="relation_since"),
    Column("until", "date", heading="relation_until"),
    Column("region_code"),
    Column("branch_id"),
    Column("organization_id"),
    Column("id"),
)
UNSTORED = {"Cache-Control": "no-store"}
"""What is in clear is kept by nothing between here and the reader."""


class MemberList(MemberFilters, ListQuery):
    """Filters and paging of the list."""


@router.get("", summary="List members", response_model=Listed[MemberRead], responses=declares(NotAcceptable))
async def list_members(act: MembersRead, request: Request, query: Annotated[MemberList, Query()]) -> Response:
    """Members by region, with masked numbers; as JSON pages, or all filtered rows as CSV or XLSX by `Accept`.

    Without `state` the current ones. That a list of names was read is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post("", summary="Enter a member", status_code=201, response_model=MemberDetail, responses=declares(Taken))
async def enter_member(act: MembersWrite, draft: MemberCreate) -> Response:
    """Enters a member by branch, employer or both; both counts of the employer follow in the same transaction.

    An identity number belongs to one current member in the whole country: whoever stands elsewhere is transferred.
    """
    return answers.created(MemberDetail, await service.enter(act, draft), "/v1/members/{id}")


@router.post("/search", summary="Search members by number", response_model=MembersFound, responses=declares())
async def search_members(act: MembersRead, sought: NumberSearch) -> Response:
    """Members within the scope that have exactly this phone or identity number, with masked numbers.

    The number travels in the body and is not kept; that a search was made is noted in the audit.
    """
    return answers.answer({"items": await service.search(act, sought)})


@router.get("/{member_id}", summary="Read a member", response_model=MemberDetail, responses=declares(NotFound))
async def read_member(act: MembersRead, member_id: MemberId, request: Request) -> Response:
    """One member with masked numbers, its ETag, and what the caller may do."""
    return answers.one(MemberDetail, await reads.detail(act, member_id), request)


@router.patch(
    "/{member_id}",
    summary="Correct a member",
    response_model=MemberDetail,
    responses=declares(NotFound, Conflict, Taken, StaleVersion, VersionRequired),
)
async def correct_member(act: MembersWrite, member_id: MemberId, change: MemberUpdate, request: Request) -> Response:
    """Puts right what is sent and leaves the rest. Needs `If-Match`. No push undoes what an officer has put right.

    The branch is not put right here: a relation is transferred. Nor is a probationary member made a formal one.
    """
    return answers.one(MemberDetail, await service.correct(act, member_id, answers.expected_version(request), change))


@router.post(
    "/{member_id}/confirm",
    summary="Confirm a probationary member",
    response_model=MemberDetail,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def confirm_member(act: MembersWrite, member_id: MemberId, wish: MemberConfirm, request: Request) -> Response:
    """Makes a probationary member a formal one. Needs `If-Match`.

    A probation shorter than the policy says is a departure: the 409 cites it and asks for `departure_reason`.
    """
    return answers.one(MemberDetail, await service.confirm(act, member_id, answers.expected_version(request), wish))


@router.post(
    "/{member_id}/transfer",
    summary="Transfer a member's relation",
    status_code=201,
    response_model=TransferDetail,
    responses=declares(NotFound, Conflict, Taken, StaleVersion, VersionRequired),
)
async def transfer_member(act: MembersWrite, member_id: MemberId, wish: TransferAsk, request: Request) -> Response:
    """Transfers the relation to another branch or out of the service. Needs the member's `If-Match`.

    Where the caller stands at both ends, or the relation leaves the service, it is carried out at once (`accepted`);
    else it is `pending` until the receiving side accepts. The dates of both relations are kept.
    """
    told = await transferring.ask_for(act, member_id, answers.expected_version(request), wish)
    return answers.created(TransferDetail, told, "/v1/member-transfers/{id}")


@router.post(
    "/{member_id}/end",
    summary="End a membership",
    response_model=MemberDetail,
    responses=declares(NotFound, Conflict, StaleVersion, VersionRequired),
)
async def end_member(act: MembersWrite, member_id: MemberId, wish: MemberEnd, request: Request) -> Response:
    """Ends a membership on a day. Needs `If-Match`. Why it ended is not kept: no judgement on anybody stands here."""
    return answers.one(MemberDetail, await service.end(act, member_id, answers.expected_version(request), wish))


@router.get(
    "/{member_id}/relations",
    summary="List a member's relations",
    response_model=Listed[MemberRelationRead],
    responses=declares(NotFound),
)
async def list_member_relations(
    act: MembersRead, member_id: MemberId, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """The branches the relation was with and when, the earliest first, as far as the caller sees them."""
    return answers.listed(await reads.relations(act, member_id, query.ask()), request)


@router.get(
    "/{member_id}/history",
    summary="List a member's versions",
    response_model=Listed[MemberVersion],
    responses=declares(NotFound),
)
async def list_member_versions(
    act: MembersRead, member_id: MemberId, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the member and when, the newest first; numbers apart."""
    return answers.listed(await reads.history(act, member_id, query.ask()), request)


@router.post(
    "/{member_id}/reveal",
    summary="Reveal a member's numbers",
    response_model=Revealed,
    responses=declares(NotFound),
)
async def reveal_member(act: MembersReveal, member_id: MemberId, wish: NumberReveal) -> Response:
    """The numbers in clear, for a stated purpose. Each reading leaves one audit row, in the same transaction."""
    return answers.answer(await service.reveal(act, member_id, wish), headers=UNSTORED)


@router.post(
    "/{member_id}/erase",
    summary="Erase a member",
    status_code=204,
    response_class=Response,
    responses=declares(NotFound, RuleViolation, StaleVersion, VersionRequired),
)
async def erase_member(act: MembersErase, member_id: MemberId, wish: PersonErase, request: Request) -> Response:
    """Removes a member who has left, with numbers, relations, transfers, earlier versions and what datasets said.

    Needs `If-Match`. The erasure is entered into a ledger, so that a restored backup does not bring the person back.
    Current members are kept for a duty of the party organisation (a finding says so).
    """
    await service.erase(act, member_id, answers.expected_version(request), wish)
    return Response(status_code=204)
