"""Proposals as entities, and their pairs set-wise."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select

from app.core.acts import Act
from app.core.database import driver
from app.services.instructors.proposals.composing import Draft
from app.services.instructors.proposals.facts import PairState
from app.services.instructors.proposals.models import Pair, Proposal

PAIRS = """
INSERT INTO assignment_proposal_pairs (version, proposal_id, turn, organization_id, branch_id, worker_id, purpose,
                                       replaces, way, cost, reasons, departures, state, region_code, region_level,
                                       created_at, recorded_at)
SELECT 1, $1, told.turn, told.organization_id, told.branch_id, told.worker_id, told.purpose, told.replaces, told.way,
       told.cost, told.reasons::jsonb, '[]', 'proposed', told.region_code, told.region_level, $2, $2
  FROM unnest($3::int[], $4::uuid[], $5::uuid[], $6::uuid[], $7::text[], $8::uuid[], $9::int[], $10::int[],
              $11::text[], $12::bigint[], $13::smallint[])
       AS told (turn, organization_id, branch_id, worker_id, purpose, replaces, way, cost, reasons, region_code,
                region_level)
 ORDER BY told.turn
"""
SETTLE = """
UPDATE assignment_proposal_pairs AS pair
   SET state = told.state, assignment_id = told.assignment_id, version = version + 1, recorded_at = $1,
       departures = told.departures::jsonb,
       reasons = CASE WHEN told.reason IS NULL THEN reasons ELSE reasons || told.reason::jsonb END
  FROM unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[])
       AS told (id, state, assignment_id, departures, reason)
 WHERE pair.id = told.id
"""
OPEN = (PairState.proposed, PairState.edited)


async def add(act: Act, proposal: Proposal, pairs: Sequence[Draft]) -> UUID:
    """Write a proposal with its pairs in their order; its key."""
    act.session.add(proposal)
    await act.session.flush()
    waiting = [each.waiting for each in pairs]
    await (await driver(act.session)).execute(
        PAIRS,
        proposal.id,
        act.now,
        list(range(1, len(pairs) + 1)),
        [each.organization_id for each in waiting],
        [each.branch_id for each in waiting],
        [each.worker_id for each in pairs],
        [str(each.purpose) for each in waiting],
        [each.replaces for each in waiting],
        [each.way for each in pairs],
        [each.cost for each in pairs],
        [orjson.dumps(each.reasons).decode() for each in pairs],
        [each.region[0] for each in waiting],
        [each.region[1] for each in waiting],
    )
    return proposal.id


async def save(act: Act, row: Proposal | Pair) -> None:
    """Write a claimed row's changes as its next version."""
    row.version += 1
    row.recorded_at = act.now
    await act.session.flush()


async def proposal_of(act: Act, proposal_id: UUID) -> Proposal | None:
    """A proposal, locked: its pairs change one request after the other. None when it is not to be seen."""
    return await act.session.scalar(select(Proposal).where(Proposal.id == proposal_id).with_for_update(key_share=True))


async def open_pairs(act: Act, proposal_id: UUID, worker: UUID | None = None) -> list[Pair]:
    """The pairs with somebody to send that were not dropped, locked in their order; of one worker when asked."""
    query = select(Pair).where(Pair.proposal_id == proposal_id, Pair.worker_id.is_not(None), Pair.state.in_(OPEN))
    if worker is not None:
        query = query.where(Pair.worker_id == worker)
    return list(await act.session.scalars(query.order_by(Pair.turn).with_for_update(key_share=True)))


async def settle(act: Act, told: Sequence[Mapping[str, Any]]) -> None:
    """What has become of pairs, in one statement: `id`, `state`, `assignment_id`, `departures`, `reason` or None."""
    await (await driver(act.session)).execute(
        SETTLE,
        act.now,
        [each["id"] for each in told],
        [str(each["state"]) for each in told],
        [each["assignment_id"] for each in told],
        [orjson.dumps(each["departures"]).decode() for each in told],
        [None if each["reason"] is None else orjson.dumps([each["reason"]]).decode() for each in told],
    )
    act.session.expire_all()
