"""Assignment proposals: whom to send where, computed as the best there is, changed by hand, approved."""

from asyncio import to_thread
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.labels import Language, label
from app.core.pagination import Ask, Page
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.instructors.proposals import approving, editing, reads, service
from app.services.instructors.proposals.schemas import (
    PairDetail,
    PairDrop,
    PairFilters,
    PairRead,
    PairUpdate,
    ProposalApprove,
    ProposalCreate,
    ProposalDetail,
    ProposalDiscard,
    ProposalFilters,
    ProposalRead,
    ProposalVersion,
)
from app.web import answers
from app.web.guards import Caller, May, MayLater
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.state import language
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/assignment-proposals", tags=["instructors"], route_class=StrictRoute)

ProposalsRead = Annotated[Act, May(Permission.assignments_read)]
ProposalsWrite = Annotated[Act, May(Permission.assignments_write)]
ProposalsCompute = Annotated[Caller, MayLater(Permission.assignments_write)]

COLUMNS = (
    Column("title", heading="proposal_title"),
    Column("region_code"),
    Column("region_level", coded="region_level"),
    Column("purpose", coded="assignment_purpose", heading="assignment_purpose"),
    Column("starts_on", "date", heading="assigned_from"),
    Column("state", coded="proposal_state", heading="proposal_state"),
    Column("computed_by"),
    Column("created_at", "datetime"),
    Column("approved_by"),
    Column("approved_at", "datetime"),
    Column("id"),
)
PAIR_COLUMNS = (
    Column("turn", "integer", heading="proposal_turn"),
    Column("organization_name"),
    Column("branch_name"),
    Column("region_code"),
    Column("worker_name", heading="instructor_name"),
    Column("purpose", coded="assignment_purpose", heading="assignment_purpose"),
    Column("way", "integer", heading="pair_way"),
    Column("cost", "integer", heading="pair_cost"),
    Column("state", coded="pair_state", heading="pair_state"),
    Column("reasons", "list", heading="pair_reasons"),
    Column("drop_reason"),
    Column("id"),
)
CHANGED = declares(NotFound, Conflict, StaleVersion, VersionRequired)


class ProposalList(ProposalFilters, ListQuery):
    """Filters and paging of the list."""


class PairList(PairFilters, ListQuery):
    """Filters and paging of a proposal's pairs."""


def worded(row: dict[str, Any], spoken: Language) -> dict[str, Any]:
    """A pair with its reasons in the reader's language."""
    reasons = [
        {**reason, "text": label("pair_reason", reason["code"], spoken, **reason["params"])}
        for reason in row["reasons"]
    ]
    return {**row, "reasons": reasons}


@router.get("", summary="List proposals", response_model=Listed[ProposalRead], responses=declares(NotAcceptable))
async def list_assignment_proposals(
    act: ProposalsRead, request: Request, query: Annotated[ProposalList, Query()]
) -> Response:
    """Proposals with their figures, the newest first; as JSON pages, or all filtered rows as CSV or XLSX."""
    return await respond(request, COLUMNS, lambda ask: reads.listed(act, query, ask), query.ask())


@router.post("", summary="Propose whom to send", status_code=201, response_model=ProposalDetail, responses=declares())
async def create_assignment_proposal(caller: ProposalsCompute, draft: ProposalCreate) -> Response:
    """Computes whom to send where in a region of at most a city: for organisations at work that no branch covers and
    nobody is sent to, or, with `hand_over_of`, successors for what an instructor has.

    Covers the most first, then fits best (way, trade, background, who was there before), then loads evenly; what runs
    already is left as it is and takes room. `figures` say whether it is proven that nothing can be better, by prices
    over all pairs, and what sending to the nearest first would come to. The same facts give the same proposal. 4,000
    organisations and 800 instructors take about a second, 20,000 and 4,000 (the most) half a minute.
    """
    async with caller.open() as act:
        gathered = await service.gather(act, draft)
    found = await to_thread(service.computed, gathered)
    async with caller.open() as act:
        row = await service.keep(act, draft, gathered, found)
    return answers.created(ProposalDetail, row, "/v1/assignment-proposals/{id}")


@router.get("/{proposal_id}", summary="Read a proposal", response_model=ProposalDetail, responses=declares(NotFound))
async def read_assignment_proposal(act: ProposalsRead, proposal_id: UUID, request: Request) -> Response:
    """One proposal with the numbers it was made by, the proof, how its pairs stand, and what the caller may do."""
    return answers.one(ProposalDetail, await service.detail(act, proposal_id), request)


@router.post(
    "/{proposal_id}/approve",
    summary="Approve a proposal",
    response_model=ProposalDetail,
    responses=declares(NotFound, Conflict, RuleViolation, StaleVersion, VersionRequired),
)
async def approve_assignment_proposal(
    act: ProposalsWrite, proposal_id: UUID, approval: ProposalApprove, request: Request
) -> Response:
    """Sends all that its open pairs name, in one transaction; work coverage follows at once. Needs `If-Match`.

    Each pair is judged anew: where the organisation has been closed or somebody else was sent meanwhile, or the
    instructor is none any more, the pair becomes `outdated` with the reason (`pairs?state=outdated`) and the others are
    sent. Departures, as more than is normal on one's hands, need `departure_reason`; without it nothing is sent (409).
    """
    row = await approving.approve(act, proposal_id, answers.expected_version(request), approval)
    return answers.one(ProposalDetail, row)


@router.post("/{proposal_id}/discard", summary="Set a proposal aside", response_model=ProposalDetail, responses=CHANGED)
async def discard_assignment_proposal(
    act: ProposalsWrite, proposal_id: UUID, why: ProposalDiscard, request: Request
) -> Response:
    """Sets aside a proposal that nobody has approved; it stays to be seen. Needs `If-Match`."""
    row = await service.discard(act, proposal_id, answers.expected_version(request), why)
    return answers.one(ProposalDetail, row)


@router.get(
    "/{proposal_id}/history",
    summary="List a proposal's versions",
    response_model=Listed[ProposalVersion],
    responses=declares(NotFound),
)
async def list_assignment_proposal_versions(
    act: ProposalsRead, proposal_id: UUID, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the proposal and when, the newest first."""
    return answers.listed(await reads.history(act, proposal_id, query.ask()), request)


@router.get(
    "/{proposal_id}/pairs",
    summary="List a proposal's pairs",
    response_model=Listed[PairRead],
    responses=declares(NotFound, NotAcceptable),
)
async def list_assignment_proposal_pairs(
    act: ProposalsRead, proposal_id: UUID, request: Request, query: Annotated[PairList, Query()]
) -> Response:
    """Who is to be sent where and why, by region; as JSON pages, or as CSV or XLSX.

    Those that nobody is left for are listed too (`left=true`). That a list of names was read is noted in the audit.
    """
    form = request.headers.get("accept", "")
    as_file = "csv" in form or "sheet" in form
    spoken = language(request)

    async def fetch(ask: Ask) -> Page:
        found = await service.pairs(act, proposal_id, query, ask)
        rows = [worded(row, spoken) for row in found.rows]
        if as_file:
            rows = [{**row, "reasons": [reason["text"] for reason in row["reasons"]]} for row in rows]
        return Page(rows, found.next_cursor, found.count, found.count_kind)

    return await respond(request, PAIR_COLUMNS, fetch, query.ask())


@router.get(
    "/{proposal_id}/pairs/{pair_id}",
    summary="Read a pair of a proposal",
    response_model=PairDetail,
    responses=declares(NotFound),
)
async def read_assignment_proposal_pair(
    act: ProposalsRead, proposal_id: UUID, pair_id: UUID, request: Request
) -> Response:
    """One pair: who is to be sent there, why, and what may be done."""
    row = await editing.detail(act, proposal_id, pair_id)
    return answers.one(PairDetail, worded(row, language(request)), request)


@router.patch(
    "/{proposal_id}/pairs/{pair_id}",
    summary="Change a pair of a proposal",
    response_model=PairDetail,
    responses=declares(NotFound, Conflict, RuleViolation, Taken, StaleVersion, VersionRequired),
)
async def update_assignment_proposal_pair(
    act: ProposalsWrite, proposal_id: UUID, pair_id: UUID, change: PairUpdate, request: Request
) -> Response:
    """Names another instructor, judged as if all that the proposal has for him were sent already. Needs `If-Match`.

    What hard rules refuse (no role, beyond the term, no formal member, a closed organisation) is a 409; what is
    normally otherwise needs `departure_reason`.
    """
    row = await editing.update(act, proposal_id, pair_id, answers.expected_version(request), change)
    return answers.one(PairDetail, worded(row, language(request)))


@router.post(
    "/{proposal_id}/pairs/{pair_id}/drop",
    summary="Drop a pair of a proposal",
    response_model=PairDetail,
    responses=CHANGED,
)
async def drop_assignment_proposal_pair(
    act: ProposalsWrite, proposal_id: UUID, pair_id: UUID, why: PairDrop, request: Request
) -> Response:
    """Sends nobody there, with a reason; the pair stays to be seen. Needs `If-Match`."""
    row = await editing.drop(act, proposal_id, pair_id, answers.expected_version(request), why)
    return answers.one(PairDetail, worded(row, language(request)))
