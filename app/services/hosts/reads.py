"""Hosts as rows for the wire."""

from math import cos, pi, radians
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, func, literal, or_, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.hosts.models import Host
from app.services.hosts.schemas import HostFilters, HostRead, HostVersion
from app.services.regions.coordinates import EARTH, MICRO
from app.services.regions.stated import stated_span

METRES_A_DEGREE = EARTH * pi / 180
SHOWN: dict[str, Any] = {"region_code": padded(Host.region_code), "coordinates_told_in": Host.datum}
SORTS = Sorts({"region_code": Host.region_code, "name": Host.name}, Host.id, "region_code")


async def listed(act: Act, filters: HostFilters, ask: Ask) -> Page:
    """One page of hosts, by region unless another sort is asked for."""
    query = selecting(HostRead, Host, **SHOWN)
    query = query.where(*within(act, Host.region_code))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Host.region_code >= low, Host.region_code < high)
    if filters.kind is not None:
        query = query.where(Host.kind == filters.kind)
    if filters.name is not None:
        names = func.concat_ws(" ", Host.name, func.array_to_string(Host.aliases, " "))
        query = query.where(func.strpos(names, filters.name) > 0)
    if filters.near is not None:
        query = query.where(*_about(filters.near, filters.within_metres))
    if filters.open_on is not None:
        query = query.where(
            or_(Host.opened_on.is_(None), Host.opened_on <= filters.open_on),
            or_(Host.closed_on.is_(None), Host.closed_on > filters.open_on),
        )
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in HostFilters.model_fields])


async def detail(act: Act, host_id: UUID) -> dict[str, Any]:
    """One host with the actions the caller may take. Raises NotFound."""
    query = selecting(HostRead, Host, **SHOWN).add_columns(Host.corrected).where(Host.id == host_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    refusal = None if Permission.hosts_write in act.by.permissions else "permission"
    refusal = refusal or (None if act.scope.contains(int(row["region_code"])) else "outside_scope")
    ended = "host_closed" if row["closed_on"] is not None else None
    actions = [action("update", refusal), action("close", refusal or ended)]
    return {**row, "allowed_actions": actions}


async def history(act: Act, host_id: UUID, ask: Ask) -> Page:
    """All versions of a host, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Host, host_id).c
    query = select(
        *columns(
            HostVersion,
            versions,
            region_code=padded(versions.region_code),
            coordinates_told_in=versions.datum,
            aliases=func.coalesce(versions.aliases, literal([], ARRAY(Text))),  # versions of before there were any
        )
    )
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), host_id)
    if not found.rows:
        raise NotFound()
    return found


def _about(near: str, distance: int) -> list[ColumnElement[bool]]:
    """Within so many metres of a place: in a box by index-free comparison first, then on the sphere."""
    longitude, latitude = (int(part) for part in near.split(","))
    north = distance * MICRO / METRES_A_DEGREE
    east = north / max(0.1, cos(radians(latitude / MICRO)))
    south, west = func.radians(Host.latitude_e6 / MICRO), func.radians(Host.longitude_e6 / MICRO)
    half = func.power(func.sin((south - radians(latitude / MICRO)) / 2), 2) + func.cos(south) * cos(
        radians(latitude / MICRO)
    ) * func.power(func.sin((west - radians(longitude / MICRO)) / 2), 2)
    return [
        Host.longitude_e6.between(int(longitude - east), int(longitude + east) + 1),
        Host.latitude_e6.between(int(latitude - north), int(latitude + north) + 1),
        2 * EARTH * func.asin(func.least(1.0, func.sqrt(half))) <= distance,
    ]
