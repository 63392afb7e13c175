"""What can be done with proposals: compute, look at, approve, set aside."""

from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import Conflict, FieldError
from app.core.history import note
from app.core.labels import label
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.instructors.proposals import reads, repository
from app.services.instructors.proposals.composing import Composed
from app.services.instructors.proposals.facts import ProposalState
from app.services.instructors.proposals.gathering import Gathered, computed, gather
from app.services.instructors.proposals.models import Proposal
from app.services.instructors.proposals.schemas import PairFilters, ProposalCreate, ProposalDiscard

__all__ = ["claimed", "computed", "detail", "discard", "gather", "keep", "pairs", "refused"]

OPEN = (ProposalState.computed, ProposalState.edited)
PAIRS = "assignment_proposal_pairs"
"""What the audit calls a list of whom to send where."""


async def keep(act: Act, draft: ProposalCreate, gathered: Gathered, found: Composed) -> dict[str, Any]:
    """Write a computed proposal."""
    kind = "gaps" if draft.hand_over_of is None else "hand_over"
    proposal = Proposal(
        version=1,
        title=draft.title or label("proposal_title", kind, "zh-Hans"),
        region_code=gathered.place[0],
        region_level=gathered.place[1],
        purpose=gathered.purpose,
        hand_over_of=draft.hand_over_of,
        starts_on=gathered.starts_on,
        state=ProposalState.computed,
        options=gathered.told,
        figures={**found.figures, "unplaced": gathered.unplaced},
        computed_by=act.by.id,
        created_at=act.now,
        recorded_at=act.now,
    )
    return await detail(act, await repository.add(act, proposal, found.pairs))


async def detail(act: Act, proposal_id: UUID) -> dict[str, Any]:
    """One proposal with the actions the caller may take. Raises NotFound."""
    row = await reads.one(act, proposal_id)
    refusal = refused(act, int(row["region_code"]))
    settled = None if row["state"] in OPEN else f"proposal_{row['state']}"
    names = ("approve", "discard", "edit_pairs")
    return {**row, "allowed_actions": [action(name, refusal or settled) for name in names]}


def refused(act: Act, region_code: int) -> str | None:
    """Why the caller may not change a proposal here; None when they may."""
    if Permission.assignments_write not in act.by.permissions:
        return "permission"
    return None if act.scope.contains(region_code) else "outside_scope"


async def pairs(act: Act, proposal_id: UUID, filters: PairFilters, ask: Ask) -> Page:
    """One page of a proposal's pairs; that a list of names was read is noted. Raises NotFound."""
    found = await reads.pairs(act, proposal_id, filters, ask)
    await note(act, "list", PAIRS, rows=len(found.rows))
    return found


async def claimed(act: Act, proposal_id: UUID, expected: int) -> Proposal:
    """A proposal that may still be changed, locked. Raises NotFound, StaleVersion, Conflict when it is settled."""
    proposal = await claim(act, Proposal, proposal_id, expected)
    if proposal.state not in OPEN:
        raise Conflict(errors=(FieldError("", f"proposal_{proposal.state}"),))
    return proposal


async def discard(act: Act, proposal_id: UUID, expected: int, why: ProposalDiscard) -> dict[str, Any]:
    """Set a proposal aside. Raises NotFound, StaleVersion, Conflict when it is settled."""
    proposal = await claimed(act, proposal_id, expected)
    proposal.state, proposal.closing_reason = ProposalState.discarded, why.reason
    await repository.save(act, proposal)
    return await detail(act, proposal_id)
