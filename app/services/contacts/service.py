"""What can be done with contacts: enter, put right, find by number, show in clear with a purpose, erase."""

from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.acts import Act
from app.core.errors import FieldError, Invalid
from app.core.history import note
from app.core.pagination import Ask, Page
from app.core.versions import claim
from app.services.contacts import reads, repository
from app.services.contacts.facts import HOLDER, OFFICER, PERSONAL
from app.services.contacts.holding import CONTACTS
from app.services.contacts.models import Contact
from app.services.contacts.schemas import (
    ContactCreate,
    ContactFilters,
    ContactUpdate,
)
from app.services.privacy import erasing, keeping, revealing
from app.services.privacy.contract import Held
from app.services.privacy.schemas import NumberReveal, NumberSearch, PersonErase


async def listed(act: Act, filters: ContactFilters, ask: Ask) -> Page:
    """One page of contacts; that a list of names was read is noted."""
    found = await reads.listed(act, filters, ask)
    about = str(filters.organization_id) if filters.organization_id else None
    await note(act, "list", HOLDER, rows=len(found.rows), organization_id=about)
    return found


async def history(act: Act, contact_id: UUID, ask: Ask) -> Page:
    """All versions of a contact; that the names were read is noted. Raises NotFound."""
    found = await reads.history(act, contact_id, ask)
    await note(act, "list", HOLDER, id=str(contact_id), rows=len(found.rows), what="history")
    return found


async def create(act: Act, draft: ContactCreate) -> dict[str, Any]:
    """Enter a contact. Raises Invalid for an unknown organisation; the database refuses a name twice (Taken)."""
    organization = await reads.organization(act, draft.organization_id)
    if organization is None:
        raise Invalid(errors=(FieldError("/organization_id", "organization_unknown"),))
    contact = await repository.add(
        act,
        Contact(
            version=1,
            organization_id=draft.organization_id,
            region_code=organization.region_code,
            name=draft.name,
            role=draft.role,
            source=OFFICER,
            source_time=act.now,
            corrected=[],
            created_at=act.now,
            recorded_at=act.now,
        ),
    )
    values = {field: value for field in PERSONAL if (value := getattr(draft, field)) is not None}
    await keeping.keep(act, HOLDER, [Held(str(contact.id), contact.region_code, values)])
    return await reads.detail(act, contact.id)


async def correct(act: Act, contact_id: UUID, expected: int, change: ContactUpdate) -> dict[str, Any]:
    """Put fields right. What is already so makes no new version. Raises NotFound, StaleVersion."""
    contact = await claim(act, Contact, contact_id, expected)
    key = str(contact_id)
    held = (await keeping.opened(act, HOLDER, [key])).get(key, {})
    stands = {"name": contact.name, "role": contact.role} | {field: held.get(field) for field in PERSONAL}
    changed = {name: value for name in change.model_fields_set if (value := getattr(change, name)) != stands[name]}
    if not changed:
        return await reads.detail(act, contact_id)
    for name in ("name", "role"):
        if name in changed:
            setattr(contact, name, changed[name])
    numbers = {field: changed[field] for field in PERSONAL if field in changed}
    if numbers:
        await keeping.keep(act, HOLDER, [Held(key, contact.region_code, numbers)])
    contact.corrected = sorted({*contact.corrected, *changed})
    contact.source, contact.source_time = OFFICER, act.now
    await repository.save(act, contact)
    await note(act, "correct", HOLDER, id=key, fields=sorted(changed))
    return await reads.detail(act, contact_id)


async def search(act: Act, sought: NumberSearch) -> list[dict[str, Any]]:
    """Visible contacts with exactly this number; the search is noted, the number is not."""
    return await revealing.found(act, HOLDER, sought, reads.of_ids)


async def reveal(act: Act, contact_id: UUID, wish: NumberReveal) -> dict[str, Any]:
    """The numbers in clear, and one audit row with the purpose in the same transaction. Raises NotFound."""
    await reads.one(act, contact_id)
    return await revealing.revealed(act, HOLDER, contact_id, wish)


async def erase(act: Act, contact_id: UUID, expected: int, wish: PersonErase) -> None:
    """Erase a contact where the law allows. Raises NotFound, StaleVersion, RuleViolation."""
    await claim(act, Contact, contact_id, expected)
    await erasing.erase(act, CONTACTS, contact_id, wish.ground, wish.reason)


async def outlived(act: Act, before: datetime, limit: int) -> list[UUID]:
    """Some contacts of organisations that ended before this instant."""
    return await repository.of_ended(act, before, limit)
