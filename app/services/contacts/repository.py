"""Contacts as entities, and the set-wise writes of a merge and of an erasure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, select

from app.core.acts import Act
from app.core.database import driver
from app.services.contacts.models import Contact
from app.services.organizations.models import ENDED, Organization


async def add(act: Act, contact: Contact) -> Contact:
    """Insert a contact; its key is the database's."""
    act.session.add(contact)
    await act.session.flush()
    return contact


async def save(act: Act, contact: Contact) -> None:
    """Write a claimed contact's changes as its next version."""
    contact.version += 1
    contact.recorded_at = act.now
    await act.session.flush()


async def standing(act: Act, ids: Sequence[UUID]) -> dict[UUID, Any]:
    """Visible contacts by id, locked in key order until the act ends."""
    query = select(Contact).where(Contact.id.in_(ids)).order_by(Contact.id).with_for_update(key_share=True)
    return {row.id: row for row in (await act.session.scalars(query)).all()}


async def by_name(act: Act, places: Sequence[tuple[str, str]]) -> dict[tuple[str, str], tuple[UUID, int]]:
    """Visible contacts by their organisation's USCC and their name, locked in key order."""
    found = await (await driver(act.session)).fetch(
        "SELECT o.uscc, c.name, c.id, c.region_code FROM unnest($1::text[], $2::text[]) AS sought (uscc, name)"
        " JOIN organizations o ON o.uscc = sought.uscc"
        " JOIN contacts c ON c.organization_id = o.id AND c.name = sought.name"
        " ORDER BY c.id FOR NO KEY UPDATE OF c",
        [uscc for uscc, _ in places],
        [name for _, name in places],
    )
    return {(row[0], row[1]): (row[2], row[3]) for row in found}


class New(NamedTuple):
    """A contact to be founded."""

    id: UUID
    organization_id: UUID
    name: str
    role: str
    source: str
    time: datetime


async def insert(act: Act, rows: Sequence[New]) -> dict[UUID, int]:
    """Found contacts where their organisations stand now; the regions of those that were not there yet."""
    done = await (await driver(act.session)).fetch(
        "INSERT INTO contacts (id, version, organization_id, region_code, name, role, source, source_time,"
        " created_at, recorded_at)"
        " SELECT new.id, 1, o.id, o.region_code, new.name, role, source, time, $7, $7 FROM unnest($1::uuid[],"
        " $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])"
        " AS new (id, organization, name, role, source, time) JOIN organizations o ON o.id = new.organization"
        " ORDER BY o.id, new.name FOR SHARE OF o"
        " ON CONFLICT (organization_id, name) DO NOTHING RETURNING id, region_code",
        *map(list, zip(*rows, strict=True)),
        act.now,
    )
    return {row[0]: row[1] for row in done}


class Changed(NamedTuple):
    """A contact whose role or numbers a record changes."""

    id: UUID
    role: str
    source: str
    time: datetime


async def update(act: Act, rows: Sequence[Changed]) -> None:
    """Write changes as next versions."""
    if not rows:
        return
    await (await driver(act.session)).execute(
        "UPDATE contacts SET role = new.role, source = new.source, source_time = new.time,"
        " version = version + 1, recorded_at = $5"
        " FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[]) AS new (id, role, source, time)"
        " WHERE contacts.id = new.id",
        *map(list, zip(*sorted(rows), strict=True)),
        act.now,
    )


async def new_ids(act: Act, count: int) -> list[UUID]:
    """Fresh keys in order."""
    found = await (await driver(act.session)).fetch("SELECT uuidv7() FROM generate_series(1, $1)", count)
    return [row[0] for row in found]


async def of_ended(act: Act, before: datetime, limit: int) -> list[UUID]:
    """Some contacts of organisations that ended before this instant's day."""
    query = (
        select(Contact.id)
        .join(Organization, Organization.id == Contact.organization_id)
        .where(Organization.status.in_(ENDED), Organization.closed_on < before.date())
        .order_by(Contact.id)
        .limit(limit)
    )
    return list((await act.session.scalars(query)).all())


async def remove(act: Act, ids: Sequence[UUID]) -> None:
    """Delete contacts."""
    await act.session.execute(delete(Contact).where(Contact.id.in_(ids)))
