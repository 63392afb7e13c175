"""Proposals which host an organisation sits in, as rows for the wire."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded
from app.core.wire import action
from app.services.access.permissions import Permission
from app.services.hosts.models import Host
from app.services.matching.facts import MatchState
from app.services.matching.models import HostMatch
from app.services.matching.schemas import HostMatchFilters, HostMatchRead, HostMatchVersion
from app.services.organizations.models import Organization
from app.services.regions.stated import stated_span

SORTS = Sorts(
    {"confidence": HostMatch.confidence, "region_code": HostMatch.region_code, "host_id": HostMatch.host_id},
    HostMatch.id,
    "-confidence",
)
EXACT = ("state", "host_id", "organization_id", "certain")


def _shown() -> "Select[Any]":
    return (
        select(
            *columns(
                HostMatchRead,
                HostMatch,
                region_code=padded(HostMatch.region_code),
                organization_name=Organization.name,
                organization_address=Organization.address,
                host_name=Host.name,
                host_kind=Host.kind,
            )
        )
        .join(Organization, Organization.id == HostMatch.organization_id)
        .outerjoin(Host, Host.id == HostMatch.host_id)
    )


async def listed(act: Act, filters: HostMatchFilters, ask: Ask) -> Page:
    """One page of proposals, the surest first unless another sort is asked for."""
    query = _shown().where(*within(act, HostMatch.region_code))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(HostMatch.region_code >= low, HostMatch.region_code < high)
    for name in EXACT:
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(HostMatch, name) == value)
    if filters.least_confidence:
        query = query.where(HostMatch.confidence >= filters.least_confidence)
    return await page(act, query, ask, SORTS, [getattr(filters, name) for name in HostMatchFilters.model_fields])


async def detail(act: Act, match_id: UUID) -> dict[str, Any]:
    """One proposal with what the caller may do. Raises NotFound."""
    query = _shown().add_columns(Organization.host_id.label("sits_in")).where(HostMatch.id == match_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    refusal = None if Permission.hosts_write in act.by.permissions else "permission"
    refusal = refusal or (None if act.scope.contains(int(row["region_code"])) else "outside_scope")
    refusal = refusal or (None if row["state"] == MatchState.open else "match_decided")
    seated = row["sits_in"] not in (None, row["host_id"])
    out_of_sight = None if row["host_name"] is not None else "outside_scope"
    accept = refusal or out_of_sight or ("organization_has_host" if seated else None)
    return {**row, "allowed_actions": [action("accept", accept), action("reject", refusal)]}


async def history(act: Act, match_id: UUID, ask: Ask) -> Page:
    """All versions of a proposal, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(HostMatch, match_id).c
    query = select(*columns(HostMatchVersion, versions, region_code=padded(versions.region_code)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), match_id)
    if not found.rows:
        raise NotFound()
    return found
