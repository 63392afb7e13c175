"""Entries of the books: posted by hand, read, taken back."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import Conflict, InFlight, NotAcceptable, NotFound
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.funding.ledger import posting, reads
from app.services.funding.ledger.schemas import EntryCreate, EntryDetail, EntryFilters, EntryRead, EntryReverse
from app.web import answers
from app.web.guards import May
from app.web.idempotency import Key, told_once
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/funding/entries", tags=["funding"], route_class=StrictRoute)

FundingRead = Annotated[Act, May(Permission.funding_read)]
FundingPost = Annotated[Act, May(Permission.funding_post)]

COLUMNS = (
    Column("year", "integer", heading="funding_year"),
    Column("number", "integer", heading="funding_number"),
    Column("booked_on", "date", heading="funding_booked_on"),
    Column("purse", coded="purse", heading="funding_purse"),
    Column("kind", coded="funding_entry_kind", heading="funding_entry_kind"),
    Column("use", coded="spending_use", heading="funding_use"),
    Column("text", heading="funding_text"),
    Column("amount_fen", "fen", heading="funding_amount_fen"),
    Column("reference", heading="funding_reference"),
    Column("business_key"),
    Column("reverses_id", heading="funding_reverses_id"),
    Column("reversed_by_id", heading="funding_reversed_by_id"),
    Column("posted_by", heading="funding_posted_by"),
    Column("posted_at", "datetime", heading="funding_posted_at"),
    Column("region_code"),
    Column("authority_code"),
    Column("id"),
)


class EntryList(EntryFilters, ListQuery):
    """Filters and paging of the entries."""


@router.get("", summary="List entries", response_model=Listed[EntryRead], responses=declares(NotAcceptable))
async def list_funding_entries(act: FundingRead, request: Request, query: Annotated[EntryList, Query()]) -> Response:
    """What was posted, the latest day first. Numbers are given within minutes, without a gap in a committee's year.

    As JSON pages, or as CSV or XLSX by `Accept`.
    """
    return await respond(request, COLUMNS, lambda ask: reads.entries(act, query, ask), query.ask())


@router.post(
    "",
    summary="Post an entry",
    status_code=201,
    response_model=EntryDetail,
    responses=declares(Conflict, InFlight),
)
async def post_funding_entry(act: FundingPost, told: EntryCreate, key: Key, request: Request) -> Response:
    """Writes one deed into a committee's books; it is never changed, only taken back as a whole.

    Its lines sum to zero, are all of one purse and one committee, and go the way of its kind: `income` and `set_aside`
    from a source into funds, `spending` from funds into a use, `appropriation` from the committee's funds into others'.
    No account is overdrawn in the evening of any day. The same deed under the same business key answers with the entry
    that stands; another deed under it is a 409. Needs `Idempotency-Key`.
    """

    async def work() -> Response:
        row = await posting.entry_shown(act, await posting.enter(act, told))
        return answers.created(EntryDetail, row, "/v1/funding/entries/{id}")

    return await told_once(act, request, key, work)


@router.get("/{entry_id}", summary="Read an entry", response_model=EntryDetail, responses=declares(NotFound))
async def read_funding_entry(act: FundingRead, entry_id: UUID) -> Response:
    """One entry with its lines, and whether the caller may take it back."""
    return answers.one(EntryDetail, await posting.entry_shown(act, entry_id))


@router.post(
    "/{entry_id}/reverse",
    summary="Take an entry back",
    status_code=201,
    response_model=EntryDetail,
    responses=declares(NotFound, Conflict, InFlight),
)
async def reverse_funding_entry(
    act: FundingPost, entry_id: UUID, told: EntryReverse, key: Key, request: Request
) -> Response:
    """Posts the opposite of an entry, line by line, in an open year; an entry is taken back once. Both stay.

    Needs `Idempotency-Key`.
    """

    async def work() -> Response:
        row = await posting.entry_shown(act, await posting.take_back(act, entry_id, told))
        return answers.created(EntryDetail, row, "/v1/funding/entries/{id}")

    return await told_once(act, request, key, work)
