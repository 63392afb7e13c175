"""Set-wise SQL of matching: what is compared, and what is kept of it."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select

from app.core.acts import Act
from app.core.database import driver
from app.services.hosts.models import Host
from app.services.matching.facts import MatchState, Place, Proposal, Sitting
from app.services.matching.models import HostMatch
from app.services.regions.coordinates import Point

PORTION = 5_000

HOSTS = """
SELECT id, kind, name, aliases, region_code, region_level, address, longitude_e6, latitude_e6 FROM hosts
 WHERE region_code >= $1 AND region_code < $2 AND region_level >= 3 AND closed_on IS NULL ORDER BY id
"""
NOWHERE = """
SELECT id, region_code, region_level, address, longitude_e6, latitude_e6 FROM organizations
 WHERE region_code >= $1 AND region_code < $2 AND region_level >= 3 AND host_id IS NULL
   AND status IN ('operating', 'suspended') ORDER BY id
"""


async def hosts_in(act: Act, low: int, high: int) -> list[Place]:
    """Visible open hosts in a range of region codes, those in a county or deeper."""
    rows = await (await driver(act.session)).fetch(HOSTS, low, high)
    return [
        Place(
            row["id"],
            row["kind"],
            (row["name"], *row["aliases"]),
            row["region_code"],
            row["region_level"],
            row["address"],
            _point(row["longitude_e6"], row["latitude_e6"]),
        )
        for row in rows
    ]


async def seated_nowhere(act: Act, low: int, high: int) -> AsyncIterator[list[Sitting]]:
    """Visible organisations at work in a range of region codes that have no host, a portion at a time."""
    cursor = await (await driver(act.session)).cursor(NOWHERE, low, high)
    while rows := await cursor.fetch(PORTION):
        yield [Sitting(row[0], row[1], row[2], row[3], _point(row[4], row[5])) for row in rows]


def _point(longitude: int | None, latitude: int | None) -> Point | None:
    return None if longitude is None or latitude is None else Point(longitude, latitude)


async def decided(act: Act, low: int, high: int) -> set[tuple[UUID, UUID]]:
    """Pairs of organisation and host in a range of region codes that a person has decided on: they are left alone."""
    rows = await (await driver(act.session)).fetch(
        "SELECT organization_id, host_id FROM host_matches"
        " WHERE region_code >= $1 AND region_code < $2 AND state <> 'open'",
        low,
        high,
    )
    return {(row[0], row[1]) for row in rows}


class Kept(NamedTuple):
    """What became of the proposals of a range."""

    proposed: int
    changed: int
    withdrawn: int


async def keep(act: Act, low: int, high: int, regions: dict[UUID, int], found: Sequence[Proposal]) -> Kept:
    """Put these proposals in the place of the open ones of a range. `regions`: where the organisations stand."""
    connection = await driver(act.session)
    await connection.execute("DROP TABLE IF EXISTS pg_temp.found_matches")
    await connection.execute(
        "CREATE TEMPORARY TABLE found_matches (organization_id uuid, host_id uuid, region_code bigint,"
        " confidence smallint, certain boolean, matched text, reasons text[]) ON COMMIT DROP"
    )
    await connection.copy_records_to_table(
        "found_matches",
        records=[
            (
                each.organization_id,
                each.host_id,
                regions[each.organization_id],
                each.confidence,
                each.certain,
                each.matched,
                list(each.reasons),
            )
            for each in found
        ],
    )
    withdrawn = await connection.execute(
        "DELETE FROM host_matches AS stood WHERE region_code >= $1 AND region_code < $2 AND state = 'open'"
        " AND NOT EXISTS (SELECT FROM found_matches AS found"
        " WHERE (found.organization_id, found.host_id) = (stood.organization_id, stood.host_id))",
        low,
        high,
    )
    written = await connection.fetch(
        "INSERT INTO host_matches AS stood (organization_id, host_id, region_code, state, confidence, certain, matched,"
        " reasons, created_at, recorded_at)"
        " SELECT organization_id, host_id, region_code, 'open', confidence, certain, matched, reasons, $1, $1"
        " FROM found_matches ORDER BY organization_id, host_id"
        " ON CONFLICT (organization_id, host_id) DO UPDATE SET confidence = excluded.confidence,"
        " certain = excluded.certain, matched = excluded.matched, reasons = excluded.reasons,"
        " version = stood.version + 1, recorded_at = $1"
        " WHERE stood.state = 'open' AND (stood.confidence, stood.certain, stood.matched, stood.reasons)"
        " IS DISTINCT FROM (excluded.confidence, excluded.certain, excluded.matched, excluded.reasons)"
        " RETURNING version",
        act.now,
    )
    new = sum(row[0] == 1 for row in written)
    return Kept(new, len(written) - new, int(withdrawn.rpartition(" ")[2]))


async def accept(act: Act, pairs: Sequence[tuple[UUID, UUID]]) -> None:
    """The open proposals of these pairs are accepted, and the other open ones of their organisations go."""
    organizations, hosts = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    connection = await driver(act.session)
    await connection.execute(
        "UPDATE host_matches SET state = 'accepted', decided_by = $3, decided_at = $4, version = version + 1,"
        " recorded_at = $4 FROM unnest($1::uuid[], $2::uuid[]) AS pair (organization, host)"
        " WHERE (organization_id, host_id) = (pair.organization, pair.host) AND state = 'open'",
        organizations,
        hosts,
        act.by.id,
        act.now,
    )
    await withdraw_others(act, organizations)


async def withdraw_others(act: Act, organizations: Sequence[UUID]) -> None:
    """What is still open of organisations that have their host now is a question no more."""
    await act.session.execute(
        delete(HostMatch).where(HostMatch.organization_id.in_(organizations), HostMatch.state == MatchState.open)
    )


async def stands(act: Act, host_id: UUID) -> bool | None:
    """Whether a host is open; None when it is not to be seen."""
    row = (await act.session.execute(select(Host.closed_on).where(Host.id == host_id))).first()
    return None if row is None else row[0] is None


async def save(act: Act, match: HostMatch) -> None:
    """Write a claimed proposal's decision as its next version."""
    match.version += 1
    match.recorded_at = act.now
    await act.session.flush()
