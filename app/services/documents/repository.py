"""Documents as entities, and the numbers they take."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import postgresql

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid
from app.services.documents.facts import DocumentKind, DocumentState, Issuer, Number
from app.services.documents.models import Document, NumberSeries


async def enter(act: Act, row: dict[str, Any]) -> UUID:
    """Insert a draft; returns its key. The database says where it stands."""
    entered = {"version": 1, "created_by": act.by.id, "created_at": act.now, "recorded_at": act.now}
    return (await act.session.execute(insert(Document).values(**row, **entered).returning(Document.id))).scalar_one()


async def save(act: Act, document: Document) -> None:
    """Write a claimed document's changes as its next version."""
    document.version += 1
    document.recorded_at = act.now
    await act.session.flush()


async def held_state(act: Act, document_id: UUID) -> DocumentState | None:
    """A document's state, which stays as it is until this act ends; None where the caller may not write it."""
    query = select(Document.state).where(Document.id == document_id).with_for_update(read=True)
    state = await act.session.scalar(query)
    return None if state is None else DocumentState(state)


async def next_number(act: Act, issuer: Issuer, kind: DocumentKind, day: date, word: str | None) -> Number:
    """Take the next number of the issuer's series of that kind and year; the series is locked until this act ends.

    Rolled back, the number is free again: so none is missing. Raises Invalid without a word for a first series, or for
    a day before the last number's; Conflict when another word is in use.
    """
    wanted = word or await _last_word(act, issuer.id, kind)
    if wanted is None:
        raise Invalid(errors=(FieldError("/word", "document_word_needed"),))
    await act.session.execute(
        postgresql.insert(NumberSeries)
        .values(
            version=1,
            authority_id=issuer.id,
            kind=kind,
            year=day.year,
            word=wanted,
            last_number=0,
            region_code=issuer.region_code,
            authority_code=issuer.code,
            created_at=act.now,
            recorded_at=act.now,
        )
        .on_conflict_do_nothing(index_elements=["authority_id", "kind", "year"])
    )
    series = NumberSeries
    this = (series.authority_id == issuer.id, series.kind == kind, series.year == day.year)
    locked = (
        await act.session.execute(select(series.id, series.word, series.last_on).where(*this).with_for_update())
    ).one()
    if word is not None and word != locked.word:
        raise Conflict(errors=(FieldError("/word", "document_word_fixed", {"word": locked.word}),))
    if locked.last_on is not None and day < locked.last_on:
        raise Invalid(errors=(FieldError("/issued_on", "day_too_early", {"earliest": locked.last_on.isoformat()}),))
    taken = await act.session.scalar(
        update(series)
        .where(series.id == locked.id)
        .values(
            last_number=series.last_number + 1,
            last_on=day,
            version=series.version + 1,
            recorded_at=func.greatest(series.recorded_at, act.now),  # who waited for the lock began earlier
        )
        .returning(series.last_number)
    )
    return Number(locked.id, locked.word, day.year, int(taken or 0))


async def _last_word(act: Act, issuer_id: UUID, kind: DocumentKind) -> str | None:
    query = select(NumberSeries.word).where(NumberSeries.authority_id == issuer_id, NumberSeries.kind == kind)
    return await act.session.scalar(query.order_by(NumberSeries.year.desc()).limit(1))


async def series_seen(act: Act, series_id: UUID | None) -> bool:
    """Whether the caller's scope holds the body whose numbers these are."""
    query = select(NumberSeries.id).where(NumberSeries.id == series_id)
    return await act.session.scalar(query) is not None
