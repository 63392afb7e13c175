"""Activities, and how branches keep them up, as rows for the wire."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true

from app.core.acts import Act
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.activities.facts import ActivityKind
from app.services.activities.models import Activity
from app.services.activities.schemas import (
    ActivityFilters,
    ActivityRead,
    ActivityVersion,
    RhythmFilters,
    RhythmRead,
)
from app.services.authorities.facts import DIGITS, span
from app.services.authorities.reads import parsed_code
from app.services.branches.models import Branch
from app.services.regions.stated import stated_span

KEYS = {"region_code": Activity.region_code, "held_on": Activity.held_on}
BRANCHES = Sorts({"region_code": Branch.region_code, "name": Branch.name}, Branch.id, "region_code")

Periods = Mapping[ActivityKind, tuple[date, date]]
"""For each kind the first days of the last full period and of the one that runs."""


def _shown(act: Act) -> "Select[Any]":
    lines = (Activity.authority_code, Activity.outflow_authority_code)
    return (
        selecting(
            ActivityRead,
            Activity,
            branch_name=Branch.name,
            region_code=padded(Activity.region_code),
            authority_code=padded(Activity.authority_code, DIGITS),
        )
        .join(Branch, Branch.id == Activity.branch_id)
        .where(*within(act, Activity.region_code, lines, [Activity.branch_id]))
    )


async def listed(act: Act, filters: ActivityFilters, ask: Ask) -> Page:
    """One page of activities by region, of one branch the latest first, unless another sort is asked for."""
    query = _placed(_shown(act), Activity, filters)
    for name in ("branch_id", "kind"):
        value = getattr(filters, name)
        if value is not None:
            query = query.where(getattr(Activity, name) == value)
    if filters.since is not None:
        query = query.where(Activity.held_on >= filters.since)
    if filters.until is not None:
        query = query.where(Activity.held_on < filters.until)
    if filters.cancelled is not None:
        query = query.where(
            Activity.cancel_reason.is_not(None) if filters.cancelled else Activity.cancel_reason.is_(None)
        )
    sorts = Sorts(KEYS, Activity.id, "region_code" if filters.branch_id is None else "-held_on")
    return await page(act, query, ask, sorts, [getattr(filters, name) for name in ActivityFilters.model_fields])


async def one(act: Act, activity_id: UUID) -> dict[str, Any]:
    """One activity. Raises NotFound."""
    row = (await act.session.execute(_shown(act).where(Activity.id == activity_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, activity_id: UUID, ask: Ask) -> Page:
    """All versions of an activity, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Activity, activity_id).c
    query = select(*columns(ActivityVersion, versions, region_code=padded(versions.region_code)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), activity_id)
    if not found.rows:
        raise NotFound()
    return found


async def rhythm(act: Act, filters: RhythmFilters, periods: Periods, ask: Ask) -> Page:
    """One page of branches that stand today with how each keeps up what is held."""
    told: dict[str, ColumnElement[Any]] = {}
    for kind, (before, now) in periods.items():
        own = Activity.kind == kind.value
        told[f"{kind}_last"] = func.max(Activity.held_on).filter(own)
        told[f"{kind}_before"] = func.count().filter(and_(own, Activity.held_on >= before, Activity.held_on < now)) > 0
        told[f"{kind}_now"] = func.count().filter(and_(own, Activity.held_on >= now)) > 0
    held = (
        select(*(column.label(name) for name, column in told.items()))
        .where(Activity.branch_id == Branch.id, Activity.cancel_reason.is_(None))
        .correlate(Branch)
        .lateral("held")
    )
    query = (
        select(
            *columns(
                RhythmRead,
                Branch,
                branch_id=Branch.id,
                branch_name=Branch.name,
                region_code=padded(Branch.region_code),
                **{name: held.c[name] for name in told},
            )
        )
        .join(held, true())
        .where(
            Branch.founded_on <= act.today,
            or_(Branch.dissolved_on.is_(None), Branch.dissolved_on > act.today),
            *within(act, Branch.region_code, (Branch.authority_code, Branch.outflow_authority_code), [Branch.id]),
        )
    )
    query = _placed(query, Branch, filters)
    if filters.lacking is not None:
        before, _ = periods[filters.lacking]
        query = query.where(held.c[f"{filters.lacking}_before"].is_(False), Branch.founded_on <= before)
    return await page(act, query, ask, BRANCHES, [getattr(filters, name) for name in RhythmFilters.model_fields])


async def counted(act: Act, branch_id: UUID, since: date) -> list[tuple[ActivityKind, date]]:
    """What counts of a branch since a day: kind and day."""
    query = select(Activity.kind, Activity.held_on).where(
        Activity.branch_id == branch_id, Activity.cancel_reason.is_(None), Activity.held_on >= since
    )
    return [(ActivityKind(row[0]), row[1]) for row in await act.session.execute(query)]


async def last_held(act: Act, branch_id: UUID) -> dict[ActivityKind, date]:
    """The last day on which each kind was held, of those that ever were."""
    query = (
        select(Activity.kind, func.max(Activity.held_on))
        .where(Activity.branch_id == branch_id, Activity.cancel_reason.is_(None))
        .group_by(Activity.kind)
    )
    return {ActivityKind(row[0]): row[1] for row in await act.session.execute(query)}


def _placed(query: "Select[Any]", model: Any, filters: ActivityFilters | RhythmFilters) -> "Select[Any]":
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(model.region_code >= low, model.region_code < high)
    if filters.authority is not None:
        low, high = span(parsed_code(filters.authority, "/authority"))
        query = query.where(model.authority_code >= low, model.authority_code < high)
    return query
