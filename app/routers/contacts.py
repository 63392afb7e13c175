"""Contacts: the persons through whom an organisation is reached. Numbers leave masked; in clear only with a purpose."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from app.core.acts import Act
from app.core.errors import NotAcceptable, NotFound, RuleViolation, StaleVersion, Taken, VersionRequired
from app.core.sheets import Column
from app.services.access.permissions import Permission
from app.services.contacts import reads, service
from app.services.contacts.schemas import (
    EXAMPLE,
    ContactCreate,
    ContactDetail,
    ContactFilters,
    ContactRead,
    ContactsFound,
    ContactUpdate,
    ContactVersion,
)
from app.services.privacy.schemas import NumberReveal, NumberSearch, PersonErase, Revealed
from app.web import answers
from app.web.guards import May
from app.web.lists import Listed, ListQuery, respond
from app.web.openapi import declares
from app.web.strict import StrictRoute

router = APIRouter(prefix="/v1/contacts", tags=["contacts"], route_class=StrictRoute)

ContactsRead = Annotated[Act, May(Permission.contacts_read)]
ContactsWrite = Annotated[Act, May(Permission.contacts_write)]
ContactsReveal = Annotated[Act, May(Permission.contacts_reveal)]
ContactsErase = Annotated[Act, May(Permission.data_subjects_erase)]
ContactId = Annotated[UUID, Path(description="The contact's id.", examples=[EXAMPLE["id"]])]

COLUMNS = (
    Column("name", heading="person_name"),
    Column("role", coded="contact_role"),
    Column("phone"),
    Column("identity_number"),
    Column("region_code"),
    Column("organization_id"),
    Column("id"),
)
UNSTORED = {"Cache-Control": "no-store"}
"""What is in clear is kept by nothing between here and the reader."""


class ContactList(ContactFilters, ListQuery):
    """Filters and paging of the list."""


@router.get("", summary="List contacts", response_model=Listed[ContactRead], responses=declares(NotAcceptable))
async def list_contacts(act: ContactsRead, request: Request, query: Annotated[ContactList, Query()]) -> Response:
    """Contact persons by region, with masked numbers; as JSON pages, or all filtered rows as CSV or XLSX by `Accept`.

    That a list of names was read is noted in the audit.
    """
    return await respond(request, COLUMNS, lambda ask: service.listed(act, query, ask), query.ask())


@router.post("", summary="Create a contact", status_code=201, response_model=ContactDetail, responses=declares(Taken))
async def create_contact(act: ContactsWrite, draft: ContactCreate) -> Response:
    """Enters a contact person of an organisation. A name is entered once for each organisation."""
    return answers.created(ContactDetail, await service.create(act, draft), "/v1/contacts/{id}")


@router.post("/search", summary="Search contacts by number", response_model=ContactsFound, responses=declares())
async def search_contacts(act: ContactsRead, sought: NumberSearch) -> Response:
    """Contacts within the scope that have exactly this phone or identity number, with masked numbers.

    The number travels in the body and is not kept; that a search was made is noted in the audit.
    """
    return answers.answer({"items": await service.search(act, sought)})


@router.get("/{contact_id}", summary="Read a contact", response_model=ContactDetail, responses=declares(NotFound))
async def read_contact(act: ContactsRead, contact_id: ContactId, request: Request) -> Response:
    """One contact with masked numbers, its ETag, and what the caller may do."""
    return answers.one(ContactDetail, await reads.detail(act, contact_id), request)


@router.patch(
    "/{contact_id}",
    summary="Correct a contact",
    response_model=ContactDetail,
    responses=declares(NotFound, Taken, StaleVersion, VersionRequired),
)
async def correct_contact(
    act: ContactsWrite, contact_id: ContactId, change: ContactUpdate, request: Request
) -> Response:
    """Puts right what is sent and leaves the rest. Needs `If-Match`. No push undoes what an officer has put right."""
    return answers.one(ContactDetail, await service.correct(act, contact_id, answers.expected_version(request), change))


@router.post(
    "/{contact_id}/reveal", summary="Reveal a contact's numbers", response_model=Revealed, responses=declares(NotFound)
)
async def reveal_contact(act: ContactsReveal, contact_id: ContactId, wish: NumberReveal) -> Response:
    """The numbers in clear, for a stated purpose. Each reading leaves one audit row, in the same transaction."""
    return answers.answer(await service.reveal(act, contact_id, wish), headers=UNSTORED)


@router.post(
    "/{contact_id}/erase",
    summary="Erase a contact",
    status_code=204,
    response_class=Response,
    responses=declares(NotFound, RuleViolation, StaleVersion, VersionRequired),
)
async def erase_contact(act: ContactsErase, contact_id: ContactId, wish: PersonErase, request: Request) -> Response:
    """Removes a contact, its numbers, its earlier versions and what datasets said of it, where the law allows.

    Needs `If-Match`. The erasure is entered into a ledger, so that a restored backup does not bring the person back.
    Owners and managers of an organisation at work are kept for a statutory duty (a finding says so).
    """
    await service.erase(act, contact_id, answers.expected_version(request), wish)
    return Response(status_code=204)


@router.get(
    "/{contact_id}/history",
    summary="List a contact's versions",
    response_model=Listed[ContactVersion],
    responses=declares(NotFound),
)
async def list_contact_versions(
    act: ContactsRead, contact_id: ContactId, request: Request, query: Annotated[ListQuery, Query()]
) -> Response:
    """What was known of the contact and when, the newest first; without numbers, since earlier ones are not kept.

    That the names were read is noted in the audit.
    """
    return answers.listed(await service.history(act, contact_id, query.ask()), request)
