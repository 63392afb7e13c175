"""Approving requests, as often as their amount needs, each time by somebody else; rejecting, and sending back."""

from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError, Forbidden, refuse_hard
from app.core.findings import judge
from app.services.access.permissions import Permission
from app.services.funding.requests import repository
from app.services.funding.requests.facts import LADDER, DecidingFacts, Decision, RequestState, RequestVerb, Tier
from app.services.funding.requests.models import SpendingRequest
from app.services.funding.requests.rules import DECIDING
from app.services.funding.requests.standing import columns_of, of_office, policy_at

S = RequestState


async def approve(act: Act, request_id: UUID, expected: int, note: str | None) -> None:
    """Give the next approval; the last one lets it be paid.

    Raises NotFound, StaleVersion, Forbidden, also without the permission that this approval needs; Conflict for a
    request that is not waiting; RuleViolation for one's own, under whatever grant, and for a second one of the same
    person.
    """
    row, step = await _waiting(act, request_id, expected, RequestVerb.approve)
    needed = LADDER[Tier(str(row.tier))][step - 1]
    if needed not in act.by.permissions:
        raise Forbidden(permission=needed)
    again = await repository.approved_before(act, request_id, row.round)
    await _judged(act, row, again=again)
    row.steps_taken = step
    if step == row.steps_needed:
        row.state, row.approved_on = S.approved, act.today
    await repository.save(act, row)
    await repository.decide(act, row, step, Decision.approve, needed, note)


async def reject(act: Act, request_id: UUID, expected: int, reason: str) -> None:
    """Refuse for good, with a reason. Raises as `approve`."""
    row, step = await _waiting(act, request_id, expected, RequestVerb.reject)
    await _judged(act, row, again=False)
    row.state, row.ended_on, row.end_reason = S.rejected, act.today, reason
    await repository.save(act, row)
    await repository.decide(act, row, step, Decision.reject, Permission.spending_requests_approve, reason)


async def send_back(act: Act, request_id: UUID, expected: int, reason: str) -> None:
    """Let it be put otherwise, with a reason: it is a draft again, and what was approved so far is void.

    Raises as `approve`.
    """
    row, step = await _waiting(act, request_id, expected, RequestVerb.send_back)
    await _judged(act, row, again=False)
    row.state = S.draft
    await repository.save(act, row)
    await repository.decide(act, row, step, Decision.send_back, Permission.spending_requests_approve, reason)


async def _waiting(act: Act, request_id: UUID, expected: int, verb: RequestVerb) -> tuple[SpendingRequest, int]:
    """A request that waits, locked, and the number of the approval that it waits for."""
    row = await repository.claimed(act, request_id, expected)
    if not of_office(act, columns_of(row)):
        raise Forbidden(reason="scope")
    if not repository.leads(row, verb):
        raise Conflict(errors=(FieldError("", f"spending_{row.state}"),))
    return row, row.steps_taken + 1


async def _judged(act: Act, row: SpendingRequest, *, again: bool) -> None:
    policy = (await policy_at(act, (row.region_code, row.region_level))).numbers
    refuse_hard(judge(DECIDING, DecidingFacts(own=row.requested_by == act.by.id, again=again), policy))
