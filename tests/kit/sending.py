"""Instructors and where they are sent, written past the API, for tests of what rests on them."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg

AT = "'2026-03-01T00:00:00Z'"
SINCE, UNTIL = date(2025, 9, 1), date(2027, 9, 1)

WORKER = f"""
INSERT INTO workers (version, name, stated_formal, state, since, region_code, region_level, authority_id, source,
                     source_time, created_at, recorded_at)
VALUES (1, $1, true, 'current', $2, $3, $4, $5, 'officer', {AT}, {AT}, {AT}) RETURNING id
"""
ROLE = f"""
INSERT INTO worker_roles (version, worker_id, role, selection_channel, valid_from, valid_to, departures, created_at,
                          recorded_at)
VALUES (1, $1, 'instructor', 'dispatched', $2, $3, '[]', {AT}, {AT})
"""
ASSIGNMENT = f"""
INSERT INTO assignments (version, worker_id, organization_id, branch_id, purpose, valid_from, valid_to, departures,
                         created_at, recorded_at)
VALUES (1, $1, $2, $3, $4, $5, $6, '[]', {AT}, {AT}) RETURNING id
"""
PAIR = f"""
INSERT INTO assignment_proposal_pairs (version, proposal_id, turn, organization_id, worker_id, purpose, reasons,
                                       departures, state, region_code, region_level, created_at, recorded_at)
VALUES (1, $1, 1, $2, $3, 'work_coverage', '[]', '[]', 'proposed', $4, $5, {AT}, {AT}) RETURNING id
"""


async def instructor(
    direct: "asyncpg.Connection[Any]",
    name: str = "某指导员",
    region: int = 330106000000,
    level: int = 3,
    *,
    authority: str | None = None,
    since: date = SINCE,
    until: date = UNTIL,
) -> str:
    """An instructor kept by a region, and by an authority of it, with his term; the worker's id."""
    body = UUID(authority) if authority else None
    worker = await direct.fetchval(WORKER, name, since, region, level, body)
    await direct.execute(ROLE, worker, since, until)
    return str(worker)


async def sent(
    direct: "asyncpg.Connection[Any]",
    worker: str,
    organization: str | None = None,
    branch: str | None = None,
    since: date = SINCE,
    until: date = UNTIL,
) -> str:
    """An assignment to an organisation or a branch; its id."""
    found = await direct.fetchval(
        ASSIGNMENT,
        UUID(worker),
        UUID(organization) if organization else None,
        UUID(branch) if branch else None,
        "guide_formation" if organization else "guide_branch",
        since,
        until,
    )
    return str(found)


async def paired(
    direct: "asyncpg.Connection[Any]", proposal: str, worker: str, organization: str, region: tuple[int, int]
) -> str:
    """A pair of a proposal; its id."""
    return str(await direct.fetchval(PAIR, UUID(proposal), UUID(organization), UUID(worker), *region))
