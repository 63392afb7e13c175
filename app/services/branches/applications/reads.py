"""Applications as rows for the wire."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.models import Authority
from app.services.authorities.reads import parsed_code
from app.services.branches.applications.schemas import ApplicationFilters, ApplicationRead, ApplicationVersion
from app.services.branches.facts import ApplicationState
from app.services.branches.models import BranchApplication
from app.services.regions.stated import stated_span
from app.services.reminders.reads import due

FOUND_BY = {
    "region_code": BranchApplication.region_code,
    "applied_on": BranchApplication.applied_on,
    "due_on": BranchApplication.due_on,
}
SORTS = Sorts(FOUND_BY, BranchApplication.id, "region_code")
IN_DRAFT = ("level", "formation_mode", "management_mode", "term_kind")
WAITING = BranchApplication.state == ApplicationState.applied
KEPT = ("draft", "organization_ids", "applied_by", "decided_by", "decision_reason", "election", "departures")


def _shown(today: date) -> "Select[Any]":
    row = BranchApplication
    return select(
        *columns(
            ApplicationRead,
            row,
            region_code=padded(row.region_code),
            authority_code=padded(row.authority_code, DIGITS),
            authority_name=Authority.name,
            overdue=and_(WAITING, row.due_on < today),
            **{name: row.draft[name].astext for name in IN_DRAFT},
        )
    ).outerjoin(Authority, Authority.id == row.authority_id)


async def listed(act: Act, filters: ApplicationFilters, ask: Ask) -> Page:
    """One page of applications, by region unless another sort is asked for."""
    row = BranchApplication
    query = _shown(act.today).where(*within(act, row.region_code, [row.authority_code], [row.branch_id]))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(row.region_code >= low, row.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(row.authority_code >= low, row.authority_code < high)
    if filters.state is not None:
        query = query.where(row.state == filters.state)
    if filters.overdue is not None:
        late = and_(WAITING, row.due_on < act.today)
        query = query.where(late if filters.overdue else ~late)
    if filters.due_before is not None:
        query = query.where(WAITING, row.due_on < filters.due_before)
    if filters.name is not None:
        query = query.where(func.strpos(row.name, filters.name) > 0)
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in ApplicationFilters.model_fields])


async def one(act: Act, application_id: UUID) -> dict[str, Any]:
    """One application with its draft. Raises NotFound."""
    more = [getattr(BranchApplication, name) for name in KEPT]
    query = _shown(act.today).add_columns(*more).where(BranchApplication.id == application_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, application_id: UUID, ask: Ask) -> Page:
    """All versions of an application, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(BranchApplication, application_id).c
    told = {name: versions.draft[name].astext for name in IN_DRAFT if name in ApplicationVersion.model_fields}
    query = select(*columns(ApplicationVersion, versions, region_code=padded(versions.region_code), **told))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), application_id)
    if not found.rows:
        raise NotFound()
    return found


async def superior(act: Act, authority_id: UUID) -> tuple[int, int] | None:
    """Region and code of an authority, None when it is not to be seen."""
    query = select(Authority.region_code, Authority.code).where(Authority.id == authority_id)
    row = (await act.session.execute(query)).first()
    return None if row is None else (row[0], row[1])


async def waiting(act: Act, until: date) -> "Select[Any]":
    """Applications that are to be answered by a day and are not, as reminders."""
    row = BranchApplication
    return select(*due(row.id, row.name, row.due_on, row.region_code)).where(
        WAITING, row.due_on <= until, *within(act, row.region_code, [row.authority_code], [row.branch_id])
    )
