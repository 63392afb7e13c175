"""What bodies answer about a worker's year: entered by whoever keeps the worker, put right, and listed.

A branch or an enterprise owner answers as a body, with one of three codes; nothing that a single person thinks is kept.
"""

from datetime import date
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.services.duties.facts import ReviewState, year_of
from app.services.duties.models import WorkerOpinion, WorkerReview
from app.services.duties.reviews import reads, repository
from app.services.duties.reviews.schemas import OpinionCreate, OpinionUpdate
from app.services.duties.reviews.service import keeps

OPEN = (ReviewState.open, ReviewState.self_reported)


async def listed(act: Act, review_id: UUID, ask: Ask) -> Page:
    """The bodies that are asked, with their answers. Raises NotFound; Forbidden for the worker himself."""
    row = await reads.one(act, review_id)
    line = None if row["authority_code"] is None else int(row["authority_code"])
    if not act.scope.holds(int(row["region_code"]), [line]):
        raise Forbidden(reason="scope")
    return await reads.bodies(act, review_id, row["worker_id"], row["year"], ask)


async def enter(act: Act, review_id: UUID, expected: int, draft: OpinionCreate) -> None:
    """Enter a body's answer, as the review's next version.

    Raises NotFound, StaleVersion, Forbidden; Conflict once the opinions are closed; Invalid for a body that the worker
    did not work for in the year, or a day that does not fit; the database refuses a second answer (Taken).
    """
    row = await _asking(act, review_id, expected)
    body = draft.branch_id or draft.organization_id
    if body is None or not await reads.is_body(act, row.worker_id, row.year, body):
        pointer = "/branch_id" if draft.organization_id is None else "/organization_id"
        raise Invalid(errors=(FieldError(pointer, "opinion_body_unrelated"),))
    day = draft.answered_on or act.today
    _day(act, row, day)
    await repository.add_opinion(
        act,
        {
            "review_id": review_id,
            "branch_id": draft.branch_id,
            "organization_id": draft.organization_id,
            "answer": draft.answer,
            "answered_on": day,
        },
    )
    await repository.save(act, row)


async def correct(act: Act, review_id: UUID, opinion_id: UUID, expected: int, change: OpinionUpdate) -> None:
    """Put an answer right, while the opinions are not closed. `expected` is the answer's version. Raises as `enter`."""
    review = await reads.one(act, review_id)
    if not await repository.review_of(act, review_id, opinion_id):
        raise NotFound()
    row = await _asking(act, review_id, review["version"])
    opinion = await claim(act, WorkerOpinion, opinion_id, expected)
    if "answered_on" in change.model_fields_set:
        _day(act, row, change.answered_on)
        opinion.answered_on = change.answered_on
    if "answer" in change.model_fields_set:
        opinion.answer = change.answer
    opinion.entered_by = act.by.id
    await repository.save(act, opinion)


async def _asking(act: Act, review_id: UUID, expected: int) -> WorkerReview:
    row = await claim(act, WorkerReview, review_id, expected)
    keeps(act, row)
    if row.state not in OPEN:
        raise Conflict(errors=(FieldError("", "review_state"),))
    return row


def _day(act: Act, row: Any, day: date) -> None:
    if day > act.today:
        raise Invalid(errors=(FieldError("/answered_on", "day_future"),))
    first = year_of(row.year).since
    if day < first:
        raise Invalid(errors=(FieldError("/answered_on", "day_too_early", {"earliest": first.isoformat()}),))
