"""Members in a merge: what records name, and the set-wise writes."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from app.core.acts import Act
from app.core.database import driver
from app.services.branches.models import Branch
from app.services.organizations.models import Organization

Place = tuple[UUID, int, int]
"""A branch's or an organisation's id, region code and level."""


async def branches_named(act: Act, names: Sequence[str]) -> dict[str, list[Place]]:
    """Visible branches that stand, by their whole name."""
    found: dict[str, list[Place]] = defaultdict(list)
    if names:
        query = select(Branch.name, Branch.id, Branch.region_code, Branch.region_level).where(
            Branch.name.in_(names), Branch.dissolved_on.is_(None)
        )
        for row in (await act.session.execute(query)).all():
            found[row[0]].append((row[1], row[2], row[3]))
    return found


async def employers(act: Act, usccs: Sequence[str]) -> dict[str, Place]:
    """Visible organisations by USCC."""
    if not usccs:
        return {}
    query = select(Organization.uscc, Organization.id, Organization.region_code, Organization.region_level).where(
        Organization.uscc.in_(usccs)
    )
    return {str(row[0]): (row[1], row[2], row[3]) for row in (await act.session.execute(query)).all()}


class New(NamedTuple):
    """A member to be entered."""

    id: UUID
    name: str
    kind: str
    admitted_on: date | None
    formal_on: date | None
    branch_id: UUID | None
    organization_id: UUID | None
    floating: bool
    outflow_branch_name: str | None
    inflow_branch_name: str | None
    since: date
    source: str
    time: datetime


async def insert(act: Act, rows: Sequence[New]) -> dict[UUID, int]:
    """Enter members, in the order of their keys; where each stands. Branches are locked first, as everywhere."""
    connection = await driver(act.session)
    at = sorted({row.branch_id for row in rows if row.branch_id is not None})
    await connection.execute("SELECT FROM branches WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE", at)
    done = await connection.fetch(
        "INSERT INTO members (id, version, name, kind, admitted_on, formal_on, branch_id, organization_id, floating,"
        " outflow_branch_name, inflow_branch_name, state, since, departures, source, source_time, created_at,"
        " recorded_at)"
        " SELECT new.id, 1, name, kind, admitted_on, formal_on, branch, organization, floating, outflow, inflow,"
        " 'current', since, '[]', source, time, $14, $14 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::date[],"
        " $5::date[], $6::uuid[], $7::uuid[], $8::bool[], $9::text[], $10::text[], $11::date[], $12::text[],"
        " $13::timestamptz[]) AS new (id, name, kind, admitted_on, formal_on, branch, organization, floating, outflow,"
        " inflow, since, source, time) ORDER BY new.id RETURNING id, region_code",
        *map(list, zip(*sorted(rows), strict=True)),
        act.now,
    )
    return {row[0]: row[1] for row in done}


CHANGING = (
    "name",
    "kind",
    "admitted_on",
    "formal_on",
    "organization_id",
    "floating",
    "outflow_branch_name",
    "inflow_branch_name",
)
TYPES = ("text", "text", "date", "date", "uuid", "bool", "text", "text")


class Changed(NamedTuple):
    """A member whose columns a record changes; `values` are those of CHANGING, in their order."""

    id: UUID
    source: str
    time: datetime
    values: tuple[Any, ...]


async def update(act: Act, rows: Sequence[Changed]) -> None:
    """Write changes as next versions, in key order."""
    if not rows:
        return
    sets = ", ".join(f"{name} = new.{name}" for name in CHANGING)
    given = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(TYPES, 5))
    await (await driver(act.session)).execute(
        f"UPDATE members SET source = new.source, source_time = new.time, {sets},"  # noqa: S608  (names from CHANGING)
        " version = version + 1, recorded_at = $4"
        f" FROM unnest($1::uuid[], $2::text[], $3::timestamptz[], {given})"
        f" AS new (id, source, time, {', '.join(CHANGING)}) WHERE members.id = new.id",
        *map(list, zip(*((row.id, row.source, row.time) for row in rows), strict=True)),
        act.now,
        *map(list, zip(*(row.values for row in rows), strict=True)),
    )


async def new_ids(act: Act, count: int) -> list[UUID]:
    """Fresh keys in order."""
    found = await (await driver(act.session)).fetch("SELECT uuidv7() FROM generate_series(1, $1)", count)
    return [row[0] for row in found]
