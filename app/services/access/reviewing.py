"""Access reviews: once a year somebody looks at every grant and says whether it is still needed."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Invalid, NotFound
from app.core.versions import claim
from app.services.access import repository
from app.services.access.granting import stop
from app.services.access.ledger import reads
from app.services.access.models import AccessReview

ENDED_BY_REVIEW = "年度授权核查"
"""The reason that stands with a grant ended in a review, when none is given."""


async def open_round(act: Act, due_on: date) -> dict[str, Any]:
    """Begin a round over all grants within the scope that have not ended. Raises Invalid for a day that is past."""
    if due_on < act.today:
        raise Invalid(errors=(FieldError("/due_on", "day_too_early", {"earliest": act.today.isoformat()}),))
    review = await repository.add(
        act,
        AccessReview(
            version=1,
            region_code=act.scope.lo,
            opened_by=act.by.id,
            opened_on=act.today,
            due_on=due_on,
            closed_on=None,
            recorded_at=act.now,
        ),
    )
    await repository.fill_review(act, review)
    return await reads.review(act, review.id)


async def decide(act: Act, review_id: UUID, grant_id: UUID, verdict: Literal["keep", "end"], why: str | None) -> None:
    """Confirm a grant for another year, or end it today. Raises NotFound, Conflict."""
    review = await reads.review(act, review_id)
    if review["closed_on"] is not None:
        raise Conflict(errors=(FieldError("", "review_closed"),))
    grant = await repository.grant(act, grant_id)
    item = await repository.review_item(act, review_id, grant_id)
    if item is None or grant is None:
        raise NotFound()
    if grant.subject == act.by.id:
        raise Conflict(errors=(FieldError("", "review_own"),))
    ended = grant.valid_to is not None and grant.valid_to <= act.today
    if ended and verdict == "keep":
        raise Conflict(errors=(FieldError("", "grant_ended"),))
    if verdict == "keep":
        grant.confirmed_on = act.today
        grant.confirmed_by = act.by.id
        await repository.save(act, grant)
    elif not ended:
        await stop(act, grant, act.today, why or ENDED_BY_REVIEW)
    item.verdict = verdict
    item.why = why
    item.decided_by = act.by.id
    item.decided_at = act.now


async def close(act: Act, review_id: UUID, expected: int) -> dict[str, Any]:
    """End a round. Raises Conflict while a grant is undecided."""
    review = await claim(act, AccessReview, review_id, expected)
    if review.closed_on is not None:
        raise Conflict(errors=(FieldError("", "review_closed"),))
    undecided = (await reads.review(act, review_id))["undecided"]
    if undecided:
        raise Conflict(errors=(FieldError("", "review_open", {"open": undecided}),))
    review.closed_on = act.today
    await repository.save(act, review)
    return await reads.review(act, review_id)
