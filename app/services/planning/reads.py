"""What a plan is made from, and plans and places as rows for the wire."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from app.core.acts import Act
from app.core.dated import valid_on
from app.core.errors import NotFound
from app.core.history import versions_of
from app.core.narrowing import within
from app.core.pagination import Ask, Page, Sorts, page
from app.core.rows import columns, padded, selecting
from app.services.branches.models import Branch, BranchOrganization
from app.services.hosts.models import Host
from app.services.organizations.models import Organization
from app.services.planning.models import Plan, PlanPlace, PlanPlaceOrganization
from app.services.planning.schemas import (
    PlacedOrganization,
    PlaceFilters,
    PlanFilters,
    PlanPlaceRead,
    PlanRead,
    PlanVersion,
)
from app.services.planning.tasks.facts import UNDER_WAY
from app.services.planning.tasks.models import FormationTask
from app.services.regions.facts import span
from app.services.regions.stated import stated_span

Place = tuple[int, int]

PLANS = Sorts({"region_code": Plan.region_code, "created_at": Plan.created_at}, Plan.id, "-created_at")
PLACES = Sorts({"turn": PlanPlace.turn, "region_code": PlanPlace.region_code}, PlanPlace.id, "turn")
SHOWN = ("id", "region_code", "region_level", "host_id", "industry", "facts_key", "longitude_e6", "latitude_e6")
BODIES = ("has_union", "has_youth_league", "has_womens_organisation", "in_federation")


def _inside(act: Act, place: Place) -> list[ColumnElement[bool]]:
    low, high = span(*place)
    here = [Organization.region_code >= low, Organization.region_code < high, Organization.region_level >= place[1]]
    return [*here, *within(act, Organization.region_code, [Organization.line_code], [Organization.covered_by])]


async def keys(act: Act, place: Place) -> list[int]:
    """The distinct facts keys of a region's organisations, from the index alone."""
    found = await act.session.scalars(select(Organization.facts_key).where(*_inside(act, place)).distinct())
    return list(found)


async def waiting(act: Act, place: Place, gaps: Sequence[int], basis: str) -> list[Any]:
    """The organisations of a region with one of these facts keys, in order of region and id; `members` by the basis."""
    members = Organization.members_working if basis == "working" else Organization.members_relation
    query = select(*(getattr(Organization, name) for name in (*SHOWN, *BODIES)), members.label("members"))
    query = query.where(*_inside(act, place), Organization.facts_key.in_(gaps))
    return list(await act.session.execute(query.order_by(Organization.region_code, Organization.id)))


async def under_way(act: Act, place: Place) -> set[UUID]:
    """Organisations in an approved place whose task is open or under way: nothing is planned anew for them."""
    link = PlanPlaceOrganization
    low, high = span(*place)
    query = (
        select(link.organization_id)
        .join(PlanPlace, PlanPlace.id == link.place_id)
        .join(FormationTask, FormationTask.place_id == PlanPlace.id)
        .where(PlanPlace.state == "approved", FormationTask.state.in_(UNDER_WAY))
        .where(link.region_code >= low, link.region_code < high)
    )
    return set(await act.session.scalars(query))


async def roomy(act: Act, place: Place) -> list[Any]:
    """Standing branches of hosts: how many organisations and members each has, and has been promised by plans."""
    low, high = span(*place)
    covered = (
        select(func.count())
        .where(
            BranchOrganization.branch_id == Branch.id,
            valid_on(BranchOrganization.valid_from, BranchOrganization.valid_to, act.today),
        )
        .correlate(Branch)
        .scalar_subquery()
    )
    promised = (
        select(func.coalesce(func.sum(PlanPlace.organizations), 0).label("n"), PlanPlace.branch_id)
        .add_columns(func.coalesce(func.sum(PlanPlace.members), 0).label("members"))
        .join(FormationTask, FormationTask.place_id == PlanPlace.id)
        .where(PlanPlace.state == "approved", PlanPlace.kind == "attach", FormationTask.state.in_(UNDER_WAY))
        .group_by(PlanPlace.branch_id)
        .subquery()
    )
    query = (
        select(
            Branch.id,
            Branch.host_id,
            Branch.region_code,
            Branch.formation_mode,
            (covered + func.coalesce(promised.c.n, 0)).label("organizations"),
            (Branch.formal_members + func.coalesce(promised.c.members, 0)).label("members"),
        )
        .outerjoin(promised, promised.c.branch_id == Branch.id)
        .where(
            Branch.region_code >= low,
            Branch.region_code < high,
            Branch.host_id.is_not(None),
            Branch.formation_mode != "standalone",
            Branch.term_kind == "regular",
            or_(Branch.dissolved_on.is_(None), Branch.dissolved_on > act.today),
        )
        .order_by(Branch.id)
    )
    return list(await act.session.execute(query))


async def listed(act: Act, filters: PlanFilters, ask: Ask) -> Page:
    """One page of plans, the newest first unless another sort is asked for."""
    query = selecting(PlanRead, Plan, region_code=padded(Plan.region_code)).where(*within(act, Plan.region_code))
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(Plan.region_code >= low, Plan.region_code < high)
    if filters.state is not None:
        query = query.where(Plan.state == filters.state)
    return await page(act, query, ask, PLANS, [getattr(filters, name) for name in PlanFilters.model_fields])


async def one(act: Act, plan_id: UUID) -> dict[str, Any]:
    """One plan. Raises NotFound."""
    query = selecting(PlanRead, Plan, region_code=padded(Plan.region_code))
    row = (await act.session.execute(query.where(Plan.id == plan_id))).mappings().first()
    if row is None:
        raise NotFound()
    return dict(row)


async def history(act: Act, plan_id: UUID, ask: Ask) -> Page:
    """All versions of a plan, the newest first. Raises NotFound when there is none to be seen."""
    versions = versions_of(Plan, plan_id).c
    query = select(*columns(PlanVersion, versions, region_code=padded(versions.region_code)))
    found = await page(act, query, ask, Sorts({"version": versions.version}, versions.id, "-version"), plan_id)
    if not found.rows:
        raise NotFound()
    return found


def _places() -> "Select[Any]":
    return (
        select(
            *columns(
                PlanPlaceRead,
                PlanPlace,
                region_code=padded(PlanPlace.region_code),
                host_name=Host.name,
                branch_name=Branch.name,
            )
        )
        .outerjoin(Host, Host.id == PlanPlace.host_id)
        .outerjoin(Branch, Branch.id == PlanPlace.branch_id)
    )


async def places(act: Act, plan_id: UUID, filters: PlaceFilters, ask: Ask) -> Page:
    """One page of a plan's places, easy ones first. Raises NotFound for a plan that is not to be seen."""
    await one(act, plan_id)
    query = _places().where(PlanPlace.plan_id == plan_id)
    if filters.kind is not None:
        query = query.where(PlanPlace.kind == filters.kind)
    if filters.state is not None:
        query = query.where(PlanPlace.state == filters.state)
    if filters.region is not None:
        low, high = stated_span(filters.region, filters.region_level)
        query = query.where(PlanPlace.region_code >= low, PlanPlace.region_code < high)
    if filters.organization_id is not None:
        link = PlanPlaceOrganization
        held = select(link.place_id).where(link.organization_id == filters.organization_id, link.plan_id == plan_id)
        query = query.where(PlanPlace.id.in_(held))
    bound = [plan_id, *(getattr(filters, name) for name in PlaceFilters.model_fields)]
    return await page(act, query, ask, PLACES, bound)


async def place(act: Act, plan_id: UUID, place_id: UUID) -> dict[str, Any]:
    """One place with its organisations. Raises NotFound."""
    query = _places().add_columns(PlanPlace.departures)
    query = query.where(PlanPlace.id == place_id, PlanPlace.plan_id == plan_id)
    row = (await act.session.execute(query)).mappings().first()
    if row is None:
        raise NotFound()
    return {**row, "items": await organizations(act, place_id)}


async def organizations(act: Act, place_id: UUID) -> list[dict[str, Any]]:
    """The organisations of a place, as far as the caller sees them, in order of region and id."""
    link = PlanPlaceOrganization
    query = (
        select(
            *columns(
                PlacedOrganization,
                Organization,
                organization_id=Organization.id,
                region_code=padded(Organization.region_code),
                members=link.members,
            )
        )
        .join(link, link.organization_id == Organization.id)
        .where(link.place_id == place_id)
        .order_by(Organization.region_code, Organization.id)
    )
    return [dict(row) for row in (await act.session.execute(query)).mappings()]


async def same_places(act: Act, one_id: UUID, two_id: UUID) -> int:
    """How many places hold the same organisations in both plans."""
    link = PlanPlaceOrganization
    sets = [
        select(func.array_agg(link.organization_id.distinct()).label("ids"))
        .where(link.plan_id == plan_id)
        .group_by(link.place_id)
        .subquery()
        for plan_id in (one_id, two_id)
    ]
    first, second = sets
    found = await act.session.scalar(
        select(func.count()).select_from(first).join(second, and_(first.c.ids == second.c.ids))
    )
    return int(found or 0)
