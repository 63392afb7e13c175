"""What a committee gives to branches by rule: proposed, approved by another, posted, taken back."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import (
    Conflict,
    InFlight,
    NotAcceptable,
    NotFound,
    RuleViolation,
    StaleVersion,
    Taken,
    VersionRequired,
)
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.appropriations import adjusting, posting, reads, service
from app.services.funding.appropriations.schemas import (
    AdjustmentCreate,
    AppropriationCreate,
    AppropriationDetail,
    AppropriationDiscard,
    AppropriationFilters,
    AppropriationPost,
    AppropriationRead,
    AppropriationRefresh,
    AppropriationReverse,
    AppropriationUpdate,
    AppropriationVersion,
)
from app.services.funding.appropriations.wording import left_out
from app.web import answers
from app.web.guards import May
from app.web.idempotency import Key, told_once
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.problems import finding_json
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/appropriations", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]
FundingWrite = Annotated[Act, May(Permission.funding_write)]
FundingApprove = Annotated[Act, May(Permission.funding_approve)]
FundingPost = Annotated[Act, May(Permission.funding_post)]
CHANGED = (NotFound, Conflict, StaleVersion, VersionRequired)
POSTED = (*CHANGED, Taken, InFlight)

COLUMNS = (
    Column("year", "integer", heading="appropriation_year"),
    Column("committee_name", heading="appropriation_committee"),
    Column("purse", coded="purse", heading="appropriation_purse"),
    Column("title", heading="appropriation_title"),
    Column("document", heading="appropriation_document"),
    Column("state", coded="appropriation_state", heading="appropriation_state"),
    Column("kinds", "list", coded="appropriation_kind", heading="appropriation_kinds"),
    Column("facts_on", "date", heading="appropriation_facts_on"),
    Column("due_fen", "fen", heading="appropriation_due_fen"),
    Column("total_fen", "fen", heading="appropriation_total_fen"),
    Column("branches", "integer", heading="appropriation_branches"),
    Column("approved_on", "date", heading="appropriation_approved_on"),
    Column("booked_on", "date", heading="appropriation_booked_on"),
    Column("reversed_on", "date", heading="appropriation_reversed_on"),
    Column("region_code"),
    Column("authority_code"),
    Column("id"),
)


class AppropriationList(AppropriationFilters, ListQuery):
    """Filters and paging of the appropriations."""


async def _row(act: Act, appropriation_id: UUID, request: Request) -> dict[str, Any]:
    spoken = language(request)
    row = await service.shown(act, appropriation_id)
    findings = [finding_json(each, spoken) for each in row["findings"]]
    return {**row, "findings": findings, "left_out": left_out(row["left_out"], spoken)}


async def _told(act: Act, appropriation_id: UUID, request: Request) -> Response:
    return answers.one(AppropriationDetail, await _row(act, appropriation_id, request))


@router.get(
    "", summary="List appropriations", response_model=Listed[AppropriationRead], responses=declares(NotAcceptable)
)
async def list_appropriations(
    act: FundingRead, request: Request, query: Annotated[AppropriationList, Query()]
) -> Response:
    """What committees give to branches, the latest first; as JSON pages, or as CSV or XLSX by `Accept`.

    Seen by the committees' own regions and lines; a branch reads its lines.
    """
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post(
    "",
    summary="Propose an appropriation",
    status_code=201,
    response_model=AppropriationDetail,
    responses=declares(Conflict),
)
async def create_appropriation(act: FundingWrite, draft: AppropriationCreate, request: Request) -> Response:
    """Computes what is due to each branch of the committee's region and line, by the policy `appropriation`.

    By members so much a year, less what the branch had for the year, and what those had that went on in it; for a
    founding approved in the year a start-up grant, once for ever; for brand projects what was approved. With
    `total_wished_fen` short money is shared out by the largest remainder: the parts add up to it. Each line is kept
    with the numbers it rests on, and who got none with the reason. Where nothing is due it is refused (409).
    """
    appropriation_id = await service.create(act, draft)
    row = await _row(act, appropriation_id, request)
    return answers.created(AppropriationDetail, row, "/v1/funding/appropriations/{id}")


@router.get(
    "/{appropriation_id}",
    summary="Read an appropriation",
    response_model=AppropriationDetail,
    responses=declares(NotFound),
)
async def read_appropriation(act: FundingRead, appropriation_id: UUID, request: Request) -> Response:
    """One appropriation with the numbers it was computed by, its sums by kind, who got no line and why."""
    return await _told(act, appropriation_id, request)


@router.patch(
    "/{appropriation_id}",
    summary="Change a draft appropriation",
    response_model=AppropriationDetail,
    responses=declares(*CHANGED),
)
async def update_appropriation(
    act: FundingWrite, appropriation_id: UUID, change: AppropriationUpdate, request: Request
) -> Response:
    """Names a draft otherwise, or takes it of another budget line; whoever does had a hand in it. Needs `If-Match`."""
    await service.update(act, appropriation_id, answers.expected_version(request), change)
    return await _told(act, appropriation_id, request)


@router.post(
    "/{appropriation_id}/refresh",
    summary="Compute an appropriation again",
    response_model=AppropriationDetail,
    responses=declares(*CHANGED),
)
async def refresh_appropriation(
    act: FundingWrite, appropriation_id: UUID, again: AppropriationRefresh, request: Request
) -> Response:
    """Computes a draft again by the members, foundings, projects and policy of now; lines by hand stay.

    Needs `If-Match`. What is not in the body stays as it was; `total_wished_fen` null gives all that is due.
    """
    await service.refresh(act, appropriation_id, answers.expected_version(request), again)
    return await _told(act, appropriation_id, request)


@router.post(
    "/{appropriation_id}/adjustments",
    summary="Add a line by hand",
    response_model=AppropriationDetail,
    responses=declares(*CHANGED),
)
async def adjust_appropriation(
    act: FundingWrite, appropriation_id: UUID, draft: AdjustmentCreate, request: Request
) -> Response:
    """Gives a branch of the draft more or less than the rules do, with the reason. Needs `If-Match`.

    No branch comes to less than nothing. The line is told to whoever approves.
    """
    await adjusting.adjust(act, appropriation_id, answers.expected_version(request), draft)
    return await _told(act, appropriation_id, request)


@router.delete(
    "/{appropriation_id}/adjustments/{item_id}",
    summary="Remove a line by hand",
    response_model=AppropriationDetail,
    responses=declares(*CHANGED),
)
async def remove_appropriation_adjustment(
    act: FundingWrite, appropriation_id: UUID, item_id: UUID, request: Request
) -> Response:
    """Takes a line by hand out of a draft; what was known of it stays in the history. Needs `If-Match`."""
    await adjusting.take_away(act, appropriation_id, answers.expected_version(request), item_id)
    return await _told(act, appropriation_id, request)


@router.post(
    "/{appropriation_id}/approve",
    summary="Approve an appropriation",
    response_model=AppropriationDetail,
    responses=declares(*CHANGED, Taken, RuleViolation),
)
async def approve_appropriation(act: FundingApprove, appropriation_id: UUID, request: Request) -> Response:
    """Somebody who had no hand in it says that it holds (409 for all who had). Needs `If-Match`.

    It is computed again: where a line would be another now it is refused, to be refreshed. From then on its lines count
    as given, so that nothing is given twice; of two at once one is refused.
    """
    await service.approve(act, appropriation_id, answers.expected_version(request))
    return await _told(act, appropriation_id, request)


@router.post(
    "/{appropriation_id}/post",
    summary="Post an appropriation",
    response_model=AppropriationDetail,
    responses=declares(*POSTED),
)
async def post_appropriation(
    act: FundingPost, appropriation_id: UUID, wish: AppropriationPost, key: Key, request: Request
) -> Response:
    """Makes one entry of the books: out of the committee's funds, into each branch's, which are opened if need be.

    The business key is `appropriation:<id>`, for ever. The budget's line is taken at the same time. Refused (409) where
    funds or the line are short, the year is closed, or a branch has ended or gone elsewhere since. Needs `If-Match` and
    `Idempotency-Key`.
    """

    async def work() -> Response:
        await posting.post(act, appropriation_id, answers.expected_version(request), wish)
        return await _told(act, appropriation_id, request)

    return await told_once(act, request, key, work)


@router.post(
    "/{appropriation_id}/reverse",
    summary="Take an appropriation back",
    response_model=AppropriationDetail,
    responses=declares(*POSTED),
)
async def reverse_appropriation(
    act: FundingPost, appropriation_id: UUID, wish: AppropriationReverse, key: Key, request: Request
) -> Response:
    """Reverses its entry as a whole; its lines count as given no more, and its projects may be paid out again.

    Refused (409 `overdraft`) where a branch has spent of it already. Needs `If-Match` and `Idempotency-Key`.
    """

    async def work() -> Response:
        await posting.reverse(act, appropriation_id, answers.expected_version(request), wish)
        return await _told(act, appropriation_id, request)

    return await told_once(act, request, key, work)


@router.post(
    "/{appropriation_id}/discard",
    summary="Set an appropriation aside",
    response_model=AppropriationDetail,
    responses=declares(*CHANGED),
)
async def discard_appropriation(
    act: FundingWrite, appropriation_id: UUID, wish: AppropriationDiscard, request: Request
) -> Response:
    """Sets a proposal aside that is not posted, approved or not; the same may be given anew. Needs `If-Match`."""
    await service.discard(act, appropriation_id, answers.expected_version(request), wish.reason)
    return await _told(act, appropriation_id, request)


@router.get(
    "/{appropriation_id}/history",
    summary="List an appropriation's versions",
    response_model=Listed[AppropriationVersion],
    responses=declares(NotFound),
)
async def list_appropriation_versions(
    act: FundingRead, appropriation_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the appropriation and when, the newest first."""
    return answers.listed(await reads.history(act, appropriation_id, query.ask()), request)
