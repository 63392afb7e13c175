"""What can be done with practice postings: enter, put right, cancel."""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.services.training import entering, repository
from app.services.training.models import PracticePosting
from app.services.training.practice import reads
from app.services.training.practice.schemas import PracticeCreate, PracticeFilters, PracticeUpdate
from app.services.training.wire import Withdrawal


async def listed(act: Act, filters: PracticeFilters, ask: Ask) -> Page:
    """One page of postings; that a list of names was read is noted."""
    found = await reads.listed(act, filters, ask)
    await note(act, "list", PracticePosting.__tablename__, rows=len(found.rows))
    return found


async def shown(act: Act, posting_id: UUID) -> dict[str, Any]:
    """One posting with what the caller may do. Raises NotFound."""
    row = await reads.one(act, posting_id)
    ended = None if row["cancel_reason"] is None else "posting_cancelled"
    return {**row, "allowed_actions": entering.actions(act, row, ("update", "cancel"), ended)}


async def create(act: Act, draft: PracticeCreate) -> UUID:
    """Enter a posting. Raises Invalid, Forbidden; the database refuses two of one worker at a time (Taken)."""
    await entering.worker(act, draft.worker_id)
    _fits(draft.valid_from, draft.valid_to)
    posting = PracticePosting(version=1, created_at=act.now, recorded_at=act.now, **draft.model_dump())
    return await repository.add(act, posting)


async def update(act: Act, posting_id: UUID, expected: int, change: PracticeUpdate) -> None:
    """Put a posting right, or say when it ends. What is already so makes no new version.

    Raises NotFound, Forbidden, StaleVersion, Invalid; Conflict for a cancelled one; the database as in `create`.
    """
    posting = await claim(act, PracticePosting, posting_id, expected)
    entering.still_holds(posting.cancel_reason, "posting_cancelled")
    told = entering.told(change, posting)
    _fits(told.get("valid_from", posting.valid_from), told.get("valid_to", posting.valid_to))
    for name, value in told.items():
        setattr(posting, name, value)
    if told:
        await repository.save(act, posting)


async def cancel(act: Act, posting_id: UUID, expected: int, wish: Withdrawal) -> None:
    """Say that a posting was entered by mistake. Raises NotFound, Forbidden, StaleVersion, Conflict."""
    posting = await claim(act, PracticePosting, posting_id, expected)
    entering.still_holds(posting.cancel_reason, "posting_cancelled")
    posting.cancel_reason = wish.reason
    await repository.save(act, posting)


def _fits(valid_from: date, valid_to: date | None) -> None:
    if valid_to is not None and valid_to <= valid_from:
        raise Invalid(errors=(FieldError("/valid_to", "posting_ends_before"),))
