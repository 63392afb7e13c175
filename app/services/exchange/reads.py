"""Rows of exchange for JSON: batches, the outcomes and reasons of their records, reviews."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, cast, false, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from app.core.acts import Act
from app.core.errors import FieldError, NotFound
from app.core.pagination import Ask, Page, Sorts, page, sealed, unsealed
from app.core.rows import selecting
from app.core.streams import Header, RawRecord, head_size, lines_of
from app.services.exchange.contract import Outcome
from app.services.exchange.models import Batch, BatchChunk, BatchFinding, ReviewItem
from app.services.exchange.schemas import BatchStored, ReviewStored
from app.services.exchange.sealing import Parted, records_of


@dataclass(frozen=True, slots=True)
class BatchFilters:
    """What narrows the list of batches."""

    dataset: str | None = None
    state: str | None = None
    mode: str | None = None


_batches = Batch.__table__.c
_reviews = ReviewItem.__table__.c

_BATCH = selecting(
    BatchStored,
    Batch,
    received=_batches.records,
    sha256=func.encode(Batch.sha256, "hex"),
    ignored_columns=func.coalesce(Batch.header["ignored"], cast([], JSONB)),
)


async def listed(act: Act, filters: BatchFilters, ask: Ask) -> Page:
    """The caller's own batches, the newest first."""
    query = _BATCH
    for column, wanted in ((Batch.dataset, filters.dataset), (Batch.state, filters.state), (Batch.mode, filters.mode)):
        if wanted is not None:
            query = query.where(column == wanted)
    return await page(act, query, ask, Sorts({"created_at": _batches.created_at}, _batches.id, "-created_at"), filters)


async def found(act: Act, batch_id: UUID) -> dict[str, Any]:
    """One of the caller's own batches. Raises NotFound."""
    row = (await act.session.execute(_BATCH.where(Batch.id == batch_id))).mappings().one_or_none()
    if row is None:
        raise NotFound()
    return dict(row)


def _holding(outcomes: Sequence[Outcome]) -> Any:
    """The chunk has been applied and, where outcomes are asked for, holds one of them."""
    letters = cast(func.encode(BatchChunk.outcomes, "escape"), Text)
    return or_(*(func.strpos(letters, each.value) > 0 for each in outcomes), false())


async def records(act: Act, batch_id: UUID, outcomes: frozenset[Outcome], ask: Ask) -> Page:
    """What became of the records that have been applied, in the order of the file."""
    await found(act, batch_id)
    wanted = sorted(outcomes or frozenset(Outcome))
    filters = ("records", batch_id, wanted)
    after = unsealed(act, ask.cursor, filters)
    picked: list[tuple[int, Outcome, UUID | None]] = []
    async for lines, letters, subjects in _applied(act, batch_id, wanted, after):
        for line, letter, subject in zip(lines, letters, subjects, strict=True):
            if (after is None or line > after) and (outcome := Outcome(chr(letter))) in wanted:
                picked.append((line, outcome, subject))
        if len(picked) > ask.limit:
            break
    shown = picked[: ask.limit]
    reasons = await _findings(act, batch_id, [line for line, _, _ in shown])
    rows = [
        {"line": line, "outcome": outcome.name, "subject_id": subject, "errors": reasons.get(line, [])}
        for line, outcome, subject in shown
    ]
    return Page(rows, sealed(act, shown[-1][0], filters) if len(picked) > ask.limit else None)


async def _applied(
    act: Act, batch_id: UUID, wanted: Sequence[Outcome], after: int | None
) -> AsyncIterator[tuple[list[int], bytes, Sequence[UUID | None]]]:
    """Applied chunks from the one that holds line `after` on: lines, outcome letters, subjects; no raw bytes."""
    chunk = BatchChunk
    begin = 0
    if after is not None:
        begin = (
            await act.session.scalar(
                select(func.coalesce(func.max(chunk.seq), 0)).where(
                    chunk.batch_id == batch_id, chunk.first_line <= after
                )
            )
            or 0
        )
    query = (
        select(
            chunk.seq,
            chunk.outcomes,
            chunk.subjects,
            func.substring(chunk.raw, 1, head_size(0) + (head_size(1) - head_size(0)) * chunk.records).label("head"),
        )
        .where(chunk.batch_id == batch_id, chunk.outcomes.is_not(None), _holding(wanted))
        .order_by(chunk.seq)
        .limit(1)
    )
    while True:
        row = (await act.session.execute(query.where(chunk.seq >= begin))).one_or_none()
        if row is None:
            return
        yield lines_of(row.head), row.outcomes, row.subjects or [None] * len(row.outcomes)
        begin = row.seq + 1


async def _findings(act: Act, batch_id: UUID, lines: Sequence[int]) -> dict[int, list[FieldError]]:
    if not lines:
        return {}
    query = (
        select(BatchFinding.line, BatchFinding.pointer, BatchFinding.code, BatchFinding.params)
        .where(BatchFinding.batch_id == batch_id, BatchFinding.line.in_(lines))
        .order_by(BatchFinding.line, BatchFinding.position)
    )
    reasons: dict[int, list[FieldError]] = {}
    for line, pointer, code, params in await act.session.execute(query):
        reasons.setdefault(line, []).append(FieldError(pointer, code, params))
    return reasons


@dataclass(frozen=True, slots=True)
class Rejects:
    """The rejected records of one chunk, as sent, each with its reasons; `seq` is the chunk they stand in."""

    seq: int
    rows: list[tuple[RawRecord, list[FieldError]]]


async def header(act: Act, batch_id: UUID) -> Header | None:
    """The header that the batch's CSV had; None for JSON. Raises NotFound."""
    row = (await act.session.execute(select(Batch.header).where(Batch.id == batch_id))).one_or_none()
    if row is None:
        raise NotFound()
    stored = row.header
    return None if stored is None else Header(stored["line"], stored["delimiter"], tuple(stored["names"]))


async def rejects(act: Act, batch_id: UUID, after: int) -> Rejects | None:
    """The next chunk behind number `after` that holds rejected records; None when there is none."""
    chunk = BatchChunk
    row = (
        await act.session.execute(
            select(chunk.seq, chunk.raw, chunk.sealed, chunk.key_id, chunk.outcomes)
            .where(chunk.batch_id == batch_id, chunk.seq > after, _holding([Outcome.rejected]))
            .order_by(chunk.seq)
            .limit(1)
        )
    ).one_or_none()
    if row is None:
        return None
    refused = [
        record
        for record, letter in zip(
            records_of(act, batch_id, row.seq, Parted(row.raw, row.sealed, row.key_id)), row.outcomes, strict=True
        )
        if chr(letter) == Outcome.rejected.value
    ]
    reasons = await _findings(act, batch_id, [record.line for record in refused])
    return Rejects(row.seq, [(record, reasons.get(record.line, [])) for record in refused])


@dataclass(frozen=True, slots=True)
class ReviewFilters:
    """What narrows the list of reviews; `region` is a half-open range of codes."""

    state: str | None = None
    reason: str | None = None
    dataset: str | None = None
    batch_id: UUID | None = None
    region: tuple[int, int] | None = None


_REVIEW = selecting(ReviewStored, ReviewItem, region_code=func.lpad(cast(ReviewItem.region_code, Text), 12, "0"))


async def reviews(act: Act, filters: ReviewFilters, ask: Ask) -> Page:
    """Records that wait for a person, or have been decided, within the caller's scope."""
    query = _REVIEW
    item = ReviewItem
    for column, wanted in (
        (item.state, filters.state),
        (item.reason, filters.reason),
        (item.dataset, filters.dataset),
        (item.batch_id, filters.batch_id),
    ):
        if wanted is not None:
            query = query.where(column == wanted)
    if filters.region is not None:
        query = query.where(item.region_code >= filters.region[0], item.region_code < filters.region[1])
    return await page(
        act, query, ask, Sorts({"recorded_at": _reviews.recorded_at}, _reviews.id, "recorded_at"), filters
    )


async def review(act: Act, item_id: UUID) -> dict[str, Any]:
    """One review item. Raises NotFound."""
    row = (await act.session.execute(_REVIEW.where(ReviewItem.id == item_id))).mappings().one_or_none()
    if row is None:
        raise NotFound()
    return dict(row)
