"""Contacts as rows for the wire, with masked numbers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.contacts.facts import HOLDER, PERSONAL, ContactRole, ErasureFacts
from app.services.contacts.models import Contact
from app.services.contacts.schemas import ContactFilters, ContactStored, ContactVersion
from app.services.organizations.models import ENDED, Organization
from app.services.privacy import keeping
from app.services.privacy.facts import masked
from app.services.regions.stated import stated_span

SORTS = Sorts({"region_code": Contact.region_code}, Contact.id, "region_code")
STORED = selecting(ContactStored, Contact, region_code=padded(Contact.region_code))
LOCKED = select(Organization.id, Organization.uscc, Organization.region_code)


async def listed(act: Act, filters: ContactFilters, ask: Ask) -> Page:
    """One page of contacts by region."""
    query = STORED.where(*within(act, Contact.region_code))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Contact.region_code >= low, Contact.region_code < high)
    if filters.organization_id is not None:
        query = query.where(Contact.organization_id == filters.organization_id)
    if filters.role is not None:
        query = query.where(Contact.role == filters.role)
    found = await page(act, query, ask, SORTS, [getattr(filters, name) for name in ContactFilters.model_fields])
    return replace(found, rows=await _masked(act, found.rows))


async def of_ids(act: Act, ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """These contacts, as far as they are visible."""
    query = STORED.where(Contact.id.in_(ids), *within(act, Contact.region_code)).order_by(
        Contact.region_code, Contact.id
    )
    rows = (await act.session.execute(query)).mappings().all()
    return await _masked(act, [dict(row) for row in rows])


async def one(act: Act, contact_id: UUID) -> dict[str, Any]:
    """One contact. Raises NotFound."""
    rows = await of_ids(act, [contact_id])
    if not rows:
        raise NotFound()
    return rows[0]


async def detail(act: Act, contact_id: UUID) -> dict[str, Any]:
    """One contact with the actions the caller may take. Raises NotFound."""
    row = await one(act, contact_id)
    allowed = {
        "update": Permission.contacts_write,
        "erase": Permission.data_subjects_erase,
        "reveal": Permission.contacts_reveal,
    }
    actions = [action(name, None if needed in act.by.permissions else "permission") for name, needed in allowed.items()]
    return {**row, "allowed_actions": actions}


async def history(act: Act, contact_id: UUID, ask: Ask) -> Page:
    """All versions of a contact, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Contact, contact_id).c
    query = select(*columns(ContactVersion, versions, region_code=padded(versions.region_code)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), contact_id)
    if not found.rows:
        raise NotFound()
    return found


async def organization(act: Act, organization_id: UUID) -> "Row[UUID, str | None, int] | None":
    """A visible organisation's id, USCC and region, held where it is until the act ends."""
    return (
        await act.session.execute(LOCKED.where(Organization.id == organization_id).with_for_update(read=True))
    ).one_or_none()


async def organizations(act: Act, usccs: Sequence[str]) -> dict[str, tuple[UUID, int, int]]:
    """Visible organisations by USCC: id, region code and level."""
    query = select(Organization.uscc, Organization.id, Organization.region_code, Organization.region_level).where(
        Organization.uscc.in_(usccs)
    )
    return {str(row[0]): (row[1], row[2], row[3]) for row in (await act.session.execute(query)).all()}


async def erasure_facts(act: Act, contact_id: UUID, ground: str) -> ErasureFacts:
    """What decides whether this contact may be erased. Raises NotFound."""
    query = (
        select(Contact.role, Organization.status)
        .join(Organization, Organization.id == Contact.organization_id)
        .where(Contact.id == contact_id)
    )
    row = (await act.session.execute(query)).one_or_none()
    if row is None:
        raise NotFound()
    return ErasureFacts(ContactRole(row.role), row.status not in ENDED, ground)


async def _masked(act: Act, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    held = await keeping.opened(act, HOLDER, [str(row["id"]) for row in rows])
    for row in rows:
        values = held.get(str(row["id"]), {})
        for field, kind in PERSONAL.items():
            row[field] = masked(kind, values[field]) if field in values else None
    return rows
