"""What people decide on lines of statements: that they belong together with lines of the books, or why they do not."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, StaleVersion, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.reconciling import deciding, reads
from app.services.funding.reconciling.schemas import BookLineRead, CandidateFilters, Explain, LineDetail
from app.services.funding.reconciling.sheet_schemas import MatchCreate, MatchDetail, MatchFilters, MatchRead
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]
FundingWrite = Annotated[Act, May(Permission.funding_write)]
CHANGED = declares(NotFound, Conflict, StaleVersion, VersionRequired)

COLUMNS = (
    Column("rule", coded="bank_match_rule", heading="bank_match_rule"),
    Column("automatic", "boolean", heading="bank_automatic"),
    Column("cleared_on", "date", heading="bank_cleared_on"),
    Column("amount_fen", "fen", heading="bank_amount"),
    Column("bank_lines", "integer", heading="bank_match_bank_lines"),
    Column("book_lines", "integer", heading="bank_match_book_lines"),
    Column("note", heading="bank_match_note"),
    Column("matched_by", heading="bank_matched_by"),
    Column("settled_with", heading="bank_statement_id"),
    Column("id"),
)


class MatchList(MatchFilters, ListQuery):
    """Filters and paging of the matches."""


class CandidateList(CandidateFilters, ListQuery):
    """Filters and paging of the candidates."""


@router.get(
    "/bank-statement-lines/{line_id}",
    summary="Read a bank statement's line",
    response_model=LineDetail,
    responses=declares(NotFound),
)
async def read_bank_statement_line(act: FundingRead, line_id: UUID, request: Request) -> Response:
    """One line with the line of the books that is suggested, its ETag and what the caller may do."""
    return answers.one(LineDetail, await deciding.shown(act, line_id), request)


@router.get(
    "/bank-statement-lines/{line_id}/candidates",
    summary="List what a line may be in the books",
    response_model=Listed[BookLineRead],
    responses=declares(NotFound),
)
async def list_bank_line_candidates(
    act: FundingRead, line_id: UUID, request: Request, query: Annotated[CandidateList, Query()]
) -> Response:
    """Lines of the account in the books that belong to nothing yet, of the same amount unless asked otherwise."""
    return answers.listed(await deciding.candidates(act, line_id, query, query.ask()), request)


@router.post(
    "/bank-statement-lines/{line_id}/confirm",
    summary="Confirm a suggestion",
    response_model=LineDetail,
    responses=CHANGED,
)
async def confirm_bank_suggestion(act: FundingWrite, line_id: UUID, request: Request) -> Response:
    """The line and the line of the books that is suggested belong together. Needs `If-Match`."""
    await deciding.confirm(act, line_id, answers.expected_version(request))
    return answers.one(LineDetail, await deciding.shown(act, line_id))


@router.post(
    "/bank-statement-lines/{line_id}/reject",
    summary="Reject a suggestion",
    response_model=LineDetail,
    responses=CHANGED,
)
async def reject_bank_suggestion(act: FundingWrite, line_id: UUID, request: Request) -> Response:
    """The suggestion is wrong, and is not made again. Needs `If-Match`."""
    await deciding.reject(act, line_id, answers.expected_version(request))
    return answers.one(LineDetail, await deciding.shown(act, line_id))


@router.post(
    "/bank-statement-lines/{line_id}/explain",
    summary="Explain a line",
    response_model=LineDetail,
    responses=CHANGED,
)
async def explain_bank_line(act: FundingWrite, line_id: UUID, told: Explain, request: Request) -> Response:
    """Says why the books do not have it. It stands open in the sheet until something is matched. Needs `If-Match`."""
    await deciding.explain(act, line_id, answers.expected_version(request), told)
    return answers.one(LineDetail, await deciding.shown(act, line_id))


@router.post(
    "/bank-statement-lines/{line_id}/withdraw-explanation",
    summary="Take an explanation back",
    response_model=LineDetail,
    responses=CHANGED,
)
async def withdraw_bank_explanation(act: FundingWrite, line_id: UUID, request: Request) -> Response:
    """The line is undecided again. Needs `If-Match`."""
    await deciding.withdraw_explanation(act, line_id, answers.expected_version(request))
    return answers.one(LineDetail, await deciding.shown(act, line_id))


@router.get(
    "/bank-matches",
    summary="List what belongs together",
    response_model=Listed[MatchRead],
    responses=declares(NotAcceptable),
)
async def list_bank_matches(act: FundingRead, request: Request, query: Annotated[MatchList, Query()]) -> Response:
    """Matches of the scope's accounts, those cleared last leading; also as CSV or XLSX by `Accept`."""
    return await respond(request, COLUMNS, lambda ask: reads.matches(act, query, ask), query.ask())


@router.post(
    "/bank-matches",
    summary="Put lines together",
    status_code=201,
    response_model=MatchDetail,
    responses=declares(Conflict),
)
async def create_bank_match(act: FundingWrite, told: MatchCreate) -> Response:
    """Lines of one account that belong together, with the same sum on both sides: one with one, or several.

    Lines of one side alone that come to nothing cancel out: a wrong debit and its correction.
    """
    match_id = await deciding.match(act, told)
    return answers.created(MatchDetail, await deciding.match_shown(act, match_id), "/v1/funding/bank-matches/{id}")


@router.get(
    "/bank-matches/{match_id}",
    summary="Read what belongs together",
    response_model=MatchDetail,
    responses=declares(NotFound),
)
async def read_bank_match(act: FundingRead, match_id: UUID, request: Request) -> Response:
    """One match with its lines on both sides, its ETag and what the caller may do."""
    return answers.one(MatchDetail, await deciding.match_shown(act, match_id), request)


@router.post(
    "/bank-matches/{match_id}/undo",
    summary="Take lines apart",
    status_code=204,
    response_class=Response,
    responses=CHANGED,
)
async def undo_bank_match(act: FundingWrite, match_id: UUID, request: Request) -> Response:
    """The lines are open again; not once a settled statement counted them. Needs `If-Match`."""
    await deciding.undo(act, match_id, answers.expected_version(request))
    return Response(status_code=204)
