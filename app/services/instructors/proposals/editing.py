"""What an officer changes in a proposal by hand: who goes, and where nobody is sent."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, Failure, FieldError, Forbidden, NotFound
from app.core.versions import claim
from app.core.wire import action
from app.services.instructors.judging import judge_each, passed
from app.services.instructors.proposals import gathering, reads, repository
from app.services.instructors.proposals.approving import wanted_of
from app.services.instructors.proposals.composing import one
from app.services.instructors.proposals.facts import PairState, ProposalState
from app.services.instructors.proposals.models import Pair, Proposal
from app.services.instructors.proposals.schemas import PairDrop, PairUpdate
from app.services.instructors.proposals.service import OPEN, refused
from app.services.regions.stated import NATION

BY_HAND = {"code": "chosen_by_hand", "params": {}}


async def detail(act: Act, proposal_id: UUID, pair_id: UUID) -> dict[str, Any]:
    """A pair with what the caller may do. Raises NotFound."""
    row = await reads.pair(act, proposal_id, pair_id)
    proposal = await reads.one(act, proposal_id)
    refusal = refused(act, int(row["region_code"]))
    settled = None if proposal["state"] in OPEN else f"proposal_{proposal['state']}"
    gone = "pair_dropped" if row["state"] == PairState.dropped else None
    return {**row, "allowed_actions": [action(name, refusal or settled or gone) for name in ("update", "drop")]}


async def update(act: Act, proposal_id: UUID, pair_id: UUID, expected: int, change: PairUpdate) -> dict[str, Any]:
    """Send somebody else, judged with all that this proposal has for him already.

    Raises NotFound, StaleVersion, Conflict when it is settled, Invalid for somebody nobody knows, Taken for who is
    there already, RuleViolation and DepartureUnapproved as when an assignment is entered.
    """
    proposal, pair = await _claimed(act, proposal_id, pair_id, expected)
    others = [each for each in await repository.open_pairs(act, proposal_id, change.worker_id) if each.id != pair_id]
    wanted = [wanted_of(act, proposal, each) for each in others]
    found = (await judge_each(act, [*wanted, wanted_of(act, proposal, pair, change.worker_id)]))[-1]
    if isinstance(found, Failure):
        raise found
    row = passed(act, found, change.departure_reason)
    pair.departures = row["departures"]
    pair.worker_id, pair.state = change.worker_id, PairState.edited
    pair.way, pair.cost, pair.reasons = None, None, [BY_HAND]
    await _explained(act, proposal, pair, len(others))
    await repository.save(act, pair)
    await _edited(act, proposal)
    return await detail(act, proposal_id, pair_id)


async def drop(act: Act, proposal_id: UUID, pair_id: UUID, expected: int, why: PairDrop) -> dict[str, Any]:
    """Send nobody there; the pair stays to be seen, with the reason. Raises as `update` does."""
    proposal, pair = await _claimed(act, proposal_id, pair_id, expected)
    pair.state, pair.drop_reason = PairState.dropped, why.reason
    await repository.save(act, pair)
    await _edited(act, proposal)
    return await detail(act, proposal_id, pair_id)


async def _claimed(act: Act, proposal_id: UUID, pair_id: UUID, expected: int) -> tuple[Proposal, Pair]:
    proposal = await repository.proposal_of(act, proposal_id)
    if proposal is None:
        raise NotFound()
    pair = await claim(act, Pair, pair_id, expected)
    if pair.proposal_id != proposal_id:
        raise NotFound()
    if proposal.state not in OPEN:
        raise Conflict(errors=(FieldError("", f"proposal_{proposal.state}"),))
    if pair.state == PairState.dropped:
        raise Conflict(errors=(FieldError("", "pair_dropped"),))
    if not act.scope.contains(proposal.region_code):
        raise Forbidden(reason="scope")
    return proposal, pair


async def _edited(act: Act, proposal: Proposal) -> None:
    if proposal.state != ProposalState.edited:
        proposal.state = ProposalState.edited
        await repository.save(act, proposal)


async def _explained(act: Act, proposal: Proposal, pair: Pair, others: int) -> None:
    """How far it is and what the instructor brings, by the numbers of the proposal."""
    waiting = await reads.target(act, pair)
    found = await reads.helpers(act, NATION, max(proposal.starts_on, act.today), only=pair.worker_id)
    if waiting is None or not found:
        return
    helper = next(iter(await gathering.able(act, found[:1], proposal.starts_on)), None)
    if helper is None:
        return
    (past,) = await reads.with_past(act, [waiting], proposal.starts_on)
    options = {each["name"]: each["value"] for each in proposal.options}
    most = int(options["most"])
    draft = one(past, helper, gathering.weights_of(options), helper.load + others + 1, most)
    pair.way, pair.cost = draft.way, draft.cost
    pair.reasons = [BY_HAND, *draft.reasons]
