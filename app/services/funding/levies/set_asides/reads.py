"""Set-asides as rows for the wire. Amounts are integer fen."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, selecting
from app.services.funding.levies.models import Levy, LevySetAside
from app.services.funding.levies.reads import asked, narrowed, placed, stands
from app.services.funding.levies.set_asides.schemas import SetAsideFilters, SetAsideRead, SetAsideVersion

ROW = LevySetAside
SORTS = Sorts({"region_code": ROW.region_code, "booked_on": ROW.booked_on}, ROW.id, "region_code")
EXACT = ("committee_id", "organization_id", "branch_id", "levy_id", "year", "state")


def _shown() -> "Select[Any]":
    query = selecting(SetAsideRead, ROW, organization_name=Levy.organization_name, uscc=Levy.uscc, **stands(ROW))
    return query.join(Levy, Levy.id == ROW.levy_id)


async def listed(act: Act, filters: SetAsideFilters, ask: Ask) -> Page:
    """One page of set-asides of the caller's own region, line and branch."""
    query = narrowed(_shown().where(*placed(act, ROW)), ROW, filters, EXACT)
    return await page(act, query, ask, SORTS, asked(filters))


async def one(act: Act, set_aside_id: UUID) -> dict[str, Any]:
    """One set-aside. Raises NotFound."""
    row = (await act.session.execute(_shown().where(ROW.id == set_aside_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def of_entry(act: Act, entry_id: UUID) -> LevySetAside | None:
    """The set-aside that an entry of the books is."""
    return await act.session.scalar(select(ROW).where(ROW.entry_id == entry_id))


async def history(act: Act, set_aside_id: UUID, ask: Ask) -> Page:
    """All versions of a set-aside, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(ROW, set_aside_id).c
    query = select(*columns(SetAsideVersion, versions))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), set_aside_id)
    if not found.rows:
        raise NotFound()
    return found
