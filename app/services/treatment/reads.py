"""What honours and conditions share: whose a row is and where it stands, its versions, what narrows its list."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import Select, func, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.services.authorities.facts import span
from app.services.authorities.reads import parsed_code
from app.services.branches.models import Branch
from app.services.members.models import Member
from app.services.organizations.models import Organization
from app.services.regions.stated import stated_span
from app.services.treatment.wire import Placed
from app.services.workers.models import Worker

NAME = func.coalesce(Member.name, Worker.name)
"""How a worker is called; null where the name is not the caller's to see, and of who has been erased."""


def placed(query: "Select[Any]", model: Any, filters: Placed) -> "Select[Any]":
    """The rows of the region and of the line that are asked for. Raises Invalid."""
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(model.region_code >= low, model.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(model.authority_code >= low, model.authority_code < high)
    return query


async def found(act: Act, query: "Select[Any]") -> dict[str, Any]:
    """The one row of a query. Raises NotFound."""
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, schema: type[BaseModel], model: Any, row_id: UUID, ask: Ask) -> Page:
    """All versions of a row, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(model, row_id).c
    query = select(*columns(schema, versions, region_code=padded(versions.region_code)))
    told = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), row_id)
    if not told.rows:
        raise NotFound()
    return told


class Standing(NamedTuple):
    """Where somebody or something stands that may be seen, and the day from which it does not any more."""

    region_code: int
    authority_code: int | None
    ended_on: date | None


async def worker(act: Act, worker_id: UUID) -> Standing | None:
    """A worker that may be seen and has not been erased. One who has ended still has what he was given."""
    query = select(Worker.region_code, Worker.authority_code).where(Worker.id == worker_id, Worker.erased.is_(False))
    row = (await act.session.execute(query)).first()
    return None if row is None else Standing(*row, None)


async def branch(act: Act, branch_id: UUID) -> Standing | None:
    """A branch that may be seen."""
    query = select(Branch.region_code, Branch.authority_code, Branch.dissolved_on).where(Branch.id == branch_id)
    row = (await act.session.execute(query)).first()
    return None if row is None else Standing(*row)


async def organization(act: Act, organization_id: UUID) -> Standing | None:
    """An organisation that may be seen."""
    query = select(Organization.region_code, Organization.line_code, Organization.closed_on)
    row = (await act.session.execute(query.where(Organization.id == organization_id))).first()
    return None if row is None else Standing(*row)
