"""Items of an agenda as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.authorities.facts import span
from app.services.authorities.reads import parsed_code
from app.services.departments.models import Department
from app.services.joint_meetings.agenda.schemas import AgendaItemFilters, AgendaItemRead, AgendaItemVersion
from app.services.joint_meetings.models import AgendaItem
from app.services.regions.stated import stated_span

EXACT = ("committee_id", "meeting_id", "department_id", "action_item_id", "kind", "state")
KEYS = {"position": AgendaItem.position, "proposed_on": AgendaItem.proposed_on, "region_code": AgendaItem.region_code}


def _shown(act: Act) -> "Select[Any]":
    name = select(Department.name).where(Department.id == AgendaItem.department_id)
    query = selecting(
        AgendaItemRead,
        AgendaItem,
        region_code=padded(AgendaItem.region_code),
        department_name=name.correlate(AgendaItem).scalar_subquery(),
    )
    own = (AgendaItem.department_id, AgendaItem.committee_id)
    return query.where(*within(act, AgendaItem.region_code, [AgendaItem.authority_code], own))


async def listed(act: Act, filters: AgendaItemFilters, ask: Ask) -> Page:
    """One page of items by region; those of one meeting in their order, of one committee or department the latest
    proposed first.
    """
    query = _shown(act)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(AgendaItem.region_code >= low, AgendaItem.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(AgendaItem.authority_code >= low, AgendaItem.authority_code < high)
    for name in EXACT:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(AgendaItem, name) == value)
    if filters.since is not None:
        query = query.where(AgendaItem.proposed_on >= filters.since)
    named = (filters.committee_id, filters.department_id, filters.action_item_id)
    order = "position" if filters.meeting_id is not None else "-proposed_on" if any(named) else "region_code"
    sorts = Sorts(KEYS, AgendaItem.id, order)
    return await page(act, query, ask, sorts, [getattr(filters, name) for name in AgendaItemFilters.model_fields])


async def one(act: Act, item_id: UUID) -> dict[str, Any]:
    """One item, with its departures and the code of its line beside what is shown. Raises NotFound."""
    query = _shown(act).add_columns(AgendaItem.departures, AgendaItem.authority_code).where(AgendaItem.id == item_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, item_id: UUID, ask: Ask) -> Page:
    """All versions of an item, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(AgendaItem, item_id).c
    query = select(*columns(AgendaItemVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), item_id)
    if not found.rows:
        raise NotFound()
    return found
