"""What can be done with recognition."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.services.treatment import entering, repository
from app.services.treatment import reads as standings
from app.services.treatment.facts import HonourKind
from app.services.treatment.honours import reads
from app.services.treatment.honours.schemas import HonourCreate, HonourFilters, HonourUpdate
from app.services.treatment.models import Honour


async def listed(act: Act, filters: HonourFilters, ask: Ask) -> Page:
    """One page, noted as a list of names."""
    found = await reads.listed(act, filters, ask)
    await note(act, "list", "treatment_honours", rows=len(found.rows))
    return found


async def shown(act: Act, honour_id: UUID) -> dict[str, Any]:
    """One with the actions the caller may take. Raises NotFound."""
    row = await reads.one(act, honour_id)
    ended = None if row["cancel_reason"] is None else "honour_cancelled"
    return {**row, "allowed_actions": entering.actions(act, row, ("update", "cancel"), ended)}


async def record(act: Act, draft: HonourCreate) -> UUID:
    """Enter a seat or an honour. Raises Invalid for an unknown worker or days that do not fit the kind, Forbidden."""
    entering.standing(act, await standings.worker(act, draft.worker_id), "/worker_id")
    _days(act, draft.kind, draft.awarded_on, draft.valid_from, draft.valid_to)
    row = Honour(version=1, created_at=act.now, recorded_at=act.now, **draft.model_dump())
    return await repository.add(act, row)


async def correct(act: Act, honour_id: UUID, expected: int, change: HonourUpdate) -> None:
    """Put one right, or end a seat. What is already so makes no new version.

    Raises NotFound, StaleVersion, Forbidden, Conflict for a cancelled one, Invalid for days that do not fit the kind.
    """
    row = await claim(act, Honour, honour_id, expected)
    _counting(row)
    changed = entering.told(change, row)
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        _days(act, HonourKind(row.kind), row.awarded_on, row.valid_from, row.valid_to)
        await repository.save(act, row)


async def cancel(act: Act, honour_id: UUID, expected: int, reason: str) -> None:
    """Say that one was entered by mistake. Raises NotFound, StaleVersion, Forbidden, Conflict."""
    row = await claim(act, Honour, honour_id, expected)
    _counting(row)
    row.cancel_reason = reason
    await repository.save(act, row)


def _counting(row: Honour) -> None:
    if row.cancel_reason is not None:
        raise Conflict(errors=(FieldError("", "honour_cancelled"),))


def _days(act: Act, kind: HonourKind, given: date | None, start: date | None, end: date | None) -> None:
    if kind is HonourKind.honour:
        if given is None:
            raise Invalid(errors=(FieldError("/awarded_on", "honour_day_needed"),))
        for pointer, day in (("/valid_from", start), ("/valid_to", end)):
            if day is not None:
                raise Invalid(errors=(FieldError(pointer, "honour_no_period"),))
        entering.not_future(act, given, "/awarded_on")
        return
    if given is not None:
        raise Invalid(errors=(FieldError("/awarded_on", "honour_no_day"),))
    if start is None:
        raise Invalid(errors=(FieldError("/valid_from", "honour_period_needed"),))
    entering.not_future(act, start, "/valid_from")
    if end is not None and end < start:
        raise Invalid(errors=(FieldError("/valid_to", "day_too_early", {"earliest": start.isoformat()}),))
