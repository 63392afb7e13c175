"""The kinds of records that partners push, and pushing them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from app.catalogues.datasets import DATASETS
from app.core.acts import Act, Actor
from app.core.errors import FieldError, Forbidden, InFlight, Invalid, NotFound, TooLarge, UnsupportedMedia
from app.core.idempotency import refuse_in_flight
from app.core.spool import Spooled
from app.core.wire import Instant
from app.routers.uploads import Prefer, body_of, closing, gate, media_of, wait_of
from app.services.access.permissions import Permission
from app.services.exchange import service, showing
from app.services.exchange.contract import Dataset
from app.services.exchange.failures import FileUnreadable, UploadStalled
from app.services.exchange.schemas import BATCH_EXAMPLE, BatchRead, DatasetRead, DatasetsRead
from app.services.exchange.service import Atomic, Mode, Push, Strategy
from app.web import answers
from app.web.exempt import untimed
from app.web.guards import Caller, May, MayLater
from app.web.idempotency import Key, once, request_print
from app.web.openapi import declares
from app.web.state import language, state_of
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/datasets", tags=["exchange"], route_class=StrictRoute)

BatchesRead = Annotated[Act, May(Permission.batches_read)]
BatchesWrite = Annotated[Caller, MayLater(Permission.batches_write)]
Name = Annotated[str, Path(max_length=60, description="A dataset's name.", examples=["registrations"])]

CLOCK_SKEW = 300
"""Seconds that a partner's clock may be ahead of ours."""

BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "CSV with a header row (UTF-8, with or without byte-order mark, UTF-16 with mark, GB18030/GBK;"
        " title rows above and totals below are recognised), one JSON object a line (NDJSON), or a JSON array.",
        "content": {
            "text/csv": {
                "schema": {"type": "string"},
                "example": "企业名称,统一社会信用代码\r\n清溪县云岭茶业有限公司,91330000MA27U00K3D\r\n",
            },
            "application/x-ndjson": {"schema": {"type": "string"}, "example": '{"name": "清溪县云岭茶业有限公司"}\n'},
            "application/json": {
                "schema": {"type": "array", "items": {"type": "object"}},
                "example": [{"name": "清溪县云岭茶业有限公司"}],
            },
        },
    }
}
WAITED: dict[int | str, dict[str, Any]] = {
    200: {
        "model": BatchRead,
        "description": "With `Prefer: wait=N`: the batch, ended within N seconds.",
        "content": {"application/json": {"example": BATCH_EXAMPLE}},
    }
}


class PushQuery(BaseModel):
    """How a pushed body is to be applied."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mode: Annotated[Mode, Field(description="validate: predict what a commit would do, and write nothing.")] = "commit"
    atomic: Annotated[
        Atomic,
        Field(description="batch: all or nothing, up to 100,000 records; record: each record on its own."),
    ] = "record"
    strategy: Annotated[
        Strategy,
        Field(description="upsert; create only; update only; fill_empty: only where nothing stands yet."),
    ] = "upsert"
    source_time: Annotated[
        Instant | None,
        Field(description="The instant the source stood at, with offset; default: now. Older never overwrites newer."),
    ] = None
    filename: Annotated[str | None, Field(max_length=200, description="For people only.")] = None

    def push(self, dataset: str, now: datetime) -> Push:
        """The request's wishes. Raises Invalid for a source time in the future."""
        if self.source_time is not None and (self.source_time - now).total_seconds() > CLOCK_SKEW:
            raise Invalid(errors=(FieldError("/source_time", "time_in_future"),))
        return Push(dataset, self.mode, self.atomic, self.strategy, self.source_time or now, self.filename)


@router.get("", summary="List datasets", response_model=DatasetsRead, responses=declares())
async def list_datasets(act: BatchesRead, request: Request) -> Response:
    """Every dataset with its fields, the headers they go by, and whether the caller's grant allows pushing it."""
    spoken = language(request)
    return answers.answer({"items": [showing.dataset(one, _granted(act.by, one), spoken) for one in DATASETS.values()]})


@router.get("/{dataset}", summary="Read a dataset", response_model=DatasetRead, responses=declares(NotFound))
async def read_dataset(act: BatchesRead, request: Request, dataset: Name) -> Response:
    """One dataset: its fields with types, headers, examples, and who is keeper or reporter of which."""
    one = _known(dataset)
    return answers.answer(showing.dataset(one, _granted(act.by, one), language(request)))


@router.post(
    "/{dataset}/batches",
    summary="Push a batch",
    status_code=202,
    response_model=BatchRead,
    responses=declares(NotFound, InFlight, TooLarge, UnsupportedMedia, FileUnreadable, UploadStalled) | WAITED,
    openapi_extra=BODY,
)
@untimed
async def push_batch(
    caller: BatchesWrite,
    request: Request,
    dataset: Name,
    query: Annotated[PushQuery, Query()],
    key: Key,
    prefer: Prefer = None,
) -> Response:
    """Take in records as sent; 202 with Location once they are durable, and a worker applies them.

    The body may come as slowly as a line allows: no transaction is held until it has arrived. The same key with the
    same body has one effect and gets the same answer; with another body it is refused. With `Prefer: wait=N` (at most
    60) the answer is 200 and the batch as it ended, when it ends in time.
    """
    one = _known(dataset)
    if not _granted(caller.actor, one):
        raise Forbidden(reason="dataset", dataset=one.name)
    form = media_of(request)
    push = query.push(one.name, state_of(request).acts.clock())
    try:
        async with body_of(request) as body:
            accepted = await _accepted(caller, request, Wish(push, one, form, key), body)
    except (TooLarge, UploadStalled) as failure:
        return closing(request, failure)
    seconds = wait_of(prefer)
    return accepted if seconds is None else await _waited(caller, request, accepted, seconds)


@dataclass(frozen=True, slots=True)
class Wish:
    """What one request asks for, apart from its body."""

    push: Push
    dataset: Dataset
    form: str
    key: str


async def _accepted(caller: Caller, request: Request, wish: Wish, body: Spooled) -> Response:
    """Key, batch, chunks and answer in one transaction; a second request meanwhile is told so at once."""
    async with gate(request), caller.open() as act:
        await refuse_in_flight(act, wish.key)
        kept = replace(body, sha256=service.digest(act, wish.dataset, body.sha256))
        print_ = request_print(request, kept.sha256 + wish.form.encode())

        async def take_in() -> Response:
            chunk_records = state_of(request).settings.chunk_records
            row = await service.take_in(act, wish.push, wish.dataset, kept, wish.form, chunk_records)
            shown = showing.batch(row, act.now, language(request))
            return answers.answer(shown, 202, {"Location": f"/v1/batches/{row['id']}"})

        return await once(act, wish.key, print_, take_in)


async def _waited(caller: Caller, request: Request, accepted: Response, seconds: int) -> Response:
    location = accepted.headers["location"]
    row = await service.wait_for(caller.open, location, seconds, state_of(request).ending)
    if not service.ended(row):
        return accepted
    shown = showing.batch(row, state_of(request).acts.clock(), language(request))
    return answers.answer(shown, 200, {"Location": location, "Preference-Applied": f"wait={seconds}"})


def _known(name: str) -> Dataset:
    one = DATASETS.get(name)
    if one is None:
        raise NotFound()
    return one


def _granted(by: Actor, one: Dataset) -> bool:
    return not by.datasets.isdisjoint({"*", one.name})
