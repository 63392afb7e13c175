"""Facts = sources: what branches cover, and what the organisation's own row says."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from app.core.acts import Acts
from app.services.coverage import repository
from tests.conftest import Hands, actor
from tests.services.coverage.test_tallies import ADD

Connection = "asyncpg.Connection[Any]"


@pytest.fixture
async def organization(direct: "asyncpg.Connection[Any]", clock: Hands) -> UUID:
    """One organisation that nobody covers."""
    await direct.execute("SELECT set_config('liangxin.now', $1, false)", clock().isoformat())
    await direct.execute(ADD, "private_enterprise", 330106001000, 4, 1)
    found: UUID = await direct.fetchval("SELECT id FROM organizations")
    return found


async def link(
    direct: "asyncpg.Connection[Any]", organization: UUID, mode: str, since: date, until: date | None = None
) -> UUID:
    """A branch of a mode that covers the organisation for a time; the link's id."""
    authority, branch, row = uuid4(), uuid4(), uuid4()
    await direct.execute(
        "INSERT INTO authorities (id, version, code, kind, name, region_code, region_level, created_at, recorded_at)"
        " VALUES ($1, 1, 1000000000000 + (random() * 1e12)::bigint, 'township', 'a', 330106001000, 4, now(), now())",
        authority,
    )
    await direct.execute(
        "INSERT INTO branches (id, version, name, level, formation_mode, management_mode, stage, authority_id,"
        " region_code, region_level, founded_on, formal_members, probationary_members, departures, created_at,"
        " recorded_at) VALUES ($1, 1, 'b', 'branch', $2, 'territorial', 'established', $3, 330106001000, 4, $4, 3, 0,"
        " '[]', now(), now())",
        branch, mode, authority, since,
    )  # fmt: skip
    await direct.execute(
        "INSERT INTO branch_organizations (id, version, branch_id, organization_id, formation_mode, valid_from,"
        " valid_to, region_code, created_at, recorded_at)"
        " VALUES ($1, 1, $2, $3, $4, $5, $6, 330106001000, now(), now())",
        row, branch, organization, mode, since, until,
    )  # fmt: skip
    return row


async def mode_of(direct: "asyncpg.Connection[Any]", organization: UUID) -> tuple[str, int]:
    row = await direct.fetchrow("SELECT coverage_mode, version FROM organizations WHERE id = $1", organization)
    assert row is not None
    return row["coverage_mode"], row["version"]


@pytest.mark.parametrize("mode", ["standalone", "joint", "attached", "territorial"])
async def test_a_link_covers_at_once_and_its_end_uncovers(
    mode: str, direct: "asyncpg.Connection[Any]", organization: UUID, clock: Hands
) -> None:
    row = await link(direct, organization, mode, date(2026, 3, 2))
    assert await mode_of(direct, organization) == (mode, 2)
    await direct.execute("UPDATE branch_organizations SET end_reason = 'x' WHERE id = $1", row)
    assert await mode_of(direct, organization) == (mode, 2)
    await direct.execute("UPDATE branch_organizations SET valid_to = '2026-03-02' WHERE id = $1", row)
    assert await mode_of(direct, organization) == ("none", 3)


async def test_a_removed_link_uncovers(direct: "asyncpg.Connection[Any]", organization: UUID) -> None:
    row = await link(direct, organization, "joint", date(2026, 3, 1))
    await direct.execute("DELETE FROM branch_organizations WHERE id = $1", row)
    assert (await mode_of(direct, organization))[0] == "none"


async def test_the_delta_comes_with_the_link(direct: "asyncpg.Connection[Any]", organization: UUID) -> None:
    await direct.execute("DELETE FROM coverage_deltas")
    await link(direct, organization, "joint", date(2026, 3, 1))
    assert sorted(await direct.fetch("SELECT n FROM coverage_deltas")) == [(-1,), (1,)]


async def test_dates_that_pass_are_found_by_the_daily_job(
    direct: "asyncpg.Connection[Any]", organization: UUID, acts: Acts, clock: Hands
) -> None:
    await link(direct, organization, "attached", date(2026, 3, 4), date(2026, 3, 6))
    assert (await mode_of(direct, organization))[0] == "none"
    modes = []
    for _ in range(5):
        async with acts.open(actor()) as act:
            await repository.refresh_stale(act)
            assert await repository.refresh_stale(act) == 0
        modes.append((await mode_of(direct, organization))[0])
        clock.forward(days=1)
    assert modes == ["none", "none", "attached", "attached", "none"]
