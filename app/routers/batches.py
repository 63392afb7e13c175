"""Batches: how far they are, what became of every record, what was refused, and stopping them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import StreamingResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import Field
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import NotAcceptable, NotFound
from app.core.pagination import Page
from app.routers.uploads import Prefer, wait_of
from app.services.access.permissions import Permission
from app.services.exchange import reads, service, showing
from app.services.exchange.contract import Outcome
from app.services.exchange.failures import Finished
from app.services.exchange.schemas import BATCH_EXAMPLE, BatchRead, OutcomeName, RecordRead, State
from app.services.exchange.service import Mode
from app.web import answers, noting
from app.web.exempt import untimed
from app.web.guards import Caller, May, MayLater
from app.web.lists import CSV, Listed, ListQuery
from app.web.openapi import declares
from app.web.state import language, state_of
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/batches", tags=["exchange"], route_class=StrictRoute)

BatchesRead = Annotated[Act, May(Permission.batches_read)]
BatchesFollow = Annotated[Caller, MayLater(Permission.batches_read)]
BatchesWrite = Annotated[Act, May(Permission.batches_write)]
BatchId = Annotated[UUID, Path(description="The batch's id.", examples=[BATCH_EXAMPLE["id"]])]

EVENTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A `progress` event whenever the batch moves on, and `ended` as the last; a comment every 15"
        " seconds keeps the line open. `data` is the batch as GET /v1/batches/{batch_id} shows it.",
        "content": {
            "text/event-stream": {
                "example": 'event: progress\nid: processing-2000\ndata: {"state": "processing", "received": 4000}\n\n'
            }
        },
    }
}
REJECTS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "CSV with byte-order mark: the columns as sent, then line and reasons.",
        "content": {
            CSV: {"schema": {"type": "string"}, "example": "企业名称,Line,Reasons,As sent\r\n某公司,17,…,\r\n"}
        },
    }
}


class BatchList(ListQuery):
    """Filters of the list."""

    dataset: Annotated[str | None, Field(max_length=60, description="Only batches of this dataset.")] = None
    state: Annotated[State | None, Field(description="Only batches in this state.")] = None
    mode: Annotated[Mode | None, Field(description="Only commits, or only validations.")] = None

    def filters(self) -> reads.BatchFilters:
        """The filters alone."""
        return reads.BatchFilters(self.dataset, self.state, self.mode)


class RecordList(ListQuery):
    """Filters of a batch's records."""

    outcome: Annotated[
        list[OutcomeName] | None, Field(max_length=6, description="Only these outcomes; may be repeated.")
    ] = None
    sort: Annotated[Literal["line"] | None, Field(description="Records come by line.")] = None
    count: Annotated[Literal["none"], Field(description="The batch itself has the counts.")] = "none"


@router.get("", summary="List batches", response_model=Listed[BatchRead], responses=declares())
async def list_batches(act: BatchesRead, request: Request, query: Annotated[BatchList, Query()]) -> Response:
    """The caller's own batches, the newest first."""
    page = await reads.listed(act, query.filters(), query.ask())
    spoken = language(request)
    return answers.listed(replace(page, rows=[showing.batch(row, act.now, spoken) for row in page.rows]), request)


@router.get("/{batch_id}", summary="Read a batch", response_model=BatchRead, responses=declares(NotFound))
async def read_batch(caller: BatchesFollow, request: Request, batch_id: BatchId, prefer: Prefer = None) -> Response:
    """How far the batch is and what came of its records.

    Once it is done, received = created + updated + unchanged + superseded + rejected + needs_review. With
    `Prefer: wait=N` the answer comes when the batch has ended, or as it stands after N seconds.
    """
    seconds = wait_of(prefer)
    row = await service.wait_for(caller.open, str(batch_id), seconds or 0, state_of(request).ending)
    shown = showing.batch(row, state_of(request).acts.clock(), language(request))
    return answers.answer(shown, headers={} if seconds is None else {"Preference-Applied": f"wait={seconds}"})


@router.get(
    "/{batch_id}/records",
    summary="List a batch's records",
    response_model=Listed[RecordRead],
    responses=declares(NotFound),
)
async def list_batch_records(
    act: BatchesRead, request: Request, batch_id: BatchId, query: Annotated[RecordList, Query()]
) -> Response:
    """What became of each record that has been applied so far, in the order of the file, with the reasons as text."""
    outcomes = frozenset(Outcome[name] for name in query.outcome or ())
    page: Page = await reads.records(act, batch_id, outcomes, query.ask())
    spoken = language(request)
    return answers.listed(replace(page, rows=[showing.record(row, spoken) for row in page.rows]), request)


@router.get(
    "/{batch_id}/rejects.csv",
    summary="Download a batch's rejected records",
    response_class=StreamingResponse,
    responses=declares(NotFound, NotAcceptable) | REJECTS,
)
@untimed
async def download_batch_rejects(caller: BatchesFollow, request: Request, batch_id: BatchId) -> Response:
    """The rejected records as they were sent, each with its line and reasons; corrected, the file can be pushed again.

    It is read chunk by chunk while it is sent, so its size does not matter; no transaction is held. That it was asked
    for is noted in the audit, before the first byte is sent.
    """
    async with caller.open() as act:
        file = showing.RejectsFile(await reads.header(act, batch_id), language(request))
        rejected = (await reads.found(act, batch_id))["rejected"]
        await noting.downloaded(request, act, CSV, batch_id, rejected)

    async def parts() -> AsyncIterator[bytes]:
        yield file.head()
        seq = -1
        while True:
            async with caller.open() as act:
                found = await reads.rejects(act, batch_id, seq)
            if found is None:
                return
            seq = found.seq
            yield file.rows(found.rows)

    headers = {"Content-Disposition": f'attachment; filename="rejects-{batch_id}.csv"'}
    return StreamingResponse(parts(), media_type=CSV, headers=headers)


LastSeen = Annotated[
    str | None,
    Header(alias="Last-Event-ID", max_length=100, description="The last event's id, sent by a reader that comes back."),
]


async def _seen(caller: BatchesFollow, batch_id: BatchId) -> UUID:
    """The batch is there and the caller's own, before the first byte is sent."""
    async with caller.open() as act:
        await reads.found(act, batch_id)
    return batch_id


@router.get(
    "/{batch_id}/events",
    summary="Follow a batch",
    response_class=EventSourceResponse,
    responses=declares(NotFound) | EVENTS,
)
@untimed
async def follow_batch(
    caller: BatchesFollow,
    request: Request,
    followed: Annotated[UUID, Depends(_seen)],
    last_event_id: LastSeen = None,
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events while the batch moves on; the stream ends with it. No transaction is held.

    A stream that ends without `ended` was ended by the service going down: come back with `Last-Event-ID`.
    A browser's own EventSource cannot send an Authorization header: read the stream with fetch(), or poll
    GET /v1/batches/{batch_id}, which shows the same; `seconds_left` says when to look again.
    """
    state, spoken = state_of(request), language(request)
    async for row in service.changes(caller.open, followed, state.ending, last_event_id):
        yield ServerSentEvent(
            event="ended" if service.ended(row) else "progress",
            id=service.mark(row),
            raw_data=answers.encode(showing.batch(row, state.acts.clock(), spoken)).decode(),
        )


@router.post(
    "/{batch_id}/cancel", summary="Cancel a batch", response_model=BatchRead, responses=declares(NotFound, Finished)
)
async def cancel_batch(act: BatchesWrite, request: Request, batch_id: BatchId) -> Response:
    """Stop a batch. One that has not begun is cancelled at once; else it stops before the next chunk.

    What has been applied stays applied, and the counts say how much that is. Asking twice changes nothing.
    """
    return answers.answer(showing.batch(await service.cancel(act, batch_id), act.now, language(request)))
