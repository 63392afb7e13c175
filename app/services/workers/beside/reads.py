"""What lists about workers share: how a worker is called, where rows stand, one row, its versions."""

from collections.abc import Sequence
from typing import Any
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
from app.services.members.models import Member
from app.services.regions.stated import stated_span
from app.services.workers.beside.schemas import Placed
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


async def kept(act: Act, models: Sequence[Any], workers: Sequence[UUID]) -> dict[UUID, dict[str, list[dict[str, Any]]]]:
    """What tables keep of these workers, whole, for the persons themselves: by worker and table.

    Not who entered it, where the row stands and which version it is: that tells of others.
    """
    told: dict[UUID, dict[str, list[dict[str, Any]]]] = {
        each: {model.__tablename__: [] for model in models} for each in workers
    }
    for model in models:
        columns_kept = [
            each
            for each in model.__table__.columns
            if each.name not in ("version", "region_code") and not each.name.endswith("_by")
        ]
        query = select(*columns_kept).where(model.worker_id.in_(workers)).order_by(model.id)
        for row in (await act.session.execute(query)).mappings():
            told[row["worker_id"]][model.__tablename__].append(dict(row))
    return told


async def history(act: Act, schema: type[BaseModel], model: Any, row_id: UUID, ask: Ask) -> Page:
    """All versions of a row, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(model, row_id).c
    query = select(*columns(schema, versions, region_code=padded(versions.region_code)))
    told = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), row_id)
    if not told.rows:
        raise NotFound()
    return told
