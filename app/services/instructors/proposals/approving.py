"""An approved proposal becomes assignments: all that can be, in one transaction; what cannot any more says why."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Failure, Forbidden
from app.core.findings import Finding, Severity
from app.core.history import note
from app.services.branches.failures import DepartureUnapproved
from app.services.instructors import repository as assignments
from app.services.instructors.facts import Purpose, Wanted
from app.services.instructors.judging import Ready, judge_each, passed
from app.services.instructors.proposals import repository
from app.services.instructors.proposals.facts import PairState, ProposalState
from app.services.instructors.proposals.models import Pair, Proposal
from app.services.instructors.proposals.schemas import ProposalApprove
from app.services.instructors.proposals.service import claimed, detail

NOBODY = UUID(int=0)
NEEDLESS = ("instructor_there_already", "organization_covered_already")
"""What a computed pair is needless by; who was chosen by hand goes all the same."""
OUTDATED = (
    *("assignment_without_role", "beyond_term", "instructor_not_formal", "assignment_target_ended"),
    *("assigned_already", "assignment_ended", "day_too_early", "reference_unknown", "visited_since", *NEEDLESS),
)
"""What may have changed since a proposal was computed; `pair_reason` has a text for each."""


async def approve(act: Act, proposal_id: UUID, expected: int, approval: ProposalApprove) -> dict[str, Any]:
    """Send all that the proposal's open pairs name; the facts of the organisations follow at once.

    Each pair is judged as any assignment, on the day, as if those before it had been sent. What has changed since
    (closed, covered by somebody else, no instructor any more …) is left out as `outdated` with the reason among the
    pair's. Raises NotFound, StaleVersion, Conflict when it is settled, Forbidden for a region that is not wholly in the
    caller's scope, DepartureUnapproved (then nothing is sent) when a pair departs from what is normal and nobody said
    why.
    """
    proposal = await claimed(act, proposal_id, expected)
    if not act.scope.contains(proposal.region_code):
        raise Forbidden(reason="scope")
    pairs = await repository.open_pairs(act, proposal_id)
    standing, visited = await _standing(act, proposal)
    found = await judge_each(act, [wanted_of(act, proposal, each) for each in pairs])
    told, sent, rows = [], [], []
    departing: dict[str, Finding] = {}
    for pair, ready in zip(pairs, found, strict=True):
        why = "visited_since" if pair.replaces in visited else _outdated(pair, ready, standing)
        if why is not None or not isinstance(ready, Ready):
            told.append(_became(pair, PairState.outdated, why, pair.departures))
            continue
        reason = approval.departure_reason or _stated(pair)
        departures = [each for each in ready.findings if each.severity is Severity.departure]
        if departures and reason is None:
            departing |= {each.code: each for each in departures}
            continue
        row = passed(act, ready, reason)
        sent.append(pair)
        rows.append(row)
    if departing:
        raise DepartureUnapproved(tuple(departing.values()))
    keys = await assignments.assign(act, rows)
    for pair, row, key in zip(sent, rows, keys, strict=True):
        told.append({**_became(pair, PairState.approved, None, row["departures"]), "assignment_id": key})
    taken = {pair.replaces: key for pair, key in zip(sent, keys, strict=True) if pair.replaces is not None}
    if taken:
        await assignments.hand_over(act, taken, max(proposal.starts_on, act.today), proposal.title)
    proposal.state, proposal.approved_by, proposal.approved_at = ProposalState.approved, act.by.id, act.now
    await repository.save(act, proposal)
    await repository.settle(act, told)
    await note(
        act, "approve", "assignment_proposals", id=str(proposal_id), sent=len(sent), outdated=len(told) - len(sent)
    )
    return await detail(act, proposal_id)


def wanted_of(act: Act, proposal: Proposal, pair: Pair, worker: UUID | None = None) -> Wanted:
    """What sending a pair's instructor (or another) would be."""
    return Wanted(
        worker_id=worker or pair.worker_id or NOBODY,
        organization_id=pair.organization_id,
        branch_id=pair.branch_id,
        purpose=Purpose(pair.purpose),
        valid_from=max(proposal.starts_on, act.today),
        proposal_id=proposal.id,
        follows=pair.replaces,
    )


async def _standing(act: Act, proposal: Proposal) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Of the instructor who hands over, the assignments that still stand, locked; and by which he made a visit since
    the day, so that they last longer.
    """
    if proposal.hand_over_of is None:
        return frozenset(), frozenset()
    day = max(proposal.starts_on, act.today)
    standing = frozenset(each.id for each in await assignments.running(act, proposal.hand_over_of, day))
    return standing, await assignments.visited(act, standing, day)


def _outdated(pair: Pair, ready: Ready | Failure, standing: frozenset[UUID]) -> str | None:
    """Why a pair cannot be any more, as a code of the reasons; None when it can."""
    if isinstance(ready, Failure):
        return ready.errors[0].code if ready.errors else ready.slug
    if pair.replaces is not None and pair.replaces not in standing:
        return "assignment_ended"
    against = [each.code for each in ready.findings if each.severity is Severity.hard]
    if pair.state != PairState.edited:
        against += [each.code for each in ready.findings if each.code in NEEDLESS]
    return next(iter(against), None)


def _stated(pair: Pair) -> str | None:
    """The reason for departures that was stated when the pair was put together."""
    return next((each["reason"] for each in pair.departures if each.get("reason")), None)


def _became(pair: Pair, state: PairState, why: str | None, departures: Sequence[dict[str, Any]]) -> dict[str, Any]:
    reason = None if why is None else {"code": f"outdated_{why if why in OUTDATED else 'other'}", "params": {}}
    return {"id": pair.id, "state": state, "assignment_id": None, "departures": list(departures), "reason": reason}
