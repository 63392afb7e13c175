"""Contacts as entities, and the set-wise writes of a merge and of an erasure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
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


async def insert(act: Act, rows: Sequence[tuple[UUID, UUID, int, str, str, str, datetime]]) -> int:
    """Found contacts: id, organisation, region, name, role, source, its time; how many were not there yet."""
    done = await (await driver(act.session)).fetch(
        "INSERT INTO contacts (id, version, organization_id, region_code, name, role, source, source_time,"
        " created_at, recorded_at)"
        " SELECT id, 1, organization, region, name, role, source, time, $8, $8 FROM unnest($1::uuid[], $2::uuid[],"
        " $3::bigint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[])"
        " AS new (id, organization, region, name, role, source, time)"
        " ON CONFLICT (organization_id, name) DO NOTHING RETURNING id",
        *map(list, zip(*sorted(rows, key=lambda row: (row[1], row[3])), strict=True)),
        act.now,
    )
    return len(done)


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
