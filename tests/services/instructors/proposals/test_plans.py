"""What proposals and their pairs cost under row-level security."""

from typing import Any
from uuid import UUID

import asyncpg
import pytest

from app.core.acts import Act, Acts, Scope
from app.core.pagination import Ask
from app.services.instructors.proposals import approving, gathering, reads, service
from app.services.instructors.proposals.schemas import (
    PairFilters,
    ProposalApprove,
    ProposalCreate,
    ProposalFilters,
    ProposalOptions,
)
from tests.conftest import actor
from tests.kit.plans import buffers, indexes, nodes, plans, sending
from tests.services.branches.test_plans import STREETS
from tests.services.instructors.test_plans import FILL

COUNTY = Scope(((330106000000, 330107000000),))
AT = "'2026-03-01T00:00:00Z'"
PROPOSALS = f"""
INSERT INTO assignment_proposals (version, title, region_code, region_level, purpose, starts_on, state, options,
                                  figures, computed_by, created_at, recorded_at)
SELECT 1, 'p', region, 4, 'work_coverage', '2026-03-02', 'computed', '[]', '{{}}', 'x', {AT}, {AT}
  FROM unnest($1::bigint[]) AS region, generate_series(1, 300) RETURNING id
"""
PAIRS = f"""
INSERT INTO assignment_proposal_pairs (version, proposal_id, turn, organization_id, purpose, reasons, departures, state,
                                       region_code, region_level, created_at, recorded_at)
SELECT 1, p.id, o.n, o.id, 'work_coverage', '[]', '[]', 'proposed', p.region_code, 4, {AT}, {AT}
  FROM (SELECT id, region_code FROM assignment_proposals
         WHERE region_code / 1000000 = 330106 ORDER BY id LIMIT 40) AS p,
       (SELECT id, row_number() OVER (ORDER BY id) AS n FROM organizations LIMIT 200) AS o
"""


@pytest.fixture
async def filled(direct: "asyncpg.Connection[Any]") -> UUID:
    """Instructors and organisations of seven streets, and many proposals; one that has pairs."""
    await direct.execute(FILL, STREETS, 60)
    await direct.fetch(PROPOSALS, STREETS)
    await direct.execute(PAIRS)
    await direct.execute("VACUUM ANALYZE workers, worker_roles, organizations, assignment_proposals")
    await direct.execute("VACUUM ANALYZE assignment_proposal_pairs")
    found: UUID = await direct.fetchval("SELECT proposal_id FROM assignment_proposal_pairs ORDER BY id LIMIT 1")
    return found


async def test_a_page_is_read_by_index(acts: Acts, filled: UUID) -> None:
    async def proposals(act: Act) -> None:
        await reads.listed(act, ProposalFilters(), Ask(sort="region_code"))

    async def pairs(act: Act) -> None:
        await reads.pairs(act, filled, PairFilters(), Ask())

    for ask, index, most in (
        (proposals, "ix_assignment_proposals_region_code_id", 51 * 10),
        (pairs, "uq_assignment_proposal_pairs_proposal_id_turn", 51 * 40),
    ):
        plan = (await plans(acts, actor(scope=COUNTY), ask))[-1]
        assert plan["Actual Rows"] == 51, ask.__name__
        assert index in indexes(plan), (ask.__name__, indexes(plan))
        assert buffers(plan) < most, (ask.__name__, buffers(plan))
        walked = {each["Relation Name"] for each in nodes(plan) if each["Node Type"] == "Seq Scan"}
        assert walked.isdisjoint({"assignment_proposals", "assignment_proposal_pairs", "organizations", "workers"})


async def test_a_whole_proposal_takes_few_statements(
    acts: Acts, direct: "asyncpg.Connection[Any]", filled: UUID
) -> None:
    draft = ProposalCreate(region_code="330106000000", options=ProposalOptions(most=4))
    async with sending(acts) as statements:
        async with acts.open(actor()) as act:
            gathered = await gathering.gather(act, draft)
        found = service.computed(gathered)
        async with acts.open(actor()) as act:
            row = await service.keep(act, draft, gathered, found)
        async with acts.open(actor()) as act:
            told = await approving.approve(act, row["id"], 1, ProposalApprove())
    assert row["figures"]["proven"]
    assert row["figures"]["covered"] == min(row["figures"]["targets"], row["figures"]["room"]) > 300
    assert told["pairs"]["approved"] == row["figures"]["covered"]
    assert len(statements) < 60, "policies of each street, and the rest at once"
    sent = await direct.fetchval("SELECT count(*) FROM assignments WHERE proposal_id = $1", row["id"])
    assert sent == row["figures"]["covered"]
