"""What the database keeps of assignments and liaisons: facts at once and by date, places, ends, and the term."""

from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest

from app.core.acts import Acts
from app.services.coverage import repository
from app.services.organizations.facts import unpack
from tests.conftest import Hands, actor
from tests.kit import party, sending
from tests.kit.agreement import disagreements
from tests.kit.databases import Clones, dsn
from tests.kit.organizations import add

AT = "'2026-03-01T00:00:00Z'"
VISIT = f"""
INSERT INTO visits (version, assignment_id, visited_on, kind, did, entered_by, created_at, recorded_at)
VALUES (1, $1, '2026-03-02', 'on_site', '{{met_owner}}', 'x', {AT}, {AT})
"""


@pytest.fixture
async def firm(direct: "asyncpg.Connection[Any]") -> UUID:
    """An organisation that nobody reaches."""
    return (await add(direct, 1))[0]


async def reached(direct: "asyncpg.Connection[Any]", firm: UUID) -> tuple[bool, bool, int]:
    row = await direct.fetchrow("SELECT facts_key, version FROM organizations WHERE id = $1", firm)
    assert row is not None
    facts = unpack(row["facts_key"])
    return facts.has_instructor, facts.has_liaison, row["version"]


async def change(direct: "asyncpg.Connection[Any]", table: str, row: object, said: str) -> None:
    """A new version of a row, as the service writes one."""
    now = "current_setting('liangxin.now')::timestamptz"
    await direct.execute(
        f"UPDATE {table} SET {said}, version = version + 1, recorded_at = {now} WHERE id = $1", UUID(str(row))
    )


async def liaison(direct: "asyncpg.Connection[Any]", worker: str, firm: UUID, until: date | None = None) -> UUID:
    found: UUID = await direct.fetchval(
        "INSERT INTO worker_roles (version, worker_id, role, selection_channel, organization_id, valid_from, valid_to,"
        " departures, created_at, recorded_at) VALUES (1, $1, 'liaison', 'internal', $2, '2026-01-01', $3, '[]',"
        f" {AT}, {AT}) RETURNING id",
        UUID(worker),
        firm,
        until,
    )
    return found


async def test_whoever_is_sent_is_a_fact_at_once_and_until_called_back(
    direct: "asyncpg.Connection[Any]", firm: UUID, clock: Hands
) -> None:
    worker = await sending.instructor(direct)
    assert await reached(direct, firm) == (False, False, 1)
    sent = await sending.sent(direct, worker, str(firm))
    assert await reached(direct, firm) == (True, False, 2)
    await change(direct, "assignments", sent, "purpose = 'work_coverage'")
    assert await reached(direct, firm) == (True, False, 2)
    await change(direct, "assignments", sent, "valid_to = '2026-03-02'")
    assert await reached(direct, firm) == (False, False, 3)
    assert await disagreements(direct, date(2026, 3, 2)) == {}


async def test_a_removed_assignment_and_one_to_another_place(
    direct: "asyncpg.Connection[Any]", firm: UUID, clock: Hands
) -> None:
    other = (await add(direct, 1))[0]
    sent = await sending.sent(direct, await sending.instructor(direct), str(firm))
    await change(direct, "assignments", sent, f"organization_id = '{other}'")
    assert [(await reached(direct, each))[0] for each in (firm, other)] == [False, True]
    await direct.execute("DELETE FROM assignments WHERE id = $1", UUID(sent))
    assert not (await reached(direct, other))[0]
    assert await disagreements(direct, date(2026, 3, 2)) == {}


async def test_a_liaison_kept_here_counts_beside_what_was_reported(
    direct: "asyncpg.Connection[Any]", firm: UUID
) -> None:
    worker = await sending.instructor(direct)
    role = await liaison(direct, worker, firm)
    assert await reached(direct, firm) == (False, True, 2)
    await direct.execute("UPDATE organizations SET has_liaison = true, version = 3 WHERE id = $1", firm)
    await change(direct, "worker_roles", role, "valid_to = '2026-02-01', end_kind = 'ended'")
    assert (await reached(direct, firm))[1], "reported, and so it stays"
    await direct.execute("UPDATE organizations SET has_liaison = false WHERE id = $1", firm)
    assert not (await reached(direct, firm))[1]
    assert await disagreements(direct, date(2026, 3, 2)) == {}


async def test_what_begins_and_ends_by_date_is_found_by_the_daily_job(
    direct: "asyncpg.Connection[Any]", firm: UUID, acts: Acts, clock: Hands
) -> None:
    worker = await sending.instructor(direct)
    await sending.sent(direct, worker, str(firm), since=date(2026, 3, 4), until=date(2026, 3, 6))
    await liaison(direct, worker, firm, until=date(2026, 3, 5))
    seen = []
    for _ in range(5):
        async with acts.open(actor()) as act:
            changed = await repository.refresh_stale(act)
        seen.append((*(await reached(direct, firm))[:2], changed))
        clock.forward(days=1)
        await direct.execute("SELECT set_config('liangxin.now', $1, false)", clock().isoformat())
    assert seen == [(False, True, 0), (False, True, 0), (True, True, 1), (True, False, 1), (False, False, 1)]


async def told(direct: "asyncpg.Connection[Any]", columns: str, sent: str) -> list[Any]:
    """Columns of an assignment."""
    row = await direct.fetchrow(f"SELECT {columns} FROM assignments WHERE id = $1", UUID(sent))
    assert row is not None
    return list(row)


async def test_an_assignment_goes_along_with_the_organisation_and_its_line(
    direct: "asyncpg.Connection[Any]", client: httpx.AsyncClient, firm: UUID
) -> None:
    sent = await sending.sent(direct, await sending.instructor(direct), str(firm))
    await direct.execute("UPDATE organizations SET region_code = 330108000000, region_level = 3 WHERE id = $1", firm)
    where = "region_code, authority_code"
    assert await told(direct, where, sent) == [330108000000, None]
    above = await party.authority(client)
    body = {
        "name": "某支部", "formation_mode": "territorial", "authority_id": above, "region_code": "330108000000",
        "region_level": 3, "founded_on": "2026-03-01", "formal_members": 3, "organization_ids": [str(firm)],
    }  # fmt: skip
    founded = await client.post("/v1/branches", json=body)
    assert founded.status_code == 201, founded.text
    assert await told(direct, where, sent) == [330108000000, 33001006010000]
    assert await disagreements(direct, date(2026, 3, 2)) == {}


async def test_an_assignment_ends_with_the_organisation(
    direct: "asyncpg.Connection[Any]", client: httpx.AsyncClient, firm: UUID
) -> None:
    """On the day on which it was closed, as a liaison's role does; what was done there meanwhile stands."""
    worker, other, late = [await sending.instructor(direct) for _ in range(3)]
    sent = await sending.sent(direct, worker, str(firm))
    over = await sending.sent(direct, other, str(firm))
    ahead = await sending.sent(direct, late, str(firm), since=date(2026, 2, 20))
    role = await liaison(direct, worker, firm)
    await direct.execute(VISIT, UUID(sent))
    await direct.execute(VISIT, UUID(over))
    await change(direct, "assignments", over, "valid_to = '2026-03-10', end_kind = 'ended', end_reason = '轮岗'")
    answer = await client.post(
        f"/v1/organizations/{firm}/close",
        json={"closed_on": "2026-02-01", "reason": "已注销登记"},
        headers={"if-match": '"3"'},
    )
    assert answer.status_code == 200, answer.text
    for each in (sent, over):
        assert await told(direct, "valid_to, end_kind", each) == [date(2026, 2, 1), "target_ended"]
    assert await told(direct, "valid_to, end_kind", ahead) == [date(2026, 2, 20), "target_ended"], "never held"
    assert await direct.fetchval("SELECT valid_to FROM worker_roles WHERE id = $1", role) == date(2026, 2, 1)
    assert await direct.fetchval("SELECT count(*) FROM visits WHERE cancel_reason IS NULL") == 2
    assert (await reached(direct, firm))[:2] == (False, False)
    assert await disagreements(direct, date(2026, 3, 2)) == {}


async def test_what_was_handed_over_after_the_closing_ended_with_it(
    direct: "asyncpg.Connection[Any]", client: httpx.AsyncClient, firm: UUID
) -> None:
    first, second = [await sending.instructor(direct) for _ in range(2)]
    sent = await sending.sent(direct, first, str(firm))
    wish = {"worker_id": second, "on": "2026-02-10", "reason": "轮岗"}
    over = await client.post(f"/v1/assignments/{sent}/hand-over", json=wish, headers={"if-match": '"1"'})
    assert over.status_code == 201, over.text
    read = await client.get(f"/v1/organizations/{firm}")
    closing = {"closed_on": "2026-02-01", "reason": "已注销登记"}
    answer = await client.post(
        f"/v1/organizations/{firm}/close", json=closing, headers={"if-match": read.headers["etag"]}
    )
    assert answer.status_code == 200, answer.text
    ended = "valid_to, end_kind, succeeded_by"
    assert await told(direct, ended, sent) == [date(2026, 2, 1), "target_ended", None]
    assert await told(direct, ended, over.json()["id"]) == [date(2026, 2, 10), "target_ended", None], "never held"
    assert await disagreements(direct, date(2026, 3, 2)) == {}


async def test_an_assignment_ends_with_the_branch_and_goes_along_with_it(
    direct: "asyncpg.Connection[Any]", client: httpx.AsyncClient
) -> None:
    branch = await party.branch(client, direct, await party.authority(client))
    sent = await sending.sent(direct, await sending.instructor(direct), branch=branch["id"])
    await direct.execute(
        "UPDATE branches SET region_code = 330108000000, region_level = 3 WHERE id = $1", UUID(branch["id"])
    )
    assert await direct.fetchval("SELECT region_code FROM assignments WHERE id = $1", UUID(sent)) == 330108000000
    assert await disagreements(direct, date(2026, 3, 2)) == {}
    read = await client.get(f"/v1/branches/{branch['id']}")
    answer = await client.post(
        f"/v1/branches/{branch['id']}/dissolve",
        json={"dissolved_on": "2026-03-01", "reason": "党员转出"},
        headers={"if-match": read.headers["etag"]},
    )
    assert answer.status_code == 200, answer.text
    assert await told(direct, "valid_to, end_kind", sent) == [date(2026, 3, 1), "target_ended"]
    assert await disagreements(direct, date(2026, 3, 2)) == {}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE worker_roles SET valid_to = '2026-06-01', end_kind = 'ended' WHERE role = 'instructor'",
        "UPDATE worker_roles SET valid_from = '2025-10-01' WHERE role = 'instructor'",
        "DELETE FROM worker_roles WHERE role = 'instructor'",
        "UPDATE assignments SET valid_to = '2027-09-02'",
        "UPDATE assignments SET valid_from = '2025-08-31'",
    ],
)
async def test_nobody_is_sent_where_the_term_does_not_reach(
    direct: "asyncpg.Connection[Any]", firm: UUID, change: str
) -> None:
    await sending.sent(direct, await sending.instructor(direct), str(firm))
    with pytest.raises(asyncpg.CheckViolationError, match="ck_assignments_within_role"):
        await direct.execute(change)


async def test_two_terms_without_a_gap_carry_one_assignment(direct: "asyncpg.Connection[Any]", firm: UUID) -> None:
    worker = await sending.instructor(direct, until=date(2026, 6, 1))
    await direct.execute(sending.ROLE, UUID(worker), date(2026, 6, 1), date(2028, 6, 1))
    await sending.sent(direct, worker, str(firm), until=date(2028, 6, 1))
    assert await disagreements(direct, date(2026, 3, 2)) == {}


async def test_role_and_assignment_written_at_once_do_not_pass_each_other(
    direct: "asyncpg.Connection[Any]", server: Clones, database_name: str, firm: UUID
) -> None:
    """Whoever ends the term and whoever sends have not seen each other's row; the later of the two is refused."""
    worker = await sending.instructor(direct)
    other = await asyncpg.connect(dsn(server.cluster.superuser_url(database_name)))
    try:
        ending = direct.transaction()
        await ending.start()
        await direct.execute("UPDATE worker_roles SET valid_to = '2026-06-01', end_kind = 'ended'")
        sending_there = other.transaction()
        await sending_there.start()
        await sending.sent(other, worker, str(firm))
        await ending.commit()
        with pytest.raises(asyncpg.CheckViolationError, match="ck_assignments_within_role"):
            await sending_there.commit()
    finally:
        await other.close()
    assert await direct.fetchval("SELECT count(*) FROM assignments") == 0
